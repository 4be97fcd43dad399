import pytest

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.timeline import service
from commonplace.timeline.candidates import NEWEST
from commonplace.timeline.queries_postgresql import PostgreSQLSource
from tests.databases import migrated_database

pytestmark = pytest.mark.server


@pytest.fixture
def house(tmp_path):
    with migrated_database("postgresql", tmp_path) as url:
        house = House.build(Settings.read(data_dir=tmp_path / "data", database_url=url))
        yield house
        house.database.dispose()


@pytest.mark.parametrize("number", [1, 4, 50])
def test_the_two_stages_find_what_a_plain_search_finds(session, stage, number):
    stage.share(30)
    expected = stage.expected()
    for before in (NEWEST, expected[0], expected[9], expected[-1]):
        wanted = [entry_id for entry_id in expected if entry_id < before]
        found = PostgreSQLSource().find_newest(session, stage.reader.id, before=before, number=number, kinds=None)
        assert list(found.ids) == wanted[:number]
        assert found.is_end == (len(wanted) < number)


def test_some_kinds_and_those_who_are_not_pushed(session, stage):
    stage.share(8)
    source = PostgreSQLSource()
    assert source.find_newest(session, stage.reader.id, before=NEWEST, number=9, kinds={"post"}).ids == []
    service.pull_author(session, stage.authors[1].id)
    found = source.find_newest_pulled(session, stage.reader.id, before=NEWEST, number=9)
    mine = [snap.id for snap in reversed(stage.snaps) if snap.author_id == stage.authors[1].id]
    assert list(found.ids) == mine
