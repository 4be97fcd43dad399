"""What containers promise, wherever they are."""

import pytest

from commonplace.timeline.containers import Contents
from commonplace.timeline.containers_redis import RedisContainers
from commonplace.timeline.containers_table import TableContainers
from commonplace.timeline.service import new_log_id
from tests.servers import redis_url
from tests.timeline.conftest import fill, look


@pytest.fixture(params=["table", "redis"])
def containers(request, house):
    if request.param == "table":
        return TableContainers(house.database)
    return RedisContainers(redis_url(), new_log_id())


@pytest.fixture
def shared(stage):
    stage.share(6)
    return [snap.id for snap in stage.snaps]


def test_one_that_is_not_there_is_not_found_and_takes_nothing(containers, stage, shared, session):
    containers.push([stage.reader.id], shared[0])
    assert look(containers, session, stage.reader.id, 1) is None


def test_it_takes_what_is_pushed_while_it_is_filled(containers, stage, shared, session):
    reader = stage.reader.id, 1
    filling = containers.begin_filling(*reader)
    assert not containers.begin_filling(*reader)
    assert look(containers, session, *reader) is None
    containers.push([reader[0], stage.stranger.id], shared[4])
    containers.end_filling(filling, Contents([shared[3], shared[2]], floor_id=shared[2]))
    containers.push([reader[0]], shared[5])
    containers.push([reader[0]], shared[5])
    containers.push([reader[0]], shared[0])  # as of an earlier day: below what it is whole from
    assert look(containers, session, *reader) == Contents([shared[5], shared[4], shared[3], shared[2]], shared[2])
    assert look(containers, session, stage.stranger.id, 0) is None


def test_a_new_version_of_its_reader_has_another(containers, stage, shared, session):
    fill(containers, stage.reader.id, 1, Contents(shared[:1], 0))
    assert look(containers, session, stage.reader.id, 2) is None
    fill(containers, stage.reader.id, 2, Contents(shared[1:2], 0))
    assert look(containers, session, stage.reader.id, 2) == Contents(shared[1:2], 0)
    assert look(containers, session, stage.reader.id, 1) is None
    containers.push([stage.reader.id], shared[5])
    assert look(containers, session, stage.reader.id, 2) == Contents([shared[5], shared[1]], 0)


def test_who_is_late_with_a_former_version_spoils_nothing(containers, stage, shared, session):
    former = containers.begin_filling(stage.reader.id, 1)
    latter = containers.begin_filling(stage.reader.id, 2)
    containers.end_filling(former, Contents(shared[:1], 0))
    assert look(containers, session, stage.reader.id, 1) is None
    containers.end_filling(latter, Contents(shared[1:2], 0))
    assert look(containers, session, stage.reader.id, 2) == Contents(shared[1:2], 0)


def test_all_can_be_dropped_and_what_was_being_filled_then_stays_away(containers, stage, shared, session):
    filling = containers.begin_filling(stage.reader.id, 1)
    containers.clear(session)
    session.commit()
    containers.end_filling(filling, Contents(shared, 0))
    assert look(containers, session, stage.reader.id, 1) is None


def test_who_fills_what_was_dropped_spoils_nothing_for_who_fills_it_anew(containers, stage, shared, session):
    former = containers.begin_filling(stage.reader.id, 1)
    containers.clear(session)
    session.commit()
    latter = containers.begin_filling(stage.reader.id, 1)
    containers.end_filling(former, Contents(shared[:1], 0))
    assert look(containers, session, stage.reader.id, 1) is None
    containers.end_filling(latter, Contents(shared[:2], 0))
    assert look(containers, session, stage.reader.id, 1).ids == sorted(shared[:2], reverse=True)


def test_an_empty_feed_is_whole_too(containers, stage, session):
    fill(containers, stage.reader.id, 1, Contents([], 0))
    assert look(containers, session, stage.reader.id, 1) == Contents([], 0)
