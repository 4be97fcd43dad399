import pytest
import time_machine
from redis import Redis
from sqlalchemy import select

from commonplace.core import clock
from commonplace.jobs.job import jobs
from commonplace.timeline import queries, service, tasks
from commonplace.timeline.candidates import NEWEST
from commonplace.timeline.containers import Contents
from commonplace.timeline.containers_redis import RedisContainers
from commonplace.timeline.containers_table import TableContainers
from commonplace.timeline.making import make_containers, make_pushed_source
from commonplace.timeline.models import Addition, PulledAuthor
from tests.servers import redis_url
from tests.timeline.conftest import fill, look
from tests.timeline.histories import in_redis, with_settings


@pytest.fixture
def pushing(house):
    return with_settings(house, feed="write")


@pytest.fixture
def containers(house, stage):
    containers = TableContainers(house.database)
    fill(containers, stage.reader.id, 1, Contents([], 0))
    return containers


def states(session):
    session.rollback()  # to see what others committed
    return session.scalars(select(Addition.state).order_by(Addition.seq)).all()


def list_seqs(session):
    return session.scalars(select(Addition.seq).order_by(Addition.seq)).all()


def reading(house, session, stage):
    """Return what looks into the reader's container, and fills it where it is missing."""
    source = make_pushed_source(house)

    def read():
        session.rollback()
        return source.find_newest(session, stage.reader.id, before=NEWEST, number=9, kinds=None)

    return read


def test_an_entry_goes_to_all_who_read_its_author_and_to_nobody_else(pushing, session, stage, containers, monkeypatch):
    monkeypatch.setattr(tasks, "CHUNK", 1)
    stage.share(4)
    for seq in list_seqs(session):
        tasks.fan_out(pushing, seq)
        tasks.fan_out(pushing, seq)
    assert set(states(session)) == {"done"}
    assert look(containers, session, stage.reader.id, 1).ids == stage.expected()


def test_what_is_pushed_is_counted_once_and_what_is_looked_up_is_not(house, session, stage, monkeypatch):
    pushing = with_settings(house, feed="write", **in_redis(house))
    stage.share(3)
    first, second, third = list_seqs(session)
    for seq in (second, first, first):
        tasks.fan_out(pushing, seq)
    monkeypatch.setattr(tasks, "MANY_FOLLOWERS", 0)
    tasks.fan_out(with_settings(pushing, feed="hybrid"), third)
    session.rollback()
    assert queries.get_log(session).pushed == 2


def test_a_redis_that_is_used_again_after_a_table_is_another(house, session, stage):
    in_redis_again, in_tables = (
        with_settings(house, feed="write", **in_redis(house)),
        with_settings(house, feed="write"),
    )
    read = reading(in_redis_again, session, stage)
    read()
    assert read().ids == []
    stage.share(1)
    tasks.fan_out(in_tables, list_seqs(session)[0])
    assert read() is None
    assert read().ids == stage.expected()


def test_containers_in_tables_are_dropped_by_whoever_pushes_into_redis(house, session, stage, containers):
    stage.share(1)
    tasks.fan_out(with_settings(house, feed="write", **in_redis(house)), list_seqs(session)[0])
    session.rollback()
    assert look(containers, session, stage.reader.id, 1) is None


def test_a_redis_that_lost_what_was_pushed_is_filled_anew_as_it_is_read(house, session, stage):
    pushing = with_settings(house, feed="write", **in_redis(house))
    read = reading(pushing, session, stage)
    stage.share(2)
    read()
    for seq in list_seqs(session):
        tasks.fan_out(pushing, seq)
    assert read().ids == stage.expected()
    session.rollback()
    containers = make_containers(pushing, queries.get_log(session).id)
    with Redis.from_url(redis_url()) as redis:
        redis.set(containers.mark, 0)
    assert read() is None
    assert read() is None  # by another log now
    assert read().ids == stage.expected()


def test_where_nobody_pushes_a_nudge_is_no_message(house, pushing):
    assert not tasks.fan_out.is_wanted(house)
    assert tasks.fan_out.is_wanted(pushing)


def test_one_with_many_followers_is_pulled(house, session, stage, containers, monkeypatch):
    monkeypatch.setattr(tasks, "MANY_FOLLOWERS", 0)
    stage.share(1)
    (seq,) = list_seqs(session)
    tasks.fan_out(with_settings(house, feed="hybrid"), seq)
    assert states(session) == ["done"]
    assert session.scalars(select(PulledAuthor.author_id)).all() == [stage.authors[0].id]
    assert look(containers, session, stage.reader.id, 1).ids == []


def test_what_is_lost_while_it_is_pushed_is_pushed_again(house, session, stage, monkeypatch):
    pushing = with_settings(house, feed="write", **in_redis(house))
    stage.share(1)
    (seq,) = list_seqs(session)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(RedisContainers, "identity", lambda _self: "of the Redis before")
        with pytest.raises(OSError, match="lost"):
            tasks.fan_out(pushing, seq)
    assert states(session) == ["pending"]
    before = queries.get_log(session).pushed
    tasks.fan_out(pushing, seq)
    assert states(session) == ["done"]
    assert queries.get_log(session).pushed > before


def test_the_sweep_repeats_what_was_missed(pushing, session, stage, monkeypatch):
    stage.share(2)
    old, _new = session.scalars(select(Addition).order_by(Addition.seq)).all()
    old.added_on = clock.now() - tasks.MISSED * 2
    session.commit()
    published = []
    monkeypatch.setattr(jobs, "publisher", lambda job, ids, _values: published.append((job.name, *ids)))
    tasks.sweep_additions(pushing)
    assert published == [("timeline.fan_out", old.seq)]


def test_containers_that_nobody_pushes_to_any_more_are_dropped(house, stage, containers, session):
    tasks.forget_additions(house)
    assert look(containers, session, stage.reader.id, 1) is None


def test_a_redis_that_comes_back_after_its_additions_were_forgotten_shows_that_it_missed_them(house, session, stage):
    pushing = with_settings(house, feed="write", **in_redis(house))
    read = reading(pushing, session, stage)
    read()
    assert read().ids == []
    stage.share(2)
    with time_machine.travel(clock.now() + service.ADDITIONS_KEPT * 2):
        tasks.forget_additions(house)
    assert list_seqs(session) == []
    assert read() is None
    assert list(read().ids) == stage.expected()


def test_those_that_are_pushed_to_stay(pushing, stage, containers, session):
    tasks.forget_additions(pushing)
    assert look(containers, session, stage.reader.id, 1) == Contents([], 0)
