import re
from html import unescape

import pytest
from sqlalchemy import event

from commonplace.entries.service import delete_entry
from commonplace.posts.models import Post
from tests.doors import csrf_token, send, sign_in
from tests.factories import make_post, make_reply, make_snap, make_user


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    session.commit()
    return user


@pytest.fixture
def bob(session):
    user = make_user(session, "bob")
    session.commit()
    return user


@pytest.fixture
def as_ada(client, ada):
    sign_in(client, ada)
    return client


def held(page):
    """The text that the field of a page holds."""
    return unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)[1])


def prose(page):
    return re.findall(r'<(?:div|article) class="prose">(.*?)</(?:div|article)>', page, re.DOTALL)


def test_a_written_text_is_shared_with_the_line_ends_it_had(as_ada, session):
    response = send(as_ada, "/posts/add", content="\r\n**Good**\r\nmorning", audience="public")
    assert response.status_code == 302
    post = session.query(Post).one()
    assert (post.content, post.audience) == ("\n**Good**\nmorning", "public")
    page = as_ada.get(response.headers["Location"]).text
    assert prose(page)[0] == "<p><strong>Good</strong>\nmorning</p>\n"
    assert "<title>ada: Good morning" in page


@pytest.mark.parametrize(("content", "reason"), [("  ", "write something"), ("x" * 5_001, "at most 5,000 characters")])
def test_a_fault_is_shown_beside_the_field_and_the_text_is_still_there(as_ada, session, content, reason):
    response = send(as_ada, "/posts/add", content=content, audience="followers")
    assert response.status_code == 200
    assert reason in response.text
    assert held(response.text) == content
    assert re.search(r'<input[^>]*checked[^>]*value="followers"', response.text)
    assert 'aria-describedby="content-hint content-error"' in response.text
    assert session.query(Post).count() == 0


def test_an_unknown_audience_is_a_fault_too(as_ada, session):
    assert "Not a valid choice" in send(as_ada, "/posts/add", content="x", audience="everyone").text
    assert session.query(Post).count() == 0


def test_without_scripts_a_button_shows_the_text_as_it_will_look_and_keeps_it(as_ada, bob, session):
    text = "\n*Hi* @bob #tag <b>"
    response = send(as_ada, "/posts/add", content=text, audience="public", preview="on")
    assert response.status_code == 200
    assert session.query(Post).count() == 0
    assert held(response.text) == text
    assert re.search(r'<input[^>]*checked[^>]*value="public"', response.text)
    (shown,) = prose(response.text)
    assert '<em>Hi</em> <a href="/@bob"' in shown
    assert '<a href="/tags/tag"' in shown
    assert "&lt;b&gt;" in shown
    refused = send(as_ada, "/posts/add", content="", audience="public", preview="on")
    assert (refused.status_code, "write something" in refused.text) == (200, True)


def test_while_one_types_a_fragment_shows_it_and_nobody_waits_for_it(as_ada, bob, house):
    token = csrf_token(as_ada, "/posts/add")
    begun = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *args: begun.append(args[2]))
    response = as_ada.post("/posts/preview", data={"csrf_token": token, "content": "*Hi* @bob\r\n`@bob`"})
    assert response.status_code == 200
    assert response.text.startswith('<div class="prose"><p><em>Hi</em> <a href="/@bob"')
    assert "<code>@bob</code>" in response.text
    assert [statement for statement in begun if "immediate" in statement] == []
    too_long = as_ada.post("/posts/preview", data={"csrf_token": token, "content": "x" * 5_001})
    assert too_long.status_code == 400
    assert as_ada.post("/posts/preview", data={"content": "x"}).status_code == 400


