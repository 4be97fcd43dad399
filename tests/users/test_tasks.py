from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.jobs.job import jobs
from commonplace.users.models import Device, User
from commonplace.users.service_devices import create_device
from commonplace.users.tasks import forget_what_ended, purge_user, sweep_closed_users
from tests.factories import make_user


@pytest.fixture
def people(session):
    """Three users, whose accounts were closed 15 days ago, yesterday, and never."""
    long_gone, leaving, here = (make_user(session, name) for name in ("long-gone", "leaving", "here"))
    long_gone.closed_on = clock.now() - timedelta(days=15)
    leaving.closed_on = clock.now() - timedelta(days=1)
    session.commit()
    return long_gone, leaving, here


def names(house):
    with house.database.reading() as session:
        return {user.username for user in session.query(User)}


def test_an_account_is_purged_after_its_grace_and_not_before(house, people):
    for user in people:
        purge_user(house, user.id)
        purge_user(house, user.id)
    assert names(house) == {"leaving", "here"}


def test_the_sweep_has_those_purged_whose_grace_is_over(house, people, monkeypatch):
    monkeypatch.setattr(jobs, "publisher", lambda job, ids, values: job(house, *ids, **values))
    sweep_closed_users(house)
    assert names(house) == {"leaving", "here"}


def test_dead_devices_are_forgotten(house, session, people):
    for days in (1, 31):
        device, _ = create_device(session, people[2], agent="", address="", is_remembered=False)
        device.used_on = clock.now() - timedelta(days=days)
    session.commit()
    forget_what_ended(house)
    with house.database.reading() as reading:
        assert reading.query(Device).count() == 1


def test_both_sweeps_come_round_by_themselves():
    assert sweep_closed_users.every <= timedelta(days=1)
    assert forget_what_ended.every <= timedelta(days=1)
