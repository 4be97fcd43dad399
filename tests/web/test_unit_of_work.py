import pytest
from flask import flash, redirect
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from commonplace.core.errors import Conflict
from commonplace.core.events import after_commit
from commonplace.users.models import User
from commonplace.web.current import session as current_session
from commonplace.web.guards import anyone
from commonplace.web.unit_of_work import aside
from tests.doors import csrf_token
from tests.factories import make_user

done = []


@pytest.fixture
def write(app, client):
    """Send a form to a view that makes a user and answers with that status, or raises that error."""
    done.clear()

    @app.route("/writes", methods=["GET", "POST"])
    @anyone
    def writes():
        make_user(current_session(), "ada")
        after_commit(current_session(), lambda: done.append("done"))
        flash("It is done.")
        if isinstance(outcome["is"], Exception):
            raise outcome["is"]
        return redirect("/") if outcome["is"] == 302 else ("an answer", outcome["is"])

    outcome = {}

    def send(what, method="POST"):
        outcome["is"] = what
        return client.open("/writes", method=method, data={"csrf_token": csrf_token(client, "/users/login")})

    return send


def is_written(session):
    session.rollback()
    return session.query(User).filter_by(username="ada").count() == 1


@pytest.mark.parametrize(("status", "is_kept"), [(200, True), (201, True), (302, True), (400, False), (422, False)])
def test_a_write_is_committed_after_an_answer_below_400(write, session, status, is_kept):
    assert write(status).status_code == status
    assert is_written(session) is is_kept
    assert done == (["done"] if is_kept else [])


@pytest.mark.parametrize("error", [Conflict("Taken."), RuntimeError("a defect")])
def test_an_error_commits_nothing(write, session, error):
    assert write(error).status_code in {409, 500}
    assert not is_written(session)
    assert done == []


def test_reading_commits_nothing(write, session):
    assert write(200, method="GET").status_code == 200
    assert not is_written(session)


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("commit", None, Exception("disk full")), 503), (RuntimeError("a defect"), 500)],
)
def test_a_commit_that_fails_is_a_failure_and_not_a_success(write, house, session, client, error, status):
    def fail(_connection):
        raise error

    event.listen(house.database.engine, "commit", fail)
    answer = write(302)
    event.remove(house.database.engine, "commit", fail)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert "It is done." not in answer.text
    assert "Location" not in answer.headers
    assert "Content-Security-Policy" in answer.headers
    assert not is_written(session)
    assert done == []
    assert client.get("/").status_code == 200


def test_a_session_is_given_back_at_the_end_of_its_request(app, house, write):
    for status in (200, 400, 302):
        write(status) if status != 200 else app.test_client().get("/")
    assert house.database.engine.pool.checkedout() == 0


def test_a_connection_that_is_lost_at_the_end_of_a_reading_request_fails_nobody(house, client):
    def fail(_connection):
        raise OperationalError("rollback", None, Exception("gone"))

    event.listen(house.database.engine, "rollback", fail)
    answer = client.get("/")
    event.remove(house.database.engine, "rollback", fail)
    assert answer.status_code == 200
    assert client.get("/").status_code == 200
    assert house.database.engine.pool.checkedout() == 0


def test_a_failed_write_leaves_an_error_page_that_can_still_read(app, client, session):
    @app.post("/clashes")
    @anyone
    def clash():
        make_user(current_session(), "ada")
        make_user(current_session(), "ada")

    answer = client.post("/clashes", data={"csrf_token": csrf_token(client, "/users/login")})
    assert (answer.status_code, "Somebody was faster" in answer.text) == (409, True)
    assert not is_written(session)


def test_what_a_reading_request_notes_aside_is_kept(app, client, session):
    @app.get("/notes")
    @anyone
    def note():
        current_session().execute(text("select 1"))
        with aside() as writing:
            make_user(writing, "ada")
        return "", 404

    assert client.get("/notes").status_code == 404
    assert is_written(session)
