import pytest
from sqlalchemy import select

from commonplace.core.errors import NotFound
from commonplace.core.pagination import Page
from commonplace.users.events import user_followed, user_unfollowed
from commonplace.users.models import Follow, User
from commonplace.users.newsfeed import newsfeed
from commonplace.users.service_follows import block_user
from tests.factories import make_user


@pytest.fixture
def alice(session):
    return make_user(session, "alice")


@pytest.fixture
def bob(session):
    return make_user(session, "bob")


def test_the_classic_model_speaks(session, alice, bob):
    assert alice.follow(bob) is True
    assert alice.follow(bob) is False
    assert alice.is_following(bob)
    assert not bob.is_following(alice)
    assert [(row.follower_id, row.followed_id) for row in session.query(Follow)] == [(alice.id, bob.id)]
    assert alice.unfollow(bob) is True
    assert alice.unfollow(bob) is False
    assert not alice.is_following(bob)


def test_oneself_is_a_quiet_no(session, alice):
    assert alice.follow(alice) is False
    assert not alice.is_following(alice)


def test_whom_one_blocks_is_not_there_for_either(session, alice, bob):
    block_user(session, bob, alice)
    for one, other in ((alice, bob), (bob, alice)):
        with pytest.raises(NotFound):
            one.follow(other)


def test_it_goes_the_services_way_so_that_others_hear_of_it(session, alice, bob):
    heard = []

    def hear(_session, follower, followed):
        heard.append((follower, followed))

    with user_followed.connected_to(hear), user_unfollowed.connected_to(hear):
        alice.follow(bob)
        alice.unfollow(bob)
    assert heard == [(alice, bob)] * 2


def test_what_another_session_did_is_known(house, session, alice, bob):
    session.commit()
    with house.database.writing() as other:
        other.get(User, alice.id).follow(other.get(User, bob.id))
    assert alice.is_following(bob)


def test_the_feed_is_asked_of_whoever_builds_it(monkeypatch, session, alice):
    asked = []

    def source(*arguments):
        asked.append(arguments)
        return Page(("an entry",), "next")

    monkeypatch.setattr(newsfeed, "source", source)
    assert alice.newsfeed() == Page(("an entry",), "next")
    assert alice.newsfeed(cursor="next", limit=5).items == ("an entry",)
    assert asked == [(session, alice, None, 20), (session, alice, "next", 5)]


def test_a_user_of_no_session_says_so(session, alice, bob):
    session.commit()
    session.expunge(alice)
    for speak in (lambda: alice.follow(bob), lambda: alice.is_following(bob), alice.newsfeed):
        with pytest.raises(RuntimeError, match="belongs to no session"):
            speak()
    assert session.scalars(select(Follow)).all() == []
