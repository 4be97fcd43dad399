from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from time import sleep

import pytest

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.users import events
from commonplace.users.models import Block, Follow, Mute, User
from commonplace.users.service_follows import (
    block_user,
    follow_user,
    mute_user,
    unblock_user,
    unfollow_user,
    unmute_user,
)
from tests.factories import make_user

EVENTS = {
    events.user_followed: ("follower", "followed"),
    events.user_unfollowed: ("follower", "followed"),
    events.user_blocked: ("blocker", "blocked"),
    events.user_unblocked: ("blocker", "blocked"),
    events.user_muted: ("muter", "muted"),
    events.user_unmuted: ("muter", "muted"),
}
BEGINNINGS = [(follow_user, Follow), (block_user, Block), (mute_user, Mute)]
ENDS = [(follow_user, unfollow_user, Follow), (block_user, unblock_user, Block), (mute_user, unmute_user, Mute)]


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


@pytest.fixture
def berta(session):
    return make_user(session, "berta")


@pytest.fixture
def heard():
    """What was announced: the event's name, who did it and to whom."""
    told = []
    with ExitStack() as stack:
        for event, (doer, other) in EVENTS.items():

            def hear(_session, *, _name=event.name, _doer=doer, _other=other, **people):
                assert people.keys() == {_doer, _other}
                told.append((_name, people[_doer].username, people[_other].username))

            stack.enter_context(event.connected_to(hear))
        yield told


def pairs(session, table):
    one, other = (column.name for column in table.__table__.primary_key)
    return {(getattr(row, one), getattr(row, other)) for row in session.query(table)}


@pytest.mark.parametrize(("begin", "end", "table"), ENDS)
def test_each_has_a_direction_counts_once_and_ends_once(session, anna, berta, begin, end, table):
    assert begin(session, anna, berta) is True
    assert begin(session, anna, berta) is False
    assert pairs(session, table) == {(anna.id, berta.id)}
    assert end(session, berta, anna) is False
    assert pairs(session, table) == {(anna.id, berta.id)}
    assert end(session, anna, berta) is True
    assert end(session, anna, berta) is False
    assert pairs(session, table) == set()
    assert begin(session, anna, berta) is True


@pytest.mark.parametrize(("begin", "end", "table"), ENDS)
def test_nobody_does_it_to_themselves(session, anna, heard, begin, end, table):
    assert begin(session, anna, anna) is False
    assert end(session, anna, anna) is False
    assert pairs(session, table) == set()
    assert heard == []


def test_a_block_ends_both_follows_and_forbids_new_ones(session, anna, berta):
    follow_user(session, anna, berta)
    follow_user(session, berta, anna)
    assert block_user(session, anna, berta)
    assert pairs(session, Follow) == set()
    for follower, followed in ((anna, berta), (berta, anna)):
        with pytest.raises(NotFound):
            follow_user(session, follower, followed)
    assert pairs(session, Follow) == set()


def test_after_a_block_the_follows_do_not_come_back_and_a_mute_stays(session, anna, berta):
    follow_user(session, anna, berta)
    mute_user(session, anna, berta)
    block_user(session, anna, berta)
    unblock_user(session, anna, berta)
    assert pairs(session, Follow) == set()
    assert pairs(session, Mute) == {(anna.id, berta.id)}
    assert follow_user(session, anna, berta)


@pytest.mark.parametrize("state", ["closed_on", "suspended_on"])
def test_who_is_absent_cannot_be_followed_and_is_again_when_they_are_back(session, anna, berta, heard, state):
    setattr(berta, state, clock.now())
    with pytest.raises(NotFound):
        follow_user(session, anna, berta)
    assert heard == []
    setattr(berta, state, None)
    assert follow_user(session, anna, berta)


def test_each_change_is_announced_once_with_both_people_and_no_change_is_not(session, anna, berta, heard):
    for _ in range(2):
        follow_user(session, anna, berta)
    follow_user(session, berta, anna)
    for _ in range(2):
        unfollow_user(session, berta, anna)
        mute_user(session, anna, berta)
    for _ in range(2):
        unmute_user(session, anna, berta)
        unblock_user(session, anna, berta)
    assert heard == [
        ("user-followed", "anna", "berta"),
        ("user-followed", "berta", "anna"),
        ("user-unfollowed", "berta", "anna"),
        ("user-muted", "anna", "berta"),
        ("user-unmuted", "anna", "berta"),
    ]


def test_a_block_announces_each_follow_that_it_ends_then_itself(session, anna, berta, heard):
    follow_user(session, anna, berta)
    follow_user(session, berta, anna)
    heard.clear()
    for _ in range(2):
        block_user(session, berta, anna)
    unblock_user(session, berta, anna)
    assert heard == [
        ("user-unfollowed", "berta", "anna"),
        ("user-unfollowed", "anna", "berta"),
        ("user-blocked", "berta", "anna"),
        ("user-unblocked", "berta", "anna"),
    ]


def test_who_hears_of_an_unfollow_by_a_block_finds_it_done(session, anna, berta):
    found = []

    def look(session, **_people):
        found.append((session.query(Follow).count(), session.query(Block).count()))

    follow_user(session, anna, berta)
    with events.user_unfollowed.connected_to(look), events.user_blocked.connected_to(look):
        block_user(session, berta, anna)
    assert found == [(0, 1), (0, 1)]


@pytest.mark.parametrize(("act", "table"), BEGINNINGS)
def test_of_many_requests_at_once_one_does_it_and_the_others_say_no_quietly(house, session, anna, berta, act, table):
    session.commit()

    def try_it(_):
        with house.database.writing() as own:
            return act(own, anna, berta)

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(try_it, range(6))) == [False] * 5 + [True]
    assert pairs(session, table) == {(anna.id, berta.id)}


def test_a_follow_does_not_slip_in_beside_a_block(house, session, anna, berta):
    session.commit()

    def block():
        with house.database.writing() as own:
            return block_user(own, own.get(User, berta.id), own.get(User, anna.id))

    with ThreadPoolExecutor(1) as pool:
        with house.database.writing() as own:
            follow_user(own, anna, berta)
            blocking = pool.submit(block)
            sleep(0.3)  # time for the block to begin, which must not go on before this follow is there
        assert blocking.result() is True
    session.expire_all()
    assert (pairs(session, Follow), pairs(session, Block)) == (set(), {(berta.id, anna.id)})
