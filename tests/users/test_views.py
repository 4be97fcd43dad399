import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text
from werkzeug.security import generate_password_hash

from commonplace.config import Settings
from commonplace.core import clock
from commonplace.mail.models import Mail
from commonplace.users.models import Device, Invitation, User
from commonplace.users.passwords import is_outdated
from commonplace.users.service_invitations import create_invitation
from commonplace.web.current import session as current_session
from commonplace.web.guards import signed_in
from tests.doors import csrf_token, send, sign_in
from tests.factories import PASSWORD, make_user

ANNA = {"username": "Anna", "email": "anna@example.org", "password": "a long sentence"}


@pytest.fixture
def anna(session):
    user = make_user(session, "anna")
    session.commit()
    return user


def error_beside(page, field):
    """Return what is said beside a field, which is marked and tied to it."""
    said = re.search(rf'id="{field}-error">([^<]+)<', page.text)
    control = re.search(rf'<(?:input|textarea)[^>]* id="{field}"[^>]*>', page.text)[0]
    assert ('aria-invalid="true"' in control) == (f"{field}-error" in control) == bool(said)
    return said and said[1]


def test_signing_up_makes_an_account_signs_in_and_writes_a_mail(client, session):
    response = send(client, "/users/signup?next=/snaps/", **ANNA)
    assert (response.status_code, response.headers["Location"]) == (302, "/snaps/")
    user = session.query(User).one()
    assert (user.username, user.role) == ("Anna", "owner")
    assert session.query(Mail).one().recipient == "anna@example.org"
    assert "Anna" in client.get("/users/settings").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "x"), ("username", "admin"), ("username", ""), ("email", "nowhere"), ("password", "12345678")],
)
def test_what_is_wrong_is_told_beside_its_field_and_the_rest_stays_filled_in(client, session, field, value):
    page = send(client, "/users/signup", **(ANNA | {field: value}))
    assert page.status_code == 200
    assert error_beside(page, field)
    assert all(error_beside(page, other) is None for other in ANNA if other != field)
    assert field == "email" or 'value="anna@example.org"' in page.text
    assert ANNA["password"] not in page.text
    assert session.query(User).count() == 0


def test_a_taken_name_is_told_beside_it(client, session, anna):
    page = send(client, "/users/signup", **ANNA)
    assert page.status_code == 200
    assert "taken" in error_beside(page, "username")
    assert "account with this address" in error_beside(page, "email")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{7*7777}}", "\x00", "'\" onfocus=x", "\u202eevil"])
@pytest.mark.parametrize("address", ["/users/signup", "/users/login", "/users/forgot"])
def test_nothing_that_is_typed_runs_or_breaks_the_page(client, address, text):
    page = send(client, address, username=text, email=text, password=text)
    assert page.status_code == 200
    for sign in ("<script>alert", "54439", '" onfocus'):
        assert sign not in page.text


class TestByInvitation:
    @pytest.fixture
    def settings(self, tmp_path, database_url):
        return Settings.read(data_dir=tmp_path / "data", database_url=database_url, signup="invite")

    def test_only_a_good_link_opens_the_form(self, client, session):
        assert send(client, "/users/signup", **ANNA).status_code == 302
        invitation = create_invitation(session, session.query(User).one(), note="", max_uses=1, expires_on=None)
        session.commit()
        client.post("/users/logout", data={"csrf_token": csrf_token(client, "/users/settings")})
        for address in ("/users/signup", "/users/signup?invite=wrong"):
            page = client.get(address)
            assert "by invitation" in page.text
            assert 'name="password"' not in page.text
        address = f"/users/signup?invite={invitation.code}"
        berta = {"username": "berta", "email": "b@example.org", "password": "a long sentence"}
        assert send(client, address, invite=invitation.code, **berta).status_code == 302
        session.expire_all()
        assert session.query(Invitation).one().uses == 1
        assert session.query(User).filter_by(username="berta").one().role == "member"


def test_a_right_password_signs_in_and_leads_on(client, session, anna):
    response = sign_in(client, anna)
    assert response.headers["Location"] == "/"
    device = session.query(Device).one()
    assert (device.user_id, device.address) == (anna.id, "127.0.0.1")
    assert client.get("/users/login").status_code == 302
    assert client.get("/users/signup").status_code == 302


