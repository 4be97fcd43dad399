import json

import pytest
from sqlalchemy.orm import Session

from commonplace.entries.models import Like
from commonplace.entries.service_likes import like_entry
from commonplace.posts.models import Post
from commonplace.users.models import Block, Follow, User
from commonplace.users.service_follows import block_user
from commonplace.users.service_tokens import create_token
from tests.core.html_rules import broken_rules
from tests.factories import PASSWORD, make_post, make_reply, make_snap, make_user

ADA = ("ada", PASSWORD)
BOB = ("bob", PASSWORD)
POSTS = "/api/v1/posts"


@pytest.fixture(autouse=True)
def people(session):
    people = {name: make_user(session, name) for name in ("ada", "bob")}
    session.commit()
    return people


def share(client, auth=ADA, **values):
    response = client.post(POSTS, json={"content": "Hello."} | values, auth=auth)
    assert response.status_code == 201, response.json
    return response


def test_a_shared_post_comes_back_whole_with_what_is_in_it(client):
    shared = share(client, content="**Hi** @Bob,\r\n#Bread", audience="public")
    assert shared.headers["Location"] == f"{POSTS}/{shared.json['hash_key']}"
    read = client.get(shared.headers["Location"])
    assert read.json == shared.json
    assert read.json["url"].endswith(f"/posts/{read.json['hash_key']}")
    told = {"content": "**Hi** @Bob,\n#Bread", "audience": "public", "tags": ["bread"], "mentions": ["bob"]}
    became = {"kind": "post", "parent": None, "likes": 0, "replies": 0, "edited_on": None, "expires_on": None}
    assert read.json | told | became == read.json
    assert '<strong>Hi</strong> <a href="/@bob"' in read.json["html"]
    assert '<a href="/tags/bread"' in read.json["html"]


def test_who_says_nothing_of_the_audience_shares_with_members(client):
    assert share(client).json["audience"] == "members"
    assert share(client, audience=None).json["audience"] == "members"
    assert client.get(share(client).headers["Location"]).status_code == 404


def test_a_plain_text_body_works_with_the_other_fields_in_the_address(client):
    answered = share(client, audience="public").json["hash_key"]
    response = client.post(f"{POSTS}?parent={answered}", data="I see. é".encode(), content_type="text/plain", auth=BOB)
    assert response.status_code == 201
    assert response.json | {"content": "I see. é", "parent": answered, "audience": "public"} == response.json


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": 5}, "content"),
        ({"content": ""}, "content"),
        ({"content": " \n"}, "content"),
        ({"content": "x" * 5_001}, "content"),
        ({"content": "a\0"}, "content"),
        ({"content": "\ud800"}, "content"),
        ({"content": "x", "audience": "everyone"}, "audience"),
        ({"content": "x", "parent": 5}, "parent"),
        ({"content": "x", "title": "no"}, "title"),
    ],
)
def test_a_bad_field_is_named_with_its_reason(client, body, field):
    response = client.post(POSTS, json=body, auth=ADA)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert list(response.json["message"]) == [field]


def test_characters_are_counted_not_bytes(client):
    assert len(share(client, content="\U0001f600" * 5_000).json["content"]) == 5_000


def test_a_stranger_shares_nothing_and_sees_only_what_is_open(client):
    assert client.post(POSTS, json={"content": "x"}).status_code == 401
    members = share(client).json["hash_key"]
    assert client.get(f"{POSTS}/{members}").status_code == 404
    assert client.get(f"{POSTS}/{members}", auth=BOB).status_code == 200
    assert client.get(f"{POSTS}/{'0' * 22}").json == client.get(f"{POSTS}/{members}").json


def test_a_reply_answers_an_entry_of_any_kind_that_its_author_may_see(client, session: Session, people):
    snap = make_snap(session, session.merge(people["ada"]), audience="followers")
    session.commit()
    key = snap.hash_key
    refused = client.post(POSTS, json={"content": "x", "parent": key}, auth=BOB)
    assert refused.status_code == 404
    assert refused.json == client.post(POSTS, json={"content": "x", "parent": "0" * 22}, auth=BOB).json
    assert client.post(POSTS, json={"content": "x", "parent": "é\n"}, auth=BOB).status_code == 404
    session.add(Follow(follower_id=people["bob"].id, followed_id=people["ada"].id))
    session.commit()
    reply = share(client, auth=BOB, parent=key, audience="public")
    assert (reply.json["parent"], reply.json["audience"]) == (key, "followers")
    below = share(client, parent=reply.json["hash_key"])
    assert (below.json["parent"], below.json["audience"]) == (reply.json["hash_key"], "followers")
    assert client.get(reply.headers["Location"], auth=ADA).json["replies"] == 1


