"""Every SELECT of what waits to be mailed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from commonplace.notifications.models import Cadence, Digest, Notification
from commonplace.notifications.queries import with_details
from commonplace.users.models import User


class Waiting(NamedTuple):
    """That something waits for a user's next mail of a cadence, since when, and when they were sent the last digest."""

    user_id: int
    cadence: Cadence
    oldest_on: datetime
    sent_on: datetime | None


def waits(user_id: int, cadence: Cadence) -> ColumnElement[bool]:
    """Return the condition that a notification waits for the user's next mail of that cadence."""
    of_user = and_(Notification.user_id == user_id, Notification.cadence == cadence)
    return and_(of_user, Notification.mailed_on.is_(None), Notification.cadence != "never")


def find_recipient(session: Session, user_id: int) -> User | None:
    """Return the user, whose mails nobody else writes until the end of the transaction; None where somebody does."""
    # weaker than a plain lock: rows that refer to the user may be written meanwhile
    return session.scalar(select(User).where(User.id == user_id).with_for_update(skip_locked=True, key_share=True))


def find_waiting(session: Session, user_id: int, cadence: Cadence) -> Waiting | None:
    """Return what waits for the user's next mail of that cadence, if anything does."""
    oldest_on = session.scalar(select(func.min(Notification.created_on)).where(waits(user_id, cadence)))
    if oldest_on is None:
        return None
    digest = session.get(Digest, (user_id, cadence))
    return Waiting(user_id, cadence, oldest_on, digest.sent_on if digest is not None else None)


def list_waiting_for(session: Session, cadence: Cadence, before: datetime, limit: int) -> Sequence[int]:
    """Return ids of users for whom something waits since before that moment."""
    waiting = (Notification.cadence == cadence, Notification.mailed_on.is_(None), Notification.cadence != "never")
    statement = select(Notification.user_id).where(*waiting, Notification.created_on <= before)
    return session.scalars(statement.distinct().limit(limit)).all()


def list_waiting_digests(session: Session) -> Sequence[Waiting]:
    """Return for every user and cadence of digests for which something waits, since when."""
    statement = (
        select(Notification.user_id, Notification.cadence, func.min(Notification.created_on), Digest.sent_on)
        .outerjoin(Digest, and_(Digest.user_id == Notification.user_id, Digest.cadence == Notification.cadence))
        .where(Notification.mailed_on.is_(None), Notification.cadence.in_(("daily", "weekly")))
        .where(Notification.cadence != "never")  # as the index says it
        .group_by(Notification.user_id, Notification.cadence, Digest.sent_on)
    )
    return [Waiting(*row) for row in session.execute(statement)]


def list_told(session: Session, viewer: User, kinds: Collection[str], ids: Sequence[int]) -> Sequence[Notification]:
    """Return those notifications with their details, in the order in which they happened."""
    statement = with_details(viewer, kinds).where(Notification.id.in_(ids))
    return session.scalars(statement.order_by(Notification.id)).all()
