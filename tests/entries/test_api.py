import pytest

from commonplace.entries.models import Like
from commonplace.users.models import Follow
from tests.factories import PASSWORD, make_snap, make_user

SEARCH = "/api/v1/search"
BOB = ("bob", PASSWORD)


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    make_user(session, "bob")
    for audience in ("private", "followers", "members", "unlisted", "public"):
        make_snap(session, user, name=f"{audience}.py", content="needle", audience=audience)
    session.commit()
    return user


def names(response):
    assert response.status_code == 200, response.json
    return [item["name"] for item in response.json["items"]]


def test_search_finds_what_the_caller_may_see_as_its_kind_shows_it(client, ada, session):
    assert names(client.get(SEARCH, query_string={"q": "needle"})) == ["public.py"]
    found = client.get(SEARCH, query_string={"q": "needle"}, auth=BOB)
    assert names(found) == ["public.py", "members.py"]
    item = found.json["items"][0]
    assert item["kind"] == "snap"
    assert item["author"] == {"id": ada.id, "username": "ada"}
    assert item["url"].endswith(f"/snaps/{item['hash_key']}")
    assert "content" not in item
    session.add(Follow(follower_id=2, followed_id=ada.id))
    session.commit()
    assert names(client.get(SEARCH, query_string={"q": "needle"}, auth=BOB)) == [
        "public.py",
        "members.py",
        "followers.py",
    ]


def test_the_pages_of_a_search_together_are_the_whole(client, ada, session):
    for number in range(9):
        make_snap(session, ada, name=f"{number}.py", content="thread")
    session.commit()
    found, cursor = [], None
    while True:
        query = {"q": "thread", "limit": 4} | ({"cursor": cursor} if cursor else {})
        response = client.get(SEARCH, query_string=query)
        found += names(response)
        cursor = response.json["next"]
        assert ('rel="next"' in response.headers.get("Link", "")) == (cursor is not None)
        if cursor is None:
            break
    assert found == [f"{number}.py" for number in reversed(range(9))]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "x", "limit": 0}, "limit"),
        ({"q": "x", "limit": 101}, "limit"),
        ({"q": "x", "cursor": "?"}, "cursor"),
        ({"q": "x", "sort": "old"}, "sort"),
    ],
)
def test_a_wrong_search_is_told_by_field(client, query, field):
    response = client.get(SEARCH, query_string=query)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert field in response.json["message"]


def test_any_words_at_all_are_answered(client, ada):
    for asked in ("", "-", '"', "a AND", "\x01", "'; drop", "(" * 200, "\U0010ffff", "needle -needle"):
        assert names(client.get(SEARCH, query_string={"q": asked})) == []


def like_address(snap):
    return f"/api/v1/entries/{snap.hash_key}/like"


def test_a_like_is_put_and_taken_back_however_often_it_is_said(client, ada, session):
    snap = make_snap(session, ada)
    session.commit()
    for method, number in ((client.put, 1), (client.put, 1), (client.delete, 0), (client.delete, 0)):
        response = method(like_address(snap), auth=BOB)
        assert (response.status_code, response.data) == (204, b"")
        session.rollback()
        assert session.query(Like).count() == number
    assert client.put(like_address(snap), auth=("ada", PASSWORD)).status_code == 204  # one's own


def test_what_the_caller_may_not_see_is_not_liked(client, ada, session):
    private = make_snap(session, ada, audience="private")
    unlisted = make_snap(session, ada, audience="unlisted")
    session.commit()
    for method in (client.put, client.delete):
        assert method(like_address(private), auth=BOB).status_code == 404
        assert method(like_address(unlisted)).status_code == 401
    assert client.put(like_address(unlisted), auth=BOB).status_code == 204
    session.rollback()
    assert session.query(Like.entry_id).all() == [(unlisted.id,)]
