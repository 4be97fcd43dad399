from datetime import UTC, datetime

import pytest
import time_machine
from kombu.exceptions import OperationalError

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.jobs.application import make_celery
from commonplace.jobs.heartbeat import beat_bulk, beat_interactive
from commonplace.jobs.readiness import readiness_checks

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_whole_house_is_ready(house, celery):
    checks = readiness_checks(house)
    assert {name: check() for name, check in checks.items()} == dict.fromkeys(("database", "storage", "broker", "jobs"))


def test_jobs_that_stand_still_are_told_after_three_minutes(house):
    with time_machine.travel(NOON, tick=False) as clock:
        check = readiness_checks(house)["jobs"]
        clock.shift(179)
        assert check() is None
        beat_interactive(house)
        clock.shift(2)
        assert check() == "nothing was done for three minutes in: bulk"
        beat_bulk(house)
        assert check() is None
        clock.shift(181)
        assert check() == "nothing was done for three minutes in: interactive, bulk"


def test_a_broker_that_is_gone_is_told(tmp_path):
    house = House.build(Settings.read(data_dir=tmp_path, broker_url="redis://127.0.0.1:1/0"))
    make_celery(house)
    with pytest.raises(OperationalError):
        readiness_checks(house)["broker"]()
