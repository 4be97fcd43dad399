import pytest
from flask import abort
from werkzeug.exceptions import default_exceptions

from commonplace.core.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge, Unavailable
from commonplace.web.failures import SENTENCES
from tests.factories import make_user
from tests.sites import site

RAISED = {
    "invalid": (Invalid("Look again.", fields={"name": "Too long."}), 400),
    "forbidden": (Forbidden("Not yours."), 403),
    "not-found": (NotFound("Not here."), 404),
    "conflict": (Conflict("Taken."), 409),
    "too-large": (TooLarge("At most 1 MiB."), 413),
    "too-often": (Unavailable("Wait.", retry_after=9, status=429), 429),
    "unavailable": (Unavailable("Busy.", retry_after=9), 503),
    "defect": (RuntimeError("the key is 42"), 500),
}


@pytest.fixture(autouse=True)
def failing(app):
    @app.get("/api/fails/<int:status>")
    def fail(status):
        abort(status)

    @app.get("/api/raises/<name>")
    def raise_(name):
        raise RAISED[name][0]


@pytest.mark.parametrize("status", sorted(set(SENTENCES) & set(default_exceptions)))
def test_a_program_is_told_by_a_problem(client, status):
    response = client.get(f"/api/v1/fails/{status}")
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert set(response.json) == {"type", "title", "status", "detail", "message"}
    assert (response.json["type"], response.json["status"]) == ("about:blank", status)
    assert response.json["message"] == response.json["detail"]
    assert response.json["title"]


@pytest.mark.parametrize("name", RAISED)
def test_every_category_has_its_status(client, name):
    error, status = RAISED[name]
    response = client.get(f"/api/v1/raises/{name}")
    assert (response.status_code, response.json["status"]) == (status, status)
    if name != "defect":
        assert response.json["detail"] == error.message
        assert response.json["message"] == (error.fields or error.message)


def test_what_may_work_later_says_when(client):
    for name in ("too-often", "unavailable"):
        assert client.get(f"/api/v1/raises/{name}").headers["Retry-After"] == "9"
    assert "Retry-After" not in client.get("/api/v1/raises/conflict").headers


def test_a_defect_leaks_nothing(client):
    text = client.get("/api/v1/raises/defect").text
    assert [told for told in ("42", "RuntimeError", "Traceback", ".py") if told in text] == []


def test_who_is_not_known_is_told_how_to_sign_in(client):
    response = client.get("/api/v1/users/me")
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (
        401,
        'Bearer realm="commonplace", Basic realm="commonplace"',
    )


def test_a_method_that_is_not_taken_is_told_with_those_that_are(client):
    response = client.put("/api/v1/users/me")
    assert response.status_code == 405
    assert {"GET", "PATCH"} <= set(response.headers["Allow"].split(", "))


def test_a_request_that_is_too_large_is_told_with_the_limit(tmp_path):
    with site(tmp_path, upload_max_bytes=2048) as app:
        with app.extensions["commonplace"].database.writing() as session:
            make_user(session, "ada")
        response = app.test_client().post("/api/v1/users", json={"username": "x" * 4096})
    assert (response.status_code, "2.0 KiB" in response.json["message"]) == (413, True)


def test_head_is_answered_as_get_without_the_body(client):
    for path in ("/api/v1/snaps", "/api/v1/nowhere", "/api/v1/users/me"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.data, head.mimetype) == (get.status_code, b"", get.mimetype)


def test_options_tells_the_methods_and_lets_no_other_site_in(client):
    response = client.options("/api/v1/snaps", headers={"Origin": "https://elsewhere.example"})
    assert (response.status_code, response.data) == (200, b"")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert not [name for name, _ in response.headers if name.startswith("Access-Control-")]
