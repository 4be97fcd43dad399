"""The feed of a reader: what they and those they follow shared, all kinds mixed, newest first, page by page."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Protocol, TypeVar

from sqlalchemy import Row
from sqlalchemy.orm import Session

from commonplace.core.errors import invalid_field
from commonplace.core.pagination import MAX_LIMIT, Page, decode_cursor, encode_cursor
from commonplace.entries.models import Entry
from commonplace.timeline import queries
from commonplace.timeline.candidates import NEWEST, Candidates, FullSource, Source
from commonplace.users.models import User

SPARE = 4
"""How many more candidates than needed are asked for: most pages then take one look, though some are not shown."""
MANY = 2_000
MOST_NEWER = 99


class HasId(Protocol):
    """Whatever has the id of an entry."""

    @property
    def id(self) -> int:
        """The id."""


class Chosen(NamedTuple):
    """The kinds that are shown, and those to look among: None where all are shown that the site offers."""

    wanted: Collection[str]
    among: Collection[str] | None


Shown = TypeVar("Shown", bound=HasId)


class Feed:
    """One way to come by a page, whatever the strategy: candidates from a source, then what may be shown of them."""

    def __init__(self, sources: Sequence[Source], full: FullSource) -> None:
        """Take candidates from the first of `sources` that can tell, or from `full`, which always can."""
        self._sources = tuple(sources)
        self._full = full

    def list_entries(
        self,
        session: Session,
        reader: User,
        kinds: Collection[str],
        *,
        kind: str | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page[Entry]:
        """Return a page of the feed: entries of `kinds`, which the site offers, or of the one `kind` asked for.

        Raises Invalid for a limit outside 1 to 100 or a cursor that is none.
        """
        return self._list(queries.list_shown, session, reader, _choose_kinds(kinds, kind), cursor, limit)

    def list_stamps(
        self,
        session: Session,
        reader: User,
        kinds: Collection[str],
        *,
        kind: str | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page[Row[int, int, str]]:
        """Return the same page as rows of `id`, `version` and `username`, for whoever keeps what entries look like."""
        return self._list(queries.list_stamps, session, reader, _choose_kinds(kinds, kind), cursor, limit)

    def _list(
        self,
        load: Callable[[Session, User, Collection[str], Sequence[int], int], Sequence[Shown]],
        session: Session,
        reader: User,
        chosen: Chosen,
        cursor: str | None,
        limit: int,
    ) -> Page[Shown]:
        if not 1 <= limit <= MAX_LIMIT:
            raise invalid_field("limit", f"A page holds 1 to {MAX_LIMIT}: ask for a limit between them.")
        before = NEWEST if cursor is None else decode_cursor(cursor)
        shown: list[Shown] = []
        number = limit + 1 + SPARE
        while True:
            found = self._find_newest(session, reader, before=before, number=number, kinds=chosen.among)
            shown += load(session, reader, chosen.wanted, found.ids, limit + 1 - len(shown))
            if len(shown) > limit:
                return Page(tuple(shown[:limit]), encode_cursor(shown[limit - 1].id))
            if found.is_end:
                return Page(tuple(shown), None)
            before, number = found.ids[-1], min(number * 4, MANY)

    def count_newer(
        self, session: Session, reader: User, kinds: Collection[str], *, kind: str | None = None, than: str
    ) -> int:
        """Return how many entries stand in the feed above the one that a cursor names, 99 at the most."""
        last, chosen = decode_cursor(than), _choose_kinds(kinds, kind)
        count, before, number = 0, NEWEST, MOST_NEWER
        while True:
            found = self._find_newest(session, reader, before=before, number=number, kinds=chosen.among)
            newer = [entry_id for entry_id in found.ids if entry_id > last]
            count += queries.count_shown(session, reader, chosen.wanted, newer)
            if count >= MOST_NEWER or found.is_end or len(newer) < len(found.ids):
                return min(count, MOST_NEWER)
            before, number = found.ids[-1], min(number * 4, MANY)

    def _find_newest(
        self, session: Session, reader: User, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates:
        for source in self._sources:
            found = source.find_newest(session, reader.id, before=before, number=number, kinds=kinds)
            if found is not None:
                return found
        return self._full.find_newest(session, reader.id, before=before, number=number, kinds=kinds)


def _choose_kinds(offered: Collection[str], kind: str | None) -> Chosen:
    wanted = offered if kind is None else {kind} & set(offered)
    # of a kind that is not offered any more there is little, and what is found of it is not shown
    return Chosen(wanted, None if set(wanted) == set(offered) else wanted)
