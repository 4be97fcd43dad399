import pytest

from tests.factories import PASSWORD, make_snap

FEED = "/api/v1/feed"


@pytest.fixture
def auth(stage):
    stage.share(24)
    return ("reader", PASSWORD)


def test_the_feed_page_by_page(client, stage, auth):
    read, address = [], f"{FEED}?limit=5"
    while address:
        answer = client.get(address, auth=auth)
        read += [item["id"] for item in answer.json["items"]]
        assert ("Link" in answer.headers) == (answer.json["next"] is not None)
        address = answer.json["next"] and f"{FEED}?limit=5&cursor={answer.json['next']}"
    assert read == stage.expected()


def test_an_item_is_what_its_kind_shows(client, stage, auth):
    item = client.get(FEED, auth=auth).json["items"][0]
    assert item["kind"] == "snap"
    assert item["author"]["username"] == "cleo"
    assert item["name"] == "hello.py"
    assert "content" not in item


def test_some_kind_only(client, session, stage, auth):
    make_snap(session, stage.reader, audience="members")
    session.commit()
    assert len(client.get(f"{FEED}?kind=snap&limit=100", auth=auth).json["items"]) == 19


def test_a_feed_is_somebodys(client, auth):
    assert client.get(FEED).status_code == 401


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=x", "page=2", "kind=", "kind=bogus"])
def test_wrong_questions_are_told(client, auth, query):
    answer = client.get(f"{FEED}?{query}", auth=auth)
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json["message"]
