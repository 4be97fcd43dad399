"""Who is suspended can still take their data with them, and nothing else."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from commonplace.core import clock
from commonplace.entries.models import Export
from commonplace.entries.queries import find_export
from commonplace.entries.tasks import make_export
from tests.doors import send
from tests.factories import PASSWORD, make_snap, make_user

PAGE = "/users/suspended"
ARCHIVE = f"{PAGE}/export/archive"


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    make_snap(session, user, name="mine.py")
    make_snap(session, user, name="hidden.py").hidden_on = clock.now()
    user.suspended_on = clock.now()
    session.commit()
    return user


@pytest.fixture
def as_ada(client, ada):
    response = send(client, "/users/login", username="ada", password=PASSWORD)
    assert response.headers["Location"] == PAGE
    return client


def test_the_archive_holds_everything_also_what_moderators_hid(as_ada, ada, house, session):
    page = as_ada.get(PAGE).text
    assert "Your account is suspended" in page
    assert "You have not asked for an archive" in page
    assert as_ada.get(ARCHIVE).status_code == 404
    assert send(as_ada, f"{PAGE}/export", at=PAGE).headers["Location"] == PAGE
    assert "is being made since" in as_ada.get(PAGE).text
    make_export(house, find_export(session, ada).id)
    session.rollback()
    assert f'href="{ARCHIVE}"' in as_ada.get(PAGE).text
    response = as_ada.get(ARCHIVE)
    assert 'filename="commonplace-ada.zip"' in response.headers["Content-Disposition"]
    entries = json.loads(zipfile.ZipFile(io.BytesIO(response.data)).read("entries.json"))["entries"]
    assert [entry["name"] for entry in entries] == ["mine.py", "hidden.py"]


def test_to_ask_twice_makes_one(as_ada, session):
    for _ in range(2):
        send(as_ada, f"{PAGE}/export", at=PAGE)
    assert session.scalar(select(func.count()).select_from(Export)) == 1


def assert_shut(client):
    for method, address in (("GET", PAGE), ("POST", f"{PAGE}/export"), ("GET", ARCHIVE)):
        assert client.open(address, method=method).status_code == 404, address


def test_it_is_shut_to_who_gave_no_password_and_to_everybody_else(app, client, ada, session):
    make_user(session, "bob")
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = False
    assert_shut(client)
    client.post("/users/login", data={"username": "ada", "password": "wrong"})
    assert_shut(client)
    client.post("/users/login", data={"username": "bob", "password": PASSWORD})
    assert_shut(client)


@pytest.mark.parametrize("end", ["an hour", "signing out", "being let in again", "another password"])
def test_it_is_shut_again_after(app, as_ada, ada, session, end):
    app.config["WTF_CSRF_ENABLED"] = False
    assert as_ada.get(PAGE).status_code == 200
    if end == "an hour":
        with time_machine.travel(clock.now() + timedelta(minutes=61)):
            assert_shut(as_ada)
        return
    if end == "signing out":
        assert as_ada.post("/users/logout").headers["Location"] == "/"
    elif end == "being let in again":
        ada.suspended_on = None
    else:
        ada.password = "another long sentence"
    session.commit()
    assert_shut(as_ada)
