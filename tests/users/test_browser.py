from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
import time_machine

from commonplace.core import clock
from commonplace.users.models import Device
from tests.doors import sign_in
from tests.factories import make_user


@pytest.fixture
def anna(session):
    user = make_user(session, "anna")
    session.commit()
    return user


def cookie_of(response):
    return SimpleCookie(response.headers["Set-Cookie"])["commonplace"]


def test_the_cookie_ends_with_the_browser_unless_it_shall_be_remembered(client, anna):
    short = cookie_of(sign_in(client, anna))
    assert (short["max-age"], short["expires"]) == ("", "")
    client.post("/users/logout")
    client.delete_cookie("commonplace")
    long = cookie_of(sign_in(client, anna, remember="y"))
    assert long["expires"]
    for cookie in (short, long):
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"


def test_signing_in_begins_a_new_cookie(client, anna):
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["csrf_token"] = "known to somebody else"
    with client.session_transaction() as cookie:
        before = cookie["csrf_token"]
    sign_in(client, anna)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != before


def test_the_token_in_the_cookie_is_nowhere_in_the_database(client, session, anna):
    sign_in(client, anna)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert token not in session.query(Device).one().token_hash


@pytest.mark.parametrize(("remember", "days"), [({}, 30), ({"remember": "y"}, 365)])
def test_one_stays_signed_in_while_the_device_is_in_use(client, anna, remember, days):
    sign_in(client, anna, **remember)
    start = clock.now()
    for share in (0.9, 1.8):
        with time_machine.travel(start + timedelta(days=days * share)):
            assert client.get("/users/settings").status_code == 200
    with time_machine.travel(start + timedelta(days=days * 2.9)):
        assert client.get("/users/settings").status_code == 302


def test_an_answer_to_somebody_signed_in_is_not_for_others(client, anna):
    sign_in(client, anna)
    response = client.get("/users/settings")
    assert "private" in response.headers["Cache-Control"] or "no-store" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in client.get("/users/settings/sessions").headers


def test_a_cookie_that_was_forged_is_nobodys(client, anna):
    client.set_cookie("commonplace", "eyJfdXNlcl9pZCI6IngifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert client.get("/users/settings").status_code == 302
