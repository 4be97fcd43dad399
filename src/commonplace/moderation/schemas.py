"""A report as JSON: what a program may send, and the fields that leave."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from commonplace.core.ids import HASH_KEY_PATTERN
from commonplace.moderation.rules import REASON_LENGTH


class NewReportSchema(Schema):
    """Either the entry or the user, and why."""

    entry = fields.String(
        load_default=None,
        metadata={"description": "The hash_key of the entry.", "pattern": f"^{HASH_KEY_PATTERN}$"},
    )
    user = fields.Integer(
        load_default=None, validate=validate.Range(1), metadata={"description": "The id of the user."}
    )
    reason = fields.String(
        required=True, validate=validate.Length(1, REASON_LENGTH), metadata={"description": "What is wrong."}
    )

    @validates_schema
    def check_subject(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse both and neither."""
        if (data["entry"] is None) == (data["user"] is None):
            raise ValidationError("Name either an entry or a user.", "entry")


class ReportSchema(Schema):
    """A report as whoever made it sees it."""

    id = fields.Integer()
    entry = fields.String(allow_none=True, metadata={"description": "The hash_key, where it is about an entry."})
    user = fields.Integer(metadata={"description": "The id of whom it is about: the author, for an entry."})
    reason = fields.String()
    created_on = fields.AwareDateTime()
