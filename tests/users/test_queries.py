from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.users import queries
from commonplace.users.models import RetiredUsername
from commonplace.users.service import rename_user
from commonplace.users.service_closing import purge_account
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "Anna")


@pytest.mark.parametrize("name", ["Anna", "anna", "ANNA", "\uff41nna", " anna "])
def test_a_user_is_found_by_every_spelling_of_their_name(session, anna, name):
    assert queries.get_user_by_name(session, name) is anna


def test_a_former_name_leads_to_its_bearer(session, anna):
    rename_user(session, anna, "Berta")
    found = queries.get_user_by_name(session, "anna")
    assert (found, found.username) == (anna, "Berta")


@pytest.mark.parametrize("name", ["nobody", "an\x00na", "\ud800nna", "", "a" * 10_000])
def test_a_name_that_nobody_bears_is_not_found(session, anna, name):
    with pytest.raises(NotFound):
        queries.get_user_by_name(session, name)
    assert queries.find_user_by_login(session, name) is None


@pytest.mark.parametrize("absence", ["closed_on", "suspended_on"])
def test_an_account_that_is_closed_or_suspended_is_found_by_its_owner_alone(session, anna, absence):
    rename_user(session, anna, "Berta")
    setattr(anna, absence, clock.now())
    for name in ("anna", "berta"):
        with pytest.raises(NotFound):
            queries.get_user_by_name(session, name)
        assert queries.find_user_by_name(session, name) is None
    with pytest.raises(NotFound):
        queries.get_user(session, anna.id)
    assert queries.find_user_by_login(session, "berta") is anna


def test_who_looks_after_the_site_finds_a_suspended_account_and_no_closed_one(session, anna):
    assert queries.get_account_by_name(session, "anna") is anna
    anna.suspended_on = clock.now()
    assert queries.get_account_by_name(session, "ANNA") is anna
    anna.closed_on = clock.now()
    for name in ("anna", "nobody", "an\x00na"):
        with pytest.raises(NotFound):
            queries.get_account_by_name(session, name)


@pytest.mark.parametrize("login", ["ANNA", "anna@example.org", "ANNA@Example.org", " anna "])
def test_one_signs_in_by_name_or_address(session, anna, login):
    assert queries.find_user_by_login(session, login) is anna


def test_nobody_signs_in_by_a_former_name(session, anna):
    rename_user(session, anna, "Berta")
    assert queries.find_user_by_login(session, "anna") is None


def test_an_id_of_any_size_is_just_not_found(session, anna):
    for user_id in (anna.id + 1, 2**63, 10**40):
        with pytest.raises(NotFound):
            queries.get_user(session, user_id)


@pytest.mark.parametrize("name", ["anna", "ANNA", "Anna", "\u0430nna"])
def test_a_name_is_taken_by_all_its_likes_for_others_only(session, anna, name):
    assert queries.is_username_taken(session, name)
    assert not queries.is_username_taken(session, name, by_others_than=anna)


def test_a_former_name_stays_taken_even_when_its_bearer_is_gone(session, anna):
    rename_user(session, anna, "Berta")
    assert queries.is_username_taken(session, "anna")
    assert not queries.is_username_taken(session, "anna", by_others_than=anna)
    purge_account(session, anna)
    session.expire_all()
    assert {row.user_id for row in session.query(RetiredUsername)} == {None}
    assert queries.is_username_taken(session, "anna")
    assert queries.is_username_taken(session, "berta")


def test_an_address_is_taken_in_any_case(session, anna):
    assert queries.is_email_taken(session, "ANNA@example.org")
    assert not queries.is_email_taken(session, "anna@example.org", by_others_than=anna)
    assert not queries.is_email_taken(session, "other@example.org")


def test_users_are_counted_and_listed_the_first_first(session, anna):
    berta = make_user(session, "berta", role="owner")
    assert queries.list_users(session) == [anna, berta]
    assert queries.count_users(session) == 2
    assert queries.count_owners(session, but=anna) == 1
    assert queries.count_owners(session, but=berta) == 0
    berta.suspended_on = clock.now()
    session.flush()
    assert queries.count_owners(session, but=anna) == 0


def test_the_closed_are_listed_once_their_time_is_over(session, anna):
    anna.closed_on = clock.now() - timedelta(days=3)
    make_user(session, "berta")
    assert queries.list_users_closed_before(session, clock.now() - timedelta(days=4)) == []
    assert queries.list_users_closed_before(session, clock.now() - timedelta(days=2)) == [anna]


def test_the_suspended_are_listed_by_pages_and_found_by_number(session, anna):
    people = [make_user(session) for _ in range(5)]
    for user in (*people, anna):
        user.suspended_on = clock.now()
    people[0].suspended_on, people[1].closed_on = None, clock.now()
    session.flush()
    first = queries.list_suspended_users(session, cursor=None, limit=3)
    assert first.items == (people[4], people[3], people[2])
    second = queries.list_suspended_users(session, cursor=first.next, limit=3)
    assert (second.items, second.next) == ((anna,), None)
    assert queries.get_suspended_user(session, anna.id) is anna
    for user_id in (people[0].id, people[1].id, 0, 2**63 - 1):
        with pytest.raises(NotFound):
            queries.get_suspended_user(session, user_id)
