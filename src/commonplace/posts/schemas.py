"""A post as JSON: what a program may send, and the fields that leave, by name."""

from typing import ClassVar

from marshmallow import Schema, fields

from commonplace.api.paging import PagingQuery
from commonplace.entries.schemas import EntrySchema, audience_field
from commonplace.posts import rendering, rules


class PostInSchema(Schema):
    """A new post."""

    content = fields.String(
        required=True, metadata={"description": f"Markdown, 1 to {rules.MAX_CHARACTERS:,} characters."}
    )
    audience = audience_field(
        load_default=None,
        allow_none=True,
        metadata={"description": "`members` where it is left out; a reply has that of its thread."},
    )
    parent = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "The hash_key of the entry, of any kind, that this answers."},
    )


class PostPatchSchema(Schema):
    """What changes in a post; what is left out stays."""

    content = fields.String()
    audience = audience_field()


class PostListQuerySchema(PagingQuery):
    """Which posts are asked for."""

    author = fields.String(load_default=None, metadata={"description": "Only those of the user of this name."})
    tag = fields.String(load_default=None, metadata={"description": "Only those with this tag."})


class PostItemSchema(EntrySchema):
    """A post among entries of other kinds."""

    show_endpoint = "posts.show"
    links: ClassVar[tuple[str, ...]] = ("url", "html")

    content = fields.String()
    html = fields.Function(rendering.html_of, metadata={"type": "string", "description": "The text, rendered."})
    mentions = fields.Function(
        lambda post: post.mentioned.split(),
        metadata={"type": "array", "items": {"type": "string"}, "description": "Names of users in the text."},
    )


class PostSchema(PostItemSchema):
    """A post with what became of it, as far as the caller may know."""

    links = ("url", "html", "parent", "tags", "likes", "replies")

    parent = fields.Function(
        lambda post: post.answered.hash_key if post.answered is not None else None,
        metadata={"type": ["string", "null"], "description": "The hash_key of what it answers, where that is seen."},
    )
    tags = fields.List(fields.String())
    likes = fields.Integer(attribute="tally.likes")
    replies = fields.Integer(attribute="tally.replies", metadata={"description": "Those to the post itself."})
