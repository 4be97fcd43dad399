from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from commonplace.api.idempotency import MAX_CALLER
from commonplace.api.models import IdempotencyKey
from commonplace.entries.service import purge_entries
from commonplace.snaps.models import Snap
from commonplace.users.models import User
from commonplace.users.service_tokens import create_token
from tests.databases import empty_database
from tests.factories import make_user
from tests.sites import site

SNAPS = "/api/v1/snaps"
USERS = "/api/v1/users"
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]
EVE = {"username": "eve", "email": "eve@example.org", "password": "correct horse battery"}


def token_of(session, username):
    user = make_user(session, username)
    _, secret = create_token(session, user, label="x", scopes=["read", "write"], expires_on=None)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def ada(session):
    headers = token_of(session, "ada")
    session.commit()
    return headers


@pytest.fixture
def share(client, ada):
    """Share a snap with a key, by default as ada."""

    def share(key, content="x", path=SNAPS, caller=ada, **options):
        headers = caller | ({} if key is None else {"Idempotency-Key": key})
        return client.post(path, json={"content": content}, headers=headers, **options)

    return share


def count(session, model):
    session.rollback()
    return session.query(model).count()


def test_a_repeated_write_is_done_once_and_answered_alike(share, session):
    first, again = share("k"), share("k")
    assert (again.status_code, again.data, again.mimetype) == (201, first.data, "application/json")
    for name in ("Location", "ETag"):
        assert again.headers[name] == first.headers[name]
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert count(session, Snap) == 1


def test_without_a_key_or_with_another_it_is_another_write(share, session):
    assert len({share(key).json["hash_key"] for key in (None, None, "k", "l")}) == 4
    assert count(session, Snap) == 4


def test_an_edit_is_repeated_safely_too(client, share, ada):
    address = share(None).headers["Location"]
    headers = ada | {"Idempotency-Key": "k", "If-Match": client.get(address, headers=ada).headers["ETag"]}
    first = client.patch(address, json={"content": "y"}, headers=headers)
    again = client.patch(address, json={"content": "y"}, headers=headers)
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
    assert client.get(address, headers=ada).json["revision"] == 2


def test_every_write_takes_a_key_but_the_one_that_answers_a_secret(client):
    without = {
        (method, path)
        for path, operations in client.get("/api/v1/openapi.json").json["paths"].items()
        for method, operation in operations.items()
        if method in {"post", "put", "patch", "delete"}
        and "Idempotency-Key" not in {parameter["name"] for parameter in operation.get("parameters", ())}
    }
    assert without == {("post", "/users/me/tokens")}


@pytest.mark.parametrize("other", [{"content": "y"}, {"path": f"{SNAPS}?colour=red"}, {"path": "/api/v1/users"}])
def test_a_key_is_good_for_one_request_alone(share, session, other):
    share("k")
    response = share("k", **other)
    assert (response.status_code, "take a new one" in response.json["message"]) == (409, True)
    assert count(session, Snap) == 1


def test_callers_do_not_see_each_others_answers(share, session):
    bob = token_of(session, "bob")
    session.commit()
    assert share("k").json["author"]["username"] == "ada"
    assert share("k", caller=bob).json["author"]["username"] == "bob"


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_1_to_200_characters(share, session, key):
    response = share(key)
    assert (response.status_code, "1 to 200" in response.json["message"]) == (400, True)
    assert count(session, Snap) == 0
    assert share("é" * 200).status_code == 201


def test_a_write_that_was_refused_may_be_corrected_under_the_same_key(share, session):
    assert share("k", content="a\0").status_code == 400
    assert count(session, IdempotencyKey) == 0
    assert share("k", content="a").status_code == 201


def test_a_write_that_failed_may_be_sent_again_under_the_same_key(app, client, share, session, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("a defect")

    with monkeypatch.context() as broken:
        broken.setattr("commonplace.snaps.service.share_entry", fail)
        assert share("k").status_code == 500
    assert (count(session, Snap), count(session, IdempotencyKey)) == (0, 0)
    assert share("k").headers.get("Idempotent-Replayed") is None
    assert count(session, Snap) == 1


def test_who_signs_up_twice_from_one_address_gets_the_same_answer(client, session):
    first = client.post(USERS, json=EVE, headers={"Idempotency-Key": "k"})
    again = client.post(USERS, json=EVE, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    assert count(session, User) == 1


def test_who_comes_from_elsewhere_gets_nobody_elses_answer(client):
    client.post(USERS, json=EVE, headers={"Idempotency-Key": "k"})
    elsewhere = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    assert client.post(USERS, json=EVE, headers={"Idempotency-Key": "k"}, **elsewhere).status_code == 409


def test_an_address_of_any_length_is_no_failure(client, session):
    from_afar = {"environ_base": {"REMOTE_ADDR": "x" * 500}}
    assert client.post(USERS, json=EVE, headers={"Idempotency-Key": "k"}, **from_afar).status_code == 201
    session.rollback()
    assert len(session.query(IdempotencyKey).one().caller) == MAX_CALLER


@pytest.mark.parametrize("database", DATABASES)
def test_of_many_at_once_with_one_key_one_writes_and_all_get_its_answer(tmp_path, database):
    with empty_database(database, tmp_path) as url, site(tmp_path / "data", database_url=url) as app:
        house = app.extensions["commonplace"]
        with house.database.writing() as session:
            headers = token_of(session, "ada") | {"Idempotency-Key": "k"}
        starting_line = Barrier(6)

        def share(_number):
            client = app.test_client()
            starting_line.wait()
            return client.post(SNAPS, json={"content": "x"}, headers=headers)

        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(share, range(6)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.data for answer in answers}) == 1
        assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
        with house.database.reading() as session:
            assert (session.query(Snap).count(), session.query(IdempotencyKey).count()) == (1, 1)


def test_what_was_deleted_for_good_is_not_answered_again_nor_made_anew(client, share, session, ada):
    shared = share("made")
    address = shared.headers["Location"]
    edit = {"path": address, "json": {"content": "a secret"}, "headers": ada | {"Idempotency-Key": "edited"}}
    delete = {"path": address, "headers": ada | {"Idempotency-Key": "deleted"}}
    assert client.patch(**edit).status_code == 200
    assert client.delete(**delete).status_code == 204
    other = share("other")
    session.rollback()
    purge_entries(session, [shared.json["id"]])
    session.commit()
    assert [row.key for row in session.query(IdempotencyKey) if row.body] == ["other"]
    assert (share("made").status_code, client.patch(**edit).status_code) == (410, 410)
    assert client.delete(**delete).status_code == 204
    assert share("other").data == other.data
    assert count(session, Snap) == 1
