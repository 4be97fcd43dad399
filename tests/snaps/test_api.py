import json
from datetime import UTC, datetime, timedelta

import pytest

from commonplace.core import clock
from commonplace.snaps.models import Snap
from commonplace.users.service_follows import block_user
from tests.factories import PASSWORD, make_snap, make_user

ADA = ("ada", PASSWORD)
BOB = ("bob", PASSWORD)
SNAPS = "/api/v1/snaps"


@pytest.fixture(autouse=True)
def people(session):
    people = {name: make_user(session, name) for name in ("ada", "bob")}
    session.commit()
    return people


def share(client, auth=ADA, **values):
    response = client.post(SNAPS, json={"content": "print(1)\n", "name": "a.py"} | values, auth=auth)
    assert response.status_code == 201, response.json
    return response


def test_a_shared_snap_comes_back_whole_with_its_addresses(client):
    shared = share(client, audience="public", expires_on="2999-01-01T00:00:00Z")
    assert shared.headers["Location"] == f"{SNAPS}/{shared.json['hash_key']}"
    read = client.get(shared.headers["Location"])
    assert read.json == shared.json
    assert read.json | {"content": "print(1)\n", "extension": "py", "size": 9, "lines": 1, "revision": 1} == read.json
    assert read.json["author"]["username"] == "ada"
    assert read.json["url"].endswith(f"/snaps/{read.json['hash_key']}")
    assert client.get(read.json["raw_url"]).data == b"print(1)\n"
    assert datetime.fromisoformat(read.json["expires_on"]) == datetime(2999, 1, 1, tzinfo=UTC)
    assert read.json["id"] < 2**53


def test_a_plain_text_body_works_with_the_other_fields_in_the_address(client):
    response = client.post(
        f"{SNAPS}?name=a.py&audience=public", data=b"\xef\xbb\xbfx\r\n", content_type="text/plain", auth=ADA
    )
    assert response.status_code == 201
    assert response.json["content"] == "\ufeffx\r\n"
    assert client.get(f"/snaps/{response.json['hash_key']}/raw").data == b"\xef\xbb\xbfx\r\n"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": 5}, "content"),
        ({"content": "a\0"}, "content"),
        ({"content": "\ud800"}, "content"),
        ({"content": "x", "audience": "everyone"}, "audience"),
        ({"content": "x", "expires_on": "2020-01-01T00:00:00Z"}, "expires_on"),
        ({"content": "x", "expires_on": "2999-01-01T00:00:00"}, "expires_on"),
        ({"content": "x", "name": "n" * 256}, "name"),
        ({"content": "x", "extension": "a b"}, "extension"),
        ({"content": "x", "colour": "red"}, "colour"),
    ],
)
def test_a_bad_field_is_named_with_its_reason(client, body, field):
    response = client.post(SNAPS, json=body, auth=ADA)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert list(response.json["message"]) == [field]


def test_bytes_that_are_no_text_are_refused_with_their_position(client):
    response = client.post(SNAPS, data=b"ok\n\xff", content_type="text/plain", auth=ADA)
    assert response.status_code == 400
    assert "byte 3 (in line 2)" in response.json["message"]["content"]


def test_more_than_a_mebibyte_is_refused_with_the_limit(client):
    response = client.post(SNAPS, json={"content": "x" * (1024 * 1024 + 1)}, auth=ADA)
    assert response.status_code == 413
    assert "1,048,576" in response.json["message"]


