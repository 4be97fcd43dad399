"""What the house needs to know of posts."""

from commonplace.entries.kinds import Kind
from commonplace.posts import (
    api,
    cli,
    views,
    views_tags,  # noqa: F401 - adds the pages of tags
)
from commonplace.posts.export import export_files
from commonplace.posts.models import Post
from commonplace.posts.schemas import PostItemSchema, PostSchema
from commonplace.posts.service import search_text, summary

posts = Kind(
    package="posts",
    name="post",
    label="Post",
    plural_label="Posts",
    model=Post,
    pages=views.posts,
    api=api.posts,
    commands=cli.posts,
    search_text=search_text,
    summary=summary,
    schema=PostSchema,
    item_schema=PostItemSchema,
    export_files=export_files,
    reply_endpoint="posts.add",
)
