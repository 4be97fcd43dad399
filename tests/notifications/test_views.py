import re

import pytest

from commonplace.core import clock
from commonplace.notifications.queries import count_unread
from commonplace.notifications.service import notify
from commonplace.users.models import Block
from tests.doors import send, sign_in
from tests.factories import make_snap, make_user
from tests.notifications.conftest import answer
from tests.sites import site


@pytest.fixture
def told(session, people):
    """Ada is told of a follow, of a like and of a reply, in this order; the ids are 1, 2 and 3."""
    snap = make_snap(session, people.ada, name="hello.py")
    reply = answer(session, people.cleo, snap, "<b>I *see*")
    notify(session, user=people.ada, event="followed", actor=people.bob)
    notify(session, user=people.ada, event="liked", actor=people.bob, entry=snap)
    notify(session, user=people.ada, event="replied", actor=people.cleo, entry=reply)
    session.commit()
    return snap, reply


@pytest.fixture
def as_ada(client, people):
    sign_in(client, people.ada)
    return client


def unread(house, user):
    with house.database.reading() as session:
        return count_unread(session, user)


def sentences(page):
    """Return what is told, as it is read."""
    found = re.findall(r'<p class="news__sentence">(.*?)</p>', page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in found]


def links(page):
    found = re.findall(r'<p class="news__sentence">(.*?)</p>', page.text, re.DOTALL)
    return [re.findall(r'href="([^"]+)"', each) for each in found]


def test_the_list_tells_in_sentences_newest_first(as_ada, told):
    page = as_ada.get("/notifications")
    assert sentences(page) == [
        "cleo replied to you: &lt;b&gt;I see",
        "bob likes your snap: hello.py",
        "bob follows you now",
    ]
    assert links(page) == [["/@cleo", "/notifications/3"], ["/@bob", "/notifications/2"], ["/notifications/1"]]


def test_what_is_new_is_marked(as_ada, told):
    as_ada.get("/notifications/2")
    page = as_ada.get("/notifications")
    assert page.text.count("news__item--unread") == page.text.count(">New</strong>") == 2


def test_an_empty_list_says_what_will_stand_there(as_ada):
    page = as_ada.get("/notifications")
    assert "Nothing yet" in page.text
    assert "Mark all as read" not in page.text


def test_the_list_is_for_who_is_signed_in(client, told):
    for address in ("/notifications", "/notifications/1"):
        assert client.get(address).headers["Location"].startswith("/users/login")
    assert client.post("/notifications/read").status_code == 400


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_leads_to_what_it_tells_of_and_is_read_then(as_ada, house, people, told, number):
    snap, reply = told
    goals = {1: "/@bob", 2: f"/snaps/{snap.hash_key}", 3: f"/posts/{reply.hash_key}"}
    assert as_ada.get(f"/notifications/{number}").headers["Location"] == goals[number]
    assert unread(house, people.ada) == 2
    assert as_ada.get(f"/notifications/{number}").status_code == 302
    assert unread(house, people.ada) == 2


def test_a_question_for_the_head_alone_reads_nothing(as_ada, house, people, told):
    assert as_ada.head("/notifications/1").status_code == 302
    assert unread(house, people.ada) == 3


@pytest.mark.parametrize("number", ["3", "99", "9" * 30])
def test_what_is_not_ones_own_or_gone_is_not_there(app, session, people, told, as_ada, number):
    other = app.test_client()
    sign_in(other, people.bob)
    assert other.get(f"/notifications/{number}").status_code == 404
    told[1].deleted_on = clock.now()
    session.commit()
    assert as_ada.get(f"/notifications/{number}").status_code == 404


def test_who_was_blocked_is_gone_from_the_list(as_ada, session, people, told):
    session.add(Block(blocker_id=people.ada.id, blocked_id=people.bob.id))
    session.commit()
    assert [sentence.split()[0] for sentence in sentences(as_ada.get("/notifications"))] == ["cleo"]
    assert as_ada.get("/notifications/1").status_code == 404


