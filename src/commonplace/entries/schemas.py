"""What every entry shows of itself as JSON, field by field."""

from typing import Any, ClassVar

from flask import url_for
from marshmallow import Schema, fields, validate

from commonplace.entries.models import AUDIENCES, Entry


def audience_field(**options: Any) -> fields.String:
    """Return the field of who may see an entry."""
    return fields.String(validate=validate.OneOf(AUDIENCES), **options)


class AuthorSchema(Schema):
    """Who shared an entry."""

    id = fields.Integer()
    username = fields.String()


class EntrySchema(Schema):
    """What entries of all kinds have."""

    show_endpoint: ClassVar[str]
    """The page that shows one; each kind names its own."""
    links: ClassVar[tuple[str, ...]] = ("url",)
    """Fields that only a page or an answer of the API can fill in; an export leaves them out."""

    id = fields.Integer()
    kind = fields.String()
    hash_key = fields.String()
    url = fields.Method("make_url", metadata={"type": "string", "format": "uri"})
    author = fields.Nested(AuthorSchema)
    audience = fields.String(validate=validate.OneOf(AUDIENCES))
    created_on = fields.AwareDateTime()
    edited_on = fields.AwareDateTime(allow_none=True)
    expires_on = fields.AwareDateTime(allow_none=True)

    def make_url(self, entry: Entry) -> str:
        """Return the address of the entry's page."""
        return url_for(self.show_endpoint, hash_key=entry.hash_key, _external=True)
