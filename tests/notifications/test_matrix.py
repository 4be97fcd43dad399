"""Every event against everything that may stand between two people or before an entry: told or not, wherever it shows.

The state comes first and then the event, or the other way round; either way nothing shows of what may not be seen.
"""

import re
from datetime import timedelta
from typing import NamedTuple

import pytest

from commonplace.core import clock
from commonplace.entries.models import Entry
from commonplace.entries.service import purge_entries
from commonplace.notifications.models import EVENTS
from commonplace.notifications.queries import count_unread
from commonplace.notifications.service import notify
from commonplace.users.models import Block, Follow, Mute, User
from commonplace.users.service_closing import purge_account
from commonplace.users.service_tokens import create_token
from tests.doors import sign_in
from tests.factories import make_snap
from tests.notifications.conftest import answer, mail_all, text_of, told

RELATIONS = ("blocks the actor", "is blocked", "mutes the actor", "is muted")
ABSENT = {"actor closed": "closed_on", "actor suspended": "suspended_on"}
AUDIENCES = {"private": "private", "for followers": "followers", "unlisted": "unlisted"}
COLUMNS = {"hidden": "hidden_on", "deleted": "deleted_on", "expired": "expires_on"}
STATES = ("nothing", *RELATIONS, *ABSENT, *AUDIENCES, *COLUMNS)
NOT_FOR_STRANGERS = {"hidden", "private", "for followers", "deleted", "expired"}
KEEPS = {
    "followed": {"blocks the actor", "is blocked", "mutes the actor", *ABSENT},
    "reported": {*ABSENT},
}
KEEPS["liked"] = KEEPS["followed"] | {"deleted", "expired"}  # one's own entry
KEEPS["replied"] = KEEPS["liked"] | {"hidden"}  # below one's own, whose audience it has
KEEPS["mentioned"] = KEEPS["followed"] | NOT_FOR_STRANGERS
SECRET = "words-of-the-entry"


class Case(NamedTuple):
    event: str
    state: str
    user: User
    actor: User
    entry: Entry | None

    @property
    def is_told(self):
        return self.state not in KEEPS[self.event]

    @property
    def is_shown(self):
        hidden = NOT_FOR_STRANGERS if self.event == "reported" else ()
        return self.is_told and self.event != "followed" and self.state not in hidden


@pytest.fixture(params=STATES)
def state(request):
    return request.param


@pytest.fixture(params=EVENTS)
def case(request, session, people, state):
    """The user, bob who does it, and what he does it to: the user's own, a reply to it, or somebody else's."""
    event = request.param
    user = people.mod if event == "reported" else people.ada
    makers = {
        "replied": lambda: answer(session, people.bob, make_snap(session, user), SECRET),
        "mentioned": lambda: make_snap(session, people.bob, name=SECRET),
        "liked": lambda: make_snap(session, user, name=SECRET),
        "reported": lambda: make_snap(session, people.cleo, name=SECRET),
    }
    mail_all(session, user)
    return Case(event, state, user, people.bob, makers[event]() if event in makers else None)


def happen(session, case):
    return notify(session, user=case.user, event=case.event, actor=case.actor, entry=case.entry)


def come_about(session, case):
    """Let the state be so from now on."""
    relations = (
        Block(blocker_id=case.user.id, blocked_id=case.actor.id),
        Block(blocker_id=case.actor.id, blocked_id=case.user.id),
        Mute(muter_id=case.user.id, muted_id=case.actor.id),
        Mute(muter_id=case.actor.id, muted_id=case.user.id),
    )
    if case.state in RELATIONS:
        session.add(relations[RELATIONS.index(case.state)])
    elif case.state in ABSENT:
        setattr(case.actor, ABSENT[case.state], clock.now())
    elif case.entry is not None and case.state in AUDIENCES:
        case.entry.audience = AUDIENCES[case.state]
    elif case.entry is not None and case.state in COLUMNS:
        setattr(case.entry, COLUMNS[case.state], clock.now() - timedelta(seconds=1))
    session.commit()


def shown_to(app, session, user):
    """Return what the user finds: the page, the count on every page, and the API's list."""
    _, secret = create_token(session, user, label="test", scopes=["read"], expires_on=None)
    session.commit()
    client, bearer = app.test_client(), {"Authorization": f"Bearer {secret}"}
    sign_in(client, user)
    page = client.get("/notifications").text
    mark, count = re.search(r'data-unread="[^"]+"\s+(hidden)?>\s*<span class="masthead__count">(\d+)<', page).groups()
    items = client.get("/api/v1/notifications", headers=bearer).json["items"]
    assert client.get("/api/v1/notifications/unread", headers=bearer).json["unread"] == int(count)
    assert (mark == "hidden") == (count == "0")
    return page, int(count), items


def test_what_is_so_already_keeps_it_from_being_told(session, case):
    come_about(session, case)
    assert happen(session, case) == case.is_told
    assert len(told(session, case.user)) == count_unread(session, case.user) == case.is_told


def test_what_becomes_so_takes_it_away_everywhere(app, session, case, mails):
    assert happen(session, case)
    come_about(session, case)
    page, unread, items = shown_to(app, session, case.user)
    assert page.count('class="news__item') == unread == case.is_told
    assert (SECRET in page) == case.is_shown
    assert [item["event"] for item in items] == [case.event] * case.is_told
    assert [item["entry"] is not None for item in items] == [case.is_shown] * case.is_told
    assert [SECRET in text_of(mail) for mail in mails()] == [case.is_shown] * case.is_told


def test_what_is_purged_takes_what_was_told_of_it_along(session, people):
    snap = make_snap(session, people.ada)
    notify(session, user=people.ada, event="liked", actor=people.bob, entry=snap)
    purge_entries(session, [snap.id])
    assert told(session, people.ada) == []


def test_who_leaves_for_good_takes_it_along_too(session, people):
    notify(session, user=people.ada, event="followed", actor=people.bob)
    notify(session, user=people.bob, event="followed", actor=people.ada)
    purge_account(session, people.bob)
    assert told(session, people.ada) == []


def test_a_moderator_who_is_none_any_more_is_told_of_no_report(session, people):
    notify(session, user=people.mod, event="reported", actor=people.bob)
    people.mod.role = "member"
    session.flush()
    assert count_unread(session, people.mod) == 0
    assert not notify(session, user=people.mod, event="reported", actor=people.cleo)


def test_followers_are_told_of_what_is_for_followers(session, people):
    snap = make_snap(session, people.bob, audience="followers")
    assert not notify(session, user=people.ada, event="mentioned", actor=people.bob, entry=snap)
    session.add(Follow(follower_id=people.ada.id, followed_id=people.bob.id))
    session.flush()
    assert notify(session, user=people.ada, event="mentioned", actor=people.bob, entry=snap)


def test_an_answer_in_a_thread_one_does_not_see_any_more_is_not_told(session, people):
    first = make_snap(session, people.cleo)
    own = answer(session, people.ada, first)
    other = answer(session, people.bob, own)
    assert notify(session, user=people.ada, event="replied", actor=people.bob, entry=other)
    session.add(Block(blocker_id=people.cleo.id, blocked_id=people.ada.id))
    session.flush()
    assert count_unread(session, people.ada) == 0
