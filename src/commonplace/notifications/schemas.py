"""Notifications as JSON, field by field."""

from flask import url_for
from marshmallow import Schema, fields, validate

from commonplace.entries.current import kinds
from commonplace.entries.models import Entry
from commonplace.entries.schemas import AuthorSchema
from commonplace.notifications.models import EVENTS
from commonplace.users.queries import MAX_ID


class EntryLinkSchema(Schema):
    """Which entry a notification tells of; the kind's own operations have the rest."""

    hash_key = fields.String()
    kind = fields.String()
    url = fields.Method("make_url", metadata={"type": "string", "format": "uri"})

    def make_url(self, entry: Entry) -> str:
        """Return the address of the entry's page."""
        return url_for(kinds()[entry.kind].show_endpoint, hash_key=entry.hash_key, _external=True)


class NotificationSchema(Schema):
    """One thing that concerns the caller: what the actor did, and on which entry."""

    id = fields.Integer()
    event = fields.String(validate=validate.OneOf(EVENTS))
    actor = fields.Nested(AuthorSchema)
    entry = fields.Nested(
        EntryLinkSchema, allow_none=True, metadata={"description": "null where there is none, or none that is shown."}
    )
    about = fields.Nested(
        AuthorSchema, allow_none=True, metadata={"description": "Whom a report is about; null for all else."}
    )
    created_on = fields.AwareDateTime()
    read_on = fields.AwareDateTime(allow_none=True)


class UnreadSchema(Schema):
    """How much the caller has not read."""

    unread = fields.Integer(metadata={"description": "100 stands for 100 or more.", "maximum": 100})


class ReadSchema(Schema):
    """How far the caller has read."""

    up_to = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MAX_ID),
        metadata={"description": "The id of the newest one that was seen; left out for all."},
    )
