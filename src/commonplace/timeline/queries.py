"""SELECTs of the feed that both databases share: whom a reader reads, what may be shown, where the reader was."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from commonplace.core.db import BigId
from commonplace.core.prepared import list_ids, list_rows
from commonplace.core.several import is_one_of
from commonplace.entries.models import Entry
from commonplace.entries.queries import entries_with_authors, is_listed, seen_by, visibility
from commonplace.timeline.models import Addition, FeedLog, PulledAuthor, Reader
from commonplace.timeline.rules import Visit
from commonplace.users.models import Follow, Mute, User

READER = bindparam("viewer_id", type_=BigId)
"""The reader, a parameter of every statement here; so is the viewer of `visibility`, who is the same."""


class PushState(NamedTuple):
    """How far pushing has come: so many additions of the log `log_id` were `pushed` to everybody.

    For one reader: their `version`, the entries by whom they read that are still to be pushed, and whether they read
    anybody who `is_pulled`.
    """

    version: int
    log_id: int
    pushed: int
    pending_ids: Sequence[int]
    is_pulled: bool


def followed_ids() -> Select[int]:
    """Return the statement of whom the reader follows and does not mute."""
    mutes = select(Mute).where(Mute.muter_id == READER, Mute.muted_id == Follow.followed_id).exists()
    return select(Follow.followed_id.label("author_id")).where(Follow.follower_id == READER, ~mutes)


def author_ids() -> CompoundSelect[int]:
    """Return the same with the reader, whose own entries stand in the feed too."""
    return union_all(followed_ids(), select(READER.label("author_id")))


def pulled_ids() -> Select[int]:
    """Return the statement of those among whom the reader reads that are not pushed."""
    return select(PulledAuthor.author_id).where(PulledAuthor.author_id.in_(author_ids()))


def is_read(author_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that the reader reads that author: it is they, or they follow and do not mute them."""
    follows = select(Follow).where(Follow.follower_id == READER, Follow.followed_id == author_id).exists()
    mutes = select(Mute).where(Mute.muter_id == READER, Mute.muted_id == author_id).exists()
    return or_(author_id == READER, follows & ~mutes)


def is_of(kinds: Collection[str] | None) -> list[ColumnElement[bool]]:
    """Return the condition that an entry is of those kinds; none for all."""
    return [] if kinds is None else [or_(false(), *(Entry.kind == kind for kind in sorted(kinds)))]


def list_shown(
    session: Session, reader: User, kinds: Collection[str], ids: Sequence[int], limit: int
) -> Sequence[Entry]:
    """Return the newest of those of the entries that stand in the reader's feed now, with their authors."""
    if not ids:
        return ()
    asked = seen_by(reader) | {"ids": ids, "kinds": sorted(kinds), "limit": limit}
    return session.scalars(_shown(), asked).all()


def list_stamps(
    session: Session, reader: User, kinds: Collection[str], ids: Sequence[int], limit: int
) -> Sequence[Row[int, int, str]]:
    """Return the same as rows of `id`, `version` and the author's `username`: what a text that is kept depends on."""
    if not ids:
        return ()
    asked = seen_by(reader) | {"ids": ids, "kinds": sorted(kinds), "limit": limit}
    return list_rows(session, _stamps(), asked)


def count_shown(session: Session, reader: User, kinds: Collection[str], ids: Sequence[int]) -> int:
    """Return how many of the entries stand in the reader's feed now."""
    if not ids:
        return 0
    asked = seen_by(reader) | {"ids": ids, "kinds": sorted(kinds)}
    return session.scalar(_number_shown(), asked) or 0


@cache
def _shown() -> Select[Entry]:
    return entries_with_authors().where(_stands_in_feed()).order_by(Entry.id.desc()).limit(bindparam("limit"))


@cache
def _stamps() -> Select[int, int, str]:
    columns = select(Entry.id, Entry.version, User.username).join(User, User.id == Entry.author_id)
    return columns.where(_stands_in_feed()).order_by(Entry.id.desc()).limit(bindparam("limit"))


