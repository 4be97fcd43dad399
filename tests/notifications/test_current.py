import logging

import pytest
from sqlalchemy.exc import OperationalError

from commonplace.notifications import current, extension
from commonplace.notifications.current import unread_count
from commonplace.notifications.models import Notification
from commonplace.notifications.queries import count_unread
from commonplace.notifications.service import notify
from tests.architecture.test_query_counts import counted
from tests.doors import sign_in
from tests.factories import make_snap, make_user
from tests.notifications.conftest import answer


@pytest.fixture
def snap(session, people):
    """A snap of ada's, of which she was told twice."""
    snap = make_snap(session, people.ada)
    for actor in (people.bob, people.cleo):
        notify(session, user=people.ada, event="liked", actor=actor, entry=snap)
    notify(session, user=people.ada, event="followed", actor=people.bob)
    session.commit()
    return snap


@pytest.fixture
def as_ada(client, people):
    sign_in(client, people.ada)
    return client


def unread(house, user):
    with house.database.reading() as session:
        return count_unread(session, user)


def count_on(page):
    mark, _, rest = page.text.partition('<span class="masthead__count">')
    return 0 if mark.rstrip().endswith("hidden>") else rest.partition("<")[0]


def test_every_page_tells_how_much_is_unread(as_ada, snap):
    for address in ("/", "/snaps/", "/trash", "/users/settings", "/notifications", "/nowhere"):
        assert count_on(as_ada.get(address)) == "3", address


def test_visitors_have_no_count_and_cost_no_query(client, house, snap):
    with counted(house.database.engine) as statements:
        page = client.get("/explore")
    assert "data-unread" not in page.text
    assert not any("notifications" in statement for statement in statements)


def test_a_hundred_are_told_as_more_than_99(as_ada, session, people):
    rows = [
        Notification(user_id=people.ada.id, event="followed", actor_id=people.bob.id, subject=f"test {number}")
        for number in range(120)
    ]
    session.add_all(rows)
    session.commit()
    assert count_on(as_ada.get("/")) == "99+"


def test_who_opens_an_entry_has_read_what_they_were_told_of_it(as_ada, house, people, snap):
    page = as_ada.get(f"/snaps/{snap.hash_key}")
    assert count_on(page) == "1"
    assert unread(house, people.ada) == 1
    assert count_on(as_ada.get(f"/snaps/{snap.hash_key}")) == "1"


def test_who_sees_a_reply_in_its_thread_has_read_that_it_came(client, session, house, people):
    snap = make_snap(session, people.ada)
    reply = answer(session, people.bob, snap)
    notify(session, user=people.ada, event="replied", actor=people.bob, entry=reply)
    session.commit()
    sign_in(client, people.ada)
    page = client.get(f"/snaps/{snap.hash_key}")
    assert (f"/posts/{reply.hash_key}" in page.text, unread(house, people.ada)) == (True, 0)


def test_to_look_from_afar_is_not_to_read(as_ada, app, house, people, snap):
    as_ada.head(f"/snaps/{snap.hash_key}")
    as_ada.get(f"/snaps/{snap.hash_key}/raw")
    as_ada.get(f"/api/v1/snaps/{snap.hash_key}")
    as_ada.get("/")
    as_ada.get("/notifications")
    other = app.test_client()
    sign_in(other, people.bob)
    other.get(f"/snaps/{snap.hash_key}")
    assert unread(house, people.ada) == 3


def test_an_entry_of_which_nothing_is_unread_costs_the_count_alone(as_ada, house, people, snap):
    as_ada.get(f"/snaps/{snap.hash_key}")
    as_ada.get("/notifications/3")  # the last one
    assert unread(house, people.ada) == 0
    with counted(house.database.engine) as statements:
        as_ada.get(f"/snaps/{snap.hash_key}")
    assert len([statement for statement in statements if "FROM notifications" in statement]) == 1


def test_a_database_that_takes_no_note_is_logged_and_reading_goes_on(as_ada, house, people, snap, monkeypatch, caplog):
    def fail(*_args):
        raise OperationalError("update", {}, Exception("read-only"))

    monkeypatch.setattr(current.service, "mark_read", fail)
    with caplog.at_level(logging.WARNING):
        assert as_ada.get(f"/snaps/{snap.hash_key}").status_code == 200
        assert as_ada.get("/notifications/1").status_code == 302
    assert "takes no note" in caplog.text
    assert unread(house, people.ada) == 3


def test_a_count_that_fails_counts_nothing(app, as_ada, snap, monkeypatch):
    def fail(*_args):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(current.queries, "count_unread", fail)
    page = as_ada.get("/nowhere")
    assert (page.status_code, count_on(page)) == (404, 0)
    with app.test_request_context():
        assert unread_count() == 0


def test_reports_lead_to_where_a_floor_above_deals_with_them(app, session, people, client):
    extension.lead_to(app, "reported", "entries.trash")
    notify(session, user=people.mod, event="reported", actor=people.bob, entry=make_snap(session, make_user(session)))
    session.commit()
    sign_in(client, people.mod)
    assert client.get("/notifications/1").headers["Location"] == "/trash"
