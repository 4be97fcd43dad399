"""The pages that are measured, the floor below them, and the naive join beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, Subquery, bindparam, select, union_all
from sqlalchemy.orm import Session

from benchmarks.feed_data.size import Reader
from commonplace.core.db import BigId
from commonplace.core.pagination import encode_cursor
from commonplace.entries.models import Entry
from commonplace.entries.queries import entries_with_authors, is_listed
from commonplace.users.models import Follow, User

KINDS = ("post", "snap")
LIMIT = 20
DEEP = 100


@dataclass(frozen=True)
class Case:
    """One page of one reader, and the entries that must be on it."""

    reader: Reader
    user: User
    number: int
    cursor: str | None
    ids: tuple[int, ...]


def list_cases(session: Session, readers: Sequence[Reader]) -> list[Case]:
    """Return for each reader the first page, and the hundredth or the last that is full."""
    cases = []
    for reader in readers:
        user = session.scalars(select(User).where(User.username == reader.username)).one()
        ids = list(session.scalars(_newest_ids(), {"user_id": user.id, "offset": 0, "limit": DEEP * LIMIT}))
        for number in sorted({1, min(DEEP, len(ids) // LIMIT)} - {0}):
            start = (number - 1) * LIMIT
            cursor = encode_cursor(ids[start - 1]) if start else None
            cases.append(Case(reader, user, number, cursor, tuple(ids[start : start + LIMIT])))
    return cases


def load_floor(session: Session, case: Case) -> Sequence[Entry]:
    """Return the page's entries with their authors, found by primary key."""
    return session.scalars(_by_key(), {"ids": case.ids}).all()


def load_naively(session: Session, case: Case) -> Sequence[Entry]:
    """Return the page as found by joining all that the followed shared, sorting it by time, and skipping to it."""
    values = {"user_id": case.user.id, "offset": (case.number - 1) * LIMIT, "limit": LIMIT}
    return session.scalars(_naive(), values).all()


@cache
def _by_key() -> Select[Entry]:
    return entries_with_authors().where(Entry.id.in_(bindparam("ids", expanding=True)))


@cache
def _naive() -> Select[Entry]:
    newest = _newest()
    return entries_with_authors().join(newest, newest.c.id == Entry.id).order_by(Entry.created_on.desc())


@cache
def _newest_ids() -> Select[int]:
    return select(_newest().c.id)


def _newest() -> Subquery:
    user_id = bindparam("user_id", type_=BigId)
    columns = select(Entry.id, Entry.created_on).where(is_listed())
    of_followed = columns.join(Follow, Follow.followed_id == Entry.author_id).where(Follow.follower_id == user_id)
    both = union_all(of_followed, columns.where(Entry.author_id == user_id)).subquery()
    page = select(both.c.id).order_by(both.c.created_on.desc())
    return page.offset(bindparam("offset", type_=BigId)).limit(bindparam("limit", type_=BigId)).subquery()
