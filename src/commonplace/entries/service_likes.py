"""Likes: a user likes an entry, or no longer does."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from commonplace.core.events import announce
from commonplace.entries import events
from commonplace.entries.models import Entry, Like
from commonplace.users.models import User


def like_entry(session: Session, entry: Entry, user: User) -> bool:
    """Let a user like an entry, which they must be able to see, and tell whether that is new."""
    if session.get(Like, (entry.id, user.id)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Like(entry_id=entry.id, user_id=user.id))
    except IntegrityError:  # another request was faster
        return False
    announce(events.entry_liked, session, entry=entry, user=user)
    return True


def unlike_entry(session: Session, entry: Entry, user: User) -> bool:
    """End it, and tell whether there was anything to end."""
    ended = delete(Like).where(Like.entry_id == entry.id, Like.user_id == user.id).returning(Like.entry_id)
    if session.scalar(ended) is None:
        return False
    announce(events.entry_unliked, session, entry=entry, user=user)
    return True
