import pytest
from flask import abort, flash
from sqlalchemy import text
from werkzeug.exceptions import default_exceptions

from commonplace.core.errors import Invalid, Unavailable
from commonplace.web.guards import anyone
from tests.doors import csrf_token, sign_in
from tests.factories import make_user

STATUSES = sorted({400, 401, 403, 404, 405, 409, 412, 413, 415, 416, 422, 429, 500, 503} & set(default_exceptions))


@pytest.fixture(autouse=True)
def failing(app):
    @app.get("/fails/<int:status>")
    @anyone
    def fail(status):
        abort(status)

    @app.get("/raises/<name>")
    @anyone
    def raise_(name):
        raise {
            "invalid": Invalid("Look again.", fields={"name": "Too <long>."}),
            "unavailable": Unavailable("Busy.", retry_after=9),
            "defect": RuntimeError("the key is open-sesame"),
        }[name]


@pytest.mark.parametrize("status", STATUSES)
def test_a_person_reads_what_happened_and_what_to_do(client, status):
    page = client.get(f"/fails/{status}")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert f"<code>{page.headers['X-Request-Id']}</code>" in page.text
    assert page.text.count("<h1>") == 1
    assert page.text.count("<p>") >= 2  # the sentence, and what to do
    assert 'href="/">To the first page</a>' in page.text


def test_reasons_stand_beside_their_fields_as_text(client):
    assert "<li>name: Too &lt;long&gt;.</li>" in client.get("/raises/invalid").text


def test_a_page_says_when_to_come_back(client):
    assert client.get("/raises/unavailable").headers["Retry-After"] == "9"
    assert client.get("/fails/401").headers["WWW-Authenticate"].startswith("Bearer")


def test_a_defect_leaks_nothing(client):
    page = client.get("/raises/defect")
    assert page.status_code == 500
    for told in ("open-sesame", "RuntimeError", "Traceback", ".py"):
        assert told not in page.text


def test_the_viewer_is_still_who_they_are(client, session):
    sign_in(client, make_user_in(session))
    for page in (client.get("/fails/404"), client.get("/raises/defect")):
        assert ">ada<" in page.text


def test_a_page_of_a_database_that_is_gone_asks_it_nothing(client, session):
    sign_in(client, make_user_in(session))
    session.execute(text("drop table devices"))
    session.commit()
    page = client.get("/users/settings")
    assert "ada" not in page.text
    assert page.text.count("<h1>") == 1
    assert f"<code>{page.headers['X-Request-Id']}</code>" in page.text


def test_what_was_to_be_said_of_a_success_is_not_said_of_a_failure(app, client):
    @app.post("/saves")
    @anyone
    def save():
        flash("It is saved.")
        raise Invalid("It is not.")

    refused = client.post("/saves", data={"csrf_token": csrf_token(client, "/users/login")})
    assert (refused.status_code, "It is not." in refused.text) == (400, True)
    assert "It is saved." not in refused.text
    assert "It is saved." not in client.get("/").text


def make_user_in(session):
    ada = make_user(session, "ada")
    session.commit()
    return ada


@pytest.mark.parametrize("field", ["about", "content", "note", "reason"])
def test_what_a_person_wrote_is_given_back_and_nothing_else(client, field):
    form = {field: "</textarea>\nDear\r\nreader", "password": "open-sesame", "name": "Mr. X"}
    page = client.post("/users/login", data=form)  # without what tells that it is the site's own
    assert page.status_code == 400
    assert "&lt;/textarea&gt;\nDear\r\nreader</textarea>" in page.text
    for kept in ("open-sesame", "Mr. X"):
        assert kept not in page.text


def test_nothing_comes_back_where_nothing_was_written_or_it_could_not_be_read(client):
    pages = [
        client.post("/users/login", data={"content": " "}),
        client.post("/users/login", data=b"content=%ff", content_type="application/x-www-form-urlencoded"),
        client.get("/nowhere?content=x"),
    ]
    assert [page.status_code for page in pages] == [400, 400, 404]
    assert all("<textarea" not in page.text for page in pages)


def test_what_was_written_comes_back_also_where_the_address_was_refused_before_it_was_read(client):
    page = client.post("/users/login?next=%00", data={"content": "Dear reader"})
    assert (page.status_code, "Dear reader</textarea>" in page.text) == (400, True)
