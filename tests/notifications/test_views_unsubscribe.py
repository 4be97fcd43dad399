import re
from datetime import timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.notifications.queries import list_channels
from commonplace.notifications.rules import DEFAULTS
from commonplace.notifications.service import notify
from commonplace.notifications.unsubscribing import unsubscribe_link
from tests.doors import sign_in
from tests.factories import make_snap
from tests.mail.conftest import outbox

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def address(house, people):
    return unsubscribe_link(house, people.ada, "immediately").removeprefix(house.settings.site_url)


def cadences(house, user):
    with house.database.reading() as session:
        return {event: channels.cadence for event, channels in list_channels(session, user).items()}


STOPPED = {event: "never" if each.cadence == "immediately" else each.cadence for event, each in DEFAULTS.items()}
PRESENT = {event: each.cadence for event, each in DEFAULTS.items()}


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_to_open_the_link_shows_a_button_and_changes_nothing(client, house, people, address, method):
    for _ in range(2):
        page = getattr(client, method)(address)
        assert page.status_code == 200
    if method == "get":
        assert "Send no more of these" in page.text
        assert page.headers["Referrer-Policy"] == "same-origin"
    assert cadences(house, people.ada) == PRESENT


def test_one_click_of_a_mail_program_stops_them(client, house, people, address):
    for _ in range(2):
        response = client.post(address, data=ONE_CLICK)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
    assert cadences(house, people.ada) == STOPPED
    assert cadences(house, people.bob) == PRESENT
    assert "No more immediate mails" in response.text
    assert 'href="/users/settings/notifications"' in response.text


def test_the_button_of_the_page_does_the_same(client, house, people, address):
    fields = dict(re.findall(r'<input type="hidden" name="(List[^"]+)" value="([^"]+)"', client.get(address).text))
    assert client.post(address, data=fields).status_code == 200
    assert cadences(house, people.ada) == STOPPED


def test_it_is_the_mail_programs_address_that_the_mail_carries(client, house, session, people, mails):
    notify(session, user=people.ada, event="followed", actor=people.bob)
    session.commit()
    (message,) = mails()
    address = message["List-Unsubscribe"].strip("<>").removeprefix(house.settings.site_url)
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert client.post(address, data=ONE_CLICK).status_code == 200
    notify(session, user=people.ada, event="followed", actor=people.cleo)
    session.commit()
    assert len(mails()) == 1


def test_what_waits_is_not_mailed_any_more(client, house, session, people, mails, address):
    notify(session, user=people.ada, event="liked", actor=people.bob, entry=make_snap(session, people.ada))
    notify(session, user=people.ada, event="followed", actor=people.bob)
    session.commit()
    client.post(address, data=ONE_CLICK)
    assert mails() == outbox(house) == []


def test_somebody_else_who_is_signed_in_stops_only_those_of_the_link(client, house, people, address):
    sign_in(client, people.bob)
    assert "@ada" in client.post(address, data=ONE_CLICK).text
    assert cadences(house, people.bob) == PRESENT


def test_a_link_that_is_good_no_longer_says_where_to_go(client, house, session, people, address):
    people.ada.email_folded = "other@example.org"
    session.commit()
    for response in (client.get(address), client.post(address, data=ONE_CLICK), client.get(f"{address}x")):
        assert response.status_code == 404
        assert "settings" in response.text
    assert cadences(house, people.ada) == PRESENT


def test_this_form_alone_goes_without_a_token_against_forgery(app, client, people):
    exempt = app.extensions["csrf"]._exempt_views
    assert exempt == {"commonplace.notifications.views_unsubscribe.unsubscribe"}
    sign_in(client, people.ada)
    for address in ("/notifications/read", "/users/settings/notifications"):
        assert client.post(address).status_code == 400
