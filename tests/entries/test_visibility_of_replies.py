"""A reply is seen by nobody who does not see all that it answers, whatever becomes of that."""

import pytest
from sqlalchemy import select

from commonplace.core import clock
from commonplace.core.errors import Invalid
from commonplace.entries import service
from commonplace.entries.models import Ancestor, Entry
from commonplace.entries.queries import is_listed, visible_to
from commonplace.entries.rules import MAX_DEPTH, SearchText
from commonplace.posts.models import Post
from commonplace.users.models import Block, Follow
from tests.factories import make_reply, make_snap, make_user

NOTHING = SearchText("", "")
COLUMNS = {"deleted": "deleted_on", "hidden": "hidden_on", "expired": "expires_on"}


@pytest.fixture
def people(session):
    people = {name: make_user(session, name) for name in ("ada", "bob", "cleo", "fan", "dan")}
    session.add(Follow(follower_id=people["fan"].id, followed_id=people["ada"].id))
    session.add(Follow(follower_id=people["bob"].id, followed_id=people["ada"].id))
    session.add(Follow(follower_id=people["dan"].id, followed_id=people["bob"].id))
    session.flush()
    return people


@pytest.fixture
def thread(session, people):
    """Ada's entry for her followers, bob's answer, and cleo's answer to that, who has stopped following ada since."""
    first = make_snap(session, people["ada"], audience="followers")
    second = make_reply(session, people["bob"], first)
    return first, second, make_reply(session, people["cleo"], second)


def seen_by(session, viewer, *, with_link=False):
    return set(session.scalars(select(Entry.id).where(visible_to(viewer, with_link=with_link))))


def ids(*entries):
    return {entry.id for entry in entries}


def test_a_reply_has_the_audience_of_its_thread_and_reaches_no_further(session, people, thread):
    first, second, third = thread
    assert {entry.audience for entry in thread} == {"followers"}
    assert seen_by(session, people["fan"]) == ids(first, second, third)
    assert seen_by(session, people["ada"]) == ids(first, second, third)
    assert seen_by(session, people["dan"]) == set()  # follows bob, but not ada
    assert seen_by(session, None) == seen_by(session, None, with_link=True) == set()


def test_ones_own_words_are_seen_whatever_they_answer(session, people, thread):
    assert seen_by(session, people["cleo"]) == ids(thread[2])


@pytest.mark.parametrize("become", ["deleted", "expired", "hidden", "private", "closed", "suspended", "purged"])
def test_what_becomes_of_an_entry_becomes_of_all_that_answers_it(session, people, thread, become):
    first, second, third = thread
    now = clock.now()
    if become in COLUMNS:
        setattr(first, COLUMNS[become], now)
    elif become == "private":
        first.audience = "private"
        service.edit_entry(session, first, NOTHING)
    elif become == "purged":
        service.purge_entries(session, [first.id])
    else:
        setattr(people["ada"], f"{become}_on", now)
    session.flush()
    session.expire_all()
    assert seen_by(session, people["fan"]) == set()
    assert seen_by(session, people["bob"]) == ids(second)
    assert seen_by(session, people["cleo"]) == ids(third)


def test_who_blocks_a_part_of_a_thread_does_not_see_what_answers_that_part(session, people, thread):
    first, _second, _third = thread
    session.add(Block(blocker_id=people["bob"].id, blocked_id=people["fan"].id))
    session.flush()
    assert seen_by(session, people["fan"]) == ids(first)


def test_a_thread_follows_its_first_entry_to_another_audience(session, people, thread):
    first, second, third = thread
    versions = second.version, third.version
    first.audience = "public"
    service.edit_entry(session, first, NOTHING)
    session.expire_all()
    assert {entry.audience for entry in thread} == {"public"}
    assert second.version > versions[0]
    assert seen_by(session, None) == ids(first, second, third)


def test_a_reply_keeps_the_audience_of_its_thread(session, people, thread):
    second = thread[1]
    second.audience = "public"
    service.edit_entry(session, second, NOTHING)
    assert second.audience == "followers"
    second.audience = "private"
    with pytest.raises(Invalid):
        service.edit_entry(session, second, NOTHING)


def test_a_reply_that_was_meant_for_fewer_is_not_shared_with_more(session, people, thread):
    with pytest.raises(Invalid):
        service.share_entry(session, Post(author=people["bob"], audience="private"), NOTHING, parent=thread[0])
    wider = Post(author=people["bob"], audience="public", content="")
    service.share_entry(session, wider, NOTHING, parent=thread[0])
    assert wider.audience == "followers"


def test_under_what_is_unlisted_a_reply_is_seen_with_the_link_alone_and_never_listed(session, people):
    first = make_snap(session, people["ada"], audience="unlisted")
    reply = make_reply(session, people["bob"], first)
    assert seen_by(session, None) == seen_by(session, people["fan"]) == set()
    assert seen_by(session, None, with_link=True) == ids(first, reply)
    assert session.scalars(select(Entry.id).where(is_listed())).all() == []


def test_a_thread_ends_somewhere_and_knows_all_that_a_reply_answers(session, people):
    last = make_snap(session, people["ada"])
    above = []
    for _ in range(MAX_DEPTH):
        above.append(last.id)
        last = make_reply(session, people["bob"], last)
    assert last.depth == MAX_DEPTH
    answered = session.scalars(select(Ancestor.ancestor_id).where(Ancestor.entry_id == last.id))
    assert sorted(answered) == sorted(above)
    assert last.id in seen_by(session, None)
    with pytest.raises(Invalid):
        make_reply(session, people["bob"], last)
