from datetime import timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.core.keys import KeyRing
from commonplace.users.links import REOPEN, RESET, VERIFY, get_user_by_link, make_link, make_token
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


def test_a_link_is_a_whole_address_and_leads_to_its_user(session, house, anna):
    link = make_link(house, RESET, anna)
    assert link.startswith("http://127.0.0.1:5000/users/reset/")
    assert get_user_by_link(session, house, RESET, link.rsplit("/", 1)[1]) is anna


def test_a_link_serves_one_purpose(session, house, anna):
    with pytest.raises(NotFound):
        get_user_by_link(session, house, RESET, make_token(house, VERIFY, anna))


@pytest.mark.parametrize("purpose", [RESET, VERIFY, REOPEN])
def test_a_link_grows_too_old(session, house, anna, purpose):
    token = make_token(house, purpose, anna)
    with time_machine.travel(clock.now() + purpose.age - timedelta(seconds=5)):
        assert get_user_by_link(session, house, purpose, token) is anna
    with time_machine.travel(clock.now() + purpose.age + timedelta(seconds=5)), pytest.raises(NotFound):
        get_user_by_link(session, house, purpose, token)


def test_a_reset_link_dies_with_the_password_and_with_the_address(session, house, anna):
    token = make_token(house, RESET, anna)
    anna.email_folded = "other@example.org"
    with pytest.raises(NotFound):
        get_user_by_link(session, house, RESET, token)
    anna.email_folded = "anna@example.org"
    anna.password = "another sentence"
    with pytest.raises(NotFound):
        get_user_by_link(session, house, RESET, token)


def test_a_verification_dies_with_the_address(session, house, anna):
    token = make_token(house, VERIFY, anna)
    anna.email_folded = "other@example.org"
    with pytest.raises(NotFound):
        get_user_by_link(session, house, VERIFY, token)


@pytest.mark.parametrize("token", ["", "x", "WzEsMF0.aaaa.bbbb", "\u00e9", "a" * 5000])
def test_what_was_never_a_link_is_none(session, house, anna, token):
    with pytest.raises(NotFound):
        get_user_by_link(session, house, RESET, token)


def test_a_link_signed_by_an_older_key_of_the_ring_still_works(session, house, anna):
    token = make_token(house, RESET, anna)
    newer = "9f3c7a5e1b8d2064-aZbYcXdWeVfUgThSiRjQ"
    object.__setattr__(house, "keys", KeyRing([newer, *house.keys.signing_keys]))
    assert get_user_by_link(session, house, RESET, token) is anna
    assert make_token(house, RESET, anna) != token
