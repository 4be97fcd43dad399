import pytest

from commonplace.core import clock
from commonplace.moderation.models import Report
from commonplace.users.models import Block
from commonplace.users.service_tokens import create_token
from tests.factories import PASSWORD, make_snap

REPORTS = "/api/v1/reports"
BOB = ("bob", PASSWORD)


@pytest.fixture
def snap(session, people):
    snap = make_snap(session, people.ada)
    session.commit()
    return snap


def test_an_entry_is_reported_and_the_same_again_gets_another_reason(client, session, people, snap):
    response = client.post(REPORTS, auth=BOB, json={"entry": snap.hash_key, "reason": " Rude. "})
    assert response.status_code == 201
    (made,) = session.query(Report)
    assert response.json == {
        "id": made.id,
        "entry": snap.hash_key,
        "user": people.ada.id,
        "reason": "Rude.",
        "created_on": made.created_on.isoformat(),
    }
    again = client.post(REPORTS, auth=BOB, json={"entry": snap.hash_key, "reason": "Cruel."})
    assert (again.status_code, again.json["id"], again.json["reason"]) == (200, made.id, "Cruel.")


def test_a_user_is_reported(client, session, people):
    response = client.post(REPORTS, auth=BOB, json={"user": people.ada.id, "reason": "Rude."})
    assert (response.status_code, response.json["entry"], response.json["user"]) == (201, None, people.ada.id)
    assert session.query(Report).one().user_id == people.ada.id


def test_the_same_key_reports_once(client, session, people):
    sent = {"auth": BOB, "json": {"user": people.ada.id, "reason": "x"}, "headers": {"Idempotency-Key": "k"}}
    assert client.post(REPORTS, **sent).data == client.post(REPORTS, **sent).data
    assert session.query(Report).count() == 1


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"reason": "x"}, 400, "entry"),
        ({"entry": "ENTRY", "user": 1, "reason": "x"}, 400, "entry"),
        ({"entry": "ENTRY"}, 400, "reason"),
        ({"entry": "ENTRY", "reason": " "}, 400, "reason"),
        ({"entry": "ENTRY", "reason": "x" * 1001}, 400, "reason"),
        ({"entry": "ENTRY", "reason": "x\0"}, 400, "reason"),
        ({"user": "ada", "reason": "x"}, 400, "user"),
        ({"user": 0, "reason": "x"}, 400, "user"),
        ({"user": -(10**30), "reason": "x"}, 400, "user"),
        ({"user": 10**30, "reason": "x"}, 404, None),
        ({"entry": "0" * 22, "reason": "x"}, 404, None),
        ({"entry": "\ud800" * 2, "reason": "x"}, 400, None),
        ({"entry": "ENTRY", "reason": "x", "state": "acted"}, 400, "state"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(client, session, people, snap, given, status, field):
    given = {name: snap.hash_key if value == "ENTRY" else value for name, value in given.items()}
    response = client.post(REPORTS, auth=BOB, json=given)
    assert response.status_code == status, response.json
    assert response.mimetype == "application/problem+json"
    if field is not None:
        assert set(response.json["message"]) == {field}
    assert session.query(Report).count() == 0


def test_what_one_does_not_see_answers_as_what_is_not_there(client, session, people):
    private = make_snap(session, people.ada, audience="private")
    people.cleo.suspended_on = clock.now()
    session.add(Block(blocker_id=people.mod.id, blocked_id=people.bob.id))
    session.commit()
    for given in ({"entry": private.hash_key}, {"user": people.cleo.id}):
        assert client.post(REPORTS, auth=BOB, json=given | {"reason": "x"}).status_code == 404
    assert session.query(Report).count() == 0
    blocking = {"user": people.mod.id, "reason": "x"}
    assert client.post(REPORTS, auth=BOB, json=blocking).status_code == 201  # a block is no shelter


def test_a_report_that_is_sent_again_is_answered_alike(client, session, people):
    given = {"user": people.ada.id, "reason": "x"}
    first, again = (client.post(REPORTS, auth=BOB, json=given, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Location" not in first.headers
    assert "Location" not in again.headers


def test_nobody_reports_themselves_or_what_is_their_own(client, session, people, snap):
    for given in ({"entry": snap.hash_key}, {"user": people.ada.id}):
        assert client.post(REPORTS, auth=("ada", PASSWORD), json=given | {"reason": "x"}).status_code == 403
    assert session.query(Report).count() == 0


def test_a_token_needs_to_be_allowed_to_write(client, session, people):
    _, secret = create_token(session, people.bob, label="x", scopes=["read"], expires_on=None)
    session.commit()
    given = {"user": people.ada.id, "reason": "x"}
    assert client.post(REPORTS, headers={"Authorization": f"Bearer {secret}"}, json=given).status_code == 403
    assert client.post(REPORTS, json=given).status_code == 401


def test_ten_an_hour_are_taken_by_pages_and_api_together(client, as_, session, people):
    as_bob = as_("bob")
    for number in range(10):
        if number % 2:
            assert client.post(REPORTS, auth=BOB, json={"user": people.ada.id, "reason": "x"}).status_code < 300
        else:
            page = as_bob.get("/@ada/report").text
            token = page.split('name="csrf_token" value="')[1].split('"')[0]
            assert as_bob.post("/@ada/report", data={"csrf_token": token, "reason": "x"}).status_code == 302
    refused = client.post(REPORTS, auth=BOB, json={"user": people.ada.id, "reason": "x"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert as_bob.post("/@ada/report", data={"csrf_token": token, "reason": "x"}).status_code == 429
    cleo = ("cleo", PASSWORD)
    assert client.post(REPORTS, auth=cleo, json={"user": people.ada.id, "reason": "x"}).status_code == 201
