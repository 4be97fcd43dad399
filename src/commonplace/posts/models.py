"""The tables of posts: the text, and the tags by which posts are found."""

from typing import cast

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from commonplace.core.db import Base
from commonplace.entries.models import Entry


class Post(Entry):
    """A short text in Markdown. `mentioned` are the names in it that were users' when it was written, by spaces."""

    __tablename__ = "posts"
    __mapper_args__ = {"polymorphic_identity": "post"}  # noqa: RUF012 - SQLAlchemy's declarative attribute

    id: Mapped[int] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    mentioned: Mapped[str] = mapped_column(Text, default="")

    # Whoever shows the post as JSON sets them.
    tags = cast("tuple[str, ...]", ())


class PostTag(Base):
    """A tag that stands in a post, folded; the newest post of a tag is found by the key alone."""

    __tablename__ = "post_tags"

    tag: Mapped[str] = mapped_column(String(100), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey(Post.id, ondelete="CASCADE"), primary_key=True, index=True)