def test_a_reply_meant_for_fewer_is_refused_with_the_reason(client):
    answered = share(client, audience="public").json["hash_key"]
    for audience in ("private", "followers", "members", "unlisted"):
        response = client.post(POSTS, json={"content": "x", "parent": answered, "audience": audience}, auth=BOB)
        assert response.status_code == 400
        assert response.json["message"] == {
            "audience": "A reply is seen by those who see what it answers: leave its audience out, "
            "or share a post of its own."
        }
    reply = share(client, auth=BOB, parent=answered)
    refused = client.patch(reply.headers["Location"], json={"audience": "private"}, auth=BOB)
    assert (refused.status_code, list(refused.json["message"])) == (400, ["audience"])
    assert client.patch(reply.headers["Location"], json={"audience": "public"}, auth=BOB).status_code == 200


def test_what_a_reply_answers_is_named_only_to_who_sees_that(client, session, people):
    ada, bob = (session.merge(people[name]) for name in ("ada", "bob"))
    session.add(Follow(follower_id=bob.id, followed_id=ada.id))
    snap = make_snap(session, ada, audience="followers")
    reply = make_reply(session, bob, snap)
    session.commit()
    address = f"{POSTS}/{reply.hash_key}"
    assert client.get(address, auth=BOB).json["parent"] == snap.hash_key
    session.query(Follow).delete()
    session.commit()
    own = client.get(address, auth=BOB)
    assert (own.status_code, own.json["parent"]) == (200, None)


def test_likes_and_replies_are_counted_as_the_caller_may_know_of_them(client, session, people):
    ada, bob = (session.merge(people[name]) for name in ("ada", "bob"))
    post = make_post(session, ada)
    make_reply(session, bob, post)
    like_entry(session, post, bob)
    like_entry(session, post, ada)
    session.commit()
    address = f"{POSTS}/{post.hash_key}"
    for counted in (client.get(address).json, client.get(POSTS, auth=ADA).json["items"][1]):
        assert (counted["likes"], counted["replies"]) == (2, 1)
    cleo = make_user(session, "cleo")
    session.add(Block(blocker_id=cleo.id, blocked_id=bob.id))
    session.commit()
    counted = client.get(address, auth=("cleo", PASSWORD)).json
    assert (counted["likes"], counted["replies"]) == (1, 0)


def test_a_patch_changes_what_it_names_and_keeps_the_rest(client):
    shared = share(client, content="@bob #one", audience="public")
    address = shared.headers["Location"]
    changed = client.patch(address, json={"content": "#two"}, auth=ADA)
    assert changed.status_code == 200
    assert changed.json | {"content": "#two", "tags": ["two"], "mentions": [], "audience": "public"} == changed.json
    assert changed.json["edited_on"] is not None
    closed = client.patch(address, json={"audience": "private"}, auth=ADA)
    assert (closed.json["content"], closed.json["audience"]) == ("#two", "private")
    assert client.patch(address, json={"content": "x"}, auth=BOB).status_code == 404
    assert client.patch(address, json={"parent": "x"}, auth=ADA).status_code == 400


def test_only_its_author_changes_or_deletes_a_post(client, session):
    shared = share(client)
    address = shared.headers["Location"]
    assert client.patch(address, json={"content": "x"}, auth=BOB).status_code == 403
    assert client.delete(address, auth=BOB).status_code == 403
    assert client.delete(address, auth=ADA).status_code == 204
    assert client.get(address, auth=ADA).status_code == 404
    session.expire_all()
    assert session.get(Post, shared.json["id"]).deleted_on is not None


def test_an_edit_of_a_version_that_is_no_longer_there_is_refused(client):
    shared = share(client)
    address, seen = shared.headers["Location"], shared.headers["ETag"]
    assert client.patch(address, json={"content": "b"}, headers={"If-Match": seen}, auth=ADA).status_code == 200
    for refused in (
        client.patch(address, json={"content": "c"}, headers={"If-Match": seen}, auth=ADA),
        client.delete(address, headers={"If-Match": seen}, auth=ADA),
    ):
        assert refused.status_code == 412
    assert client.get(address, auth=ADA).json["content"] == "b"


