import re
from dataclasses import replace

import pytest

from commonplace.core import clock
from commonplace.users.service_follows import block_user, follow_user, mute_user
from tests.doors import send, sign_in
from tests.entries.test_views import listed, older
from tests.factories import make_snap, make_user


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    make_snap(session, user, name="hers.py")
    session.commit()
    return user


@pytest.fixture
def bob(session):
    user = make_user(session, "bob")
    session.commit()
    return user


@pytest.fixture
def as_bob(client, bob):
    sign_in(client, bob)
    return client


def forms(page):
    """What the buttons on ada's page do."""
    return re.findall(r'action="/@ada/(\w+)"', page)


def test_another_person_can_be_followed_muted_and_after_a_question_blocked(as_bob, ada):
    page = as_bob.get("/@ada").text
    assert forms(page) == ["follow", "mute", "block"]
    assert re.search(r'popovertarget="block">Block<', page)
    question = page.split('id="block"')[1].split("</dialog>")[0]
    assert "Block @ada? Neither of you sees the other" in question
    assert forms(question) == ["block"]


def test_the_buttons_tell_what_is(as_bob, session, ada, bob):
    follow_user(session, bob, ada)
    mute_user(session, bob, ada)
    session.commit()
    page = as_bob.get("/@ada").text
    assert forms(page) == ["unfollow", "unmute", "block"]
    assert "You mute @ada" in page
    assert listed(page) == ["hers.py"]


def test_nobody_follows_themselves_and_a_visitor_is_offered_nothing_to_press(client, ada):
    assert forms(client.get("/@ada").text) == []
    sign_in(client, ada)
    page = client.get("/@ada").text
    assert forms(page) == []
    assert 'href="/users/settings">Settings' in page


def test_followers_are_counted_as_the_viewer_sees_them_and_linked(as_bob, client, session, ada, bob):
    carl, dora, gone = (make_user(session, name) for name in ("carl", "dora", "gone"))
    for person in (carl, dora, gone, bob):
        follow_user(session, person, ada)
    follow_user(session, ada, bob)
    gone.suspended_on = clock.now()
    block_user(session, carl, bob)
    session.commit()
    page = as_bob.get("/@ada").text
    assert re.search(r'href="/@ada/followers">2&nbsp;followers<', page)
    assert re.search(r'href="/@ada/followed">follows&nbsp;1<', page)
    assert "Follows you" in page
    send(as_bob, "/users/logout", at="/@ada")
    page = client.get("/@ada").text
    assert re.search(r'href="/@ada/followers">3&nbsp;followers<', page)
    assert "Follows you" not in page


def test_whom_a_person_blocks_is_told_what_a_stranger_is_told(as_bob, session, ada, bob):
    def told(address):
        response = as_bob.get(address)
        return response.status_code, re.sub(r"<code>\w+</code>|nobody|ada", "", response.text)

    block_user(session, ada, bob)
    session.commit()
    for suffix in ("", ".atom"):
        assert told(f"/@ada{suffix}") == told(f"/@nobody{suffix}")


def test_whom_one_blocks_is_a_notice_and_a_button_to_end_it(as_bob, session, ada, bob):
    ada.about = "All about me."
    block_user(session, bob, ada)
    session.commit()
    page = as_bob.get("/@ada").text
    assert "You block @ada" in page
    assert forms(page) == ["unblock"]
    assert listed(page) == []
    assert "All about me" not in page
    send(as_bob, "/@ada/unblock", at="/@ada")
    assert listed(as_bob.get("/@ada").text) == ["hers.py"]


def test_who_is_suspended_is_not_there(as_bob, session, ada):
    ada.suspended_on = clock.now()
    session.commit()
    for suffix in ("", ".atom"):
        assert as_bob.get(f"/@ada{suffix}").status_code == 404


def test_what_a_person_shared_is_shown_by_kind(app, as_bob, session, ada):
    snap = app.extensions["kinds"]["snap"]
    quote = replace(snap, name="quote", plural_label="Quotes")
    app.extensions["kinds"] = {"snap": snap, "quote": quote}
    app.jinja_env.globals["kinds"] = [snap, quote]
    for number in range(25):
        make_snap(session, ada, name=f"{number}.py")
    session.commit()
    page = as_bob.get("/@ada?kind=snap").text
    tabs = page.split('aria-label="By kind"')[1].split("</nav>")[0]
    assert re.findall(r'href="(/@ada[^"]*)"', tabs) == ["/@ada", "/@ada?kind=snap", "/@ada?kind=quote"]
    assert re.findall(r'href="([^"]*)" aria-current="page"', tabs) == ["/@ada?kind=snap"]
    assert len(listed(page)) == 20
    assert "kind=snap" in older(page)
    assert len(listed(as_bob.get(older(page)).text)) == 6
    empty = as_bob.get("/@ada?kind=quote").text
    assert listed(empty) == []
    assert "No quotes to see yet" in empty
    assert as_bob.get("/@ada?kind=nonsense").status_code == 404


def test_explore_holds_nothing_of_whom_the_viewer_blocks(as_bob, session, ada, bob):
    assert listed(as_bob.get("/explore").text) == ["hers.py"]
    block_user(session, bob, ada)
    session.commit()
    assert listed(as_bob.get("/explore").text) == []


def test_a_kind_alone_needs_no_tabs(app, as_bob, ada):
    app.jinja_env.globals["kinds"] = app.jinja_env.globals["kinds"][:1]
    assert 'aria-label="By kind"' not in as_bob.get("/@ada").text
