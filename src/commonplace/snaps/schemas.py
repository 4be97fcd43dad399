"""A snap as JSON: what a program may send, and the fields that leave, by name."""

from flask import url_for
from marshmallow import Schema, fields, validate

from commonplace.api.fields import Moment
from commonplace.api.paging import PagingQuery
from commonplace.entries.schemas import EntrySchema, audience_field
from commonplace.snaps.models import Snap


class SnapInSchema(Schema):
    """A new snap."""

    name = fields.String(load_default="", metadata={"description": "A file name; folders in it are dropped."})
    extension = fields.String(
        load_default="", metadata={"description": "Chooses the highlighter; guessed where it is left out."}
    )
    content = fields.String(required=True, metadata={"description": "At most 1 MiB of UTF-8, kept byte for byte."})
    audience = audience_field(load_default="members")
    expires_on = Moment(load_default=None, allow_none=True)
    forked_from = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "The hash_key of the snap this is a fork of."},
    )


class SnapPatchSchema(Schema):
    """What changes in a snap; what is left out stays."""

    name = fields.String()
    extension = fields.String()
    content = fields.String()
    audience = audience_field()
    expires_on = Moment(allow_none=True)


class SnapListQuerySchema(PagingQuery):
    """Which snaps are asked for."""

    author = fields.String(load_default=None, metadata={"description": "Only those of the user of this name."})
    language = fields.String(load_default=None, metadata={"description": "Only those in this language."})


class SnapItemSchema(EntrySchema):
    """A snap in a list."""

    show_endpoint = "snaps.show"
    links = ("url", "raw_url")

    name = fields.String()
    extension = fields.String()
    size = fields.Integer(metadata={"description": "Bytes."})
    lines = fields.Integer()
    revision = fields.Integer(metadata={"description": "1 for a snap never edited."})
    preview = fields.String(metadata={"description": "The first lines."})
    raw_url = fields.Method("make_raw_url", metadata={"type": "string", "format": "uri"})

    def make_raw_url(self, snap: Snap) -> str:
        """Return the address of the text itself."""
        return url_for("snaps.raw", hash_key=snap.hash_key, _external=True)


class SnapSchema(SnapItemSchema):
    """A snap, whole."""

    content = fields.String()
    forked_from = fields.String(
        allow_none=True, metadata={"description": "The hash_key of the snap this is a fork of, where you may see it."}
    )


class RevisionItemSchema(Schema):
    """A former version of a snap in a list."""

    number = fields.Integer(validate=validate.Range(1))
    name = fields.String()
    extension = fields.String()
    audience = fields.String(metadata={"description": "Whom it was shared with, and is still."})
    created_on = fields.AwareDateTime()


class RevisionSchema(RevisionItemSchema):
    """A former version of a snap, whole."""

    content = fields.String()
