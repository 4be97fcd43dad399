import re
from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.users.models import ApiToken, Device, Invitation
from commonplace.users.service_devices import create_device
from commonplace.users.service_tokens import create_token
from tests.doors import csrf_token, send, sign_in
from tests.factories import make_user

SESSIONS, TOKENS, INVITATIONS = "/users/settings/sessions", "/users/settings/tokens", "/users/invitations"


@pytest.fixture
def anna(session):
    user = make_user(session, "anna", role="moderator")
    session.commit()
    return user


@pytest.fixture
def as_anna(client, anna):
    sign_in(client, anna)
    return client


@pytest.fixture
def berta(session):
    user = make_user(session, "berta")
    session.commit()
    return user


def test_devices_are_shown_as_people_know_them(client, anna):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    values = {"csrf_token": csrf_token(client, "/users/login"), "username": "anna", "password": "correct horse battery"}
    client.post("/users/login", data=values, headers={"User-Agent": agent})
    page = client.get(SESSIONS).text
    assert "Firefox on Linux" in page
    assert "This device" in page
    assert "Sign out everywhere else" not in page


def test_another_device_is_signed_out_or_all_of_them(as_anna, app, session, anna):
    others = [app.test_client() for _ in range(3)]
    for other in others:
        sign_in(other, anna)
    second = session.query(Device).order_by(Device.id).all()[1]
    session.rollback()
    assert send(as_anna, f"{SESSIONS}/{second.id}/delete", at=SESSIONS).status_code == 302
    assert [other.get("/users/settings").status_code for other in others] == [302, 200, 200]
    assert send(as_anna, f"{SESSIONS}/delete-others", at=SESSIONS).status_code == 302
    assert [other.get("/users/settings").status_code for other in others] == [302, 302, 302]
    assert as_anna.get("/users/settings").status_code == 200


def test_nobody_ends_anothers_device_or_token(as_anna, session, berta):
    device, _ = create_device(session, berta, agent="", address="", is_remembered=False)
    token, _ = create_token(session, berta, label="backup", scopes=["read"], expires_on=None)
    session.commit()
    for path in (f"{SESSIONS}/{device.id}/delete", f"{TOKENS}/{token.id}/delete", f"{SESSIONS}/{2**70}/delete"):
        assert send(as_anna, path, at="/users/settings").status_code == 404
    assert (session.query(Device).filter_by(user_id=berta.id).count(), session.query(ApiToken).count()) == (1, 1)


def test_a_token_is_shown_once_works_and_is_revoked(as_anna, session):
    page = send(as_anna, TOKENS, label="Backup", scopes=["read", "write"], expiry="30")
    secret = re.search(r"cpl_[0-9A-Za-z]{32}", page.text)[0]
    assert page.headers["Cache-Control"] == "no-store"
    assert secret not in as_anna.get(TOKENS).text
    token = session.query(ApiToken).one()
    session.rollback()
    assert (token.label, token.scopes) == ("Backup", "read write")
    assert timedelta(days=29) < token.expires_on - clock.now() <= timedelta(days=30)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert as_anna.get("/api/v1/users/me", headers=bearer).status_code == 200
    assert send(as_anna, f"{TOKENS}/{token.id}/delete", at=TOKENS).status_code == 302
    assert as_anna.get("/api/v1/users/me", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "field"), [({"label": ""}, "label"), ({"scopes": []}, "scopes"), ({"expiry": "1000"}, "expiry")]
)
def test_a_token_that_is_wrongly_asked_for_is_not_made(as_anna, session, wrong, field):
    page = send(as_anna, TOKENS, **({"label": "Backup", "scopes": ["read"], "expiry": "30"} | wrong))
    assert page.status_code == 200
    assert f'id="{field}-error"' in page.text
    assert session.query(ApiToken).count() == 0


def test_an_invitation_is_made_listed_and_revoked(as_anna, client, session):
    assert "No invitations yet" in as_anna.get(INVITATIONS).text
    assert send(as_anna, INVITATIONS, note="The class", max_uses="30", expiry="0").status_code == 302
    invitation = session.query(Invitation).one()
    session.rollback()
    page = as_anna.get(INVITATIONS).text
    assert f"http://127.0.0.1:5000/users/signup?invite={invitation.code}" in page
    assert "The class" in page
    assert "0 of 30" in page
    assert send(as_anna, f"{INVITATIONS}/{invitation.id}/revoke", at=INVITATIONS).status_code == 302
    assert "Revoked" in as_anna.get(INVITATIONS).text
    assert send(as_anna, f"{INVITATIONS}/{invitation.id + 1}/revoke", at=INVITATIONS).status_code == 404


@pytest.mark.parametrize("uses", ["0", "501", "x", "", "99999999999999999999999"])
def test_an_invitation_for_nobody_or_a_crowd_is_not_made(as_anna, session, uses):
    page = send(as_anna, INVITATIONS, note="", max_uses=uses, expiry="7")
    assert (page.status_code, 'id="max_uses-error"' in page.text) == (200, True)
    assert session.query(Invitation).count() == 0


def test_members_see_no_invitations(client, berta):
    sign_in(client, berta)
    assert client.get(INVITATIONS).status_code == 403
    assert send(client, f"{INVITATIONS}/1/revoke", at="/users/settings").status_code == 403
