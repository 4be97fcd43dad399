"""What every source of candidates promises: newest first, none left out, and the end told."""

import pytest

from commonplace.timeline import queries_ring, queries_sqlite
from commonplace.timeline.candidates import NEWEST
from commonplace.timeline.containers_table import TableContainers
from commonplace.timeline.queries_postgresql import PostgreSQLSource
from commonplace.timeline.queries_pushed import PushedSource
from commonplace.timeline.queries_ring import RingSource
from commonplace.timeline.queries_sqlite import SQLiteSource
from commonplace.timeline.ring import Ring


@pytest.fixture(params=["sql", "sql for many", "ring", "pushed"])
def source(request, house, stage, monkeypatch):
    full = SQLiteSource() if house.database.is_sqlite else PostgreSQLSource()
    if request.param == "sql for many":
        monkeypatch.setattr(queries_sqlite, "FEW", 2)
        monkeypatch.setattr(queries_sqlite, "WINDOW", 5)
    if request.param == "ring":
        monkeypatch.setattr(queries_ring, "FEW", 2)
        return RingSource(Ring())
    if request.param == "pushed":
        return PushedSource(house.database, lambda _log_id: TableContainers(house.database), full)
    return full


def test_candidates_are_the_newest_below_an_id_and_none_is_left_out(source, session, stage):
    stage.share(30)
    everything = stage.expected()
    if isinstance(source, PushedSource):
        fill(source, session, stage.reader)
    for start in (None, 0, 7, len(everything) - 3):
        before = NEWEST if start is None else everything[start]
        wanted = [entry_id for entry_id in everything if entry_id < before]
        found = source.find_newest(session, stage.reader.id, before=before, number=5, kinds=None)
        assert list(found.ids) == wanted[:5]
        assert found.is_end == (len(wanted) < 5)


def fill(source, session, reader):
    """Let it make the reader's container, as it does for who finds none."""
    assert source.find_newest(session, reader.id, before=NEWEST, number=1, kinds=None) is None
    session.rollback()


def test_somebody_without_anything_to_read_has_come_to_the_end(source, session, stage):
    if isinstance(source, PushedSource):
        fill(source, session, stage.reader)
    found = source.find_newest(session, stage.reader.id, before=NEWEST, number=5, kinds=None)
    assert (list(found.ids), found.is_end) == ([], True)
