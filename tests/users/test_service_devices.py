from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.users.models import Device
from commonplace.users.service_devices import (
    confirm_device,
    create_device,
    delete_dead_devices,
    delete_device,
    delete_devices,
    touch_device,
)
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


def make_device(session, user, *, idle_for=timedelta(0), is_remembered=False):
    device, _ = create_device(session, user, agent="curl/8", address="127.0.0.1", is_remembered=is_remembered)
    device.used_on = device.confirmed_on = clock.now() - idle_for
    session.flush()
    return device


def test_a_token_is_not_kept_but_its_hash(session, anna):
    device, token = create_device(session, anna, agent="curl\x00/8" * 100, address="::1", is_remembered=False)
    assert len(token) == 43
    assert len(device.token_hash) == 64
    assert token not in device.token_hash
    assert (len(device.agent), "\x00" in device.agent) == (300, False)


def test_use_and_confirmation_are_noted(session, anna):
    device = make_device(session, anna, idle_for=timedelta(hours=1))
    touch_device(session, device.id)
    assert clock.now() - device.used_on < timedelta(minutes=1)
    assert clock.now() - device.confirmed_on > timedelta(minutes=59)
    confirm_device(session, device)
    assert clock.now() - device.confirmed_on < timedelta(minutes=1)
    touch_device(session, device.id + 1)


def test_one_is_ended_or_all_but_one_and_never_anothers(session, anna):
    first, second, _third = (make_device(session, anna) for _ in range(3))
    other = make_device(session, make_user(session, "berta"))
    with pytest.raises(NotFound):
        delete_device(session, anna, other.id)
    delete_device(session, anna, first.id)
    delete_devices(session, anna, but=second)
    assert {row.id for row in session.query(Device)} == {second.id, other.id}
    delete_devices(session, anna)
    assert {row.id for row in session.query(Device)} == {other.id}


def test_what_is_idle_too_long_is_forgotten(session, anna):
    month, year = timedelta(days=31), timedelta(days=366)
    kept = {make_device(session, anna).id, make_device(session, anna, idle_for=month, is_remembered=True).id}
    make_device(session, anna, idle_for=month)
    make_device(session, anna, idle_for=year, is_remembered=True)
    delete_dead_devices(session)
    assert {row.id for row in session.query(Device)} == kept