def test_a_body_of_another_type_is_refused_with_what_is_accepted(client):
    response = client.post(SNAPS, data=b"<x/>", content_type="application/xml", auth=ADA)
    assert response.status_code == 415
    assert "text/plain" in response.json["detail"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff", b"null"])
def test_a_body_that_is_no_json_object_is_refused(client, body):
    response = client.post(SNAPS, data=body, content_type="application/json", auth=ADA)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


def test_a_stranger_shares_nothing_and_sees_only_what_is_open(client):
    assert client.post(SNAPS, json={"content": "x"}).status_code == 401
    members = share(client).json["hash_key"]
    assert client.get(f"{SNAPS}/{members}").status_code == 404
    assert client.get(f"{SNAPS}/{members}", auth=BOB).status_code == 200
    assert client.get(f"{SNAPS}/{'0' * 22}").json == client.get(f"{SNAPS}/{members}").json


def test_a_patch_changes_what_it_names_and_keeps_the_rest(client):
    shared = share(client, audience="public")
    address = shared.headers["Location"]
    changed = client.patch(address, json={"content": "print(2)\n"}, auth=ADA)
    assert changed.status_code == 200
    assert changed.json | {"name": "a.py", "audience": "public", "content": "print(2)\n", "revision": 2} == changed.json
    assert [revision["number"] for revision in client.get(f"{address}/revisions").json["items"]] == [1]
    assert client.patch(address, json={"name": "b.py"}, auth=BOB).status_code == 403


def test_an_edit_of_a_version_that_is_no_longer_there_is_refused(client):
    shared = share(client)
    address, seen = shared.headers["Location"], shared.headers["ETag"]
    assert client.patch(address, json={"name": "b.py"}, headers={"If-Match": seen}, auth=ADA).status_code == 200
    refused = client.patch(address, json={"name": "c.py"}, headers={"If-Match": seen}, auth=ADA)
    assert refused.status_code == 412
    assert client.get(address, auth=ADA).json["name"] == "b.py"


def test_what_the_caller_has_already_is_not_sent_again(client):
    shared = share(client, audience="public")
    again = client.get(shared.headers["Location"], headers={"If-None-Match": shared.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_deleted_snap_is_gone_and_in_the_trash(client, session):
    shared = share(client)
    assert client.delete(shared.headers["Location"], auth=BOB).status_code == 403
    assert client.delete(shared.headers["Location"], auth=ADA).status_code == 204
    assert client.get(shared.headers["Location"], auth=ADA).status_code == 404
    session.expire_all()
    assert session.get(Snap, shared.json["id"]).deleted_on is not None


def test_the_same_key_answers_the_same_once(client, session):
    first = client.post(SNAPS, json={"content": "x"}, auth=ADA, headers={"Idempotency-Key": "k"})
    second = client.post(SNAPS, json={"content": "x"}, auth=ADA, headers={"Idempotency-Key": "k"})
    assert first.status_code == second.status_code == 201
    assert second.json == first.json
    assert second.headers["Location"] == first.headers["Location"]
    assert session.query(Snap).count() == 1
    other = client.post(SNAPS, json={"content": "y"}, auth=ADA, headers={"Idempotency-Key": "k"})
    assert other.status_code == 409
    bobs = client.post(SNAPS, json={"content": "x"}, auth=BOB, headers={"Idempotency-Key": "k"})
    assert bobs.json["hash_key"] != first.json["hash_key"]


def test_a_deletion_with_a_key_answers_the_same_again(client):
    address = share(client).headers["Location"]
    for _ in range(2):
        deleted = client.delete(address, auth=ADA, headers={"Idempotency-Key": "k"})
        assert (deleted.status_code, deleted.data) == (204, b"")
    assert client.delete(address, auth=ADA).status_code == 404


def test_a_patch_that_changes_nothing_leaves_the_version(client):
    shared = share(client)
    for given in ({}, {"name": "a.py"}, {"content": "print(1)\n", "expires_on": None}):
        patched = client.patch(shared.headers["Location"], json=given, auth=ADA)
        assert (patched.json, patched.headers["ETag"]) == (shared.json, shared.headers["ETag"])
    assert shared.json["edited_on"] is None


def test_a_former_version_is_read_by_whom_it_was_for(client):
    address = share(client, content="draft", audience="private").headers["Location"]
    client.patch(address, json={"content": "two", "audience": "public"}, auth=ADA)
    client.patch(address, json={"content": "three"}, auth=ADA)
    listed = client.get(f"{address}/revisions")
    assert [(item["number"], item["audience"]) for item in listed.json["items"]] == [(2, "public")]
    assert client.get(f"{address}/revisions/2").json | {"content": "two", "name": "a.py"} == (
        client.get(f"{address}/revisions/2").json
    )
    assert client.get(f"{address}/revisions/1").status_code == 404
    assert client.get(f"{address}/revisions/1", auth=ADA).json["content"] == "draft"
    first = client.get(f"{address}/revisions?limit=1", auth=ADA).json
    assert client.get(f"{address}/revisions?cursor={first['next']}", auth=ADA).json["items"][0]["number"] == 1


def test_the_version_changes_with_whatever_is_shown(client, session, people):
    shared = share(client, audience="public")
    address, seen = shared.headers["Location"], {"If-None-Match": shared.headers["ETag"]}
    assert client.get(address, headers=seen).status_code == 304
    assert client.get(address, headers=seen, base_url="http://other.example").status_code == 200
    session.merge(people["ada"]).username = "Ada"
    session.commit()
    assert client.get(address, headers=seen).json["author"]["username"] == "Ada"


@pytest.mark.parametrize("path", ["", "/search?q=print", "/revisions", "/me/tokens"])
def test_a_list_that_the_caller_has_already_is_not_sent_again(client, path):
    shared = share(client, audience="public")
    address = {
        "": SNAPS,
        "/search?q=print": "/api/v1/search?q=print",
        "/revisions": f"{shared.headers['Location']}/revisions",
        "/me/tokens": "/api/v1/users/me/tokens",
    }[path]
    first = client.get(address, auth=ADA)
    again = client.get(address, auth=ADA, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_a_failed_write_does_not_use_up_its_key(client):
    headers = {"Idempotency-Key": "k"}
    assert client.post(SNAPS, json={"content": "a\0"}, auth=ADA, headers=headers).status_code == 400
    assert client.post(SNAPS, json={"content": "a"}, auth=ADA, headers=headers).status_code == 201


def test_a_list_is_paged_by_cursor_and_links_to_what_follows(client, people, session):
    ada = session.merge(people["ada"])
    keys = [make_snap(session, ada, audience="public").hash_key for _ in range(7)][::-1]
    session.commit()
    seen, address = [], f"{SNAPS}?limit=3"
    while address:
        response = client.get(address)
        seen += [item["hash_key"] for item in response.json["items"]]
        assert "content" not in response.json["items"][0]
        link = response.headers.get("Link")
        assert (link is None) == (response.json["next"] is None)
        address = link and link[1 : link.index(">")]
    assert seen == keys


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=nonsense", "nosuch=1"])
def test_a_bad_page_is_refused(client, query):
    assert client.get(f"{SNAPS}?{query}").status_code == 400


def test_lists_are_by_author_and_by_language(client, session, people):
    share(client, audience="public", name="a.py")
    share(client, audience="public", name="b.rb", auth=BOB)
    assert [item["name"] for item in client.get(f"{SNAPS}?author=bob").json["items"]] == ["b.rb"]
    assert [item["name"] for item in client.get(f"{SNAPS}?language=python").json["items"]] == ["a.py"]
    assert client.get(f"{SNAPS}?author=nobody").status_code == 404
    block_user(session, people["bob"], people["ada"])
    session.commit()
    assert client.get(f"{SNAPS}?author=bob", auth=ADA).status_code == 404  # as if they were not there


def test_a_fork_names_its_origin_only_when_the_caller_sees_it(client):
    origin = share(client, audience="private").json["hash_key"]
    assert client.post(SNAPS, json={"content": "x", "forked_from": origin}, auth=BOB).status_code == 404
    fork = client.post(SNAPS, json={"content": "x", "forked_from": origin, "audience": "public"}, auth=ADA)
    assert (fork.status_code, fork.json["forked_from"]) == (201, origin)
    assert client.get(fork.headers["Location"], auth=ADA).json["forked_from"] == origin
    assert client.get(fork.headers["Location"]).json["forked_from"] is None


def test_an_expired_snap_is_not_found(client, session):
    shared = share(client, audience="public")
    session.get(Snap, shared.json["id"]).expires_on = clock.now() - timedelta(seconds=1)
    session.commit()
    assert client.get(shared.headers["Location"]).status_code == 404


@pytest.mark.corpus
def test_the_corpus_comes_back_byte_for_byte(client, corpus):
    for listed in json.loads((corpus / "snippets" / "manifest.json").read_text(encoding="utf-8")):
        raw = (corpus / "snippets" / listed["file"]).read_bytes()
        name = listed["file"].rsplit("/", 1)[-1]
        response = client.post(f"{SNAPS}?name={name}&audience=public", data=raw, content_type="text/plain", auth=ADA)
        if not listed["utf8"] or b"\0" in raw:
            assert response.status_code == 400, name
            continue
        assert response.status_code == 201, name
        assert client.get(f"/snaps/{response.json['hash_key']}/raw").data == raw, name
        assert client.get(f"/snaps/{response.json['hash_key']}").status_code == 200, name
