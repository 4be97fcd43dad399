from datetime import timedelta

from commonplace.core import clock
from commonplace.notifications import queries_mail
from commonplace.notifications.models import Digest, Notification
from commonplace.notifications.queries_mail import Waiting
from commonplace.notifications.rules import Channels
from commonplace.notifications.service import choose_channels, notify
from tests.factories import make_snap, make_user


def follow(session, user, cadence):
    choose_channels(session, user, {"followed": Channels(cadence=cadence)})
    notify(session, user=user, event="followed", actor=make_user(session))
    return session.query(Notification).order_by(Notification.id.desc()).first()


def test_who_waits_for_a_mail_at_once_is_listed_after_their_wait(session, people, noon):
    for _ in range(2):
        follow(session, people.ada, "immediately")
    follow(session, people.bob, "daily")
    assert queries_mail.list_waiting_for(session, "immediately", clock.now() - timedelta(seconds=1), 10) == []
    assert queries_mail.list_waiting_for(session, "immediately", clock.now(), 10) == [people.ada.id]
    assert queries_mail.list_waiting_for(session, "immediately", clock.now(), 0) == []


def test_what_was_mailed_or_never_is_to_be_does_not_wait(session, people):
    follow(session, people.ada, "immediately").mailed_on = clock.now()
    follow(session, people.bob, "never")
    session.flush()
    assert queries_mail.list_waiting_for(session, "immediately", clock.now(), 10) == []
    assert queries_mail.list_waiting_digests(session) == []
    assert queries_mail.find_waiting(session, people.ada.id, "immediately") is None


def test_digests_are_listed_with_the_oldest_that_waits_and_the_last_one_sent(session, people, noon):
    first = clock.now()
    follow(session, people.ada, "daily")
    follow(session, people.cleo, "immediately")
    session.add(Digest(user_id=people.ada.id, cadence="daily", sent_on=first - timedelta(hours=1)))
    noon.shift(timedelta(hours=1))
    follow(session, people.ada, "daily")
    notify(session, user=people.bob, event="liked", actor=people.ada, entry=make_snap(session, people.bob))
    waiting = {
        Waiting(people.ada.id, "daily", first, first - timedelta(hours=1)),
        Waiting(people.bob.id, "weekly", clock.now(), None),
    }
    assert set(queries_mail.list_waiting_digests(session)) == waiting
    assert {queries_mail.find_waiting(session, each.user_id, each.cadence) for each in waiting} == waiting


def test_a_recipient_is_found_by_id(session, people):
    assert queries_mail.find_recipient(session, people.ada.id) is people.ada
    assert queries_mail.find_recipient(session, 7_000_000) is None


def test_what_is_mailed_comes_in_the_order_in_which_it_happened(session, people):
    rows = [follow(session, people.ada, "daily") for _ in range(3)]
    ids = [row.id for row in rows]
    session.expunge_all()
    told = queries_mail.list_told(session, people.ada, ("snap",), [ids[2], ids[0]])
    assert [each.id for each in told] == [ids[0], ids[2]]
    assert all(each.actor.username for each in told)