@cache
def _number_shown() -> Select[int]:
    return select(func.count()).select_from(Entry).where(_stands_in_feed())


def _stands_in_feed() -> ColumnElement[bool]:
    return (
        is_one_of(Entry.id, "ids")
        & is_one_of(Entry.kind, "kinds")
        & is_listed()
        & visibility(is_user=True, with_link=False)
        & is_read(Entry.author_id)
    )


def get_visit(session: Session, user: User) -> Visit:
    """Return what the reader was shown last; nothing, where they never were."""
    row = session.execute(_visit(), {"viewer_id": user.id}).first()
    return Visit(0, 0, None) if row is None else Visit(*row)


@cache
def _visit() -> Select[int, int, datetime | None]:
    return select(Reader.mark_id, Reader.seen_id, Reader.seen_on).where(Reader.user_id == READER)


def get_push_state(session: Session, reader_id: int) -> PushState:
    """Return what is known of pushing, for one reader; one query."""
    rows = list_rows(session, _push_state(), {"viewer_id": reader_id})
    found: dict[str, list[int]] = {}
    for what, number in rows:
        found.setdefault(what, []).append(number)
    version, log_id, pushed = found.get("version", [0])[0], found["log"][0], found["pushed"][0]
    return PushState(version, log_id, pushed, found.get("pending", []), "pulled" in found)


@cache
def _push_state() -> CompoundSelect[str, int]:
    version = select(literal("version"), Reader.version).where(Reader.user_id == READER)
    pending = select(literal("pending"), Addition.entry_id).where(Addition.state == "pending")
    pulled = pulled_ids().limit(1).subquery()
    return union_all(
        select(literal("log"), FeedLog.id),
        select(literal("pushed"), FeedLog.pushed),
        version,
        pending.where(Addition.author_id.in_(author_ids())),
        select(literal("pulled"), pulled.c.author_id),
    )


def list_author_ids(session: Session, reader_id: int) -> Sequence[int]:
    """Return ids of whom the reader reads, the reader included."""
    return list_ids(session, _authors(), {"viewer_id": reader_id})


@cache
def _authors() -> Select[int]:
    return select(author_ids().subquery().c.author_id)


def find_pending_addition(session: Session, seq: int) -> Addition | None:
    """Return what is still to be pushed, or None where it was, or is gone."""
    return session.scalar(select(Addition).where(Addition.seq == seq, Addition.state == "pending"))


def get_log(session: Session) -> FeedLog:
    """Return this database's log of additions."""
    return session.scalars(select(FeedLog)).one()


def list_missed_additions(session: Session, before: datetime, limit: int) -> Sequence[int]:
    """Return what was to be pushed since before that moment, the oldest first."""
    missed = select(Addition.seq).where(Addition.state == "pending", Addition.added_on < before)
    return session.scalars(missed.order_by(Addition.seq).limit(limit)).all()


def is_pulled(session: Session, author_id: int) -> bool:
    """Tell whether readers look up what this author shares."""
    return session.get(PulledAuthor, author_id) is not None


def has_followers(session: Session, author_id: int, number: int) -> bool:
    """Tell whether the author has more followers than that."""
    some = select(Follow.follower_id).where(Follow.followed_id == author_id).limit(number + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > number


def list_readers_of(session: Session, author_id: int, *, after_id: int, limit: int) -> Sequence[int]:
    """Return ids of who reads an author, the author included, in order from after one."""
    return list_ids(session, _readers_of(), {"author_id": author_id, "after_id": after_id, "limit": limit})


@cache
def _readers_of() -> Select[int]:
    author_id, after_id = bindparam("author_id", type_=BigId), bindparam("after_id", type_=BigId)
    some = select(Follow.follower_id.label("id")).where(Follow.followed_id == author_id, Follow.follower_id > after_id)
    followers = some.order_by(Follow.follower_id).limit(bindparam("limit")).subquery()
    author = select(User.id).where(User.id == author_id, User.id > after_id)
    theirs = union_all(select(followers.c.id), author).subquery()
    return select(theirs.c.id).order_by(theirs.c.id).limit(bindparam("limit"))
