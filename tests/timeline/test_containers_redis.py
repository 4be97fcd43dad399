import subprocess
import time

import pytest
from redis import Redis

from commonplace.timeline import containers_redis
from commonplace.timeline.containers import Contents
from commonplace.timeline.containers_redis import RedisContainers
from tests.servers import redis_url
from tests.timeline.conftest import look

READER = 7, 1
LOG_ID = 11
pytestmark = pytest.mark.xdist_group("feeds in redis")


@pytest.fixture
def redis():
    redis = Redis.from_url(redis_url())
    yield redis
    redis.close()


@pytest.fixture
def containers(redis):
    containers = RedisContainers(redis_url(), LOG_ID)
    containers.clear()
    redis.delete(containers.mark)
    containers.begin_filling(*READER)
    containers.end_filling(*READER, Contents([3, 2], 2))
    yield containers
    containers.clear()
    redis.delete(containers.mark)


def test_what_redis_lost_is_noticed_by_the_mark_and_all_is_made_anew(containers, redis):
    containers.finish(1)
    assert look(containers, None, *READER, pushed=1) == Contents([3, 2], 2)
    redis.set(containers.mark, 0)  # as it was some time ago
    assert look(containers, None, *READER, pushed=1) is None
    assert look(containers, None, *READER, pushed=1) is None  # for the container is gone
    assert redis.get(containers.mark) == b"1"
    assert containers.begin_filling(*READER)


@pytest.mark.parametrize("later", [1, 2])
def test_a_redis_that_comes_back_as_it_was_at_any_moment_is_noticed(containers, redis, later):
    containers.finish(1)
    as_it_was = {key: redis.get(key) for key in (containers.mark, f"commonplace:feed:{LOG_ID}:{READER[0]}")}
    for pushed in range(2, 2 + later):
        containers.push([READER[0]], 10 + pushed)
        containers.finish(pushed)
    for key, value in as_it_was.items():
        redis.set(key, value)
    assert look(containers, None, *READER, pushed=1 + later) is None
    assert look(containers, None, *READER, pushed=1 + later) is None


def test_what_another_database_pushed_is_not_found_and_what_it_lost_is_no_loss(containers):
    for pushed in (1, 2, 3):
        containers.finish(pushed)
    another = RedisContainers(redis_url(), LOG_ID + 1)
    assert look(another, None, *READER) is None
    assert another.begin_filling(*READER)
    another.end_filling(*READER, Contents([9], 0))
    another.push([READER[0]], 10)
    another.clear()
    assert look(another, None, *READER) is None
    assert look(containers, None, *READER, pushed=3) == Contents([3, 2], 2)


def test_a_worker_notices_too(containers, redis):
    for pushed in (1, 2, 3):
        containers.finish(pushed)
    redis.set(containers.mark, 1)
    containers.finish(4)
    assert look(containers, None, *READER, pushed=4) is None
    assert redis.get(containers.mark) == b"4"


def test_the_mark_never_goes_back(containers, redis):
    for pushed in (1, 2, 1):
        containers.finish(pushed)
    assert redis.get(containers.mark) == b"2"


def test_a_reader_has_one_container_however_often_they_follow(containers, redis):
    for version in range(2, 6):
        assert containers.begin_filling(READER[0], version)
        containers.end_filling(READER[0], version, Contents([3], 0))
    assert len(list(redis.scan_iter(f"commonplace:feed:{LOG_ID}:[0-9]*"))) == 1


def test_one_that_nobody_reads_is_dropped_when_it_is_full(containers, monkeypatch):
    monkeypatch.setattr(containers_redis, "FULL_BYTES", 5 * 8)
    containers.push([READER[0]], 4)
    assert look(containers, None, *READER) == Contents([4, 3, 2], 2)
    containers.push([READER[0]], 5)
    assert look(containers, None, *READER) is None


def test_keys_do_not_stay_for_ever(containers, redis):
    containers.begin_filling(8, 1)
    for key in redis.scan_iter(f"commonplace:feed:{LOG_ID}:[0-9]*"):
        assert 0 < redis.ttl(key) <= containers_redis.KEPT_S


def test_without_redis_nothing_is_found_and_a_push_says_so(free_port):
    containers = RedisContainers(f"redis://127.0.0.1:{free_port}/0", LOG_ID)
    assert look(containers, None, *READER) is None
    assert not containers.begin_filling(*READER)
    containers.end_filling(*READER, Contents([], 0))
    containers.clear()
    with pytest.raises(OSError, match="Redis"):
        containers.push([READER[0]], 1)
    with pytest.raises(OSError, match="Redis"):
        containers.finish(1)
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


def test_a_redis_that_was_started_again_is_another(free_port, tmp_path):
    containers = RedisContainers(f"redis://127.0.0.1:{free_port}/0", LOG_ID)
    seen = set()
    for _ in range(2):
        command = [
            "redis-server",
            "--port",
            str(free_port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(tmp_path),
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            seen.add(_identity_of(containers))
            server.terminate()
    assert len(seen) == 2


def _identity_of(containers):
    until = time.monotonic() + 10
    while True:
        try:
            return containers.identity()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
