"""Tables of the feed. All but the marks and tokens are made of entries and follows, and may be lost at any moment."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commonplace.core import clock
from commonplace.core.db import Base
from commonplace.entries.models import Entry
from commonplace.users.models import User


class FeedLog(Base):
    """The log of this database's additions; there is one row. What is kept in Redis is compared with it.

    The random number tells it from any other's: a database that takes another's place has other feeds, and so has one
    that forgot what was never pushed. `pushed` counts what was pushed to everybody, in the order in which that ended:
    where Redis knows of less, it lost some.
    """

    __tablename__ = "feed_logs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pushed: Mapped[int] = mapped_column(default=0)


class Addition(Base):
    """An entry came to stand in lists: shared, restored or opened. `seq` is the order in which that was committed.

    What keeps a copy of the newest entries is brought up to date by these rows; they are kept for a day.
    """

    __tablename__ = "feed_additions"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'done')", name="state"),
        {"sqlite_autoincrement": True},  # a number tells what came later, so none is given twice
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    state: Mapped[Literal["pending", "done"]] = mapped_column(String(7), default="pending")
    added_on: Mapped[datetime] = mapped_column(default=clock.now, index=True)


_pending = Addition.state == "pending"
Index("ix_feed_additions_pending", Addition.seq, sqlite_where=_pending, postgresql_where=_pending)


class Reader(Base):
    """What the feed knows of its reader: `version` changes with whom they follow, mute and block.

    `mark_id` is the newest entry that was there when they came back last, `seen_id` the newest they were ever shown.
    """

    __tablename__ = "feed_readers"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
    mark_id: Mapped[int] = mapped_column(default=0)
    seen_id: Mapped[int] = mapped_column(default=0)
    seen_on: Mapped[datetime | None]


class Container(Base):
    """A reader's pushed feed where there is no Redis: whole from `floor_id` on, for one version of its reader.

    While it is being filled, the number of that filling is in the place of the floor.
    """

    __tablename__ = "feed_containers"
    __table_args__ = (CheckConstraint("state in ('filling', 'whole')", name="state"),)

    reader_id: Mapped[int] = mapped_column(
        ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    floor_id: Mapped[int] = mapped_column(default=0)
    state: Mapped[Literal["filling", "whole"]] = mapped_column(String(7), default="filling")
    filled_on: Mapped[datetime] = mapped_column(default=clock.now)


class ContainerItem(Base):
    """One entry in a reader's container."""

    __tablename__ = "feed_items"

    reader_id: Mapped[int] = mapped_column(ForeignKey(Container.reader_id, ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), primary_key=True, index=True)


class PulledAuthor(Base):
    """An author with so many followers that what they share is looked up by readers and not pushed to them."""

    __tablename__ = "feed_pulled_authors"

    author_id: Mapped[int] = mapped_column(
        ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class FeedToken(Base):
    """A secret address of a user's own feed; only its hash is kept."""

    __tablename__ = "feed_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
    used_on: Mapped[datetime | None]

    user: Mapped[User] = relationship()
