import tomllib
from importlib.resources import files

import pytest
from sqlalchemy import select

from commonplace.core import clock
from commonplace.entries.models import Entry, Like
from commonplace.entries.queries import visible_to
from commonplace.operations.demo_posts import add_posts
from commonplace.posts.models import Post
from commonplace.users.models import User
from tests.factories import make_snap, make_user

CONTENT = files("commonplace.operations") / "demo_content"


@pytest.fixture
def content():
    return tomllib.loads(CONTENT.joinpath("posts.toml").read_text(encoding="utf-8"))


@pytest.fixture
def added(session, content):
    """The posts, with stand-ins for the people and the snaps that they are about."""
    people = tomllib.loads(CONTENT.joinpath("people.toml").read_text(encoding="utf-8"))["people"]
    users = {person["username"]: make_user(session, person["username"]) for person in people}
    snaps = tomllib.loads(CONTENT.joinpath("snaps.toml").read_text(encoding="utf-8"))["snaps"]
    shared = {
        f"{snap['author']}/{snap['name']}": make_snap(
            session, users[snap["author"]], audience=snap.get("audience", "members")
        )
        for snap in snaps
    }
    assert add_posts(session, users, shared, content) == len(content["posts"])
    session.flush()
    return session.scalars(select(Post).order_by(Post.id)).all()


def test_there_is_a_bit_of_everything(added, session, content):
    assert len(added) == len(content["posts"])
    assert {post.audience for post in added} >= {"private", "followers", "members", "public"}
    assert any(post.depth == 2 for post in added)
    assert any(post.edited_on for post in added)
    assert any(post.deleted_on for post in added)
    assert any(post.mentioned for post in added)
    answered = session.scalars(select(Entry.kind).where(Entry.id.in_({post.parent_id for post in added})).distinct())
    assert set(answered) == {"post", "snap"}
    assert session.query(Like).count() > 50


def test_they_are_told_and_shared_oldest_first_and_nothing_lies_ahead(added, session, content):
    ages = [post["shared_days_ago"] for post in content["posts"]]
    assert ages == sorted(ages, reverse=True)
    assert [post.created_on for post in added] == sorted(post.created_on for post in added)
    assert all(like.created_on <= clock.now() for like in session.query(Like))


def test_nobody_answers_or_likes_what_is_after_its_time_or_not_theirs_to_see(added, session, content):
    by_name = {post["name"]: post for post in content["posts"] if "name" in post}
    for post in content["posts"]:
        if parent := by_name.get(post.get("answers")):
            assert post["shared_days_ago"] < parent["shared_days_ago"]
    for post in added:
        author = session.get(User, post.author_id)
        if post.parent_id is not None and post.audience != "followers":
            assert session.scalar(select(Entry.id).where(Entry.id == post.parent_id, visible_to(author)))
    for like in session.query(Like):
        assert session.get(Entry, like.entry_id).author_id != like.user_id
