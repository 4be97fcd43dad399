from datetime import timedelta
from functools import partial

import pytest
import time_machine
from flask_login import current_user
from sqlalchemy import select

from commonplace.core import clock
from commonplace.users.models import ApiToken, Device, User
from commonplace.users.rules_sign_in import TOUCHED_EVERY
from commonplace.users.service_tokens import create_token
from commonplace.web.current import note_unattended
from tests.doors import csrf_token, send, sign_in
from tests.factories import PASSWORD, make_user

ME = "/api/v1/users/me"


@pytest.fixture
def anna(session):
    user = make_user(session, "anna", role="owner")
    session.commit()
    return user


@pytest.fixture
def token(session, anna):
    row, secret = create_token(session, anna, label="backup", scopes=["read"], expires_on=None)
    session.commit()
    return row, {"Authorization": f"Bearer {secret}"}


def try_page(client, login, given="wrong"):
    return send(client, "/users/login", username=login, password=given)


@pytest.mark.parametrize("login", ["anna", "ANNA@example.org"])
def test_name_or_address_and_password_open_the_api(client, anna, login):
    response = client.get(ME, auth=(login, PASSWORD))
    assert (response.status_code, response.json["username"]) == (200, "anna")


@pytest.mark.parametrize("address", [ME, "/api/v1/users/by-name/anna", "/api/v1/openapi.json", "/api/v1/nowhere"])
@pytest.mark.parametrize(
    "header",
    [
        "Basic YW5uYTp3cm9uZw==",
        "Basic !",
        "Basic",
        "Bearer cpl_wrong",
        "Bearer",
        "Digest x=y",
        "",
        "Basic AGFubmE6eA==",
    ],
)
def test_wrong_credentials_are_401_everywhere_on_the_api(client, anna, address, header):
    response = client.get(address, headers={"Authorization": header})
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert "Basic" in response.headers["WWW-Authenticate"]


def test_nobody_is_told_whether_the_name_or_the_password_is_wrong(client, anna):
    answers = {client.get(ME, auth=pair).json["detail"] for pair in [("anna", "wrong"), ("nobody", PASSWORD)]}
    assert len(answers) == 1
    pages = [try_page(client, login) for login in ("anna", "nobody", "nobody@example.org")]
    assert {page.status_code for page in pages} == {200}
    assert all("The name or the password is wrong." in page.text for page in pages)


def test_a_devices_cookie_counts_for_nothing_on_the_api(client, anna):
    sign_in(client, anna)
    assert client.get("/users/settings").status_code == 200
    assert client.get(ME).status_code == 401


def test_a_closed_account_does_not_open_the_api(client, session, anna, token):
    anna.closed_on = clock.now()
    session.commit()
    assert client.get(ME, auth=("anna", PASSWORD)).status_code == 401
    assert client.get(ME, headers=token[1]).status_code == 401


def test_a_suspended_account_does_not_open_the_api_and_only_who_knows_the_password_learns_why(
    client, session, anna, token
):
    anna.suspended_on = clock.now()
    session.commit()
    told = client.get(ME, auth=("anna", PASSWORD))
    assert (told.status_code, told.mimetype) == (403, "application/problem+json")
    assert told.json["detail"].startswith("This account is suspended.")
    guesses = [client.get(ME, auth=(name, "wrong")) for name in ("anna", "nobody")]
    assert {(response.status_code, response.json["detail"]) for response in guesses} == {
        (401, "The name or the password is wrong.")
    }
    assert client.get(ME, headers=token[1]).status_code == 401


def test_a_token_does_what_its_scopes_allow(client, token):
    assert client.get(ME, headers=token[1]).json["username"] == "anna"
    assert client.patch(ME, headers=token[1], json={"about": "x"}).status_code == 403
    assert client.get(f"{ME}/tokens", headers=token[1]).status_code == 403


def test_the_use_of_a_token_is_noted_every_five_minutes(client, session, token):
    client.get(ME, headers=token[1])
    session.expire_all()
    first = session.get(ApiToken, token[0].id).used_on
    assert first is not None
    session.rollback()
    client.get(ME, headers=token[1])
    session.expire_all()
    assert session.get(ApiToken, token[0].id).used_on == first
    session.rollback()
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        client.get(ME, headers=token[1])
    session.expire_all()
    assert session.get(ApiToken, token[0].id).used_on > first


