import pytest

from commonplace.core import clock
from commonplace.users.models import Block, Follow, Mute
from commonplace.users.service_follows import block_user, follow_user, mute_user
from commonplace.users.service_tokens import create_token
from tests.factories import PASSWORD, make_user

USERS = "/api/v1/users"
AS_ANNA = {"auth": ("anna", PASSWORD)}
AS_BERTA = {"auth": ("berta", PASSWORD)}
PUBLIC = {"id", "username", "url", "about", "role", "created_on"}


@pytest.fixture
def anna(session):
    user = make_user(session, "anna")
    session.commit()
    return user


@pytest.fixture
def berta(session):
    user = make_user(session, "berta")
    session.commit()
    return user


def pairs(session, table):
    session.rollback()  # what others committed meanwhile is seen by a new transaction
    one, other = (column.name for column in table.__table__.primary_key)
    return {(getattr(row, one), getattr(row, other)) for row in session.query(table)}


def names(response):
    assert response.status_code == 200, response.text
    return [item["username"] for item in response.json["items"]]


@pytest.mark.parametrize(("what", "table"), [("follow", Follow), ("block", Block), ("mute", Mute)])
def test_each_is_put_and_deleted_once_or_twice(client, session, anna, berta, what, table):
    address = f"{USERS}/{berta.id}/{what}"
    for _ in range(2):
        response = client.put(address, **AS_ANNA)
        assert (response.status_code, response.data) == (204, b"")
        assert pairs(session, table) == {(anna.id, berta.id)}
    for _ in range(2):
        assert client.delete(address, **AS_ANNA).status_code == 204
        assert pairs(session, table) == set()


@pytest.mark.parametrize("what", ["follow", "block", "mute"])
def test_oneself_is_a_quiet_no_and_whom_there_is_not_404(client, session, anna, what):
    gone = [make_user(session), make_user(session), make_user(session)]
    gone[0].closed_on = gone[1].suspended_on = clock.now()
    block_user(session, gone[2], anna)
    session.commit()
    for ask in (client.put, client.delete):
        assert ask(f"{USERS}/{anna.id}/{what}", **AS_ANNA).status_code == 204
        absent = gone[:2] if what == "block" else gone  # who blocks one can be blocked
        for user_id in [*(user.id for user in absent), 999, 2**70]:
            response = ask(f"{USERS}/{user_id}/{what}", **AS_ANNA)
            assert (response.status_code, response.json["detail"]) == (404, "There is no such user.")
        assert ask(f"{USERS}/{anna.id}/{what}").status_code == 401
    assert pairs(session, Follow) == pairs(session, Mute) == set()
    assert pairs(session, Block) == {(gone[2].id, anna.id)}


def test_what_was_asked_with_a_key_is_answered_and_not_done_again(client, session, anna, berta):
    once = {"headers": {"Idempotency-Key": "k1"}, **AS_ANNA}
    assert client.put(f"{USERS}/{berta.id}/follow", **once).status_code == 204
    assert client.delete(f"{USERS}/{berta.id}/follow", **AS_ANNA).status_code == 204
    again = client.put(f"{USERS}/{berta.id}/follow", **once)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (204, "true")
    assert pairs(session, Follow) == set()
    assert client.put(f"{USERS}/{berta.id}/mute", **once).status_code == 409


def test_a_token_that_only_reads_changes_nothing_and_reads_lists(client, session, anna, berta):
    _token, secret = create_token(session, anna, label="x", scopes=["read"], expires_on=None)
    session.commit()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.put(f"{USERS}/{berta.id}/follow", headers=bearer).status_code == 403
    assert client.get(f"{USERS}/{berta.id}/followers", headers=bearer).status_code == 200
    assert pairs(session, Follow) == set()


def test_whom_one_blocks_cannot_be_followed_nor_can_their_followers_be_read(client, session, anna, berta):
    client.put(f"{USERS}/{berta.id}/block", **AS_ANNA)
    assert client.put(f"{USERS}/{berta.id}/follow", **AS_ANNA).status_code == 404
    assert client.put(f"{USERS}/{anna.id}/follow", **AS_BERTA).status_code == 404
    for one, caller in ((berta, AS_ANNA), (anna, AS_BERTA)):
        for what in ("followers", "followed"):
            assert client.get(f"{USERS}/{one.id}/{what}", **caller).status_code == 404
    assert client.get(f"{USERS}/by-name/anna", **AS_BERTA).status_code == 404
    assert client.get(f"{USERS}/by-name/berta", **AS_ANNA).status_code == 200


