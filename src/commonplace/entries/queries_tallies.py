"""What became of entries: likes and replies, as far as one viewer may know of them; a query each for a whole page."""

from collections.abc import Collection, Iterable
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from commonplace.core.db import BigId
from commonplace.entries.models import Entry, Like, Tally
from commonplace.entries.queries import absent_users, blocks, entries_with_authors, seen_by, visibility
from commonplace.users.models import User


def add_tallies(session: Session, viewer: User | None, entries: Iterable[Entry], kinds: Collection[str]) -> None:
    """Set `tally` of each of these entries, which the viewer sees. Replies are those that answer the entry itself."""
    by_id = {entry.id: entry for entry in entries}
    if not by_id:
        return
    asked = seen_by(viewer) | {"entry_ids": list(by_id), "kinds": list(kinds)}
    likes = {row[0]: row for row in session.execute(_likes(is_user=viewer is not None), asked)}
    replies = {row[0]: row[1] for row in session.execute(_replies(is_user=viewer is not None), asked)}
    for entry_id, entry in by_id.items():
        _, number, is_liked = likes.get(entry_id, (entry_id, 0, 0))
        entry.tally = Tally(number, replies.get(entry_id, 0), bool(is_liked) if viewer is not None else None)


def add_answered(session: Session, viewer: User | None, entries: Iterable[Entry], kinds: Collection[str]) -> None:
    """Set `answered` of each of these entries that is a reply: what it answers, with its author, where that is seen."""
    replies = [entry for entry in entries if entry.parent_id is not None]
    if not replies:
        return
    asked = seen_by(viewer) | {"entry_ids": list({entry.parent_id for entry in replies}), "kinds": list(kinds)}
    seen = {entry.id: entry for entry in session.scalars(_answered(is_user=viewer is not None), asked)}
    for entry in replies:
        entry.answered = seen.get(entry.parent_id or 0)


@cache
def _likes(*, is_user: bool) -> Select[int, int, int]:
    is_own: ColumnElement[int] = literal(0)
    counts: ColumnElement[bool] = Like.user_id.not_in(absent_users())
    if is_user:
        viewer_id = bindparam("viewer_id", type_=BigId)
        is_own = func.max(case((Like.user_id == viewer_id, 1), else_=0))
        counts = and_(counts, ~blocks(viewer_id, Like.user_id))
    statement = select(Like.entry_id, func.count(), is_own)
    return statement.where(Like.entry_id.in_(_entry_ids()), counts).group_by(Like.entry_id)


@cache
def _replies(*, is_user: bool) -> Select[int | None, int]:
    statement = select(Entry.parent_id, func.count()).where(
        Entry.parent_id.in_(_entry_ids()), _is_seen(is_user=is_user)
    )
    return statement.group_by(Entry.parent_id)


@cache
def _answered(*, is_user: bool) -> Select[Entry]:
    return entries_with_authors().where(Entry.id.in_(_entry_ids()), _is_seen(is_user=is_user))


def _is_seen(*, is_user: bool) -> ColumnElement[bool]:
    of_kinds = Entry.kind.in_(bindparam("kinds", expanding=True))
    return and_(visibility(is_user=is_user, with_link=True), of_kinds)


def is_alone() -> ColumnElement[bool]:
    """Return the condition that nobody likes an entry or answers it, whoever may know."""
    reply = aliased(Entry)
    is_liked = exists().where(Like.entry_id == Entry.id)
    is_answered = select(reply.id).where(reply.parent_id == Entry.id).correlate(Entry).exists()
    return not_(or_(is_liked, is_answered))


def _entry_ids() -> ColumnElement[list[int]]:
    return bindparam("entry_ids", expanding=True)
