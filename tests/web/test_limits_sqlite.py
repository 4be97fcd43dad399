import multiprocessing
import sqlite3
from contextlib import closing
from threading import Thread

import limits
import pytest
import time_machine
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from commonplace.web.limits_sqlite import PRUNE_EVERY_S, SQLiteStorage

TEN = limits.parse("10 per minute")
NOON = "2026-11-20T12:00:00Z"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "limits.sqlite3"


@pytest.fixture
def storage(path):
    return storage_from_string(f"sqlite://{path}")


def keys(path):
    with closing(sqlite3.connect(path)) as file:
        return [key for (key,) in file.execute("select key from counts order by key")]


def test_it_is_found_by_its_address(storage):
    assert isinstance(storage, SQLiteStorage)
    assert storage.check()


def test_a_window_begins_with_the_first_count_and_ends_after_its_time(storage):
    with time_machine.travel(NOON, tick=False) as clock:
        assert [storage.incr("a", 60) for _ in range(3)] == [1, 2, 3]
        ends_on = storage.get_expiry("a")
        clock.shift(59)
        assert (storage.incr("a", 60, amount=2), storage.get("a"), storage.get_expiry("a")) == (5, 5, ends_on)
        clock.shift(1)
        assert storage.get("a") == 0
        assert (storage.incr("a", 60), storage.get_expiry("a")) == (1, ends_on + 60)


def test_keys_are_counted_apart_and_forgotten_alone_or_all(storage):
    for key in "aab":
        storage.incr(key, 60)
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 1)
    assert storage.reset() == 1
    assert storage.get("b") == 0


def test_ended_windows_are_removed_in_passing(storage, path):
    with time_machine.travel(NOON, tick=False) as clock:
        storage.incr("short", 60)
        storage.incr("long", 24 * 3600)
        clock.shift(PRUNE_EVERY_S + 1)
        storage.incr("new", 60)
    assert keys(path) == ["long", "new"]


def test_what_was_counted_survives_the_process(path):
    storage_from_string(f"sqlite://{path}").incr("a", 60)
    assert storage_from_string(f"sqlite://{path}").incr("a", 60) == 2


def hits(path, counted):
    limiter = FixedWindowRateLimiter(storage_from_string(f"sqlite://{path}"))
    counted.put(sum(limiter.hit(TEN, "a") for _ in range(50)))


def test_four_processes_together_let_exactly_the_limit_through(path):
    processes = multiprocessing.get_context("spawn")
    counted = processes.Queue()
    work = [processes.Process(target=hits, args=(path, counted)) for _ in range(4)]
    for process in work:
        process.start()
    assert sum(counted.get(timeout=60) for _ in work) == TEN.amount
    for process in work:
        process.join(timeout=30)


def test_many_threads_share_one_storage(storage):
    threads = [Thread(target=lambda: [storage.incr("a", 60) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert storage.get("a") == 200


def test_a_file_that_cannot_be_read_raises_what_its_base_says(tmp_path):
    (tmp_path / "limits.sqlite3").write_bytes(b"this is no database, " * 100)
    storage = storage_from_string(f"sqlite://{tmp_path}/limits.sqlite3")
    with pytest.raises(storage.base_exceptions):
        storage.incr("a", 60)
    assert not storage.check()
