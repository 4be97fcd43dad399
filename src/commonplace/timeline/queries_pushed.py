"""Candidates from a reader's container, with what is not pushed yet, and with authors who are not pushed at all."""

import logging
from collections.abc import Callable, Collection
from heapq import merge

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from commonplace.core.db import Database
from commonplace.timeline import queries
from commonplace.timeline.candidates import NEWEST, Candidates, FullSource
from commonplace.timeline.containers import CAPACITY, Containers, ContainersLost, Contents
from commonplace.timeline.service import begin_log

log = logging.getLogger(__name__)


class PushedSource:
    """Candidates from containers; one that is missing is filled for the next time."""

    def __init__(self, database: Database, containers_of: Callable[[int], Containers], full: FullSource) -> None:
        """Read the containers of a log of additions, and fill them from `full`."""
        self._database = database
        self._containers_of = containers_of
        self._full = full

    def find_newest(
        self, session: Session, reader_id: int, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates | None:
        """Return the newest; None without a whole container, for some kinds only, and for what is older than it."""
        if kinds is not None:
            return None
        # first what is still to be pushed, then the container: what is pushed in between is met twice
        state = queries.get_push_state(session, reader_id)
        containers = self._containers_of(state.log_id)
        try:
            contents = containers.find(
                session, reader_id, state.version, pushed=state.pushed, before=before, number=number
            )
        except ContainersLost:
            self._begin_log(state.log_id)
            return None
        if contents is None:
            self._fill(containers, reader_id, state.version)
            return None
        pending = (entry_id for entry_id in state.pending_ids if contents.floor_id <= entry_id < before)
        ids = sorted({*contents.ids, *pending}, reverse=True)[:number]
        if len(ids) < number and contents.floor_id > 0:
            return None
        pushed = Candidates(ids, is_end=len(ids) < number)
        if not state.is_pulled:
            return pushed
        pulled = self._full.find_newest_pulled(session, reader_id, before=before, number=number)
        return _merge(pushed, pulled, number)

    def _fill(self, containers: Containers, reader_id: int, version: int) -> None:
        filling = containers.begin_filling(reader_id, version)
        if filling is None:
            return
        with self._database.reading() as session:  # another than the asker's, which may have begun before
            found = self._full.find_newest(session, reader_id, before=NEWEST, number=CAPACITY, kinds=None)
        floor_id = 0 if found.is_end else found.ids[-1]
        containers.end_filling(filling, Contents(found.ids, floor_id))

    def _begin_log(self, log_id: int) -> None:
        log.warning("feeds that were pushed are lost: they are made anew as they are read")
        try:
            with self._database.writing_beside() as session:
                begin_log(session, instead_of=log_id)
        except OperationalError:
            log.warning("that could not be noted: the next reader does", exc_info=True)


def _merge(one: Candidates, other: Candidates, number: int) -> Candidates:
    """Return the newest of both; each is whole down to its last id, or to the beginning."""
    ends = [found.ids[-1] for found in (one, other) if not found.is_end]
    down_to = max(ends, default=0)
    both = list(dict.fromkeys(merge(one.ids, other.ids, reverse=True)))
    ids = [entry_id for entry_id in both if entry_id >= down_to][:number]
    return Candidates(ids, is_end=not ends and len(both) <= number)