def test_one_button_marks_all_that_was_seen(as_ada, session, house, people, told):
    assert 'name="up_to" value="3"' in as_ada.get("/notifications").text
    notify(session, user=people.ada, event="followed", actor=people.cleo)  # comes in meanwhile
    session.commit()
    response = send(as_ada, "/notifications/read", at="/notifications", up_to=3)
    assert response.headers["Location"] == "/notifications"
    assert unread(house, people.ada) == 1
    send(as_ada, "/notifications/read", at="/notifications")
    assert unread(house, people.ada) == 0
    assert "Mark all as read" not in as_ada.get("/notifications").text


@pytest.mark.parametrize("up_to", ["x", "-1", "0", str(2**80)])
def test_what_no_page_sends_marks_nothing(as_ada, house, people, told, up_to):
    assert send(as_ada, "/notifications/read", at="/notifications", up_to=up_to).status_code == 302
    assert unread(house, people.ada) == 3


def test_older_ones_are_on_further_pages(as_ada, session, people):
    for _ in range(21):
        notify(session, user=people.ada, event="followed", actor=make_user(session))
    session.commit()
    first = as_ada.get("/notifications")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)[1]
    second = as_ada.get(older)
    assert (len(sentences(first)), len(sentences(second))) == (20, 1)
    assert "Mark all as read" not in second.text  # newer ones were perhaps not seen
    assert as_ada.get("/notifications?cursor=x").status_code == 400


def test_reports_are_told_whatever_the_moderator_may_see(client, session, people):
    notify(session, user=people.mod, event="reported", actor=people.bob, about=people.cleo, occasion=1)
    secret = make_snap(session, people.cleo, audience="private", name="secret.py")
    notify(session, user=people.mod, event="reported", actor=people.bob, entry=secret, about=people.cleo, occasion=2)
    notify(session, user=people.mod, event="reported", actor=people.ada, entry=make_snap(session, people.cleo))
    session.commit()
    sign_in(client, people.mod)
    page = client.get("/notifications")
    assert sentences(page) == ["ada reported a snap: hello.py", "bob reported something by @cleo", "bob reported @cleo"]
    assert links(page)[1] == ["/@bob", "/notifications/2"]
    assert client.get("/notifications/2").headers["Location"] == "/moderation/"


def test_an_open_page_may_ask_how_many_are_unread(as_ada, app, told):
    assert as_ada.get("/notifications/unread").json == {"unread": 3}
    as_ada.get("/notifications/1")
    assert as_ada.get("/notifications/unread").json == {"unread": 2}
    assert app.test_client().get("/notifications/unread").status_code == 302


def test_an_entry_of_a_kind_that_is_not_offered_is_told_without_it(tmp_path, monkeypatch):
    with site(tmp_path) as app:
        house = app.extensions["commonplace"]
        with house.database.writing() as session:
            ada, bob = make_user(session, "ada"), make_user(session, "bob")
            notify(session, user=ada, event="liked", actor=bob, entry=make_snap(session, ada, name="hello.py"))
        client = app.test_client()
        sign_in(client, ada)
        app.extensions["kinds"].clear()
        app.jinja_env.globals["kinds"].clear()
        page = client.get("/notifications")
        assert sentences(page) == ["bob likes what you shared"]
        assert client.get("/notifications/1").headers["Location"] == "/notifications"


@pytest.mark.parametrize("path", ["/notifications", "/users/settings/notifications"])
def test_a_site_below_a_path_links_to_nothing_above_it(client, session, people, told, path):
    below = {"base_url": "https://commonplace.example/x"}
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/users/login", **below).text)[1]
    data = {"csrf_token": token, "username": "ada", "password": "correct horse battery"}
    client.post("/users/login", data=data, headers={"Referer": "https://commonplace.example/x/"}, **below)
    page = client.get(path, **below)
    assert page.status_code == 200
    assert [
        link for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text) if not link.startswith("/x/")
    ] == []
