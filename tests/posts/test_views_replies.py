"""Replies by the pages: the form below an entry of any kind, and where one lands."""

import re

import pytest

from commonplace.entries.pages import THREAD_PAGE
from commonplace.posts.models import Post
from tests.doors import csrf_token, sign_in
from tests.factories import make_post, make_reply, make_snap, make_user


@pytest.fixture
def people(session):
    people = {name: make_user(session, name) for name in ("ada", "bob")}
    session.commit()
    return people


@pytest.fixture
def as_bob(client, people):
    sign_in(client, people["bob"])
    return client


@pytest.fixture
def snap(session, people):
    snap = make_snap(session, people["ada"], audience="members", name="answered.py")
    session.commit()
    return snap


def reply(client, page, **values):
    """Send the form for a reply that stands on the page."""
    html = client.get(page).text
    form = re.search(r'<form[^>]*action="(/posts/add)"[^>]*>.*?name="parent" value="(\w+)"', html, re.DOTALL)
    data = {"csrf_token": csrf_token(client, page), "parent": form[2], "content": "I see."} | values
    return client.post(form[1], data=data)


def test_the_form_below_a_snap_makes_a_reply_that_stands_there(as_bob, session, people, snap):
    response = reply(as_bob, f"/snaps/{snap.hash_key}", content="**Nice.**")
    post = session.query(Post).one()
    assert (post.parent_id, post.audience, post.author_id) == (snap.id, "members", people["bob"].id)
    assert response.headers["Location"] == f"/snaps/{snap.hash_key}#{post.hash_key}"
    page = as_bob.get(f"/snaps/{snap.hash_key}").text
    item = page.split(f'id="{post.hash_key}"')[1]
    assert "<strong>Nice.</strong>" in item
    assert "bob" in item
    own = as_bob.get(f"/posts/{post.hash_key}").text
    assert "answered.py" in own
    assert "Reply by bob" in own


def test_a_reply_to_a_reply_lands_below_it_on_its_page(as_bob, session, people, snap):
    first = make_reply(session, people["ada"], snap)
    session.commit()
    response = reply(as_bob, f"/posts/{first.hash_key}")
    below = session.query(Post).filter(Post.parent_id == first.id).one()
    assert response.headers["Location"] == f"/posts/{first.hash_key}#{below.hash_key}"


def test_in_a_long_thread_one_lands_on_the_page_that_has_it(as_bob, session, people, snap):
    for number in range(THREAD_PAGE):
        make_reply(session, people["ada"], snap, f"number {number}")
    session.commit()
    address = f"/snaps/{snap.hash_key}"
    assert "Later replies" not in as_bob.get(address).text
    landed = reply(as_bob, address, content="one more").headers["Location"]
    page = as_bob.get(landed.split("#")[0]).text
    assert ("one more" in page, f"number {THREAD_PAGE - 1}" in page) == (True, False)
    assert f'<a class="button" href="{address}#replies">First replies</a>' in page
    first = as_bob.get(address).text
    assert ("one more" in first, "Later replies" in first, "number 0" in first) == (False, True, True)


def test_the_form_by_itself_shows_what_it_answers_and_keeps_it_when_there_is_a_fault(as_bob, session, snap):
    page = as_bob.get(f"/posts/add?parent={snap.hash_key}").text
    assert "Reply to ada" in page
    assert "answered.py" in page
    assert "Who may see it" not in page
    for values in ({"content": " "}, {"content": "x", "preview": "on"}):
        again = reply(as_bob, f"/snaps/{snap.hash_key}", **values)
        assert again.status_code == 200
        assert f'name="parent" value="{snap.hash_key}"' in again.text
        assert "answered.py" in again.text
    assert session.query(Post).count() == 0


def test_an_edited_reply_is_asked_for_no_audience(as_bob, session, people, snap):
    mine = make_reply(session, people["bob"], snap)
    session.commit()
    address = f"/posts/{mine.hash_key}/edit"
    assert "Who may see it" not in as_bob.get(address).text
    data = {"csrf_token": csrf_token(as_bob, address), "content": "better", "audience": "public"}
    assert as_bob.post(address, data=data).status_code == 302
    session.expire_all()
    assert (mine.content, mine.audience) == ("better", "members")


def test_what_one_may_not_see_cannot_be_answered(as_bob, session, people, snap):
    token = csrf_token(as_bob, "/posts/add")
    snap.audience = "followers"
    session.commit()
    for key in (snap.hash_key, "0" * 22, "x", "é"):
        assert as_bob.get("/posts/add", query_string={"parent": key}).status_code == 404
        data = {"csrf_token": token, "parent": key, "content": "x"}
        assert as_bob.post("/posts/add", data=data).status_code == 404
    assert session.query(Post).count() == 0


def test_who_is_not_signed_in_reads_a_thread_and_is_led_to_sign_in_and_back(app, session, people):
    post = make_post(session, people["ada"])
    make_reply(session, people["bob"], post, "an answer")
    session.commit()
    address = f"/posts/{post.hash_key}"
    page = app.test_client().get(address).text
    assert "an answer" in page
    assert "<textarea" not in page
    assert f'<a href="/users/login?next={address.replace("/", "%2F")}">' in page or f"next={address}" in page


def test_visitors_see_a_new_reply_at_once(app, session, people):
    snap = make_snap(session, people["ada"])
    session.commit()
    visitor = app.test_client()
    address = f"/snaps/{snap.hash_key}"
    assert "Nobody has answered yet" in visitor.get(address).text
    answer = make_reply(session, people["bob"], snap, "an answer")
    session.commit()
    assert "an answer" in visitor.get(address).text
    people["bob"].suspended_on = answer.created_on
    session.commit()
    assert "an answer" not in visitor.get(address).text


def test_where_a_thread_goes_no_deeper_no_reply_is_asked_for(as_bob, session, people, snap, monkeypatch):
    monkeypatch.setattr("commonplace.entries.rules.MAX_DEPTH", 1)
    first = make_reply(session, people["ada"], snap)
    session.commit()
    assert "Your reply" in as_bob.get(f"/snaps/{snap.hash_key}").text
    page = as_bob.get(f"/posts/{first.hash_key}").text
    assert "Your reply" not in page
    assert "answer to an earlier part of it" in page
