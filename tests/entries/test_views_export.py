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
from commonplace.entries.tasks import make_export, sweep_exports
from commonplace.jobs.messages import MessageFile
from tests.doors import send, sign_in
from tests.factories import make_snap, make_user

PAGE = "/users/settings/export"
ARCHIVE = f"{PAGE}/archive"


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    make_snap(session, user, name="mine.py")
    session.commit()
    return user


@pytest.fixture
def as_ada(client, ada):
    sign_in(client, ada)
    return client


def test_an_archive_is_asked_for_made_by_a_job_and_downloaded(as_ada, ada, house, session):
    assert "You have not asked for an archive" in as_ada.get(PAGE).text
    assert as_ada.get(ARCHIVE).status_code == 404
    asked = send(as_ada, PAGE)
    assert asked.headers["Location"] == PAGE
    assert "is being made since" in as_ada.get(PAGE).text
    assert as_ada.get(ARCHIVE).status_code == 404
    export = find_export(session, ada)
    session.rollback()
    messages = MessageFile(house.settings.data_dir / "broker.sqlite3")
    claimed = messages.claim("bulk")
    assert json.loads(claimed.body)["headers"]["task"] == "entries.make_export"
    messages.close()
    make_export(house, export.id)
    page = as_ada.get(PAGE).text
    assert "is ready" in page
    assert f'href="{ARCHIVE}"' in page
    response = as_ada.get(ARCHIVE)
    assert response.mimetype == "application/zip"
    assert 'attachment; filename="commonplace-ada.zip"' in response.headers["Content-Disposition"]
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "private" in response.headers["Cache-Control"] or "no-store" in response.headers["Cache-Control"]
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert "mine.py" in zipfile.ZipFile(io.BytesIO(response.data)).read("entries.json").decode()


def test_to_ask_twice_makes_one(as_ada, session):
    send(as_ada, PAGE)
    send(as_ada, PAGE)
    assert session.scalar(select(func.count()).select_from(Export)) == 1


def test_only_a_fresh_sign_in_asks_or_downloads(as_ada, ada, house, session):
    send(as_ada, PAGE)
    make_export(house, find_export(session, ada).id)
    session.rollback()
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert as_ada.get(PAGE).status_code == 200
        for response in (as_ada.get(ARCHIVE), send(as_ada, PAGE)):
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/users/confirm")
        confirmed = send(as_ada, f"/users/confirm?next={ARCHIVE}", password="correct horse battery")
        assert confirmed.headers["Location"].endswith(ARCHIVE)
        assert as_ada.get(ARCHIVE).status_code == 200
    assert session.scalar(select(func.count()).select_from(Export)) == 1


def test_an_archive_is_its_owners_alone(app, as_ada, ada, house, session):
    send(as_ada, PAGE)
    make_export(house, find_export(session, ada).id)
    session.rollback()
    owner = make_user(session, "owner", role="owner")
    session.commit()
    nobody = app.test_client()
    for method, address in (("GET", PAGE), ("GET", ARCHIVE)):
        assert nobody.open(address, method=method).headers["Location"].startswith("/users/login")
    other = app.test_client()
    sign_in(other, owner)
    assert "You have not asked for an archive" in other.get(PAGE).text
    assert other.get(ARCHIVE).status_code == 404


def test_a_week_later_the_page_says_so_and_offers_a_new_one(as_ada, ada, house, session):
    send(as_ada, PAGE)
    make_export(house, find_export(session, ada).id)
    session.rollback()
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        sweep_exports(house)
    assert "You have not asked for an archive" in as_ada.get(PAGE).text
    assert as_ada.get(ARCHIVE).status_code == 404
