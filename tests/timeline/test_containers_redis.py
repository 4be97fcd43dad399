import subprocess
import time
from contextlib import contextmanager

import pytest
from redis import Redis, RedisError

from commonplace.timeline import containers_redis
from commonplace.timeline.containers import ContainersLost, Contents, Filling
from commonplace.timeline.containers_redis import RedisContainers
from commonplace.timeline.service import new_log_id
from tests.jobs.workers import wait_until
from tests.servers import redis_url
from tests.timeline.conftest import fill, look

READER = 7, 1
LOG_ID = new_log_id()
"""This process's own: others run beside it."""


@pytest.fixture
def redis():
    redis = Redis.from_url(redis_url())
    yield redis
    redis.close()


@pytest.fixture
def containers(redis):
    containers = RedisContainers(redis_url(), LOG_ID)
    fill(containers, *READER, Contents([3, 2], 2))
    yield containers
    containers.clear(None)
    redis.delete(containers.mark)


def finish(containers, pushed):
    return containers.finish(pushed - 1, containers.identity())


def test_what_redis_lost_is_noticed_by_the_mark(containers, redis):
    assert finish(containers, 1) == 1
    assert look(containers, None, *READER, pushed=1) == Contents([3, 2], 2)
    redis.set(containers.mark, 0)  # as it was some time ago
    with pytest.raises(ContainersLost):
        look(containers, None, *READER, pushed=1)


@pytest.mark.parametrize("later", [1, 2])
def test_a_redis_that_comes_back_as_it_was_at_any_moment_is_noticed(containers, redis, later):
    finish(containers, 1)
    as_it_was = {key: redis.get(key) for key in (containers.mark, f"commonplace:feed:{LOG_ID}:{READER[0]}")}
    for pushed in range(2, 2 + later):
        containers.push([READER[0]], 10 + pushed)
        finish(containers, pushed)
    for key, value in as_it_was.items():
        redis.set(key, value)
    with pytest.raises(ContainersLost):
        look(containers, None, *READER, pushed=1 + later)


def test_what_another_database_pushed_is_not_found_and_what_it_lost_is_no_loss(containers):
    for pushed in (1, 2, 3):
        finish(containers, pushed)
    another = RedisContainers(redis_url(), LOG_ID + 1)
    assert look(another, None, *READER) is None
    fill(another, *READER, Contents([9], 0))
    another.push([READER[0]], 10)
    another.clear(None)
    assert look(another, None, *READER) is None
    assert look(containers, None, *READER, pushed=3) == Contents([3, 2], 2)


@pytest.mark.parametrize("mark", [2, 4], ids=["behind", "ahead of a commit that failed"])
def test_a_worker_notices_a_mark_that_is_another(containers, redis, mark):
    for pushed in (1, 2, 3):
        finish(containers, pushed)
    redis.set(containers.mark, mark)
    with pytest.raises(ContainersLost):
        finish(containers, 4)
    assert redis.get(containers.mark) == str(mark).encode()


def test_a_reader_has_one_container_however_often_they_follow(containers, redis):
    for version in range(2, 6):
        fill(containers, READER[0], version, Contents([3], 0))
    assert len(list(redis.scan_iter(f"commonplace:feed:{LOG_ID}:[0-9]*"))) == 1


def test_one_that_nobody_reads_is_dropped_when_it_is_full(containers, monkeypatch):
    monkeypatch.setattr(containers_redis, "FULL_BYTES", 5 * 8)
    containers.push([READER[0]], 4)
    assert look(containers, None, *READER) == Contents([4, 3, 2], 2)
    containers.push([READER[0]], 5)
    assert look(containers, None, *READER) is None


def test_keys_do_not_stay_for_ever(containers, redis):
    containers.begin_filling(8, 1)
    finish(containers, 1)
    for key in redis.scan_iter(f"commonplace:feed:{LOG_ID}:*"):
        assert 0 < redis.ttl(key) <= containers_redis.MARK_KEPT_S


def test_without_redis_nothing_is_found_and_a_push_says_so(free_port):
    containers = RedisContainers(f"redis://127.0.0.1:{free_port}/0", LOG_ID)
    assert look(containers, None, *READER) is None
    assert containers.begin_filling(*READER) is None
    containers.end_filling(Filling(*READER, 1), Contents([], 0))
    with pytest.raises(OSError, match="Redis"):
        containers.clear(None)
    with pytest.raises(OSError, match="Redis"):
        containers.push([READER[0]], 1)
    with pytest.raises(OSError, match="Redis"):
        containers.finish(1, "")
    with pytest.raises(OSError, match="Redis"):
        containers.identity()


def test_one_that_failed_is_left_alone_for_some_seconds(free_port, monkeypatch):
    containers = RedisContainers(f"redis://127.0.0.1:{free_port}/0", LOG_ID)
    look(containers, None, *READER)
    asked = []
    monkeypatch.setattr(containers._redis, "mget", lambda *keys: asked.append(keys) or [None, None])
    assert look(containers, None, *READER) is None
    assert asked == []
    monkeypatch.setattr(containers, "_silent_until", time.monotonic())
    look(containers, None, *READER)
    assert len(asked) == 1


@contextmanager
def redis_server(port, folder):
    """A Redis that keeps only what it is told to save."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        redis = Redis.from_url(f"redis://127.0.0.1:{port}/0")
        try:
            wait_until(lambda: _answers(redis))
            yield redis
        finally:
            redis.close()
            server.terminate()


def _answers(redis):
    try:
        return redis.ping()
    except RedisError:
        return False


def test_a_redis_that_was_started_again_is_another(free_port, tmp_path):
    containers = RedisContainers(f"redis://127.0.0.1:{free_port}/0", LOG_ID)
    seen = set()
    for _ in range(2):
        with redis_server(free_port, tmp_path):
            seen.add(containers.identity())
    assert len(seen) == 2


def test_what_is_lost_between_the_last_push_and_the_mark_is_not_marked(free_port, tmp_path):
    containers = RedisContainers(f"redis://127.0.0.1:{free_port}/0", LOG_ID)
    with redis_server(free_port, tmp_path) as redis:
        fill(containers, *READER, Contents([3], 0))
        redis.save()
        identity = containers.identity()
        containers.push([READER[0]], 4)
    with redis_server(free_port, tmp_path) as redis:
        assert look(containers, None, *READER) == Contents([3], 0)
        with pytest.raises(OSError, match="lost"):
            containers.finish(0, identity)
        assert redis.get(containers.mark) is None
