import re

import pytest

from commonplace.moderation import service
from commonplace.moderation.models import LogEntry
from commonplace.users.models import User
from tests.doors import csrf_token, send
from tests.factories import make_snap

HIDDEN, PEOPLE, LOG = "/moderation/hidden", "/moderation/people", "/moderation/log"


def hide(session, people, entry):
    report, _ = service.create_report(session, people.cleo, entry.author, "x", entry=entry)
    service.hide_reported(session, people.mod, report, path=f"/snaps/{entry.hash_key}")
    session.commit()


def log(session):
    session.expire_all()
    columns = (LogEntry.action, LogEntry.moderator_name, LogEntry.username, LogEntry.note)
    return session.query(*columns).order_by(LogEntry.id).all()


def test_each_list_that_is_empty_says_what_will_stand_there(as_):
    client = as_("mod")
    for address, words in {
        "/moderation/": "Nothing to decide",
        HIDDEN: "Nothing is hidden",
        PEOPLE: "Nobody is suspended",
        LOG: "Nothing was done yet",
    }.items():
        assert words in client.get(address).text


def test_what_is_hidden_is_shown_again_to_whom_it_was_shared_with(app, as_, session, people):
    snap = make_snap(session, people.ada, name="hidden.py")
    hide(session, people, snap)
    client, address = as_("other_mod"), f"/snaps/{snap.hash_key}"
    page = client.get(HIDDEN).text
    assert "hidden.py" in page
    assert "Hidden by moderators" in page
    unhide = f"{HIDDEN}/{snap.id}/unhide"
    token = csrf_token(client, HIDDEN)
    assert client.post(unhide, data={"csrf_token": token, "note": "Sorry."}).headers["Location"] == HIDDEN
    assert app.test_client().get(address).status_code == 200
    assert client.post(unhide, data={"csrf_token": token}).status_code == 404
    assert [tuple(row) for row in log(session)][1:] == [("unhide", "mona", "ada", "Sorry.")]
    assert session.query(LogEntry.entry_path).all() == [(address,), (address,)]


def test_a_moderator_does_not_show_their_own_again(as_, session, people):
    snap = make_snap(session, people.mod)
    report, _ = service.create_report(session, people.cleo, people.mod, "x", entry=snap)
    service.hide_reported(session, people.owner, report)
    session.commit()
    client = as_("mod")
    assert f"{HIDDEN}/{snap.id}/unhide" not in client.get(HIDDEN).text
    assert send(client, f"{HIDDEN}/{snap.id}/unhide", at="/users/settings/profile").status_code == 403
    assert send(as_("other_mod"), f"{HIDDEN}/{snap.id}/unhide", at=HIDDEN).status_code == 302


def test_somebody_is_suspended_by_name_and_let_in_again(app, as_, session, people):
    client = as_("mod")
    assert send(client, PEOPLE, username=" ADA ", note="Spam.").headers["Location"] == PEOPLE
    page = client.get(PEOPLE).text
    assert "@ada is suspended, and signed out everywhere." in page
    assert '<h2 id="person-' in page
    assert app.test_client().get("/@ada").status_code == 404
    unsuspend = f"{PEOPLE}/{people.ada.id}/unsuspend"
    token = csrf_token(client, PEOPLE)
    assert client.post(unsuspend, data={"csrf_token": token, "note": "Talked."}).headers["Location"] == PEOPLE
    assert app.test_client().get("/@ada").status_code == 200
    assert client.post(unsuspend, data={"csrf_token": token}).status_code == 404
    assert [tuple(row) for row in log(session)] == [
        ("suspend", "mod", "ada", "Spam."),
        ("unsuspend", "mod", "ada", "Talked."),
    ]


@pytest.mark.parametrize(
    ("username", "words"),
    [
        ("", "Fill this in."),
        ("nobody", "There is no such user."),
        ("olga", "Nobody moderates the owner"),
        ("mod", "Nobody moderates themselves"),
        ("mona", "Only the owner suspends a moderator"),
        ("x" * 255, "254 characters"),
        ("a\0a", "There is no such user."),
    ],
)
def test_who_cannot_be_suspended_is_told_and_what_was_typed_is_still_there(as_, session, people, username, words):
    response = send(as_("mod"), PEOPLE, username=username, note="what I wrote")
    assert response.status_code == 200
    assert words in response.text
    assert "what I wrote" in response.text
    assert log(session) == []
    assert session.query(User).filter(User.suspended_on.is_not(None)).count() == 0


def test_who_is_suspended_already_is_said_to_be(as_, session, people):
    client = as_("mod")
    send(client, PEOPLE, username="ada")
    assert "@ada is suspended already." in send(client, PEOPLE, username="ada").text
    assert len(log(session)) == 1


def test_only_the_owner_lets_a_moderator_in_again(as_, session, people):
    as_owner = as_("owner")
    send(as_owner, PEOPLE, username="mona")
    unsuspend = f"{PEOPLE}/{people.other_mod.id}/unsuspend"
    as_mod = as_("mod")
    assert unsuspend not in as_mod.get(PEOPLE).text
    assert send(as_mod, unsuspend, at=PEOPLE).status_code == 403
    assert send(as_owner, unsuspend, at=PEOPLE).status_code == 302


@pytest.mark.parametrize("address", [f"{HIDDEN}/1/unhide", f"{PEOPLE}/1/unsuspend"])
def test_a_note_that_is_too_long_changes_nothing(as_, session, people, address):
    snap = make_snap(session, people.ada)
    hide(session, people, snap)
    people.bob.suspended_on = people.bob.created_on
    session.commit()
    address = address.replace("/1/", f"/{snap.id if 'hidden' in address else people.bob.id}/")
    response = send(as_("mod"), address, at=PEOPLE, note="x" * 1001)
    assert response.status_code == 400
    assert "note: Use 1000 characters or fewer." in response.text
    assert len(log(session)) == 1


def test_the_log_is_read_from_page_to_page_and_runs_nothing(as_, session, people):
    for number in range(25):
        report, _ = service.create_report(session, people.bob, people.ada, "x")
        service.dismiss_report(session, people.mod, report, note=f"<b>note {number}</b>")
    session.commit()
    client = as_("mod")
    first = client.get(LOG).text
    second = client.get(re.search(r'rel="next" href="([^"]+)"', first)[1]).text
    assert re.findall(r"&lt;b&gt;note (\d+)&lt;/b&gt;", first + second) == list(map(str, reversed(range(25))))
    assert "@mod dismissed a report of @ada" in first


def test_a_cursor_that_is_none_is_told(as_):
    client = as_("mod")
    for address in ("/moderation/", HIDDEN, PEOPLE, LOG):
        assert client.get(f"{address}?cursor=x").status_code == 400
