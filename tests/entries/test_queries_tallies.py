import pytest
from sqlalchemy import select

from commonplace.core import clock
from commonplace.entries.models import Entry, Like, Tally
from commonplace.entries.queries_tallies import add_answered, add_tallies, is_alone
from commonplace.users.models import Block, Follow
from tests.factories import make_reply, make_snap, make_user

KINDS = ("snap", "post")


@pytest.fixture
def people(session):
    return {name: make_user(session, name) for name in ("ada", "bob", "cleo", "dan")}


@pytest.fixture
def liked(session, people):
    """Ada's snap, which she, bob and cleo like, and which bob and cleo answer."""
    snap = make_snap(session, people["ada"])
    for name in ("ada", "bob", "cleo"):
        like(session, snap, people[name])
    make_reply(session, people["bob"], snap)
    make_reply(session, people["cleo"], snap)
    return snap


def like(session, entry, user):
    session.add(Like(entry_id=entry.id, user_id=user.id))
    session.flush()


def tally(session, viewer, entry, kinds=KINDS):
    add_tallies(session, viewer, [entry], kinds)
    return entry.tally


def test_each_viewer_is_told_the_numbers_and_whether_they_like_it(session, people, liked):
    assert tally(session, None, liked) == Tally(3, 2, None)
    assert tally(session, people["bob"], liked) == Tally(3, 2, is_liked=True)
    assert tally(session, people["dan"], liked) == Tally(3, 2, is_liked=False)


def test_an_entry_that_nobody_noticed_has_a_tally_too(session, people):
    assert tally(session, None, make_snap(session, people["ada"])) == Tally(0, 0, None)
    assert tally(session, people["ada"], make_snap(session, people["ada"])) == Tally(0, 0, is_liked=False)


@pytest.mark.parametrize("one", ["dan", "bob"])
def test_who_is_blocked_either_way_is_not_counted(session, people, liked, one):
    other = {"dan": "bob", "bob": "dan"}[one]
    session.add(Block(blocker_id=people[one].id, blocked_id=people[other].id))
    session.flush()
    assert tally(session, people["dan"], liked) == Tally(2, 1, is_liked=False)
    assert tally(session, people["cleo"], liked) == Tally(3, 2, is_liked=True)


@pytest.mark.parametrize("how", ["closed_on", "suspended_on"])
def test_who_is_absent_is_not_counted(session, people, liked, how):
    setattr(people["bob"], how, clock.now())
    session.flush()
    assert tally(session, None, liked) == Tally(2, 1, None)


def test_replies_count_where_they_are_seen_and_only_those_to_the_entry_itself(session, people):
    snap = make_snap(session, people["ada"], audience="followers")
    session.add(Follow(follower_id=people["bob"].id, followed_id=people["ada"].id))
    reply = make_reply(session, people["bob"], snap)
    make_reply(session, people["ada"], reply)
    make_reply(session, people["ada"], snap).deleted_on = clock.now()
    make_reply(session, people["ada"], snap).hidden_on = clock.now()
    session.flush()
    assert tally(session, people["bob"], snap).replies == 1
    assert tally(session, people["ada"], snap).replies == 2  # she alone sees what a moderator hid
    assert tally(session, people["dan"], snap).replies == 0
    assert tally(session, people["bob"], reply).replies == 1


def test_a_site_counts_the_kinds_that_it_offers(session, people, liked):
    assert tally(session, None, liked, kinds=("snap",)) == Tally(3, 0, None)


def test_each_entry_of_a_page_gets_its_own(session, people, liked):
    other = make_snap(session, people["bob"])
    like(session, other, people["dan"])
    add_tallies(session, people["dan"], [liked, other], KINDS)
    assert (liked.tally, other.tally) == (Tally(3, 2, is_liked=False), Tally(1, 0, is_liked=True))
    add_tallies(session, None, [], KINDS)


def test_what_a_reply_answers_is_found_where_the_viewer_sees_it(session, people):
    snap = make_snap(session, people["ada"], audience="followers")
    session.add(Follow(follower_id=people["bob"].id, followed_id=people["ada"].id))
    reply = make_reply(session, people["bob"], snap)
    session.commit()
    for viewer, seen in ((people["ada"], snap), (people["bob"], snap), (people["cleo"], None), (None, None)):
        add_answered(session, viewer, [snap, reply], KINDS)
        assert (snap.answered, reply.answered) == (None, seen)
    add_answered(session, people["bob"], [reply], ("post",))
    assert reply.answered is None


def test_what_is_neither_liked_nor_answered_is_alone(session, people, liked):
    alone = make_snap(session, people["ada"])
    answered = make_snap(session, people["ada"])
    make_reply(session, people["bob"], answered)
    ids = session.scalars(select(Entry.id).where(is_alone(), Entry.kind == "snap"))
    assert ids.all() == [alone.id]
