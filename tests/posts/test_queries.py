import pytest
from sqlalchemy import event

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.entries.models import AUDIENCES
from commonplace.posts import queries
from commonplace.users.models import Block
from tests.factories import make_post, make_reply, make_user


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


@pytest.fixture
def bob(session):
    return make_user(session, "bob")


def contents(page):
    return [post.content for post in page.items]


def test_a_post_is_got_with_its_author_by_whom_may_see_it(session, ada, bob):
    post = make_post(session, ada, audience="unlisted")
    session.commit()
    session.expunge_all()
    got = queries.get_post(session, None, post.hash_key)
    assert (got.content, got.author.username) == ("Hello.", "ada")


def test_what_is_absent_and_what_is_hidden_answer_alike(session, ada, bob):
    hidden = make_post(session, ada, audience="private")
    gone = make_post(session, ada)
    gone.deleted_on = clock.now()
    session.flush()
    answers = set()
    for hash_key in (hidden.hash_key, gone.hash_key, "0" * 22, hidden.hash_key.swapcase(), "", "\0" * 22, "é" * 22):
        with pytest.raises(NotFound) as raised:
            queries.get_post(session, bob, hash_key)
        answers.add(str(raised.value))
    assert len(answers) == 1


def test_lists_hold_what_is_listed_and_ones_own_all(session, ada, bob):
    for audience in AUDIENCES:
        make_post(session, ada, audience, audience=audience)
    reply = make_reply(session, bob, make_post(session, bob, "bobs"), "a reply")
    assert contents(queries.list_posts(session, None, cursor=None, limit=20)) == ["a reply", "bobs", "public"]
    everything = ["a reply", "bobs", "public", "members"]
    assert contents(queries.list_posts(session, bob, cursor=None, limit=20)) == everything
    assert contents(queries.list_posts(session, bob, author=ada, cursor=None, limit=20)) == ["public", "members"]
    assert contents(queries.list_posts(session, ada, author=ada, cursor=None, limit=20)) == list(reversed(AUDIENCES))
    first = queries.list_posts(session, bob, cursor=None, limit=2)
    assert contents(queries.list_posts(session, bob, cursor=first.next, limit=2)) == everything[2:]
    reply.hidden_on = clock.now()
    session.flush()
    assert contents(queries.list_posts(session, None, cursor=None, limit=1)) == ["bobs"]


def test_posts_are_found_by_tag_by_whom_may_see_them(session, ada, bob):
    make_post(session, ada, "one #Bread")
    make_post(session, ada, "two #bread #rye", audience="members")
    make_post(session, ada, "three #bread", audience="private")
    make_post(session, ada, "none #breads `#bread`")
    assert contents(queries.list_posts(session, None, tag="bread", cursor=None, limit=20)) == ["one #Bread"]
    found = contents(queries.list_posts(session, bob, tag="bread", cursor=None, limit=20))
    assert found == ["two #bread #rye", "one #Bread"]
    assert contents(queries.list_posts(session, bob, tag="", cursor=None, limit=20)) == []


def test_each_post_of_a_page_gets_its_own_tags_with_one_query(session, house, ada):
    posts = [make_post(session, ada, text) for text in ("#b #a", "none", "#c")]
    session.commit()
    statements = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    queries.add_tags(session, posts)
    assert len(statements) == 1
    assert [post.tags for post in posts] == [("a", "b"), (), ("c",)]


def test_users_are_mentioned_by_name_but_for_who_is_absent_or_blocked(session, ada, bob):
    people = {name: make_user(session, name) for name in ("closed", "suspended", "blocker", "blocked", "Zoë")}
    people["closed"].closed_on = people["suspended"].suspended_on = clock.now()
    session.add(Block(blocker_id=people["blocker"].id, blocked_id=ada.id))
    session.add(Block(blocker_id=ada.id, blocked_id=people["blocked"].id))
    session.flush()
    names = ["zoë", "nobody", "closed", "suspended", "blocker", "blocked", "bob", "ada"]
    assert [user.username for user in queries.list_users_named(session, ada, names)] == ["Zoë", "bob", "ada"]
    assert queries.list_users_named(session, ada, []) == []
