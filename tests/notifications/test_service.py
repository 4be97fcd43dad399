import logging
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from commonplace.core import clock
from commonplace.notifications.events import unread_changed
from commonplace.notifications.models import Choice, Notification
from commonplace.notifications.queries import count_unread, list_channels
from commonplace.notifications.rules import DEFAULTS, Channels
from commonplace.notifications.service import (
    choose_channels,
    mark_all_read,
    mark_read,
    notify,
    stop_mails,
    withdraw,
)
from tests.factories import make_snap, make_user
from tests.notifications.conftest import told


@pytest.fixture
def live():
    """Return the ids of users who were told live."""
    heard = []

    def hear(_session, user_ids):
        heard.extend(user_ids)

    with unread_changed.connected_to(hear):
        yield heard


@pytest.fixture
def snap(session, people):
    return make_snap(session, people.ada)


def only(session):
    return session.query(Notification).one()


def test_what_is_told_is_stored_with_the_channels_of_that_moment(session, people, snap):
    assert notify(session, user=people.ada, event="liked", actor=people.bob, entry=snap)
    row = only(session)
    assert (row.user_id, row.event, row.actor_id, row.entry_id) == (people.ada.id, "liked", people.bob.id, snap.id)
    assert (row.is_on_page, row.cadence, row.read_on, row.mailed_on) == (True, "weekly", None, None)


def test_the_same_is_told_once(session, people, snap, live):
    answers = [notify(session, user=people.ada, event="liked", actor=people.bob, entry=snap) for _ in range(3)]
    assert answers == [True, False, False]
    assert len(told(session, people.ada)) == 1
    assert live == [people.ada.id]


def test_another_entry_another_actor_and_another_event_are_told_too(session, people, snap):
    other = make_snap(session, people.ada)
    assert notify(session, user=people.ada, event="liked", actor=people.bob, entry=snap)
    assert notify(session, user=people.ada, event="liked", actor=people.bob, entry=other)
    assert notify(session, user=people.ada, event="liked", actor=people.cleo, entry=snap)
    assert notify(session, user=people.ada, event="followed", actor=people.bob)


def test_what_happens_again_on_another_occasion_is_told_again(session, people):
    for occasion in (1, 2, 2):
        notify(session, user=people.mod, event="reported", actor=people.bob, about=people.ada, occasion=occasion)
    assert told(session, people.mod) == [("reported", "bob", None)] * 2


def test_two_requests_at_once_tell_it_once(house, session, people, snap):
    session.commit()
    start, answers = Barrier(4), []

    def tell():
        start.wait()
        with house.database.writing() as writing:
            answers.append(notify(writing, user=people.ada, event="liked", actor=people.bob, entry=snap))

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, False, True]
    assert len(told(session, people.ada)) == 1


@pytest.mark.parametrize("order", [("mentioned", "replied"), ("replied", "mentioned")])
def test_a_reply_that_names_whom_it_answers_is_a_reply(session, people, order):
    snap = make_snap(session, people.bob)
    for event in order:
        notify(session, user=people.ada, event=event, actor=people.bob, entry=snap)
    assert told(session, people.ada) == [("replied", "bob", snap.id)]


def test_nobody_is_told_of_their_own_acts(session, people, snap):
    assert not notify(session, user=people.ada, event="liked", actor=people.ada, entry=snap)


@pytest.mark.parametrize("state", ["closed_on", "suspended_on"])
def test_who_is_absent_is_told_nothing(session, people, state):
    setattr(people.ada, state, clock.now())
    assert not notify(session, user=people.ada, event="followed", actor=people.bob)


@pytest.mark.parametrize(
    ("channels", "is_stored", "is_live"),
    [
        (Channels(), True, True),
        (Channels(is_live=False), True, False),
        (Channels(is_on_page=False, cadence="daily"), True, False),
        (Channels(is_on_page=False), False, False),
    ],
)
def test_each_is_told_by_the_channels_they_chose(session, people, live, channels, is_stored, is_live):
    choose_channels(session, people.ada, {"followed": channels})
    assert notify(session, user=people.ada, event="followed", actor=people.bob) == is_stored
    assert len(told(session, people.ada)) == is_stored
    assert live == [people.ada.id] * is_live


