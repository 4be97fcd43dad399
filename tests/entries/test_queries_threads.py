import pytest
from sqlalchemy import event

from commonplace.core import clock
from commonplace.entries.models import Entry
from commonplace.entries.queries_tallies import add_tallies
from commonplace.entries.queries_threads import (
    FURTHER,
    LEVELS,
    each_entry,
    list_replies,
    list_thread_author_ids,
    thread_ids,
)
from commonplace.users.models import Block
from tests.factories import make_reply, make_snap, make_user

KINDS = ("snap", "post")


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


@pytest.fixture
def bob(session):
    return make_user(session, "bob")


@pytest.fixture
def snap(session, ada):
    return make_snap(session, ada)


def read(session, viewer, entry, cursor=None, limit=20, kinds=KINDS):
    return list_replies(session, viewer, entry, kinds, cursor=cursor, limit=limit)


def shape(replies):
    return {reply.entry.content: shape(reply.replies) for reply in replies}


def test_replies_stand_oldest_first_each_below_what_it_answers(session, ada, bob, snap):
    first = make_reply(session, bob, snap, "first")
    make_reply(session, bob, snap, "second")
    below = make_reply(session, ada, first, "below the first")
    make_reply(session, bob, below, "and below that")
    make_reply(session, ada, first, "also below the first")
    make_reply(session, bob, make_snap(session, ada), "elsewhere")
    thread = read(session, None, snap)
    assert shape(thread.items) == {
        "first": {"below the first": {"and below that": {}}, "also below the first": {}},
        "second": {},
    }
    assert [entry.author.username for entry in each_entry(thread.items)] == ["bob", "ada", "bob", "ada", "bob"]
    assert shape(read(session, None, below).items) == {"and below that": {}}


def test_pages_of_a_long_thread_joined_are_all_of_it_whatever_is_added_meanwhile(session, bob, snap):
    for number in range(7):
        make_reply(session, bob, snap, str(number))
    seen, cursor, added = [], None, iter(("7", "8"))
    while True:
        thread = read(session, None, snap, cursor, limit=3)
        seen += [reply.entry.content for reply in thread.items]
        cursor = thread.next
        if cursor is None:
            break
        make_reply(session, bob, snap, next(added))
    assert seen == [str(number) for number in range(9)]


def test_what_the_viewer_may_not_see_takes_no_place_nor_does_what_answers_it(session, ada, bob, snap):
    cleo = make_user(session, "cleo")
    hidden = make_reply(session, bob, snap, "hidden")
    make_reply(session, ada, hidden, "below what is hidden")
    make_reply(session, cleo, snap, "of cleo")
    make_reply(session, ada, snap, "seen")
    hidden.hidden_on = clock.now()
    session.add(Block(blocker_id=cleo.id, blocked_id=ada.id))
    session.flush()
    assert shape(read(session, None, snap, limit=2).items) == {"of cleo": {}, "seen": {}}
    assert shape(read(session, ada, snap, limit=2).items) == {"seen": {}}
    assert shape(read(session, bob, snap).items) == {"hidden": {"below what is hidden": {}}, "of cleo": {}, "seen": {}}


def test_the_thread_of_what_is_unlisted_is_seen_with_the_link(session, ada, bob):
    unlisted = make_snap(session, ada, audience="unlisted")
    make_reply(session, bob, unlisted, "reply")
    assert shape(read(session, None, unlisted).items) == {"reply": {}}


def test_what_lies_deeper_than_a_page_shows_is_counted_at_the_last_that_it_shows(session, ada, snap):
    last = snap
    for number in range(1, LEVELS + 3):
        last = make_reply(session, ada, last, str(number))
    reply = read(session, None, snap).items[0]
    add_tallies(session, None, each_entry([reply]), KINDS)
    for _ in range(1, LEVELS):
        assert reply.further == 0
        (reply,) = reply.replies
    assert (reply.entry.content, reply.replies, reply.further) == (str(LEVELS), (), 1)


def test_of_very_many_answers_to_answers_the_oldest_stand_here(session, ada, snap):
    first = make_reply(session, ada, snap)
    for _ in range(FURTHER + 1):
        make_reply(session, ada, first)
    (reply,) = read(session, None, snap).items
    assert len(reply.replies) == FURTHER
    add_tallies(session, None, [reply.entry], KINDS)
    assert reply.further == 1


def test_a_site_without_the_kind_of_replies_has_no_threads(session, bob, snap):
    make_reply(session, bob, snap)
    assert read(session, None, snap, kinds=("snap",)).items == ()


def test_a_thread_is_two_queries_however_long_and_one_where_there_is_none(session, house, bob, snap):
    statements = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    read(session, None, snap)
    assert len(statements) == 1
    for _ in range(3):
        make_reply(session, bob, make_reply(session, bob, snap))
    session.commit()
    statements.clear()
    list(each_entry(read(session, None, snap).items))
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 2


def test_a_thread_is_an_entry_and_all_below_it_whoever_may_see_that(session, ada, bob, snap):
    below = make_reply(session, ada, make_reply(session, bob, snap))
    make_reply(session, bob, make_snap(session, bob))
    below.hidden_on = clock.now()
    session.flush()
    assert set(session.scalars(thread_ids(Entry.id == snap.id))) == {snap.id, below.parent_id, below.id}
    assert list_thread_author_ids(session, Entry.id == snap.id) == sorted([ada.id, bob.id])
    assert list_thread_author_ids(session, Entry.id == below.id) == [ada.id]
    assert list_thread_author_ids(session, Entry.author_id == make_user(session).id) == []
