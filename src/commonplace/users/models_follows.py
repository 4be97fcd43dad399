"""Tables of whom users follow, block and mute. They stand below the users themselves, who speak by them."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, exists, or_
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from commonplace.core import clock
from commonplace.core.db import Base

UserId = int | InstrumentedAttribute[int]


class Person:
    """As much of a user as following takes; `models.User` adds the rest."""

    id: Mapped[int]
    closed_on: Mapped[datetime | None]
    suspended_on: Mapped[datetime | None]

    @property
    def is_present(self) -> bool:
        """Whether others see the user: the account is neither closed nor suspended, as `models.is_absent` says."""
        return self.closed_on is None and self.suspended_on is None


class Follow(Base):
    """One user follows another."""

    __tablename__ = "follows"
    __table_args__ = (Index("ix_follows_followers", "followed_id", "follower_id"),)

    follower_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    followed_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    created_on: Mapped[datetime] = mapped_column(default=clock.now)


class Block(Base):
    """One user wants nothing to do with another: neither sees the other."""

    __tablename__ = "blocks"

    blocker_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_on: Mapped[datetime] = mapped_column(default=clock.now)


class Mute(Base):
    """One user does not want to read another, who never learns of it."""

    __tablename__ = "mutes"

    muter_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    muted_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_on: Mapped[datetime] = mapped_column(default=clock.now)


def is_blocked(one_id: UserId, other_id: UserId) -> ColumnElement[bool]:
    """Return the condition that either of two users blocks the other."""
    return exists().where(
        or_(
            and_(Block.blocker_id == one_id, Block.blocked_id == other_id),
            and_(Block.blocker_id == other_id, Block.blocked_id == one_id),
        )
    )
