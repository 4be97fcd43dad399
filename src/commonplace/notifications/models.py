"""Tables of notifications: what is told to whom, and by which channels a user wants to hear of what."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commonplace.core import clock
from commonplace.core.db import Base
from commonplace.entries.models import Entry
from commonplace.users.models import User

Event = Literal["followed", "replied", "mentioned", "liked", "reported"]
EVENTS: tuple[Event, ...] = ("followed", "replied", "mentioned", "liked", "reported")
Cadence = Literal["never", "immediately", "daily", "weekly"]
CADENCES: tuple[Cadence, ...] = ("never", "immediately", "daily", "weekly")


class Notification(Base):
    """One thing that happened and concerns `user`: what `actor` did, and on which entry, if any.

    `subject` names actor and entry, so that the same is told once, however often it is done and undone; of reports it
    names each. `about` is the person whom a report is about, or whose entry. `cadence` is how the mail of it goes, as
    chosen when it happened; `mailed_on` when it was handed to the outbox.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("event in ('followed', 'replied', 'mentioned', 'liked', 'reported')", name="event"),
        CheckConstraint("cadence in ('never', 'immediately', 'daily', 'weekly')", name="cadence"),
        Index("uq_notifications_user_id_event_subject", "user_id", "event", "subject", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    event: Mapped[Event] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(50))
    actor_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id, ondelete="CASCADE"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    is_on_page: Mapped[bool] = mapped_column(default=True)
    cadence: Mapped[Cadence] = mapped_column(String(11), default="never")
    created_on: Mapped[datetime] = mapped_column(default=clock.now)
    read_on: Mapped[datetime | None]
    mailed_on: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=user_id, lazy="raise")
    actor: Mapped[User] = relationship(foreign_keys=actor_id, lazy="raise")
    entry: Mapped[Entry | None] = relationship(lazy="raise")
    about: Mapped[User | None] = relationship(foreign_keys=about_id, lazy="raise")


Index("ix_notifications_newest", Notification.user_id, Notification.id.desc())
_unread = Notification.read_on.is_(None) & Notification.is_on_page
Index("ix_notifications_unread", Notification.user_id, sqlite_where=_unread, postgresql_where=_unread)
_to_mail = (Notification.mailed_on.is_(None)) & (Notification.cadence != "never")
Index(
    "ix_notifications_to_mail",
    Notification.user_id,
    Notification.cadence,
    sqlite_where=_to_mail,
    postgresql_where=_to_mail,
)


class Choice(Base):
    """By which channels a user wants to hear of one sort of event; without a row the defaults of `rules` hold."""

    __tablename__ = "notification_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    event: Mapped[Event] = mapped_column(String(10), primary_key=True)
    is_on_page: Mapped[bool] = mapped_column(default=True)
    is_live: Mapped[bool] = mapped_column(default=True)
    cadence: Mapped[Cadence] = mapped_column(String(11), default="never")


class Digest(Base):
    """When a user was last sent a digest of each cadence, so that the next goes out a day or a week later."""

    __tablename__ = "notification_digests"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    cadence: Mapped[Cadence] = mapped_column(String(11), primary_key=True)
    sent_on: Mapped[datetime]
