from datetime import timedelta

import pytest
from sqlalchemy import select

from commonplace.core import clock
from commonplace.core.errors import Forbidden, Invalid
from commonplace.entries import events
from commonplace.entries.models import Entry
from commonplace.entries.queries import list_found
from commonplace.entries.rules import parse_search
from commonplace.entries.service import purge_entries
from commonplace.notifications.models import Notification
from commonplace.posts import queries, service
from commonplace.posts.models import Post, PostTag
from commonplace.posts.service import PostValues
from commonplace.users.models import Block, Follow
from tests.factories import make_post, make_reply, make_snap, make_user


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


@pytest.fixture
def bob(session):
    return make_user(session, "bob")


@pytest.fixture
def told():
    """Who was told to be mentioned where, as long as the test runs."""
    told = []

    def note(session, entry, users):
        told.append((entry, [user.username for user in users]))

    with events.users_mentioned.connected_to(note):
        yield told


def tags_of(session, post):
    return session.scalars(select(PostTag.tag).where(PostTag.post_id == post.id).order_by(PostTag.tag)).all()


def test_a_post_is_kept_with_what_is_in_it(session, ada, bob, told):
    post = service.share_post(session, ada, PostValues("Hi @BOB, @nobody and @ada:\r\n#Bread #bread"))
    session.commit()
    session.expire_all()
    post = queries.get_post(session, bob, post.hash_key)
    assert post.content == "Hi @BOB, @nobody and @ada:\n#Bread #bread"
    assert (post.audience, post.mentioned, post.edited_on) == ("members", "bob ada", None)
    assert tags_of(session, post) == ["bread"]
    assert told == [(post, ["bob"])]  # oneself is not told


def test_a_post_of_an_earlier_moment_takes_its_place(session, ada):
    now = clock.now()
    make_post(session, ada, "now")
    service.share_post(session, ada, PostValues("then", "public"), shared_on=now - timedelta(days=3))
    found = queries.list_posts(session, None, cursor=None, limit=5)
    assert [post.content for post in found.items] == ["now", "then"]


def test_who_is_mentioned_where_they_could_not_see_it_is_told_when_they_can(session, ada, bob):
    def unread():
        return [notification.event for notification in session.query(Notification).filter_by(user_id=bob.id)]

    post = service.share_post(session, ada, PostValues("@bob", "private"))
    assert unread() == []
    for audience in ("followers", "members", "public"):
        service.edit_post(session, ada, post, PostValues("@bob", audience))
    assert unread() == ["mentioned"]


def test_an_edit_changes_text_tags_and_names_and_tells_whom_it_names_anew(session, ada, bob, told):
    cleo = make_user(session, "cleo")
    post = service.share_post(session, ada, PostValues("@bob #one #two"))
    told.clear()
    service.edit_post(session, ada, post, PostValues("@bob @cleo #two #three"))
    assert (post.mentioned, post.audience) == ("bob cleo", "members")
    assert post.edited_on is not None
    assert tags_of(session, post) == ["three", "two"]
    assert told == [(post, ["cleo"])]
    told.clear()
    session.add(Block(blocker_id=cleo.id, blocked_id=ada.id))
    session.flush()
    service.edit_post(session, ada, post, PostValues("@bob @cleo", "public"))
    assert (post.mentioned, post.audience, told) == ("bob", "public", [(post, ["bob"])])


def test_only_its_author_may_edit_a_post(session, ada, bob):
    with pytest.raises(Forbidden):
        service.edit_post(session, bob, make_post(session, ada), PostValues("mine"))


def test_a_refused_text_is_not_stored(session, ada):
    with pytest.raises(Invalid):
        service.share_post(session, ada, PostValues(" \n"))
    post = make_post(session, ada, "as it was")
    with pytest.raises(Invalid):
        service.edit_post(session, ada, post, PostValues("x" * 5_001))
    assert [post.content for post in session.scalars(select(Post))] == ["as it was"]


@pytest.mark.parametrize("audience", ["private", "followers", "members", "unlisted", "public"])
def test_a_reply_has_the_audience_of_whatever_it_answers(session, ada, audience):
    snap = make_snap(session, ada, audience=audience)
    reply = service.share_post(session, ada, PostValues("to the snap"), parent=snap)
    below = service.share_post(session, ada, PostValues("to the reply", "public"), parent=reply)
    assert (reply.audience, below.audience) == (audience, audience)
    assert (below.parent_id, below.depth) == (reply.id, 2)


def test_a_reply_meant_for_fewer_is_refused_when_it_is_shared_and_when_it_is_edited(session, ada, bob):
    snap = make_snap(session, ada, audience="members")
    with pytest.raises(Invalid, match="leave its audience out"):
        service.share_post(session, bob, PostValues("psst", "followers"), parent=snap)
    reply = make_reply(session, bob, snap)
    with pytest.raises(Invalid, match="leave its audience out"):
        service.edit_post(session, bob, reply, PostValues("psst", "private"))
    session.rollback()


def test_an_edited_reply_stays_in_its_thread(session, ada, bob):
    reply = make_reply(session, bob, make_snap(session, ada, audience="members"))
    service.edit_post(session, bob, reply, PostValues("better", "public"))
    assert (reply.content, reply.audience) == ("better", "members")


def test_a_reply_is_not_seen_by_who_does_not_see_what_it_answers(session, ada, bob):
    session.add(Follow(follower_id=bob.id, followed_id=ada.id))
    session.flush()
    reply = make_reply(session, bob, make_snap(session, ada, audience="followers"), "a secret answer")
    stranger = make_user(session, "stranger")
    session.add(Follow(follower_id=stranger.id, followed_id=bob.id))
    session.flush()
    for viewer, seen in ((ada, 1), (bob, 1), (stranger, 0), (None, 0)):
        found = list_found(session, viewer, parse_search("secret"), ["post"], cursor=None, limit=5)
        assert len(found.items) == seen
        assert len(queries.list_posts(session, viewer, cursor=None, limit=5).items) == seen
    assert reply.audience == "followers"


def test_a_post_is_found_by_its_words_and_told_in_short_by_its_first(session, ada):
    post = make_post(session, ada, "# Bread\n\nTwo *loaves*, `in` a house. #baking")
    found = list_found(session, None, parse_search("loaves baking"), ["post"], cursor=None, limit=5)
    assert [entry.id for entry in found.items] == [post.id]
    assert service.summary(post).title == "Bread Two loaves, in a house. #baking"
    assert service.summary(post).body == post.content


def test_a_purged_post_takes_its_tags_along(session, ada):
    post = make_post(session, ada, "#gone")
    session.commit()
    purge_entries(session, [post.id])
    session.commit()
    assert session.query(PostTag).count() == session.query(Post).count() == session.query(Entry).count() == 0
