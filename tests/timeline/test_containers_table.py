from sqlalchemy import func, select

from commonplace.core import clock
from commonplace.timeline import containers_table
from commonplace.timeline.containers import Contents
from commonplace.timeline.containers_table import FILLING_FOR, TableContainers
from commonplace.timeline.models import ContainerItem
from tests.timeline.conftest import fill, look


def test_one_that_was_given_up_while_it_was_filled_is_begun_again(house, stage, monkeypatch):
    containers = TableContainers(house.database)
    assert containers.begin_filling(stage.reader.id, 1)
    later = clock.now() + FILLING_FOR
    monkeypatch.setattr(clock, "now", lambda: later)
    assert containers.begin_filling(stage.reader.id, 1)


def test_one_that_grew_too_large_is_whole_from_a_later_entry_on(house, session, stage, monkeypatch):
    monkeypatch.setattr(containers_table, "CAPACITY", 2)
    monkeypatch.setattr(containers_table, "SLACK", 1)
    stage.share(6)
    ids = sorted((snap.id for snap in stage.snaps), reverse=True)
    containers = TableContainers(house.database)
    fill(containers, stage.reader.id, 1, Contents(ids, 0))
    containers.trim()
    assert look(containers, session, stage.reader.id, 1) == Contents(ids[:2], ids[1])
    assert session.scalar(select(func.count()).select_from(ContainerItem)) == 2


def test_an_entry_that_is_gone_is_no_hindrance(house, stage, session):
    stage.share(1)
    containers = TableContainers(house.database)
    filling = containers.begin_filling(stage.reader.id, 1)
    containers.push([stage.reader.id], 404)
    containers.end_filling(filling, Contents([404, stage.snaps[0].id], 0))
    assert look(containers, session, stage.reader.id, 1) == Contents([stage.snaps[0].id], 0)