ADDRESSES = {"reading": "/users/settings", "writing": "/users/settings/profile", "a form read": "/posts/preview"}


@pytest.mark.parametrize("what", ADDRESSES)
def test_the_use_of_a_device_is_noted_whatever_a_request_does(client, session, anna, what):
    sign_in(client, anna)
    form = {"csrf_token": csrf_token(client, "/posts/add"), "about": "Hello", "content": "Hello"}
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        call = client.get if what == "reading" else partial(client.post, data=form)
        assert call(ADDRESSES[what]).status_code < 400
        session.expire_all()
        assert clock.now() - session.query(Device).one().used_on < timedelta(minutes=1)


def test_ten_failures_lock_an_account_for_page_and_api_by_name_and_address_alike(client, anna):
    for number in range(10):
        if number % 2:
            assert client.get(ME, auth=("anna", "wrong")).status_code == 401
        else:
            assert try_page(client, "anna@example.org").status_code == 200
    for response in (
        try_page(client, "anna", PASSWORD),
        client.get(ME, auth=("anna@example.org", PASSWORD)),
    ):
        assert response.status_code == 429
        assert 0 < int(response.headers["Retry-After"]) <= 900
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert client.get(ME, auth=("anna", PASSWORD)).status_code == 200


def test_an_unknown_name_is_locked_just_the_same(client, anna):
    statuses = [client.get(ME, auth=("nobody", "wrong")).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_fifty_failures_lock_an_address_and_a_success_between_does_not_help(client, app, anna):
    for number in range(50):
        assert client.get(ME, auth=(f"nobody-{number}", "wrong")).status_code == 401
        if number == 25:
            assert client.get(ME, auth=("anna", PASSWORD)).status_code == 200
    assert client.get(ME, auth=("anna", PASSWORD)).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get(ME, auth=("anna", PASSWORD), environ_base=elsewhere).status_code == 200


def test_a_forwarded_address_is_believed_only_from_a_trusted_proxy(client, anna):
    for number in range(50):
        forged = {"X-Forwarded-For": f"192.0.2.{number}"}
        assert client.get(ME, auth=(f"nobody-{number}", "wrong"), headers=forged).status_code == 401
    assert client.get(ME, auth=("anna", PASSWORD), headers={"X-Forwarded-For": "192.0.2.200"}).status_code == 429


def test_a_mailbox_gets_five_links_an_hour_and_no_more(client, anna):
    for email in ("anna@example.org", "nobody@example.org"):
        statuses = [send(client, "/users/forgot", email=email).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]


def test_what_a_page_asks_by_itself_is_no_use_of_the_device(app, session, anna):
    @app.get("/by-itself")
    def by_itself():
        note_unattended()
        return str(current_user.is_authenticated)

    client = app.test_client()
    sign_in(client, anna)
    later = clock.now() + TOUCHED_EVERY * 2
    with time_machine.travel(later, tick=False):
        assert client.get("/by-itself").text == "True"
        assert session.scalars(select(Device.used_on)).one() < later
        client.get("/")
    session.rollback()
    assert session.scalars(select(Device.used_on)).one() == later


@pytest.mark.parametrize("by", ["page", "api"])
def test_so_many_accounts_are_made_from_one_address_in_an_hour(app, session, by):
    def sign_up(number, address="127.0.0.1"):
        client, values = app.test_client(), {"username": f"eve-{number}", "email": f"eve-{number}@example.org"}
        values["password"] = PASSWORD
        where = {"environ_base": {"REMOTE_ADDR": address}}
        if by == "api":
            return client.post("/api/v1/users", json=values, **where)
        return client.post("/users/signup", data=values | {"csrf_token": csrf_token(client, "/users/signup")}, **where)

    made = {"page": 302, "api": 201}[by]
    assert [sign_up(number).status_code for number in range(20)] == [made] * 20
    refused = sign_up(20)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert sign_up(20, address="127.0.0.2").status_code == made
    assert session.query(User).count() == 21


def test_a_mailbox_gets_so_many_mails_whatever_they_are_for(client, session):
    for _ in range(5):
        send(client, "/users/forgot", email="eve@example.org")
    values = {"username": "eve", "email": "EVE@example.org", "password": PASSWORD}
    assert client.post("/api/v1/users", json=values).status_code == 429
