from datetime import timedelta

import pytest
from sqlalchemy import select

from commonplace.core import clock
from commonplace.users.models import Block, Follow, Mute, User, is_absent
from commonplace.users.models_follows import is_blocked
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


@pytest.fixture
def berta(session):
    return make_user(session, "berta")


@pytest.mark.parametrize("closed", [None, clock.now() - timedelta(days=1)])
@pytest.mark.parametrize("suspended", [None, clock.now() - timedelta(days=1)])
def test_who_is_absent_is_so_by_the_property_and_by_the_condition(session, anna, berta, closed, suspended):
    anna.closed_on, anna.suspended_on = closed, suspended
    session.flush()
    assert anna.is_present is (closed is suspended is None)
    assert set(session.scalars(select(User).where(is_absent))) == (set() if anna.is_present else {anna})


def test_a_block_is_one_whoever_began(session, anna, berta):
    carla = make_user(session)
    session.add(Block(blocker_id=anna.id, blocked_id=berta.id))
    session.flush()
    assert session.scalar(select(is_blocked(anna.id, berta.id))) is True
    assert session.scalar(select(is_blocked(berta.id, anna.id))) is True
    assert session.scalar(select(is_blocked(anna.id, carla.id))) is False
    assert session.scalars(select(User.username).where(is_blocked(berta.id, User.id))).all() == ["anna"]


def test_what_was_between_two_ends_with_either(session, anna, berta):
    for one, other in ((anna, berta), (berta, anna)):
        session.add_all(
            [
                Follow(follower_id=one.id, followed_id=other.id),
                Block(blocker_id=one.id, blocked_id=other.id),
                Mute(muter_id=one.id, muted_id=other.id),
            ]
        )
    session.flush()
    session.delete(anna)
    session.flush()
    session.expire_all()
    assert [session.query(table).count() for table in (Follow, Block, Mute)] == [0, 0, 0]
