"""Turns: one at a time, first come first served."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from commonplace.core.turns import Turns

SOON = 0.05
LONG = 30


def wait_for_waiting(turns, number):
    until = time.monotonic() + LONG
    while len(turns._waiting) < number and time.monotonic() < until:
        time.sleep(0.001)


def test_who_waits_longest_is_next_even_before_who_just_left():
    turns, order = Turns(), []

    def go(name):
        assert turns.take(LONG)
        order.append(name)
        turns.give()

    assert turns.take(LONG)
    threads = []
    for name in "abc":
        threads.append(threading.Thread(target=go, args=(name,)))
        threads[-1].start()
        wait_for_waiting(turns, len(threads))
    turns.give()
    go("again")
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "c", "again"]


def test_one_alone_has_the_turn():
    turns, inside, most = Turns(), [], []

    def go(number):
        for _ in range(100):
            assert turns.take(LONG)
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)
            turns.give()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(go, range(8)))
    assert max(most) == 1
    assert len(most) == 800


def test_who_is_interrupted_while_waiting_is_not_waited_for():
    def interrupt(*_):
        raise KeyboardInterrupt

    turns = Turns()
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(turns.take, SOON).result()
            signal.setitimer(signal.ITIMER_REAL, SOON)
            with pytest.raises(KeyboardInterrupt):
                turns.take(LONG)
            pool.submit(turns.give).result()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert turns.take(0)


def test_who_has_the_turn_does_not_wait_for_itself():
    turns = Turns()
    assert turns.take(LONG)
    with pytest.raises(RuntimeError, match="already"):
        turns.take(LONG)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(turns.take, LONG)
        wait_for_waiting(turns, 1)
        turns.give()
        assert other.result()
        pool.submit(turns.give).result()
    assert turns.take(SOON)


def test_who_waited_too_long_is_told_and_no_longer_waited_for():
    turns = Turns()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(turns.take, SOON).result()
        assert not turns.take(SOON)
        pool.submit(turns.give).result()
    assert turns.take(SOON)