def test_a_wrong_one_does_not(client, session, anna):
    page = send(client, "/users/login", username="anna", password="wrong")
    assert page.status_code == 200
    assert error_beside(page, "password") == "The name or the password is wrong."
    assert 'value="anna"' in page.text
    assert session.query(Device).count() == 0


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example"])
def test_signing_in_leads_nowhere_else(client, anna, wanted):
    response = send(client, f"/users/login?next={wanted}", username="anna", password=PASSWORD)
    assert response.headers["Location"] == "/"


def test_a_page_for_members_sends_to_sign_in_and_back(client, anna):
    response = client.get("/users/settings/sessions?x=1")
    assert response.headers["Location"] == "/users/login?next=/users/settings/sessions?x%3D1"
    response = send(client, response.headers["Location"], username="anna", password=PASSWORD)
    assert response.headers["Location"] == "/users/settings/sessions?x=1"


def test_what_was_sent_signed_out_does_not_lead_to_an_address_that_cannot_be_opened(client, app, anna):
    app.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/users/settings/sessions/delete-others").headers["Location"] == "/users/login"


def test_an_older_hash_is_made_anew_at_sign_in(client, session, anna):
    anna._password = generate_password_hash(PASSWORD, "pbkdf2:sha256:1000")
    session.commit()
    sign_in(client, anna)
    session.expire_all()
    assert not is_outdated(session.get(User, anna.id).password)


def test_signing_out_ends_the_device_and_needs_a_post(client, session, anna):
    sign_in(client, anna)
    stolen = client.get_cookie("commonplace").value
    assert client.get("/users/logout").status_code == 405
    assert client.post("/users/logout").status_code == 400
    assert send(client, "/users/logout", at="/users/settings").headers["Location"] == "/"
    assert session.query(Device).count() == 0
    client.set_cookie("commonplace", stolen)
    assert client.get("/users/settings").status_code == 302


def test_what_matters_asks_for_the_password_once_more_after_ten_minutes(client, session, anna):
    sign_in(client, anna)
    assert client.get("/users/settings/tokens").status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        response = client.get("/users/settings/tokens")
        assert response.headers["Location"] == "/users/confirm?next=/users/settings/tokens"
        assert "not your password" in send(client, response.headers["Location"], password="wrong").text
        assert client.get("/users/settings/tokens").status_code == 302
        response = send(client, response.headers["Location"], password=PASSWORD)
        assert response.headers["Location"] == "/users/settings/tokens"
        assert client.get("/users/settings/tokens").status_code == 200


def test_the_password_is_not_guessed_at_the_confirmation_either(client, anna):
    sign_in(client, anna)
    statuses = [send(client, "/users/confirm", password="wrong").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_what_fails_while_signed_in_still_shows_a_page(client, app, session, house, anna):
    @app.get("/fails")
    @signed_in
    def fails():
        current_session().add(User(username="without all the rest"))
        current_session().flush()

    sign_in(client, anna)
    page = client.get("/fails")
    assert page.status_code >= 400
    assert ">anna<" in page.text


def test_a_page_tells_of_a_database_that_fails(client, session, anna):
    sign_in(client, anna)
    session.execute(text("drop table devices"))
    session.commit()
    page = client.get("/users/settings")
    assert page.status_code in {500, 503}
    assert f"<code>{page.headers['X-Request-Id']}</code>" in page.text


def test_a_suspended_user_is_signed_out_at_once_and_led_to_their_data_when_they_sign_in(client, app, session, anna):
    sign_in(client, anna)
    anna.suspended_on = clock.now()
    session.commit()
    assert client.get("/users/settings").status_code == 302
    newcomer = app.test_client()
    assert "password is wrong" in send(newcomer, "/users/login", username="anna", password="wrong").text
    assert newcomer.get("/users/suspended").status_code == 404
    response = send(newcomer, "/users/login?next=/snaps/add", username="anna", password=PASSWORD)
    assert response.headers["Location"] == "/users/suspended"
    assert newcomer.get("/snaps/add").status_code == 302
    assert session.query(Device).count() == 1  # the former one, which opens nothing