def test_a_channel_that_fails_is_logged_and_the_rest_stands(session, people, caplog):
    def fail(_session, user_ids):
        raise RuntimeError("no socket")

    with unread_changed.connected_to(fail), caplog.at_level(logging.ERROR):
        assert notify(session, user=people.ada, event="followed", actor=people.bob)
    assert "a subscriber of unread-changed failed" in caplog.text
    assert told(session, people.ada) == [("followed", "bob", None)]


def test_what_is_undone_is_taken_back_and_may_be_told_again(session, people):
    notify(session, user=people.ada, event="followed", actor=people.bob)
    withdraw(session, user_id=people.ada.id, event="followed", actor=people.bob)
    assert told(session, people.ada) == []
    assert notify(session, user=people.ada, event="followed", actor=people.bob)


@pytest.mark.parametrize("noted", ["read_on", "mailed_on"])
def test_what_was_read_or_mailed_stays_and_is_not_told_again(session, people, noted):
    notify(session, user=people.ada, event="followed", actor=people.bob)
    setattr(only(session), noted, clock.now())
    session.flush()
    withdraw(session, user_id=people.ada.id, event="followed", actor=people.bob)
    assert not notify(session, user=people.ada, event="followed", actor=people.bob)
    assert len(told(session, people.ada)) == 1


def test_undoing_takes_back_that_alone(session, people, snap):
    other = make_snap(session, people.ada)
    for entry in (snap, other):
        notify(session, user=people.ada, event="liked", actor=people.bob, entry=entry)
    notify(session, user=people.ada, event="liked", actor=people.cleo, entry=snap)
    withdraw(session, user_id=people.ada.id, event="liked", actor=people.bob, entry=snap)
    assert told(session, people.ada) == [("liked", "bob", other.id), ("liked", "cleo", snap.id)]


def test_all_is_marked_read_as_far_as_it_was_seen(session, people):
    for actor in (people.bob, people.cleo, make_user(session)):
        notify(session, user=people.ada, event="followed", actor=actor)
        notify(session, user=people.mod, event="followed", actor=actor)
    ids = [row.id for row in session.query(Notification).filter_by(user_id=people.ada.id).order_by(Notification.id)]
    mark_all_read(session, people.ada, up_to=ids[1])
    assert count_unread(session, people.ada) == 1
    mark_all_read(session, people.ada)
    assert (count_unread(session, people.ada), count_unread(session, people.mod)) == (0, 3)


def test_the_moment_of_reading_is_the_first(session, people, noon):
    notify(session, user=people.ada, event="followed", actor=people.bob)
    row = only(session)
    for _ in range(2):
        mark_read(session, [row.id])
        mark_all_read(session, people.ada)
        noon.shift(timedelta(hours=1))
    session.refresh(row)
    assert row.read_on == row.created_on


def test_what_is_not_on_the_page_is_not_read_there(session, people):
    choose_channels(session, people.ada, {"followed": Channels(is_on_page=False, cadence="daily")})
    notify(session, user=people.ada, event="followed", actor=people.bob)
    mark_all_read(session, people.ada)
    session.expire_all()
    assert only(session).read_on is None


def test_a_choice_holds_from_then_on_for_what_waits_too(session, people, snap):
    notify(session, user=people.ada, event="liked", actor=people.bob, entry=snap)
    notify(session, user=people.ada, event="followed", actor=people.bob)
    for cadence in ("daily", "never", "weekly"):
        choose_channels(session, people.ada, {"liked": Channels(cadence=cadence)})
        assert list_channels(session, people.ada)["liked"].cadence == cadence
    cadences = {row.event: row.cadence for row in session.query(Notification).populate_existing()}
    assert cadences == {"liked": "never", "followed": "immediately"}  # what was to be mailed never stays so
    assert session.query(Choice).count() == 1


def test_mails_of_one_cadence_are_stopped_and_no_others(session, people):
    choose_channels(session, people.ada, {"followed": Channels(is_live=False, cadence="daily")})
    for _ in range(2):
        stop_mails(session, people.ada, "immediately")
    expected = {event: "never" if each.cadence == "immediately" else each.cadence for event, each in DEFAULTS.items()}
    channels = list_channels(session, people.ada)
    assert {event: each.cadence for event, each in channels.items()} == expected | {"followed": "daily"}
    stop_mails(session, people.ada, "daily")
    assert list_channels(session, people.ada)["followed"] == Channels(is_live=False, cadence="never")
