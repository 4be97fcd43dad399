"""Candidates by SQL on SQLite: two shapes of one question, and a chooser.

Who reads few is served author by author, each from the newest on (SQLite stops at an author's first entry that comes
too late for the page). Who reads many finds a page among the newest entries of all.
"""

from collections.abc import Collection
from functools import cache

from sqlalchemy import BigInteger, CompoundSelect, Select, bindparam, func, literal_column, select, true, union_all
from sqlalchemy.orm import Session

from commonplace.entries.models import Entry
from commonplace.entries.queries import is_listed
from commonplace.timeline.candidates import Candidates
from commonplace.timeline.queries import READER, author_ids, is_of, is_read, pulled_ids
from commonplace.users.models import Follow

FEW = 200
MANY = -1
"""Stands in place of ids where more than a few are followed."""
WINDOW = 1_000
"""How many of the newest entries are looked through for who reads many."""

Kinds = frozenset[str] | None


class SQLiteSource:
    """The two shapes and the chooser."""

    def find_newest(
        self, session: Session, reader_id: int, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates:
        """Return the newest, by the shape that fits the reader."""
        asked = {"viewer_id": reader_id, "before": before, "number": number, "too_many": FEW + 1}
        chosen = None if kinds is None else frozenset(kinds)
        ids = session.scalars(_by_author_where_few(chosen), asked).all()
        if ids[:1] == [MANY]:
            ids = session.scalars(_among_newest(chosen), asked | {"window": WINDOW + number}).all()
            if len(ids) == number:
                return Candidates(ids, is_end=False)
            ids = session.scalars(_by_author(chosen), asked).all()
        return Candidates(ids, is_end=len(ids) < number)

    def find_newest_pulled(self, session: Session, reader_id: int, *, before: int, number: int) -> Candidates:
        """Return the newest of those authors alone that are not pushed."""
        asked = {"viewer_id": reader_id, "before": before, "number": number}
        ids = session.scalars(_by_author(None, of_pulled=True), asked).all()
        return Candidates(ids, is_end=len(ids) < number)


@cache
def _by_author_where_few(kinds: Kinds) -> CompoundSelect[int]:
    too_many = bindparam("too_many", type_=BigInteger)
    some = select(literal_column("1", BigInteger)).where(Follow.follower_id == READER).limit(too_many)
    number = select(func.count()).select_from(some.subquery()).scalar_subquery()
    gate = select(literal_column("1", BigInteger)).where(number < too_many).subquery()
    by_author = _by_author(kinds).join(gate, true()).subquery()
    return union_all(select(literal_column(str(MANY), BigInteger)).where(number == too_many), select(by_author.c.id))


@cache
def _by_author(kinds: Kinds, *, of_pulled: bool = False) -> Select[int]:
    authors = (pulled_ids() if of_pulled else author_ids()).subquery()
    of_these = select(Entry.id).select_from(authors).join(Entry, Entry.author_id == authors.c.author_id)
    older = of_these.where(is_listed(), Entry.id < bindparam("before"), *is_of(kinds))
    return older.order_by(Entry.id.desc()).limit(bindparam("number"))


@cache
def _among_newest(kinds: Kinds) -> Select[int]:
    older = select(Entry.id).where(is_listed(), Entry.id < bindparam("before"), *is_of(kinds))
    newest_first = older.order_by(Entry.id.desc())
    last = newest_first.limit(1).offset(bindparam("window")).correlate(None).scalar_subquery()
    within = Entry.id > func.coalesce(last, -1)
    return newest_first.where(within, is_read(Entry.author_id)).limit(bindparam("number"))
