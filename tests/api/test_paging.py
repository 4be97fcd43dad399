import re
from urllib.parse import parse_qs, urlsplit

import pytest

from commonplace.api.paging import page_schema
from commonplace.core.pagination import encode_cursor
from commonplace.entries.schemas import EntrySchema
from tests.factories import make_snap, make_user

SNAPS = "/api/v1/snaps"


@pytest.fixture
def keys(session):
    """The hash_keys of seven snaps, newest first."""
    ada = make_user(session, "ada")
    keys = [make_snap(session, ada, name=f"{number}.py").hash_key for number in range(7)]
    session.commit()
    return keys[::-1]


def next_link(response):
    found = re.fullmatch(r'<(.*)>; rel="next"', response.headers.get("Link", ""))
    return found and found[1]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_the_pages_put_together_are_the_list(client, keys, limit):
    found, address = [], f"{SNAPS}?limit={limit}"
    while address:
        response = client.get(address)
        assert (next_link(response) is None) is (response.json["next"] is None)
        found += [item["hash_key"] for item in response.json["items"]]
        address = next_link(response)
    assert found == keys


def test_an_empty_list_has_no_page_after_it(client):
    response = client.get(SNAPS)
    assert (response.json, next_link(response)) == ({"items": [], "next": None}, None)


def test_the_link_keeps_what_was_asked_for_besides(client, keys):
    response = client.get(f"{SNAPS}?limit=2&author=ada&language=python&cursor={encode_cursor(2**62)}")
    link = urlsplit(next_link(response))
    assert link.path == SNAPS
    asked = {"limit": ["2"], "author": ["ada"], "language": ["python"], "cursor": [response.json["next"]]}
    assert parse_qs(link.query) == asked


def test_the_link_stays_below_the_path_of_the_site(client, keys):
    response = client.get(f"{SNAPS}?limit=2", base_url="http://localhost/x")
    assert next_link(response).startswith("/x/api/v1/snaps?limit=2&cursor=")


def test_what_is_new_moves_nothing(client, session, keys):
    address = next_link(client.get(f"{SNAPS}?limit=3"))
    make_snap(session, make_user(session))
    session.commit()
    assert [item["hash_key"] for item in client.get(address).json["items"]][:3] == keys[3:6]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "%20", "AAAAAAAAAAAA", "AAAAAAAAAA=", "_________AB", "é", "..%2F..", "%F0%9F%8E%B2", "A" * 100, "-1"],
)
def test_a_cursor_that_no_page_ended_with_is_refused(client, keys, cursor):
    response = client.get(f"{SNAPS}?cursor={cursor}")
    assert (response.status_code, list(response.json["message"])) == (400, ["cursor"])


def test_a_cursor_beyond_either_end_is_no_fault(client, keys):
    assert len(client.get(f"{SNAPS}?cursor={encode_cursor(2**63 - 1)}").json["items"]) == 7
    assert client.get(f"{SNAPS}?cursor={encode_cursor(0)}").json["items"] == []


def test_a_page_is_documented_under_the_name_of_what_it_holds():
    page = page_schema(EntrySchema)
    assert page.__name__ == "EntryPage"
    assert set(page().fields) == {"items", "next"}