def test_what_the_caller_has_already_is_not_sent_again_until_somebody_likes_or_answers_it(client, session, people):
    shared = share(client, audience="public")
    address, seen = shared.headers["Location"], shared.headers["ETag"]
    again = client.get(address, headers={"If-None-Match": seen})
    assert (again.status_code, again.data) == (304, b"")
    session.add(Like(entry_id=shared.json["id"], user_id=people["bob"].id))
    session.commit()
    liked = client.get(address, headers={"If-None-Match": seen})
    assert (liked.status_code, liked.json["likes"]) == (200, 1)
    share(client, auth=BOB, parent=shared.json["hash_key"])
    answered = client.get(address, headers={"If-None-Match": liked.headers["ETag"]})
    assert (answered.status_code, answered.json["replies"]) == (200, 1)
    edited = client.patch(address, json={"content": "b"}, headers={"If-Match": seen}, auth=ADA)
    assert edited.status_code == 200  # nobody edited it, which is what the author asks


def test_the_same_key_answers_the_same_once(client, session):
    first = client.post(POSTS, json={"content": "x"}, auth=ADA, headers={"Idempotency-Key": "k"})
    second = client.post(POSTS, json={"content": "x"}, auth=ADA, headers={"Idempotency-Key": "k"})
    assert first.status_code == second.status_code == 201
    assert second.json == first.json
    assert second.headers["Location"] == first.headers["Location"]
    assert session.query(Post).count() == 1
    assert client.post(POSTS, json={"content": "y"}, auth=ADA, headers={"Idempotency-Key": "k"}).status_code == 409


def test_a_list_is_paged_by_cursor_and_links_to_what_follows(client, people, session):
    ada = session.merge(people["ada"])
    keys = [make_post(session, ada).hash_key for _ in range(7)][::-1]
    session.commit()
    seen, address = [], f"{POSTS}?limit=3"
    while address:
        response = client.get(address)
        seen += [item["hash_key"] for item in response.json["items"]]
        link = response.headers.get("Link")
        assert (link is None) == (response.json["next"] is None)
        address = link and link[1 : link.index(">")]
    assert seen == keys


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=nonsense", "nosuch=1"])
def test_a_bad_page_is_refused(client, query):
    assert client.get(f"{POSTS}?{query}").status_code == 400


def test_lists_are_by_author_and_by_tag(client, session, people):
    share(client, content="#Bread of ada", audience="public")
    share(client, content="bob's", audience="public", auth=BOB)
    assert [item["content"] for item in client.get(f"{POSTS}?author=bob").json["items"]] == ["bob's"]
    assert [item["content"] for item in client.get(f"{POSTS}?tag=BREAD").json["items"]] == ["#Bread of ada"]
    assert client.get(f"{POSTS}?tag=no+tag").json["items"] == []
    assert client.get(f"{POSTS}?tag=").json["items"] == []
    assert client.get(f"{POSTS}?author=nobody").status_code == 404
    block_user(session, people["bob"], people["ada"])
    session.commit()
    assert client.get(f"{POSTS}?author=bob", auth=ADA).status_code == 404  # as if they were not there


def test_a_search_finds_posts_beside_other_kinds(client):
    share(client, content="a needle, @bob", audience="public")
    (item,) = client.get("/api/v1/search?q=needle").json["items"]
    assert (item["kind"], item["content"], item["mentions"]) == ("post", "a needle, @bob", ["bob"])


@pytest.mark.corpus
def test_every_naughty_string_comes_back_as_it_was_and_as_html_that_keeps_the_rules(client, corpus, session, people):
    users = session.query(User).count()
    ada = session.merge(people["ada"])
    _, secret = create_token(session, ada, label="a program", scopes=["read", "write"], expires_on=None)
    session.commit()
    headers = {"Authorization": f"Bearer {secret}"}
    for text in json.loads((corpus / "text" / "naughty-strings.json").read_text(encoding="utf-8")):
        response = client.post(POSTS, json={"content": f"@ada #tag {text}", "audience": "public"}, headers=headers)
        assert response.status_code == 201, (text, response.json)
        assert response.json["content"] == f"@ada #tag {text}".replace("\r\n", "\n").replace("\r", "\n")
        assert broken_rules(response.json["html"]) == []
        page = client.get(f"/posts/{response.json['hash_key']}")
        assert (page.status_code, "<script>alert" in page.text) == (200, False)
    for address in ("/posts/", "/posts/newest.atom", "/tags/tag", "/tags/tag.atom"):
        assert client.get(address).status_code == 200
    assert session.query(User).count() == users
