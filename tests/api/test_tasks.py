from datetime import timedelta

from commonplace.api.models import IdempotencyKey
from commonplace.api.service import KEPT
from commonplace.api.tasks import forget_idempotency_keys
from commonplace.core import clock


def test_answers_that_are_a_day_old_are_forgotten_and_later_ones_kept(house, session):
    for key, age in (("old", KEPT + timedelta(minutes=1)), ("new", KEPT - timedelta(minutes=1))):
        session.add(IdempotencyKey(caller="user 1", key=key, fingerprint="f", created_on=clock.now() - age))
    session.commit()
    for _ in range(2):
        forget_idempotency_keys(house)
    session.expire_all()
    assert [row.key for row in session.query(IdempotencyKey)] == ["new"]


def test_it_is_repeated_often_enough_and_nobody_waits_for_it():
    assert forget_idempotency_keys.every <= KEPT
    assert forget_idempotency_keys.queue == "bulk"
