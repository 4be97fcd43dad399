"""The table that all kinds share, and the text by which entries are found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commonplace.core import clock
from commonplace.core.db import Base
from commonplace.core.ids import new_hash_key
from commonplace.users.models import User

Audience = Literal["private", "followers", "members", "unlisted", "public"]
AUDIENCES: tuple[Audience, ...] = ("private", "followers", "members", "unlisted", "public")
EXPORTS = "exports/"
LISTED: tuple[Audience, ...] = ("followers", "members", "public")


@dataclass(frozen=True)
class Tally:
    """What became of an entry, as one viewer may know it: `is_liked` is None where nobody is signed in."""

    likes: int = 0
    replies: int = 0
    is_liked: bool | None = None


class Entry(Base):
    """Anything a user shares. Its id is ordered by time, so that newest first is by id descending.

    A reply has a parent, which may be of any kind, and is seen by nobody who does not see all that it answers:
    `depth` is how many entries that are, and `Ancestor` says which. Its audience is that of its thread's first entry.
    """

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("audience in ('private', 'followers', 'members', 'unlisted', 'public')", name="audience"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    hash_key: Mapped[str] = mapped_column(String(22), unique=True, default=new_hash_key)
    author_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    audience: Mapped[Audience] = mapped_column(String(9), default="members")
    version: Mapped[int] = mapped_column(default=1)
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
    edited_on: Mapped[datetime | None]
    expires_on: Mapped[datetime | None]
    deleted_on: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    hidden_on: Mapped[datetime | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="SET NULL"), index=True)
    depth: Mapped[int] = mapped_column(default=0)

    author: Mapped[User] = relationship(foreign_keys=author_id, lazy="raise")

    # Whoever shows the entry to a viewer sets these two: what became of it, and what it answers where that is seen.
    tally = cast("Tally | None", None)
    answered = cast("Entry | None", None)

    __mapper_args__ = {"polymorphic_on": "kind", "version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative attribute


_listed = and_(Entry.deleted_on.is_(None), Entry.hidden_on.is_(None), Entry.audience.in_(LISTED))
Index("ix_entries_live", Entry.author_id, Entry.id.desc(), sqlite_where=_listed, postgresql_where=_listed)
Index("ix_entries_recent", Entry.id.desc(), Entry.author_id, sqlite_where=_listed, postgresql_where=_listed)
Index("ix_entries_author", Entry.author_id, Entry.id.desc())
_expiring = Entry.expires_on.is_not(None)
Index("ix_entries_expiring", Entry.expires_on, sqlite_where=_expiring, postgresql_where=_expiring)
_trashed = Entry.deleted_on.is_not(None)
Index("ix_entries_trashed", Entry.deleted_on, sqlite_where=_trashed, postgresql_where=_trashed)


class Ancestor(Base):
    """One of the entries that a reply answers: its parent, the parent's parent, and so on to the thread's first."""

    __tablename__ = "entry_ancestors"

    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), primary_key=True)
    ancestor_id: Mapped[int] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), primary_key=True, index=True)


class Like(Base):
    """A user likes an entry."""

    __tablename__ = "likes"

    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, index=True)
    created_on: Mapped[datetime] = mapped_column(default=clock.now)


class Export(Base):
    """One user's request for all of their own data, and the archive made of it."""

    __tablename__ = "exports"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'ready')", name="state"),
        {"sqlite_autoincrement": True},  # a number names a file, which must never become somebody else's
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    state: Mapped[Literal["pending", "ready"]] = mapped_column(String(7), default="pending")
    size: Mapped[int | None]
    created_on: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship()

    @property
    def file_name(self) -> str:
        """Where the archive lies in the storage."""
        return f"{EXPORTS}{self.id}.zip"
