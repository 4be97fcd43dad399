from datetime import timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.notifications.rules import PERIODS
from commonplace.notifications.unsubscribing import PATH, read_unsubscribe_token, unsubscribe_link
from commonplace.users.links import VERIFY, make_token


def token_of(house, user, cadence):
    link = unsubscribe_link(house, user, cadence)
    assert link.startswith(house.settings.site_url + PATH)
    return link.removeprefix(house.settings.site_url + PATH)


@pytest.mark.parametrize("cadence", PERIODS)
def test_a_link_says_whose_mails_of_which_cadence_for_a_year(session, house, people, cadence):
    token = token_of(house, people.ada, cadence)
    with time_machine.travel(clock.now() + timedelta(days=364)):
        assert read_unsubscribe_token(session, house, token) == (people.ada, cadence)
    with time_machine.travel(clock.now() + timedelta(days=366)), pytest.raises(NotFound):
        read_unsubscribe_token(session, house, token)


def test_a_link_is_good_for_the_cadence_it_was_made_for(session, house, people):
    signed = token_of(house, people.ada, "daily").partition(".")[2]
    for cadence in ("weekly", "never", "", "x"):
        with pytest.raises(NotFound, match="good no longer"):
            read_unsubscribe_token(session, house, f"{cadence}.{signed}")


def test_a_link_dies_with_the_address(session, house, people):
    token = token_of(house, people.ada, "daily")
    people.ada.email_folded = "other@example.org"
    with pytest.raises(NotFound):
        read_unsubscribe_token(session, house, token)


@pytest.mark.parametrize("token", ["", ".", "daily", "daily.", "daily.x.y.z", "\u202edaily.x", "daily." + "x" * 5000])
def test_what_was_never_a_link_is_refused(session, house, token):
    with pytest.raises(NotFound):
        read_unsubscribe_token(session, house, token)


def test_a_link_for_something_else_is_refused(session, house, people):
    with pytest.raises(NotFound):
        read_unsubscribe_token(session, house, f"daily.{make_token(house, VERIFY, people.ada)}")
