"""Candidates by SQL on SQLite: two shapes of one question, and a chooser, in one statement.

Who reads few is served author by author, each from the newest on (SQLite stops at an author's first entry that comes
too late for the page). Who reads many finds a page among the newest entries of all.
"""

from collections.abc import Collection
from functools import cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from commonplace.core.prepared import list_ids
from commonplace.entries.models import Entry
from commonplace.entries.queries import is_listed
from commonplace.timeline.candidates import NEWEST, Candidates
from commonplace.timeline.queries import READER, author_ids, is_of, is_read, pulled_ids
from commonplace.users.models import Follow

FEW = 200
MANY = -1
"""Stands before the ids where more than a few are followed."""
WINDOW = 1_000
"""How many of the newest entries are looked through for who reads many."""

Kinds = frozenset[str] | None


class SQLiteSource:
    """The two shapes and the chooser."""

    def find_newest(
        self, session: Session, reader_id: int, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates:
        """Return the newest, by the shape that fits the reader."""
        asked = {"viewer_id": reader_id, "before": before, "number": number}
        chosen = None if kinds is None else frozenset(kinds)
        bounds = {"too_many": FEW + 1, "window": WINDOW + number}
        ids = list_ids(session, _by_the_shape_that_fits(chosen), asked | bounds)
        if ids[:1] != [MANY]:
            return Candidates(ids, is_end=len(ids) < number)
        if len(ids) == 1 + number:
            return Candidates(ids[1:], is_end=False)
        ids = list_ids(session, _by_author(chosen), asked)
        return Candidates(ids, is_end=len(ids) < number)

    def find_newest_pulled(self, session: Session, reader_id: int, *, before: int, number: int) -> Candidates:
        """Return the newest of those authors alone that are not pushed."""
        asked = {"viewer_id": reader_id, "before": before, "number": number}
        ids = list_ids(session, _by_author(None, of_pulled=True), asked)
        return Candidates(ids, is_end=len(ids) < number)


@cache
def _by_the_shape_that_fits(kinds: Kinds) -> CompoundSelect[int]:
    too_many = bindparam("too_many", type_=BigInteger)
    some = select(literal_column("1", BigInteger)).where(Follow.follower_id == READER).limit(too_many)
    number = select(func.count()).select_from(some.subquery()).scalar_subquery()
    gate = select(literal_column("1", BigInteger)).where(number < too_many).subquery()
    by_author = _by_author(kinds).join(gate, true()).subquery()
    newest = _among_newest(kinds, unless=number < too_many).subquery()
    mark = select(literal_column(str(MANY), BigInteger)).where(number == too_many)
    return union_all(mark, select(by_author.c.id), select(newest.c.id))


@cache
def _by_author(kinds: Kinds, *, of_pulled: bool = False) -> Select[int]:
    authors = (pulled_ids() if of_pulled else author_ids()).subquery()
    of_these = select(Entry.id).select_from(authors).join(Entry, Entry.author_id == authors.c.author_id)
    older = of_these.where(is_listed(), Entry.id < bindparam("before"), *is_of(kinds))
    return older.order_by(Entry.id.desc()).limit(bindparam("number"))


def _among_newest(kinds: Kinds, unless: ColumnElement[bool]) -> Select[int]:
    older = select(Entry.id).where(is_listed(), Entry.id < bindparam("before"), *is_of(kinds))
    newest_first = older.order_by(Entry.id.desc())
    last = newest_first.limit(1).offset(bindparam("window")).correlate(None).scalar_subquery()
    within = Entry.id > case((unless, NEWEST), else_=func.coalesce(last, -1))
    return newest_first.where(within, is_read(Entry.author_id)).limit(bindparam("number"))
