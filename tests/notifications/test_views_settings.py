import re

import pytest

from commonplace.notifications.models import Choice
from commonplace.notifications.queries import list_channels
from commonplace.notifications.rules import DEFAULTS, Channels
from tests.doors import send, sign_in

ADDRESS = "/users/settings/notifications"
PERSONAL = ("followed", "replied", "mentioned", "liked")


@pytest.fixture
def as_ada(client, people):
    sign_in(client, people.ada)
    return client


@pytest.fixture
def channels(house):
    """Return what is stored of a user's choices at this moment."""

    def read(user):
        with house.database.reading() as session:
            return dict(list_channels(session, user))

    return read


def inputs(page):
    """Return the controls that are ticked, by name and value."""
    tags = re.findall(r"<input[^>]* name=[^>]*>", page.text)
    ticked = [tag for tag in tags if " checked" in tag]
    return {(re.search(r'name="([^"]+)"', tag)[1], re.search(r'value="([^"]+)"', tag)[1]) for tag in ticked}


def filled(**events):
    """Return the form's fields for these channels; a box that is not ticked is not sent."""
    fields = {}
    for event, each in events.items():
        fields[f"{event}_cadence"] = each.cadence
        fields |= {f"{event}_{name}": "y" for name in ("is_on_page", "is_live") if getattr(each, name)}
    return fields


def test_the_page_shows_the_defaults(as_ada):
    page = as_ada.get(ADDRESS)
    expected = {(f"{event}_cadence", DEFAULTS[event].cadence) for event in PERSONAL}
    expected |= {(f"{event}_{name}", "y") for event in PERSONAL for name in ("is_on_page", "is_live")}
    assert inputs(page) == expected
    assert 'href="/users/settings/notifications"' in as_ada.get("/users/settings").text


def test_every_control_is_named_by_its_row_and_column(as_ada):
    page = as_ada.get(ADDRESS).text
    names = re.findall(r'<input[^>]*aria-labelledby="([^"]+)"', page)
    assert len(names) == len(set(names)) == len(PERSONAL) * 6
    ids = set(re.findall(r'id="([^"]+)"', page))
    assert {part for name in names for part in name.split()} <= ids


def test_a_choice_is_saved_and_shown(as_ada, people, channels):
    chosen = {
        "followed": Channels(is_on_page=False, is_live=False, cadence="never"),
        "replied": Channels(is_live=False, cadence="daily"),
        "mentioned": Channels(cadence="immediately"),
        "liked": Channels(is_on_page=False, cadence="weekly"),
    }
    assert send(as_ada, ADDRESS, **filled(**chosen)).headers["Location"] == ADDRESS
    assert channels(people.ada) == chosen | {"reported": DEFAULTS["reported"]}
    assert ("replied_cadence", "daily") in inputs(as_ada.get(ADDRESS))
    assert channels(people.bob) == DEFAULTS


def test_to_save_it_again_changes_nothing(as_ada, session, people, channels):
    for _ in range(2):
        send(as_ada, ADDRESS, **filled(**{event: DEFAULTS[event] for event in PERSONAL}))
    assert channels(people.ada) == DEFAULTS
    assert session.query(Choice).count() == len(PERSONAL)


@pytest.mark.parametrize("cadence", ["hourly", ""])
def test_what_cannot_be_chosen_is_refused_and_nothing_lost(as_ada, people, channels, cadence):
    fields = filled(**{event: Channels(is_live=False, cadence="daily") for event in PERSONAL})
    page = send(as_ada, ADDRESS, **(fields | {"liked_cadence": cadence}))
    assert page.status_code == 200
    assert "That did not work yet" in page.text
    assert {("followed_cadence", "daily"), ("replied_is_on_page", "y")} <= inputs(page)
    assert ("replied_is_live", "y") not in inputs(page)
    assert channels(people.ada) == DEFAULTS


def test_reports_are_chosen_by_moderators_alone(as_ada, app, people, channels):
    assert "reported_cadence" not in as_ada.get(ADDRESS).text
    every = {event: Channels(cadence="daily") for event in (*PERSONAL, "reported")}
    send(as_ada, ADDRESS, **filled(**every))
    assert channels(people.ada)["reported"] == DEFAULTS["reported"]
    moderator = app.test_client()
    sign_in(moderator, people.mod)
    send(moderator, ADDRESS, **filled(**every))
    assert channels(people.mod)["reported"] == Channels(cadence="daily")


def test_who_has_not_confirmed_their_address_is_told_that_no_mail_comes(as_ada, session, people):
    assert "not confirmed" not in as_ada.get(ADDRESS).text
    people.ada.email_verified_on = None
    session.commit()
    assert "not confirmed" in as_ada.get(ADDRESS).text


def test_the_page_is_not_for_visitors(client):
    assert client.get(ADDRESS).headers["Location"].startswith("/users/login")
