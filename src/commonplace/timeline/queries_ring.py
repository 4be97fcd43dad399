"""Candidates from the ring, for who reads many: whom they read is kept in memory for as long as that stays the same."""

import time
from collections import OrderedDict
from collections.abc import Collection
from threading import Lock
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from commonplace.timeline import queries
from commonplace.timeline.candidates import Candidates
from commonplace.timeline.ring import Numbers, Ring, find_newest

FEW = 50
"""Who reads no more than these is served faster by SQL."""
FEW_FOR_S = 60.0
"""How long that is taken for granted: SQL is right for everybody, and asks nothing beforehand."""
KEPT_BYTES = 64 * 1024 * 1024


class Known(NamedTuple):
    """Whom a reader reads, as of a version of theirs, and when that was true last, by a clock that never goes back."""

    version: int
    author_ids: Numbers
    known_at: float


class RingSource:
    """Candidates from one process's ring."""

    def __init__(self, ring: Ring) -> None:
        """Look into that ring."""
        self._ring = ring
        self._lock = Lock()
        self._author_ids: OrderedDict[int, Known] = OrderedDict()
        self._room = KEPT_BYTES

    def find_newest(
        self, session: Session, reader_id: int, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates | None:
        """Return the newest; None for who reads few, for some kinds only, and for what is older than the ring."""
        if kinds is not None or self._reads_few(reader_id):
            return None
        version, pairs = self._ring.look(session, reader_id)
        author_ids = self._get_author_ids(session, reader_id, version)
        return find_newest(pairs, author_ids, before=before, number=number) if len(author_ids) > FEW else None

    def _reads_few(self, reader_id: int) -> bool:
        known = self._author_ids.get(reader_id)
        if known is None or len(known.author_ids) > FEW:
            return False
        return time.monotonic() - known.known_at < FEW_FOR_S

    def _get_author_ids(self, session: Session, reader_id: int, version: int) -> Numbers:
        known = self._author_ids.get(reader_id)
        if known is None or known.version != version:
            author_ids = np.array(queries.list_author_ids(session, reader_id), dtype=np.int64)
            known = Known(version, author_ids, time.monotonic())
            self._keep(reader_id, known)
        elif len(known.author_ids) <= FEW:
            self._keep(reader_id, known._replace(known_at=time.monotonic()))
        return known.author_ids

    def _keep(self, reader_id: int, known: Known) -> None:
        with self._lock:
            self._drop(reader_id)
            self._author_ids[reader_id] = known
            self._room -= known.author_ids.nbytes
            while self._room < 0:
                self._drop(next(iter(self._author_ids)))

    def _drop(self, reader_id: int) -> None:
        if reader_id in self._author_ids:
            self._room += self._author_ids.pop(reader_id).author_ids.nbytes
