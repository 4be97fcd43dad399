import re
from datetime import timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.mail.models import Mail
from commonplace.users.links import RESET, VERIFY, make_token
from commonplace.users.models import Device, User
from tests.doors import send, sign_in
from tests.factories import PASSWORD, make_user

NEW = "another long sentence"


@pytest.fixture
def anna(session):
    user = make_user(session, "anna")
    session.commit()
    return user


@pytest.fixture
def reset(house, anna):
    return f"/users/reset/{make_token(house, RESET, anna)}"


def test_the_answer_is_the_same_whether_there_is_an_account(client, session, anna):
    pages = {email: send(client, "/users/forgot", email=email) for email in ("anna@example.org", "nobody@example.org")}
    plain = {re.sub(r"(anna|nobody)@example\.org|csrf_token[^>]+", "", page.text) for page in pages.values()}
    assert len(plain) == 1
    assert [mail.recipient for mail in session.query(Mail)] == ["anna@example.org"]


def test_a_link_in_a_mail_is_not_used_up_by_looking(client, anna, reset):
    for _ in range(3):
        assert 'autocomplete="new-password"' in client.get(reset).text
    assert send(client, reset, password=NEW).headers["Location"] == "/users/login"


def test_a_reset_works_once_and_ends_every_session(client, app, session, anna, reset):
    sign_in(client, anna)
    assert send(app.test_client(), reset, password=NEW).status_code == 302
    assert session.query(Device).count() == 0
    assert client.get("/users/settings").status_code == 302
    response = client.get(reset, follow_redirects=True)
    assert response.request.path == "/users/forgot"
    assert "too old or was used before" in response.text
    sign_in(client, anna, password=NEW)


def test_a_password_that_is_too_easy_uses_up_no_link(client, anna, reset):
    page = send(client, reset, password="anna@example.org")
    assert page.status_code == 200
    assert "easily guessed" in page.text
    assert send(client, reset, password=NEW).status_code == 302


def test_an_address_is_confirmed_by_a_button_not_by_opening_the_link(client, session, house, anna):
    address = f"/users/verify/{make_token(house, VERIFY, anna)}"
    assert "anna@example.org" in client.get(address).text
    session.expire_all()
    assert session.get(User, anna.id).email_verified_on is None
    session.rollback()
    assert send(client, address).status_code == 302
    session.expire_all()
    assert session.get(User, anna.id).email_verified_on is not None
    assert client.get("/users/verify/x").status_code == 404


def close(session, anna):
    anna.closed_on = clock.now()
    session.commit()


def test_who_signs_in_within_the_grace_may_keep_the_account(client, session, anna):
    close(session, anna)
    response = send(client, "/users/login", username="anna", password=PASSWORD)
    assert response.headers["Location"] == "/users/reopen"
    assert client.get("/users/settings").status_code == 302
    assert "Keep my account" in client.get("/users/reopen").text
    session.expire_all()
    assert session.get(User, anna.id).closed_on is not None
    session.rollback()
    assert send(client, "/users/reopen").status_code == 302
    assert client.get("/users/settings").status_code == 200
    session.expire_all()
    assert session.get(User, anna.id).closed_on is None


def test_an_account_is_not_reopened_by_who_gave_no_password_or_long_ago(client, app, session, anna):
    close(session, anna)
    assert client.get("/users/reopen").status_code == 404
    send(client, "/users/login", username="anna", password=PASSWORD)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert client.get("/users/reopen").status_code == 404
    assert "password is wrong" in send(app.test_client(), "/users/login", username="anna", password="wrong").text


@pytest.fixture
def suspended(session, anna):
    anna.suspended_on = clock.now()
    session.commit()
    return anna


def is_in(client):
    return client.get("/users/settings").status_code == 200


def test_a_new_password_does_not_let_a_suspended_user_in(client, session, house, suspended):
    reset = f"/users/reset/{make_token(house, RESET, suspended)}"
    assert send(client, reset, password=NEW).headers["Location"] == "/users/login"
    response = send(client, "/users/login", username="anna", password=NEW)
    assert response.headers["Location"] == "/users/suspended"
    assert not is_in(client)
    assert session.query(Device).count() == 0


def test_who_is_suspended_and_keeps_an_account_that_was_closed_is_still_suspended(client, session, suspended):
    close(session, suspended)
    send(client, "/users/login", username="anna", password=PASSWORD)
    assert send(client, "/users/reopen").headers["Location"] == "/users/suspended"
    assert not is_in(client)
    session.expire_all()
    assert session.get(User, suspended.id).closed_on is None
