import pytest

from commonplace.notifications.models import Notification
from commonplace.notifications.queries import count_unread
from commonplace.notifications.service import notify
from commonplace.users.models import Block
from commonplace.users.service_tokens import create_token
from tests.architecture.test_query_counts import counted
from tests.factories import make_snap, make_user

API = "/api/v1/notifications"


@pytest.fixture
def told(session, people):
    """Ada is told of a follow and of a like; the ids are 1 and 2."""
    snap = make_snap(session, people.ada)
    notify(session, user=people.ada, event="followed", actor=people.bob)
    notify(session, user=people.ada, event="liked", actor=people.bob, entry=snap)
    session.commit()
    return snap


@pytest.fixture
def bearer(session, people):
    """Return the header of a token with a scope."""

    def make(scope="write", user=people.ada):
        _, secret = create_token(session, user, label="test", scopes=["read", scope], expires_on=None)
        session.commit()
        return {"Authorization": f"Bearer {secret}"}

    return make


def unread(house, user):
    with house.database.reading() as session:
        return count_unread(session, user)


def test_the_list_says_who_did_what_to_what(client, session, people, told, bearer):
    answer = client.get(API, headers=bearer()).json
    like, follow = answer["items"]
    assert answer["next"] is None
    assert set(like) == {"id", "event", "actor", "entry", "about", "created_on", "read_on"}
    assert (like["id"], like["event"], like["read_on"]) == (2, "liked", None)
    assert like["actor"] == {"id": people.bob.id, "username": "bob"}
    url = f"http://localhost/snaps/{told.hash_key}"
    assert like["entry"] == {"hash_key": told.hash_key, "kind": "snap", "url": url}
    assert (follow["event"], follow["entry"]) == ("followed", None)
    assert follow["created_on"].endswith("+00:00")


def test_the_list_is_paged(client, told, bearer):
    first = client.get(f"{API}?limit=1", headers=bearer())
    assert [item["id"] for item in first.json["items"]] == [2]
    assert f"cursor={first.json['next']}" in first.headers["Link"]
    second = client.get(f"{API}?limit=1&cursor={first.json['next']}", headers=bearer())
    assert ([item["id"] for item in second.json["items"]], second.json["next"]) == ([1], None)
    for query in ("limit=0", "limit=101", "cursor=x", "colour=red"):
        assert client.get(f"{API}?{query}", headers=bearer()).status_code == 400


def test_to_list_is_not_to_read(client, house, people, told, bearer):
    client.get(API, headers=bearer())
    assert client.get(f"{API}/unread", headers=bearer()).json == {"unread": 2}


def test_the_number_of_unread_ones_has_an_etag(client, told, bearer):
    caller = bearer()
    first = client.get(f"{API}/unread", headers=caller)
    assert first.json == {"unread": 2}
    known = caller | {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"{API}/unread", headers=known).status_code == 304
    client.post(f"{API}/read", headers=caller, json={})
    assert client.get(f"{API}/unread", headers=known).json == {"unread": 0}


def test_what_was_seen_is_marked_as_read(client, house, session, people, told, bearer):
    headers = bearer()
    for _ in range(2):
        response = client.post(f"{API}/read", json={"up_to": 1}, headers=headers)
        assert (response.status_code, response.data) == (204, b"")
        assert unread(house, people.ada) == 1
    assert client.post(f"{API}/read", headers=headers).status_code == 204
    assert unread(house, people.ada) == 0
    assert client.get(API, headers=headers).json["items"][0]["read_on"] is not None


@pytest.mark.parametrize("given", [{"up_to": 0}, {"up_to": "x"}, {"up_to": 2**60}, {"down_to": 1}, [], "all"])
def test_nonsense_marks_nothing(client, house, people, told, bearer, given):
    assert client.post(f"{API}/read", json=given, headers=bearer()).status_code == 400
    assert unread(house, people.ada) == 2


def test_everybody_reads_their_own(client, house, people, told, bearer):
    bobs = bearer(user=people.bob)
    assert client.get(API, headers=bobs).json["items"] == []
    assert client.post(f"{API}/read", json={"up_to": 2}, headers=bobs).status_code == 204
    assert unread(house, people.ada) == 2


def test_a_token_that_only_reads_marks_nothing(client, house, people, told, bearer):
    assert client.post(f"{API}/read", headers=bearer("read")).status_code == 403
    assert [client.get(path).status_code for path in (API, f"{API}/unread")] == [401, 401]
    assert client.post(f"{API}/read").status_code == 401
    assert unread(house, people.ada) == 2


def test_who_was_blocked_is_gone(client, session, people, told, bearer):
    session.add(Block(blocker_id=people.bob.id, blocked_id=people.ada.id))
    session.commit()
    assert client.get(API, headers=bearer()).json["items"] == []
    assert client.get(f"{API}/unread", headers=bearer()).json == {"unread": 0}


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_has_its_number_of_queries(client, house, session, people, bearer, number):
    for _ in range(number):
        notify(session, user=people.ada, event="liked", actor=make_user(session), entry=make_snap(session, people.ada))
    headers = bearer()
    client.get(API, headers=headers)
    assert session.query(Notification).count() == number
    with counted(house.database.engine) as statements:
        client.get(API, headers=headers)
    assert len(statements) == 2, statements  # the token, the list
