from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.mail.models import Mail
from commonplace.mail.outgoing import begin_attempt, delete_finished, end_attempt
from commonplace.mail.rules import LEASE, MAX_ATTEMPTS, pause_after
from tests.mail.conftest import stored

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as noon:
        yield noon


def begin(house, mail):
    with house.database.writing() as session:
        return begin_attempt(session, mail.id)


def end(house, mail, outcome):
    with house.database.writing() as session:
        end_attempt(session, mail, outcome)
    return stored(house, mail)


def test_an_attempt_has_the_mail_to_itself_until_its_lease_ends(house, queued, noon):
    mail = queued()
    assert begin(house, mail).attempts == 1
    noon.shift(LEASE - timedelta(seconds=1))
    assert begin(house, mail) is None
    noon.shift(timedelta(seconds=1))
    assert begin(house, mail).attempts == 2


def test_what_was_sent_is_wiped_and_never_tried_again(house, queued, noon):
    mail = begin(house, queued())
    row = end(house, mail, "sent")
    assert (row.state, row.sent_on, row.sealed_content) == ("sent", NOON, None)
    noon.shift(timedelta(days=1))
    assert begin(house, mail) is None


def test_what_was_refused_is_wiped_and_failed_at_once(house, queued):
    row = end(house, begin(house, queued()), "refused")
    assert (row.state, row.sent_on, row.sealed_content) == ("failed", None, None)


def test_what_could_not_be_sent_waits_longer_each_time_until_it_is_given_up(house, queued, noon):
    mail = queued()
    for attempts in range(1, MAX_ATTEMPTS):
        row = end(house, begin(house, mail), "unreachable")
        assert (row.state, row.attempts, row.next_try_on) == ("pending", attempts, clock.now() + pause_after(attempts))
        assert begin(house, mail) is None
        noon.shift(pause_after(attempts))
    row = end(house, begin(house, mail), "unreachable")
    assert (row.state, row.attempts, row.sealed_content) == ("failed", MAX_ATTEMPTS, None)


def test_attempts_that_die_count_too(house, queued, noon):
    mail = queued()
    for _ in range(MAX_ATTEMPTS):
        assert begin(house, mail) is not None
        noon.shift(LEASE)
    assert begin(house, mail) is None
    assert stored(house, mail).state == "failed"


def test_a_late_end_does_not_change_what_a_newer_attempt_does(house, queued, noon):
    mail = queued()
    late = begin(house, mail)
    noon.shift(LEASE)
    newer = begin(house, mail)
    assert end(house, late, "refused").state == "pending"
    assert end(house, newer, "sent").state == "sent"


def test_a_mail_that_is_gone_is_no_error(house, queued):
    mail = begin(house, queued())
    with house.database.writing() as session:
        session.delete(session.get_one(Mail, mail.id))
    with house.database.writing() as session:
        assert begin_attempt(session, mail.id) is None
        end_attempt(session, mail, "sent")


def test_only_what_is_finished_and_old_is_forgotten(house, queued, noon):
    pending, sent = queued(), queued()
    end(house, begin(house, sent), "sent")
    noon.shift(timedelta(days=31))
    end(house, begin(house, queued()), "sent")
    with house.database.writing() as session:
        delete_finished(session)
    with house.database.reading() as session:
        assert session.get(Mail, sent.id) is None
        assert session.get(Mail, pending.id).state == "pending"
        assert session.query(Mail).count() == 2
