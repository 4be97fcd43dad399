import pytest

from commonplace.entries import events
from commonplace.entries.models import Like
from commonplace.entries.service_likes import like_entry, unlike_entry
from tests.factories import make_snap, make_user


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


@pytest.fixture
def bob(session):
    return make_user(session, "bob")


@pytest.fixture
def snap(session, ada):
    return make_snap(session, ada)


@pytest.fixture
def told():
    """What was announced, as long as the test runs."""
    told = []

    def note_like(session, entry, user):
        told.append(("liked", entry, user))

    def note_unlike(session, entry, user):
        told.append(("unliked", entry, user))

    with events.entry_liked.connected_to(note_like), events.entry_unliked.connected_to(note_unlike):
        yield told


def likes(session):
    return {(like.entry_id, like.user_id) for like in session.query(Like)}


def test_a_like_counts_once_and_is_told_once(session, bob, snap, told):
    assert like_entry(session, snap, bob)
    assert not like_entry(session, snap, bob)
    session.expunge_all()
    assert not like_entry(session, snap, bob)
    assert likes(session) == {(snap.id, bob.id)}
    assert told == [("liked", snap, bob)]


def test_a_like_ends_once_and_that_is_told_once(session, ada, bob, snap, told):
    like_entry(session, snap, ada)
    like_entry(session, snap, bob)
    told.clear()
    assert unlike_entry(session, snap, bob)
    assert not unlike_entry(session, snap, bob)
    assert likes(session) == {(snap.id, ada.id)}
    assert told == [("unliked", snap, bob)]
    assert like_entry(session, snap, bob)
    assert likes(session) == {(snap.id, ada.id), (snap.id, bob.id)}


def test_two_requests_at_once_make_one_like(house, session, bob, snap, told):
    like_entry(session, snap, bob)
    session.commit()
    with house.database.writing() as other:
        other.get = lambda *_: None  # it looked before the first was committed
        assert not like_entry(other, snap, bob)
    assert likes(session) == {(snap.id, bob.id)}
    assert told == [("liked", snap, bob)]
