"""Candidates from the ring, for who reads many: whom they read is kept in memory for as long as that stays the same."""

from collections import OrderedDict
from collections.abc import Collection
from threading import Lock

import numpy as np
from sqlalchemy.orm import Session

from commonplace.timeline import queries
from commonplace.timeline.candidates import Candidates
from commonplace.timeline.ring import Numbers, Ring, find_newest

FEW = 50
"""Who reads no more than these is served faster by SQL."""
KEPT_BYTES = 64 * 1024 * 1024


class RingSource:
    """Candidates from one process's ring."""

    def __init__(self, ring: Ring) -> None:
        """Look into that ring."""
        self._ring = ring
        self._lock = Lock()
        self._author_ids: OrderedDict[int, tuple[int, Numbers]] = OrderedDict()
        self._room = KEPT_BYTES

    def find_newest(
        self, session: Session, reader_id: int, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates | None:
        """Return the newest; None for who reads few, for some kinds only, and for what is older than the ring."""
        if kinds is not None:
            return None
        version, pairs = self._ring.look(session, reader_id)
        author_ids = self._get_author_ids(session, reader_id, version)
        return find_newest(pairs, author_ids, before=before, number=number) if len(author_ids) > FEW else None

    def _get_author_ids(self, session: Session, reader_id: int, version: int) -> Numbers:
        kept = self._author_ids.get(reader_id)
        if kept is not None and kept[0] == version:
            return kept[1]
        author_ids = np.array(queries.list_author_ids(session, reader_id), dtype=np.int64)
        self._keep(reader_id, version, author_ids)
        return author_ids

    def _keep(self, reader_id: int, version: int, author_ids: Numbers) -> None:
        with self._lock:
            self._drop(reader_id)
            self._author_ids[reader_id] = (version, author_ids)
            self._room -= author_ids.nbytes
            while self._room < 0:
                self._drop(next(iter(self._author_ids)))

    def _drop(self, reader_id: int) -> None:
        if reader_id in self._author_ids:
            self._room += self._author_ids.pop(reader_id)[1].nbytes
