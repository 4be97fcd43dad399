from datetime import timedelta

from commonplace.core import clock
from commonplace.mail.queries import find_due_mail, find_mail, list_due_mail_ids


def test_what_is_due_is_listed_longest_waiting_first(house, queued):
    now = clock.now()
    late, later, future, sent = (queued() for _ in range(4))
    with house.database.writing() as session:
        find_mail(session, late.id).next_try_on = now - timedelta(minutes=1)
        find_mail(session, later.id).next_try_on = now - timedelta(minutes=5)
        find_mail(session, future.id).next_try_on = now + timedelta(minutes=1)
        find_mail(session, sent.id).state = "sent"
    with house.database.reading() as session:
        assert list(list_due_mail_ids(session, now, 10)) == [later.id, late.id]
        assert list(list_due_mail_ids(session, now, 1)) == [later.id]
        found = [find_due_mail(session, mail.id, now) is not None for mail in (late, later, future, sent)]
    assert found == [True, True, False, False]


def test_an_unknown_mail_is_none(house):
    with house.database.reading() as session:
        assert find_mail(session, 7) is None
