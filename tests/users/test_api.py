from datetime import timedelta

import pytest

from commonplace.config import Settings
from commonplace.core import clock
from commonplace.users.models import ApiToken, User
from commonplace.users.service import rename_user
from commonplace.users.service_invitations import create_invitation
from tests.factories import PASSWORD, make_user

USERS = "/api/v1/users"
ANNA = {"username": "Anna", "email": "anna@example.org", "password": "a long sentence"}


@pytest.fixture
def anna(session):
    user = make_user(session, "anna", role="owner")
    session.commit()
    return user


@pytest.fixture
def berta(session):
    user = make_user(session, "berta")
    session.commit()
    return user


AS_ANNA = {"auth": ("anna", PASSWORD)}


def test_an_account_is_made_and_told_where_it_is(client, session):
    response = client.post(USERS, json=ANNA)
    user = session.query(User).one()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/users/{user.id}"
    assert set(response.json) == {
        "id", "username", "url", "about", "role", "created_on", "email", "email_verified_on"
    }  # fmt: skip
    assert (response.json["username"], response.json["role"]) == ("Anna", "owner")
    assert response.json["url"] == "http://localhost/@Anna"
    read = client.get(response.headers["Location"], auth=("anna", ANNA["password"]))
    assert (read.status_code, read.json) == (200, response.json)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "x"}, "username"),
        ({"username": "ad\ud800"}, "username"),
        ({"username": 7}, "username"),
        ({"email": "nowhere"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "\ud800bcdefghijk"}, "password"),
        ({"password": None}, "password"),
        ({"password": "x" * 10_001}, "password"),
        ({"is_owner": True}, "is_owner"),
    ],
)
def test_bad_input_is_400_by_field(client, session, change, field):
    response = client.post(USERS, json=ANNA | change)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert set(response.json["message"]) == {field}
    assert session.query(User).count() == 0


def test_a_taken_name_is_409_and_says_so(client, anna):
    response = client.post(USERS, json=ANNA)
    assert response.status_code == 409
    assert set(response.json["message"]) == {"username", "email"}


def test_one_key_makes_one_account(client, session):
    answers = [client.post(USERS, json=ANNA, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert session.query(User).count() == 1


class TestWhereNotEverybodyMaySignUp:
    @pytest.fixture
    def settings(self, tmp_path, database_url):
        return Settings.read(data_dir=tmp_path / "data", database_url=database_url, signup="invite")

    def test_an_invitation_opens(self, client, session, anna):
        invitation = create_invitation(session, anna, note="", max_uses=1, expires_on=None)
        session.commit()
        berta = {"username": "berta", "email": "b@example.org", "password": "a long sentence"}
        assert client.post(USERS, json=berta).status_code == 403
        assert client.post(USERS, json=berta | {"invite": "wrong"}).status_code == 403
        assert client.post(USERS, json=berta | {"invite": invitation.code}).status_code == 201
        carla = berta | {"username": "carla", "email": "c@example.org", "invite": invitation.code}
        assert client.post(USERS, json=carla).status_code == 403


def test_an_account_is_ones_own_and_any_other_id_403(client, anna, berta):
    assert client.get(f"{USERS}/{anna.id}", **AS_ANNA).json["email"] == "anna@example.org"
    for user_id in (berta.id, 999):
        assert client.get(f"{USERS}/{user_id}", **AS_ANNA).status_code == 403
        assert client.get(f"{USERS}/{user_id}").status_code == 401
    assert client.get(f"{USERS}/me").status_code == 401


def test_a_profile_is_public_and_holds_no_address(client, session, anna):
    rename_user(session, anna, "Hanna")
    session.commit()
    for name in ("Hanna", "hanna", "anna"):
        response = client.get(f"{USERS}/by-name/{name}")
        assert response.json["username"] == "Hanna"
        shown = {"id", "username", "url", "about", "role", "created_on", "followers_count", "followed_count"}
        assert set(response.json) == shown
    for name in ("nobody", "%00", "%ff"):
        assert client.get(f"{USERS}/by-name/{name}").status_code == 404


def test_a_profile_is_edited_by_who_saw_its_present_version(client, anna):
    etag = client.get(f"{USERS}/me", **AS_ANNA).headers["ETag"]
    assert client.get(f"{USERS}/me", headers={"If-None-Match": etag}, **AS_ANNA).status_code == 304
    response = client.patch(f"{USERS}/me", json={"about": "Hello"}, headers={"If-Match": etag}, **AS_ANNA)
    assert (response.status_code, response.json["about"]) == (200, "Hello")
    assert response.headers["ETag"] != etag
    late = client.patch(f"{USERS}/me", json={"about": "Again"}, headers={"If-Match": etag}, **AS_ANNA)
    assert late.status_code == 412
    assert client.patch(f"{USERS}/me", json={"role": "owner"}, **AS_ANNA).status_code == 400
    assert client.patch(f"{USERS}/me", json={"about": "a\x00"}, **AS_ANNA).status_code == 400
    assert client.get(f"{USERS}/me", **AS_ANNA).json["about"] == "Hello"


def test_a_token_is_made_used_listed_and_revoked(client, session, anna):
    ends = (clock.now() + timedelta(days=1)).isoformat()
    new = {"label": "backup", "scopes": ["admin", "read"], "expires_on": ends}
    made = client.post(f"{USERS}/me/tokens", json=new, **AS_ANNA)
    assert (made.status_code, made.json["scopes"]) == (201, ["read", "admin"])
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    listed = client.get(f"{USERS}/me/tokens", headers=bearer)
    assert [item["label"] for item in listed.json["items"]] == ["backup"]
    assert "cpl_" not in listed.text
    assert client.patch(f"{USERS}/me", json={"about": "x"}, headers=bearer).status_code == 403
    assert client.delete(made.headers["Location"], headers=bearer).status_code == 204
    assert client.get(f"{USERS}/me/tokens", headers=bearer).status_code == 401
    assert session.query(ApiToken).count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": []},
        {"scopes": ["all"]},
        {"label": ""},
        {"expires_on": "2020-01-01T00:00:00Z"},
        {"expires_on": "2030-01-01T00:00:00"},
        {"expires_on": "9999-12-31T23:59:59-23:00"},
    ],
)
def test_a_token_that_is_wrongly_asked_for_is_400(client, anna, change):
    new = {"label": "backup", "scopes": ["read"]} | change
    response = client.post(f"{USERS}/me/tokens", json=new, **AS_ANNA)
    assert (response.status_code, set(response.json["message"])) == (400, set(change))


def test_nobody_revokes_anothers_token(client, session, anna, berta):
    made = client.post(f"{USERS}/me/tokens", json={"label": "x", "scopes": ["read"]}, **AS_ANNA)
    assert client.delete(made.headers["Location"], auth=("berta", PASSWORD)).status_code == 404
    assert client.delete(f"{USERS}/me/tokens/{2**70}", **AS_ANNA).status_code == 404
    assert session.query(ApiToken).count() == 1
