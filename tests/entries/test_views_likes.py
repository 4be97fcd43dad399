import re

import pytest

from commonplace.entries.models import Like
from tests.doors import csrf_token, sign_in
from tests.factories import make_snap, make_user


@pytest.fixture
def people(session):
    people = {name: make_user(session, name) for name in ("ada", "bob")}
    session.commit()
    return people


@pytest.fixture
def snap(session, people):
    snap = make_snap(session, people["ada"], name="liked.py")
    session.commit()
    return snap


@pytest.fixture
def as_bob(client, people):
    sign_in(client, people["bob"])
    return client


def press(client, page, **further):
    """Press the first button to like that the page has, or to like no longer."""
    html = client.get(page).text
    action = re.search(r'formaction="([^"]+like)"', html)[1]
    way_back = re.search(r'name="next" value="([^"]+)"', html)[1]
    data = {"csrf_token": csrf_token(client, page), "next": way_back} | further
    return client.post(action, data=data)


def test_the_button_likes_goes_back_to_where_one_was_and_then_does_the_opposite(as_bob, session, snap):
    response = press(as_bob, "/snaps/?language=py")
    assert response.headers["Location"] == f"/snaps/?language=py#about-{snap.hash_key}"
    assert session.query(Like).count() == 1
    page = as_bob.get("/snaps/?language=py").text
    assert 'aria-pressed="true"' in page
    assert '<span class="act__count">1</span>' in page
    own_page = f"/snaps/{snap.hash_key}"
    session.rollback()
    press(as_bob, own_page)
    assert session.query(Like).count() == 0
    assert 'aria-pressed="false"' in as_bob.get(own_page).text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_nobody_is_led_elsewhere(as_bob, snap, elsewhere):
    response = press(as_bob, "/snaps/", next=elsewhere)
    assert response.headers["Location"] == f"/snaps/{snap.hash_key}#about-{snap.hash_key}"


def test_a_script_is_told_that_it_is_done(as_bob, session, snap):
    data = {"csrf_token": csrf_token(as_bob, "/snaps/")}
    response = as_bob.post(f"/entries/{snap.hash_key}/like", data=data, headers={"Accept": "application/json"})
    assert (response.status_code, response.data) == (204, b"")
    assert session.query(Like).count() == 1


def test_who_is_not_signed_in_is_told_the_number_and_offered_no_button(client, app, people, session, snap):
    session.add_all(Like(entry_id=snap.id, user_id=user.id) for user in people.values())
    session.commit()
    page = client.get("/snaps/").text
    assert "2 likes" in page
    assert '<button class="act"' not in page
    assert client.post(f"/entries/{snap.hash_key}/like").status_code == 400
    app.config["WTF_CSRF_ENABLED"] = False
    assert "/users/login" in client.post(f"/entries/{snap.hash_key}/like").headers["Location"]


def test_what_one_may_not_see_is_not_there_to_be_liked(as_bob, session, people, snap):
    token = csrf_token(as_bob, "/snaps/")
    snap.audience = "private"
    session.commit()
    for verb in ("like", "unlike"):
        address = f"/entries/{snap.hash_key}/{verb}"
        assert as_bob.post(address, data={"csrf_token": token}).status_code == 404
    assert session.query(Like).count() == 0
