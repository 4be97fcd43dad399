"""Who follows whom, who wants nothing to do with whom, and who does not want to read whom.

All may be said twice: each verb tells whether it changed anything, and announces it only then.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from commonplace.core.errors import NotFound
from commonplace.core.events import announce
from commonplace.users import events
from commonplace.users.models_follows import Block, Follow, Mute, Person, is_blocked

Table = type[Follow] | type[Block] | type[Mute]
LARGEST_LOCK = (1 << 63) - 1


def follow_user(session: Session, follower: Person, followed: Person) -> bool:
    """Let one user follow another, and tell whether that is new; nobody follows themselves.

    Raises NotFound where the other is absent, or either has blocked the other.
    """
    if follower.id == followed.id:
        return False
    _be_alone(session, follower, followed)
    if not followed.is_present or session.scalar(select(is_blocked(follower.id, followed.id))):
        raise NotFound("There is no such user.")
    if not _add(session, Follow, follower_id=follower.id, followed_id=followed.id):
        return False
    announce(events.user_followed, session, follower=follower, followed=followed)
    return True


def unfollow_user(session: Session, follower: Person, followed: Person) -> bool:
    """End it, and tell whether there was anything to end."""
    if not _remove(session, Follow, follower_id=follower.id, followed_id=followed.id):
        return False
    announce(events.user_unfollowed, session, follower=follower, followed=followed)
    return True


def block_user(session: Session, blocker: Person, blocked: Person) -> bool:
    """Let one user block another, which ends both follows, and tell whether that is new; nobody blocks themselves."""
    if blocker.id == blocked.id:
        return False
    _be_alone(session, blocker, blocked)
    if not _add(session, Block, blocker_id=blocker.id, blocked_id=blocked.id):
        return False
    unfollow_user(session, blocker, blocked)
    unfollow_user(session, blocked, blocker)
    announce(events.user_blocked, session, blocker=blocker, blocked=blocked)
    return True


def unblock_user(session: Session, blocker: Person, blocked: Person) -> bool:
    """End it, and tell whether there was anything to end; the follows do not come back."""
    if not _remove(session, Block, blocker_id=blocker.id, blocked_id=blocked.id):
        return False
    announce(events.user_unblocked, session, blocker=blocker, blocked=blocked)
    return True


def mute_user(session: Session, muter: Person, muted: Person) -> bool:
    """Let one user mute another, who does not learn of it, and tell whether that is new; nobody mutes themselves."""
    if muter.id == muted.id or not _add(session, Mute, muter_id=muter.id, muted_id=muted.id):
        return False
    announce(events.user_muted, session, muter=muter, muted=muted)
    return True


def unmute_user(session: Session, muter: Person, muted: Person) -> bool:
    """End it, and tell whether there was anything to end."""
    if not _remove(session, Mute, muter_id=muter.id, muted_id=muted.id):
        return False
    announce(events.user_unmuted, session, muter=muter, muted=muted)
    return True


def _be_alone(session: Session, one: Person, other: Person) -> None:
    """Wait until nobody else changes what is between these two: a follow never slips in beside a block.

    On SQLite a writer is alone already.
    """
    if session.get_bind().dialect.name == "postgresql":
        low, high = sorted((one.id, other.id))
        session.execute(select(func.pg_advisory_xact_lock((low << 32 ^ high) & LARGEST_LOCK)))


def _add(session: Session, table: Table, **pair: int) -> bool:
    insert: Callable[..., Any] = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    added = insert(table).values(**pair).on_conflict_do_nothing().returning(table.created_on)
    return session.scalar(added) is not None


def _remove(session: Session, table: Table, **pair: int) -> bool:
    return session.scalar(delete(table).filter_by(**pair).returning(table.created_on)) is not None
