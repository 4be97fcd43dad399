"""Containers in the database, for a site that has no Redis."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from secrets import randbelow

from sqlalchemy import Select, and_, bindparam, delete, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.db import BigId, Database
from commonplace.core.prepared import list_rows
from commonplace.entries.models import Entry
from commonplace.timeline.containers import CAPACITY, CHUNK, SLACK, ContainersLost, Contents, Filling
from commonplace.timeline.models import Container, ContainerItem

log = logging.getLogger(__name__)
FILLING_FOR = timedelta(seconds=30)
"""After that, whoever began to fill a container counts as dead."""


class TableContainers:
    """A row for each container, and one for each id in it; each call is a short unit of work of its own."""

    def __init__(self, database: Database) -> None:
        """Keep them in that database."""
        self._database = database

    def find(
        self, session: Session, reader_id: int, version: int, *, pushed: int, before: int, number: int
    ) -> Contents | None:
        """Return the newest in the container; what the database knows to be pushed it holds itself. One query."""
        asked = {"reader_id": reader_id, "version": version, "before": before, "number": number}
        rows = list_rows(session, _newest(), asked)
        if not rows:
            return None
        return Contents([row.entry_id for row in rows if row.entry_id is not None], rows[0].floor_id)

    def begin_filling(self, reader_id: int, version: int) -> Filling | None:
        """Make an empty container in place of what was there, unless somebody just did so."""
        filling = Filling(reader_id, version, randbelow(1 << 62))
        try:
            with self._database.writing_beside() as session:
                present = session.get(Container, reader_id)
                if present is not None and present.version == version and clock.now() - present.filled_on < FILLING_FOR:
                    return None
                session.execute(delete(Container).where(Container.reader_id == reader_id))
                session.add(Container(reader_id=reader_id, version=version, floor_id=filling.number))
        except (OperationalError, IntegrityError):
            log.warning("no container could be made: the feed is read without", exc_info=True)
            return None
        return filling

    def end_filling(self, filling: Filling, contents: Contents) -> None:
        """Add the ids, but for entries that are gone by now."""
        reader_id = filling.reader_id
        begun = {"reader_id": reader_id, "version": filling.version, "floor_id": filling.number, "state": "filling"}
        try:
            with self._database.writing_beside() as session:
                # locked, so that nobody begins another meanwhile
                container = session.scalar(select(Container).filter_by(**begun).with_for_update())
                if container is not None:
                    _add(session, select(literal(reader_id), Entry.id).where(Entry.id.in_(contents.ids)))
                    container.floor_id, container.state = contents.floor_id, "whole"
        except (OperationalError, IntegrityError):
            log.warning("a container could not be filled: the feed is read without", exc_info=True)

    def identity(self) -> str:
        """Return the same always: what was committed is not lost."""
        return ""

    def push(self, reader_ids: Sequence[int], entry_id: int) -> None:
        """Add the entry to the containers that are there, of whichever version."""
        with self._database.writing() as session:
            is_theirs = Container.reader_id.in_(reader_ids)
            _add(session, select(Container.reader_id, Entry.id).join(Entry, Entry.id == entry_id).where(is_theirs))

    def finish(self, pushed: int, identity: str) -> int:
        """Raise ContainersLost always: a Redis that is used again later has lost what is pushed here."""
        raise ContainersLost

    def clear(self, session: Session) -> None:
        """Drop all containers, with what is in them."""
        session.execute(delete(Container))

    def trim(self) -> None:
        """Drop the oldest from containers that hold too many; they are whole from a later id on then."""
        with self._database.writing() as session:
            for reader_id in session.scalars(
                select(ContainerItem.reader_id)
                .group_by(ContainerItem.reader_id)
                .having(func.count() > CAPACITY + SLACK)
                .limit(CHUNK)
            ).all():
                _trim(session, reader_id)


@cache
def _newest() -> Select[int, int | None]:
    is_in_it = [
        ContainerItem.reader_id == Container.reader_id,
        ContainerItem.entry_id >= Container.floor_id,
        ContainerItem.entry_id < bindparam("before", type_=BigId),
    ]
    is_whole = [
        Container.reader_id == bindparam("reader_id", type_=BigId),
        Container.version == bindparam("version", type_=BigId),
        Container.state == "whole",
    ]
    # a container with nothing in it has a row all the same
    rows = select(Container.floor_id, ContainerItem.entry_id).outerjoin(ContainerItem, and_(*is_in_it)).where(*is_whole)
    return rows.order_by(ContainerItem.entry_id.desc()).limit(bindparam("number"))


def _trim(session: Session, reader_id: int) -> None:
    items = select(ContainerItem.entry_id).where(ContainerItem.reader_id == reader_id)
    floor_id = session.scalar(items.order_by(ContainerItem.entry_id.desc()).offset(CAPACITY - 1).limit(1)) or 0
    session.execute(update(Container).where(Container.reader_id == reader_id).values(floor_id=floor_id))
    session.execute(
        delete(ContainerItem).where(ContainerItem.reader_id == reader_id, ContainerItem.entry_id < floor_id)
    )


def _add(session: Session, items: Select[int, int]) -> None:
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(ContainerItem)
    session.execute(insert.from_select(["reader_id", "entry_id"], items).on_conflict_do_nothing())
