import pytest

from commonplace.snaps.models import Snap
from tests.factories import PASSWORD, make_user

ADA = ("ada", PASSWORD)
SNAPS = "/api/v1/snaps"
USERS = "/api/v1/users"
JSON_ONLY = [("POST", USERS), ("PATCH", f"{USERS}/me"), ("POST", f"{USERS}/me/tokens")]


@pytest.fixture(autouse=True)
def ada(session):
    ada = make_user(session, "ada")
    session.commit()
    return ada


def test_every_reason_is_told_at_once_by_field(client):
    response = client.post(USERS, json={"email": 5, "colour": "red"})
    assert response.status_code == 400
    assert set(response.json["message"]) == {"username", "password", "email", "colour"}
    assert all(isinstance(reason, str) and reason for reason in response.json["message"].values())


@pytest.mark.parametrize("query", ["colour=red", "limit=0", "limit=101", "limit=x", "colour", f"cursor={'x' * 200}"])
def test_a_query_that_nobody_knows_is_refused_by_name(client, query):
    response = client.get(f"{SNAPS}?{query}")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert set(response.json["message"]) <= {"colour", "limit", "cursor"}


@pytest.mark.parametrize(("method", "path"), JSON_ONLY)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
def test_a_body_of_another_type_is_refused_with_what_is_accepted(client, method, path, content_type):
    response = client.open(path, method=method, data=b"username=x", content_type=content_type, auth=ADA)
    assert (response.status_code, response.json["message"]) == (415, "Send application/json.")


def test_a_body_that_is_missing_is_told_by_what_is_missing_in_it(client):
    response = client.post(USERS)
    assert (response.status_code, set(response.json["message"])) == (400, {"username", "email", "password"})


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b'{"content": "\xff"}',
        b'"x"',
        b"[1]",
        b"null",
        b"[" * 100_000,
        b'{"content":' * 900 + b'"x"' + b"}" * 900,
        b'{"content": ' + b"9" * 5000 + b"}",
        b'{"content": 1e999}',
        b'{"content": NaN}',
    ],
    ids=lambda body: body[:12],
)
def test_a_body_that_is_no_json_object_of_ours_is_refused(client, body):
    response = client.post(SNAPS, data=body, content_type="application/json", auth=ADA)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"content":\n nope}', "not valid JSON: Expecting value at line 2, column 2"),
        (b'{"content": "\xff"}', "byte 13 does not fit"),
        (b"[1]", "must be a JSON object"),
        (b"[]", "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b"[" * 100_000, "nested too deep"),
    ],
    ids=lambda body: body[:12],
)
def test_what_is_wrong_with_a_body_is_told_in_one_sentence(client, body, told):
    response = client.post(SNAPS, data=body, content_type="application/json", auth=ADA)
    assert response.status_code == 400
    assert told in response.json["message"]


@pytest.mark.parametrize("mimetype", ["text/plain", "application/json"])
def test_a_body_in_another_charset_is_refused_with_what_is_accepted(client, mimetype):
    for charset, status in (("utf-16", 415), ("latin-1", 415), ("UTF-8", 201), ("us-ascii", 201)):
        body = b'{"content": "x"}' if mimetype == "application/json" else b"x"
        response = client.post(SNAPS, data=body, content_type=f"{mimetype}; charset={charset}", auth=ADA)
        assert response.status_code == status
        assert status == 201 or response.json["message"] == f"Send {mimetype} in UTF-8, and no other charset."


@pytest.mark.parametrize("field", ["name", "extension", "content", "forked_from", "expires_on", "nobody-knows"])
@pytest.mark.parametrize(("text", "told"), [("ab\0", "NUL"), ("a\nb\ud800", "surrogate")])
def test_what_no_database_keeps_is_refused_with_field_and_position(client, session, field, text, told):
    response = client.post(SNAPS, json={"content": "x"} | {field: text}, auth=ADA)
    assert response.status_code == 400
    assert list(response.json["message"]) == [field]
    assert told in response.json["message"][field]
    assert f"position {len(text) - 1}" in response.json["message"][field]
    assert session.query(Snap).count() == 0


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_moment_that_utc_has_no_year_for_is_refused(client, moment):
    response = client.post(SNAPS, json={"content": "x", "expires_on": moment}, auth=ADA)
    assert (response.status_code, list(response.json["message"])) == (400, ["expires_on"])


def test_a_text_deep_in_a_body_is_looked_at(client):
    response = client.post(f"{USERS}/me/tokens", json={"label": "x", "scopes": ["read", "a\0"]}, auth=ADA)
    assert (response.status_code, "NUL" in response.json["message"]["scopes"]) == (400, True)
