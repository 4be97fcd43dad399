"""Candidates by SQL on PostgreSQL, in two stages: each author's newest entry, then the page from the best of these.

Whoever stands in a page of so many is among the so many authors whose newest entry is newest.
"""

from collections.abc import Collection
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, lateral, select, true
from sqlalchemy.orm import Session

from commonplace.core.prepared import list_ids
from commonplace.entries.models import Entry
from commonplace.entries.queries import is_listed
from commonplace.timeline.candidates import Candidates
from commonplace.timeline.queries import author_ids, is_of, pulled_ids

Kinds = frozenset[str] | None


class PostgreSQLSource:
    """The two stages, in one statement."""

    def find_newest(
        self, session: Session, reader_id: int, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates:
        """Return the newest."""
        asked = {"viewer_id": reader_id, "before": before, "number": number}
        ids = list_ids(session, _in_two_stages(None if kinds is None else frozenset(kinds)), asked)
        return Candidates(ids, is_end=len(ids) < number)

    def find_newest_pulled(self, session: Session, reader_id: int, *, before: int, number: int) -> Candidates:
        """Return the newest of those authors alone that are not pushed."""
        asked = {"viewer_id": reader_id, "before": before, "number": number}
        ids = list_ids(session, _in_two_stages(None, of_pulled=True), asked)
        return Candidates(ids, is_end=len(ids) < number)


def _of_author(author_id: ColumnElement[int], kinds: Kinds) -> Select[int]:
    older = [Entry.author_id == author_id, is_listed(), Entry.id < bindparam("before"), *is_of(kinds)]
    return select(Entry.id).where(*older).order_by(Entry.id.desc())


@cache
def _in_two_stages(kinds: Kinds, *, of_pulled: bool = False) -> Select[int]:
    authors = (pulled_ids() if of_pulled else author_ids()).subquery("authors")
    newest = lateral(_of_author(authors.c.author_id, kinds).limit(1), "newest")
    best = (
        select(authors.c.author_id)
        .select_from(authors)
        .join(newest, true())
        .order_by(newest.c.id.desc())
        .limit(bindparam("number"))
        .subquery("best")
    )
    page = lateral(_of_author(best.c.author_id, kinds).limit(bindparam("number")), "page")
    return select(page.c.id).select_from(best).join(page, true()).order_by(page.c.id.desc()).limit(bindparam("number"))