def test_a_stranger_is_shown_no_preview(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/posts/preview", data={"content": "x"}).status_code == 401


def test_previews_are_limited(app, as_ada):
    app.config["WTF_CSRF_ENABLED"] = False
    answers = [as_ada.post("/posts/preview", data={"content": "x"}).status_code for _ in range(121)]
    assert (set(answers[:120]), answers[120]) == ({200}, 429)


def test_a_post_is_edited_and_its_form_holds_it(as_ada, ada, session):
    post = make_post(session, ada, "\none\ntwo")
    session.commit()
    address = f"/posts/{post.hash_key}"
    page = as_ada.get(f"{address}/edit").text
    assert held(page) == "\none\ntwo"
    assert re.search(r'<input[^>]*checked[^>]*value="public"', page)
    response = send(as_ada, f"{address}/edit", content="three", audience="members")
    assert response.headers["Location"] == address
    session.expire_all()
    assert (post.content, post.audience) == ("three", "members")
    assert "edited" in as_ada.get(address).text
    assert "at most" in send(as_ada, f"{address}/edit", content="x" * 5_001, audience="members").text


def test_nobody_edits_or_deletes_what_is_anothers(as_ada, bob, session):
    post = make_post(session, bob)
    session.commit()
    address, token = f"/posts/{post.hash_key}", csrf_token(as_ada, "/posts/add")
    assert ">Edit<" not in as_ada.get(address).text
    assert as_ada.get(f"{address}/edit").status_code == 403
    for way in ("edit", "delete"):
        data = {"csrf_token": token, "content": "mine", "audience": "public"}
        assert as_ada.post(f"{address}/{way}", data=data).status_code == 403
    session.rollback()
    assert (session.get(Post, post.id).content, post.deleted_on) == ("Hello.", None)


def test_a_deleted_post_answers_as_one_that_never_was_and_comes_back_from_the_trash(as_ada, ada, session):
    post = make_post(session, ada, "precious")
    session.commit()
    address = f"/posts/{post.hash_key}"
    send(as_ada, f"{address}/delete", at=address)
    assert as_ada.get(address).status_code == 404
    assert "precious" in as_ada.get("/trash").text
    send(as_ada, f"/trash/{post.hash_key}/restore", at="/trash")
    assert as_ada.get(address).status_code == 200


def test_a_list_shows_the_texts_themselves_and_of_long_ones_the_beginning(as_ada, ada, session):
    make_post(session, ada, "short *and* whole")
    long = make_post(session, ada, "beginning " * 60 + "\n\n" + "further on " * 60)
    session.commit()
    page = as_ada.get("/posts/").text
    assert prose(page)[1] == "<p>short <em>and</em> whole</p>\n"
    assert "further on" not in page
    assert page.count("Read on") == 1
    assert f'<a href="/posts/{long.hash_key}">Read on' in page
    assert "further on" in as_ada.get(f"/posts/{long.hash_key}").text


def test_lists_hold_what_is_listed_and_ones_own(as_ada, ada, bob, session):
    make_post(session, ada, "of mine alone", audience="private")
    make_post(session, bob, "of bob")
    session.commit()
    everything, own = as_ada.get("/posts/").text, as_ada.get("/posts/?own").text
    assert ("of bob" in everything, "of mine alone" in everything) == (True, False)
    assert ("of bob" in own, "of mine alone" in own) == (False, True)


def test_an_empty_list_says_what_to_do(client, as_ada, app):
    assert "Write the first one" in as_ada.get("/posts/").text
    assert "Sign in" in app.test_client().get("/posts/").text.split("<main")[1]


def test_the_feed_of_new_posts_holds_public_ones_only_under_their_first_words(client, session, ada):
    make_post(session, ada, "# Open & shut\n\ntext\x1b")
    make_post(session, ada, "for members", audience="members")
    session.commit()
    response = client.get("/posts/newest.atom")
    assert response.mimetype == "application/atom+xml"
    assert "<title>Open &amp; shut text\ufffd</title>" in response.text
    assert "for members" not in response.text


def test_ones_own_reply_outlives_what_it_answers_and_says_so(as_ada, ada, bob, session):
    snap = make_snap(session, bob, name="vanishing.py")
    reply = make_reply(session, ada, snap, "I see.")
    session.commit()
    address = f"/posts/{reply.hash_key}"
    assert "vanishing.py" in as_ada.get(address).text
    assert "In reply to bob" in as_ada.get("/posts/?own").text
    snap.audience = "private"
    session.commit()
    for page in (as_ada.get(address).text, as_ada.get("/posts/?own").text):
        assert "vanishing.py" not in page
        assert "In reply to something that is not shared with you" in page


def opened(client, post):
    """Open the page to edit a post, and return what its form would send untouched."""
    address = f"/posts/{post.hash_key}/edit"
    version = re.search(r'name="version"[^>]* value="(\d+)"', client.get(address).text)[1]
    return {"csrf_token": csrf_token(client, address), "version": version, "audience": "members"}


def test_what_changed_meanwhile_is_told_before_it_is_replaced(as_ada, session, ada):
    post = make_post(session, ada, "old")
    session.commit()
    address = f"/posts/{post.hash_key}/edit"
    first, second = opened(as_ada, post), opened(as_ada, post) | {"content": "from the second"}
    assert as_ada.post(address, data=first | {"content": "from the first"}).status_code == 302
    told = as_ada.post(address, data=second)
    assert (told.status_code, held(told.text)) == (200, "from the second")
    assert "Somebody changed this meanwhile" in told.text
    session.rollback()
    session.expire_all()
    assert session.get(Post, post.id).content == "from the first"
    again = re.search(r'name="version"[^>]* value="(\d+)"', told.text)[1]
    assert as_ada.post(address, data=second | {"version": again}).status_code == 302
    session.rollback()
    session.expire_all()
    assert session.get(Post, post.id).content == "from the second"


def test_a_text_comes_back_where_what_it_answers_is_gone(as_ada, session, ada):
    answered = make_snap(session, ada)
    session.commit()
    form = {"csrf_token": csrf_token(as_ada, "/posts/add"), "parent": answered.hash_key, "content": "\nDear <all>,"}
    delete_entry(session, answered, ada)
    session.commit()
    response = as_ada.post("/posts/add", data=form)
    assert (response.status_code, held(response.text)) == (404, "\nDear <all>,")


def test_a_text_comes_back_to_who_was_signed_out_meanwhile(as_ada, app):
    form = {"csrf_token": csrf_token(as_ada, "/posts/add"), "content": "What a long letter"}
    response = app.test_client().post("/posts/add", data=form)
    assert (response.status_code, held(response.text)) == (400, "What a long letter")
