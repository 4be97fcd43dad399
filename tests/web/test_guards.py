from datetime import timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.web.guards import anyone, freshly_signed_in, moderator, owner, signed_in
from tests.doors import csrf_token, send, sign_in
from tests.factories import PASSWORD, make_user

LATER = timedelta(minutes=11)
GUARDS = {guard.__name__: guard for guard in (anyone, signed_in, freshly_signed_in, moderator, owner)}
LETS_IN = {
    "nobody": {"anyone"},
    "member": {"anyone", "signed_in", "freshly_signed_in"},
    "moderator": {"anyone", "signed_in", "freshly_signed_in", "moderator"},
    "owner": set(GUARDS),
}


@pytest.fixture(autouse=True)
def rooms(app):
    for name, guard in GUARDS.items():
        app.add_url_rule(f"/rooms/{name}", name, guard(lambda: "inside"), methods=["GET", "POST"])


@pytest.fixture
def people(session):
    people = {role: make_user(session, role.title(), role=role) for role in ("owner", "moderator", "member")}
    session.commit()
    return people


@pytest.mark.parametrize("room", GUARDS)
@pytest.mark.parametrize("who", LETS_IN)
def test_a_guard_lets_in_whom_it_says(client, people, who, room):
    if who != "nobody":
        sign_in(client, people[who])
    response = client.get(f"/rooms/{room}")
    if room in LETS_IN[who]:
        assert response.text == "inside"
    elif who == "nobody":
        assert (response.status_code, response.location) == (302, f"/users/login?next=/rooms/{room}")
    else:
        assert (response.status_code, "for those who look after the site" in response.text) == (403, True)


def test_a_room_for_the_fresh_asks_again_after_ten_minutes_and_leads_back(client, people):
    sign_in(client, people["member"])
    with time_machine.travel(clock.now() + LATER, tick=False):
        sent = client.get("/rooms/freshly_signed_in?a=b")
        assert (sent.status_code, sent.location) == (302, "/users/confirm?next=/rooms/freshly_signed_in?a%3Db")
        assert client.get("/rooms/signed_in").text == "inside"
        confirmed = send(client, sent.location, password=PASSWORD)
        assert confirmed.location == "/rooms/freshly_signed_in?a=b"
        assert client.get(confirmed.location).text == "inside"


def test_a_form_that_cannot_be_sent_again_leads_to_where_it_stood(client, people):
    sign_in(client, people["member"])
    token = csrf_token(client, "/users/settings/profile")
    with time_machine.travel(clock.now() + LATER, tick=False):
        sent = client.post("/rooms/freshly_signed_in", data={"csrf_token": token})
    assert sent.location == "/users/confirm?next=/users/settings"


@pytest.mark.parametrize("room", sorted(set(GUARDS) - {"anyone"}))
def test_what_was_written_comes_back_where_nobody_is_signed_in_any_more(client, people, room):
    token = csrf_token(client, "/users/login")
    sent = client.post(f"/rooms/{room}", data={"csrf_token": token, "content": "Dear <all>"})
    assert sent.status_code == 401
    assert sent.headers.getlist("WWW-Authenticate") == ["Bearer realm=commonplace"]  # no browser prompts for this
    assert "Dear &lt;all&gt;</textarea>" in sent.text
    assert "sign in, and send it once more" in sent.text


def test_a_form_without_a_text_leads_to_sign_in(client):
    sent = client.post("/rooms/signed_in", data={"csrf_token": csrf_token(client, "/users/login")})
    assert (sent.status_code, sent.location) == (302, "/users/login")


def test_the_way_back_stays_below_the_path_of_the_site(client, people):
    below = {"base_url": "http://localhost/x"}
    assert client.get("/rooms/signed_in", **below).location == "/x/users/login?next=/x/rooms/signed_in"
    token = csrf_token_below(client)
    client.post("/users/login", data={"csrf_token": token, "username": "Member", "password": PASSWORD}, **below)
    with time_machine.travel(clock.now() + LATER, tick=False):
        sent = client.get("/rooms/freshly_signed_in", **below)
    assert sent.location == "/x/users/confirm?next=/x/rooms/freshly_signed_in"


def csrf_token_below(client):
    page = client.get("/users/login", base_url="http://localhost/x").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]
