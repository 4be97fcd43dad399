"""The tables of snaps: the text as it is, and as it was before each edit."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from commonplace.core import clock
from commonplace.core.db import Base
from commonplace.entries.models import Audience, Entry


class Snap(Entry):
    """A code snippet. `content` is loaded only where it is asked for: it may be a megabyte."""

    __tablename__ = "snaps"
    __mapper_args__ = {"polymorphic_identity": "snap"}  # noqa: RUF012 - SQLAlchemy's declarative attribute

    id: Mapped[int] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    extension: Mapped[str] = mapped_column(String(40), index=True)
    content: Mapped[str] = mapped_column(Text, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    lines: Mapped[int]
    preview: Mapped[str] = mapped_column(String(800))
    revision: Mapped[int] = mapped_column(default=1)
    forked_from_id: Mapped[int | None] = mapped_column(ForeignKey("snaps.id", ondelete="SET NULL"), index=True)


class SnapRevision(Base):
    """A snap as it was before an edit; `created_on` is when that version was made, `audience` whom it was for."""

    __tablename__ = "snap_revisions"
    __table_args__ = (
        CheckConstraint("audience in ('private', 'followers', 'members', 'unlisted', 'public')", name="audience"),
    )

    snap_id: Mapped[int] = mapped_column(ForeignKey(Snap.id, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audience: Mapped[Audience] = mapped_column(String(9))
    name: Mapped[str] = mapped_column(String(255))
    extension: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Text, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
