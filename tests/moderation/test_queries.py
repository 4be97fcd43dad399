from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.entries.models import AUDIENCES
from commonplace.moderation import queries
from commonplace.moderation.service import create_report, dismiss_report, hide_reported
from tests.factories import make_reply, make_snap

SNAP = {"snap"}
KINDS = {"snap", "post"}


def report(session, reporter, entry, reason="Look."):
    made, _ = create_report(session, reporter, entry.author, reason, entry=entry)
    return made


def reported_ids(session, reports, kinds=KINDS):
    return set(queries.list_entries_reported(session, reports, kinds))


def test_an_open_report_of_the_same_by_the_same_is_found(session, people):
    one, other = make_snap(session, people.ada), make_snap(session, people.ada)
    made = report(session, people.bob, one)
    of_person, _ = create_report(session, people.bob, people.ada, "Rude.")

    def find(reporter, entry_id):
        return queries.find_open_report(session, reporter, people.ada.id, entry_id)

    assert find(people.bob, one.id) is made
    assert find(people.bob, None) is of_person
    assert find(people.bob, other.id) is None
    assert find(people.cleo, one.id) is None
    dismiss_report(session, people.mod, made)
    assert find(people.bob, one.id) is None
    assert find(people.bob, None) is of_person


def test_the_queue_is_paged_newest_first_and_holds_no_report_of_oneself_but_for_the_owner(session, people):
    made = [create_report(session, people.bob, user, "x")[0] for user in (people.ada, people.mod, people.owner)]
    made += [create_report(session, people.cleo, user, "x")[0] for user in (people.ada, people.mod)]
    for moderator, expected in (
        (people.other_mod, [4, 3, 2, 1, 0]),
        (people.mod, [3, 2, 0]),
        (people.owner, [4, 3, 2, 1, 0]),
        (None, [4, 3, 2, 1, 0]),
    ):
        found, cursor = [], None
        while not found or cursor:
            page = queries.list_open_reports(session, moderator, cursor=cursor, limit=2)
            found, cursor = [*found, *page.items], page.next
        assert found == [made[index] for index in expected]
        if moderator is not None:
            assert queries.count_open_reports(session, moderator) == len(expected)


def test_a_report_is_found_by_its_number_open_or_closed_but_not_by_whom_it_is_about(session, people):
    made, _ = create_report(session, people.bob, people.mod, "x")
    assert queries.get_report(session, people.other_mod, made.id) is made
    with pytest.raises(NotFound):
        queries.get_report(session, people.mod, made.id)
    dismiss_report(session, people.owner, made)
    session.flush()
    session.expunge_all()
    found = queries.get_report(session, people.other_mod, made.id)
    assert (found.reporter.username, found.user.username, found.closed_by.username) == ("bob", "mod", "olga")
    for number in (0, made.id + 1, 2**63 - 1):
        with pytest.raises(NotFound):
            queries.get_report(session, people.other_mod, number)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_moderators_see_an_entry_while_a_report_of_it_is_open_whatever_its_audience(session, people, audience):
    snap, unreported = make_snap(session, people.ada), make_snap(session, people.ada)
    made = report(session, people.bob, snap)
    snap.audience = unreported.audience = audience
    session.flush()
    session.expunge_all()
    (found,) = queries.list_entries_reported(session, [made], KINDS).values()
    assert (found.id, found.author.username, found.name) == (snap.id, "ada", "hello.py")
    assert reported_ids(session, [made], {"post"}) == set()
    dismiss_report(session, people.mod, queries.get_report(session, people.mod, made.id))
    assert reported_ids(session, [made]) == set()


def test_they_see_the_entry_alone_and_not_its_thread(session, people):
    first = make_snap(session, people.ada)
    second = make_reply(session, people.bob, first)
    make_reply(session, people.cleo, second)
    made = report(session, people.cleo, second)
    of_person, _ = create_report(session, people.cleo, people.bob, "x")
    assert reported_ids(session, [made, of_person]) == {second.id}


@pytest.mark.parametrize("column", ["deleted_on", "expires_on"])
def test_they_do_not_see_what_its_author_deleted_or_what_has_expired(session, people, column):
    snap = make_snap(session, people.ada)
    made = report(session, people.bob, snap)
    setattr(snap, column, clock.now() - timedelta(seconds=1))
    session.flush()
    assert reported_ids(session, [made]) == set()
    assert queries.list_addresses(session, [made]) == {snap.id: ("snap", snap.hash_key)}


def test_what_is_hidden_is_listed_by_pages_and_found_until_it_is_shown_again(session, people):
    snaps = [make_snap(session, people.ada) for _ in range(4)]
    for snap in snaps[:3]:
        hide_reported(session, people.mod, report(session, people.bob, snap))
    snaps[3].hidden_on = clock.now()  # by nobody's report
    session.flush()
    first = queries.list_hidden(session, SNAP, cursor=None, limit=2)
    assert first.items == (snaps[2], snaps[1])
    assert queries.list_hidden(session, SNAP, cursor=first.next, limit=2).items == (snaps[0],)
    assert queries.list_hidden(session, {"post"}, cursor=None, limit=2).items == ()
    assert queries.get_hidden(session, SNAP, snaps[0].id) is snaps[0]
    snaps[0].hidden_on = None
    session.flush()
    for snap in (snaps[0], snaps[3]):
        with pytest.raises(NotFound):
            queries.get_hidden(session, SNAP, snap.id)


def test_the_log_is_paged_newest_first(session, people):
    for number in range(3):
        made, _ = create_report(session, people.bob, people.ada, "x")
        dismiss_report(session, people.mod, made, note=str(number))
    first = queries.list_log(session, cursor=None, limit=2)
    assert [row.note for row in first.items] == ["2", "1"]
    assert [row.note for row in queries.list_log(session, cursor=first.next, limit=2).items] == ["0"]
