"""The newest listed entries of the whole site in this process's memory: pairs of id and author, in two arrays.

The ring follows the rows of `Addition`, whose order is that of commits, so that nothing committed is missed: not what
was restored, nor what was shared as of an earlier day. What left the lists since stays in it, and is not shown.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.prepared import list_rows
from commonplace.entries.models import Entry
from commonplace.entries.queries import is_listed
from commonplace.timeline.candidates import Candidates
from commonplace.timeline.models import Addition, Reader
from commonplace.timeline.queries import READER

SIZE = 500_000
FIRST_WINDOW = 4_096
FOLLOWED_FOR = timedelta(hours=12)
"""How long after it was asked last the ring can still catch up; additions are kept for twice as long."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)

Numbers = NDArray[np.int64]


class Pairs(NamedTuple):
    """Ids, the oldest first, and the author of each, `last_author_id` the largest; `is_whole` where none is older."""

    ids: Numbers
    author_ids: Numbers
    last_author_id: int
    is_whole: bool


class Ring:
    """The pairs, brought up to date whenever they are asked for; any thread may ask."""

    def __init__(self, size: int = SIZE) -> None:
        """Hold `size` pairs or a little more; nothing is read before somebody asks."""
        self._size = size
        self._lock = Lock()
        self._ids = self._author_ids = np.empty(0, dtype=np.int64)
        self._used = 0
        self._last_author_id = 0
        self._is_whole = False
        self._seq = 0
        self._asked_on = LONG_AGO

    def look(self, session: Session, reader_id: int) -> tuple[int, Pairs]:
        """Return the version of the reader, and the pairs as of now; one query."""
        with self._lock:
            if clock.now() - self._asked_on > FOLLOWED_FOR:
                self._load(session)
            rows = list_rows(session, _look(), {"viewer_id": reader_id, "seq": self._seq})
            self._asked_on = clock.now()
            if rows[0].seq is not None:
                self._seq = rows[-1].seq
                self._add(np.array([(row.entry_id, row.author_id) for row in rows], dtype=np.int64))
            ids, author_ids = self._ids[: self._used], self._author_ids[: self._used]
            # what is added later stands behind them
            return rows[0].version or 0, Pairs(ids, author_ids, self._last_author_id, self._is_whole)

    def _load(self, session: Session) -> None:
        # the place in the order of commits first: what is committed between the two statements is met twice
        self._seq = session.scalar(select(func.max(Addition.seq))) or 0
        newest = select(Entry.id, Entry.author_id).where(is_listed()).order_by(Entry.id.desc()).limit(self._size)
        rows = np.array([tuple(row) for row in session.execute(newest)], dtype=np.int64).reshape(-1, 2)[::-1]
        self._is_whole = len(rows) < self._size
        self._hold(rows[:, 0], rows[:, 1])

    def _add(self, added: Numbers) -> None:
        ids = self._ids[: self._used]
        added = added[np.unique(added[:, 0], return_index=True)[1]]
        if len(ids) and added[0, 0] <= ids[-1]:
            self._insert(added[~np.isin(added[:, 0], ids)])
        elif self._used + len(added) > len(self._ids):
            self._insert(added)
        else:
            end = self._used + len(added)
            self._ids[self._used : end], self._author_ids[self._used : end] = added[:, 0], added[:, 1]
            self._used = end
            self._last_author_id = max(self._last_author_id, int(added[:, 1].max()))

    def _insert(self, added: Numbers) -> None:
        ids, author_ids = self._ids[: self._used], self._author_ids[: self._used]
        if not self._is_whole and len(ids):
            added = added[added[:, 0] > ids[0]]  # what is older has its place below the ring
        ids, author_ids = np.concatenate([ids, added[:, 0]]), np.concatenate([author_ids, added[:, 1]])
        in_order = np.argsort(ids, kind="stable")
        self._hold(ids[in_order], author_ids[in_order])

    def _hold(self, ids: Numbers, author_ids: Numbers) -> None:
        if len(ids) > self._size:
            ids, author_ids, self._is_whole = ids[-self._size :], author_ids[-self._size :], False
        room = np.empty(max(1_000, self._size // 10), dtype=np.int64)
        self._ids, self._author_ids = np.concatenate([ids, room]), np.concatenate([author_ids, room])
        self._used = len(ids)
        self._last_author_id = int(author_ids.max(initial=0))


@cache
def _look() -> Select[int | None, int | None, int | None, int | None]:
    one = select(literal(1).label("one")).subquery()
    columns = select(Reader.version, Addition.seq, Addition.entry_id, Addition.author_id)
    joined = one.outerjoin(Reader, Reader.user_id == READER).outerjoin(Addition, Addition.seq > bindparam("seq"))
    return columns.select_from(joined).order_by(Addition.seq)


def find_newest(pairs: Pairs, author_ids: Sequence[int] | Numbers, *, before: int, number: int) -> Candidates | None:
    """Return the newest below `before` by these authors; None where they lie below the ring.

    The pairs are looked through in windows that grow, from `before` down.
    """
    end = int(np.searchsorted(pairs.ids, before))
    wanted = np.asarray(author_ids, dtype=np.int64)
    is_wanted = np.zeros(pairs.last_author_id + 1, dtype=bool)
    is_wanted[wanted[wanted < len(is_wanted)]] = True
    found: list[int] = []
    window = FIRST_WINDOW
    while end > 0 and len(found) < number:
        start = max(0, end - window)
        hits = np.flatnonzero(is_wanted[pairs.author_ids[start:end]])[::-1]
        found += pairs.ids[start:end][hits[: number - len(found)]].tolist()
        end, window = start, window * 4
    if len(found) == number:
        return Candidates(found, is_end=False)
    return Candidates(found, is_end=True) if pairs.is_whole else None