def test_a_block_can_be_ended_although_the_other_blocks_one_too(client, session, anna, berta):
    block_user(session, anna, berta)
    block_user(session, berta, anna)
    mute_user(session, anna, berta)
    session.commit()
    assert client.put(f"{USERS}/{berta.id}/mute", **AS_ANNA).status_code == 404
    for what in ("mute", "block"):
        assert client.delete(f"{USERS}/{berta.id}/{what}", **AS_ANNA).status_code == 204
    assert pairs(session, Block) == {(berta.id, anna.id)}
    assert pairs(session, Mute) == set()


def test_followers_and_followed_are_listed_page_by_page(client, session, anna, berta):
    others = [make_user(session) for _ in range(5)]
    for other in others:
        follow_user(session, other, berta)
        follow_user(session, berta, other)
    others[1].suspended_on = clock.now()
    block_user(session, others[2], anna)
    session.commit()
    expected = [others[number].username for number in (4, 3, 0)]
    for what in ("followers", "followed"):
        first = client.get(f"{USERS}/{berta.id}/{what}?limit=2", **AS_ANNA)
        assert set(first.json["items"][0]) == PUBLIC
        assert first.headers["Link"] == f'<{USERS}/{berta.id}/{what}?limit=2&cursor={first.json["next"]}>; rel="next"'
        second = client.get(first.headers["Link"][1:].split(">")[0], **AS_ANNA)
        assert names(first) + names(second) == expected
        assert second.json["next"] is None
        assert client.get(f"{USERS}/{berta.id}/{what}").status_code == 401
        assert client.get(f"{USERS}/999/{what}", **AS_ANNA).status_code == 404
        for wrong in ("limit=0", "limit=101", "cursor=x", "q=x"):
            assert client.get(f"{USERS}/{berta.id}/{what}?{wrong}", **AS_ANNA).status_code == 400, wrong


def test_a_profile_counts_and_tells_a_caller_how_they_are_related(client, session, anna, berta):
    follow_user(session, anna, berta)
    follow_user(session, make_user(session), berta)
    session.commit()
    profile = client.get(f"{USERS}/by-name/berta")
    assert set(profile.json) == PUBLIC | {"followers_count", "followed_count"}
    assert (profile.json["followers_count"], profile.json["followed_count"]) == (2, 0)
    seen = client.get(f"{USERS}/by-name/berta", **AS_ANNA)
    assert (seen.json["is_followed"], seen.json["follows_you"]) == (True, False)
    seen = client.get(f"{USERS}/by-name/anna", **AS_BERTA)
    assert (seen.json["is_followed"], seen.json["follows_you"]) == (False, True)
    own = client.get(f"{USERS}/by-name/anna", **AS_ANNA)
    assert (own.json["is_followed"], own.json["follows_you"], own.json["followed_count"]) == (False, False, 1)


def test_a_profiles_version_changes_with_its_numbers(client, session, anna, berta):
    etag = client.get(f"{USERS}/by-name/berta", **AS_ANNA).headers["ETag"]
    again = {"headers": {"If-None-Match": etag}}
    assert client.get(f"{USERS}/by-name/berta", **again, **AS_ANNA).status_code == 304
    client.put(f"{USERS}/{berta.id}/follow", **AS_ANNA)
    response = client.get(f"{USERS}/by-name/berta", **again, **AS_ANNA)
    assert (response.status_code, response.json["followers_count"]) == (200, 1)


@pytest.mark.parametrize("what", ["follow", "block", "mute"])
def test_what_binds_one_to_who_is_not_here_any_more_can_be_ended(client, session, anna, berta, what):
    address = f"{USERS}/{berta.id}/{what}"
    assert client.put(address, **AS_ANNA).status_code == 204
    berta.suspended_on = clock.now()
    session.commit()
    assert client.delete(address, **AS_ANNA).status_code == 204
    for method in (client.delete, client.put):  # they are known of no more
        assert method(address, **AS_ANNA).status_code == 404
