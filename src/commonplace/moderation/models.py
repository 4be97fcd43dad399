"""Tables of moderation: what was reported, and the log of what moderators did, to which rows are only added."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commonplace.core import clock
from commonplace.core.db import Base
from commonplace.entries.models import Entry
from commonplace.users.models import User

State = Literal["open", "dismissed", "acted"]
Action = Literal["hide", "unhide", "suspend", "unsuspend", "dismiss"]


class Report(Base):
    """Somebody asks the moderators to look at an entry, or at a person: `user` is the one it is about, either way."""

    __tablename__ = "reports"
    __table_args__ = (CheckConstraint("state in ('open', 'dismissed', 'acted')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[State] = mapped_column(String(9), default="open")
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
    closed_on: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)

    reporter: Mapped[User | None] = relationship(foreign_keys=reporter_id, lazy="raise")
    user: Mapped[User] = relationship(foreign_keys=user_id, lazy="raise")
    entry: Mapped[Entry | None] = relationship(lazy="raise")
    closed_by: Mapped[User | None] = relationship(foreign_keys=closed_by_id, lazy="raise")


_open = Report.state == "open"
Index("ix_reports_open", Report.id, sqlite_where=_open, postgresql_where=_open)


class LogEntry(Base):
    """One thing that a moderator did. It names people and entries by text, so that it outlives them.

    The database refuses to change or remove a row.
    """

    __tablename__ = "moderation_log"
    __table_args__ = (
        CheckConstraint("action in ('hide', 'unhide', 'suspend', 'unsuspend', 'dismiss')", name="action"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[Action] = mapped_column(String(9))
    moderator_name: Mapped[str] = mapped_column(String(40))
    username: Mapped[str] = mapped_column(String(40))
    entry_path: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
