from datetime import UTC, datetime

import time_machine

from commonplace.core import clock


def test_now_is_aware_and_in_utc():
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)).total_seconds() < 5


def test_a_test_can_stop_it():
    with time_machine.travel("2026-11-20T12:00:00+01:00", tick=False):
        assert clock.now() == datetime(2026, 11, 20, 11, tzinfo=UTC)
