import threading

import pytest
from sqlalchemy import select

from commonplace.core import clock
from commonplace.core.errors import Conflict, Forbidden, Invalid, NotFound
from commonplace.entries.events import visibility_changed
from commonplace.entries.models import Entry
from commonplace.entries.queries import visible_to
from commonplace.entries.service import purge_entries
from commonplace.moderation import service
from commonplace.moderation.events import reported
from commonplace.moderation.models import LogEntry, Report
from commonplace.moderation.queries import get_hidden, get_report
from commonplace.users.models import User
from commonplace.users.service_closing import purge_account
from commonplace.users.service_suspending import suspend_user
from tests.factories import make_snap


@pytest.fixture
def snap(session, people):
    return make_snap(session, people.ada)


def report(session, reporter, subject, reason="Look."):
    entry = subject if isinstance(subject, Entry) else None
    person = subject.author if entry is not None else subject
    return service.create_report(session, reporter, person, reason, entry=entry)[0]


def states(session):
    session.flush()
    session.expire_all()
    return [row.state for row in session.scalars(select(Report).order_by(Report.id))]


def log(session):
    columns = (LogEntry.action, LogEntry.moderator_name, LogEntry.username, LogEntry.entry_path, LogEntry.note)
    return [tuple(row) for row in session.execute(select(*columns).order_by(LogEntry.id))]


def seen(session, viewer):
    return set(session.scalars(select(Entry.id).where(visible_to(viewer))))


class TestReporting:
    def test_a_new_report_is_kept_and_announced_once(self, session, people, snap):
        heard = []

        def hear(session, report):
            heard.append((report.id, report.reporter.username, report.user.username, report.entry))

        with reported.connected_to(hear):
            made, is_new = service.create_report(session, people.bob, people.ada, " It is rude. ", entry=snap)
            again, is_new_again = service.create_report(session, people.bob, people.ada, "It is cruel.", entry=snap)
        assert (is_new, is_new_again, again) == (True, False, made)
        assert heard == [(made.id, "bob", "ada", snap)]
        assert (made.reason, made.state, made.entry_id) == ("It is cruel.", "open", snap.id)

    def test_person_and_entry_are_two_things_and_so_are_two_reporters(self, session, people, snap):
        for reporter, subject in ((people.bob, snap), (people.bob, people.ada), (people.cleo, snap)):
            report(session, reporter, subject)
        assert states(session) == ["open"] * 3

    def test_after_the_decision_it_can_be_reported_anew(self, session, people, snap):
        service.dismiss_report(session, people.mod, report(session, people.bob, snap))
        report(session, people.bob, snap)
        assert states(session) == ["dismissed", "open"]

    def test_nobody_reports_themselves_or_without_a_reason(self, session, people, snap):
        with pytest.raises(Forbidden):
            report(session, people.ada, snap)
        with pytest.raises(Forbidden):
            report(session, people.ada, people.ada)
        with pytest.raises(Invalid):
            report(session, people.bob, snap, " ")
        assert states(session) == []


class TestDeciding:
    def test_dismissing_closes_all_reports_of_the_same_and_changes_nothing_else(self, session, people, snap):
        other = make_snap(session, people.ada)
        made = [report(session, people.bob, snap), report(session, people.cleo, snap)]
        for subject in (other, people.ada):
            report(session, people.bob, subject)
        service.dismiss_report(session, people.mod, made[0], note="fine", path="/snaps/x")
        assert states(session) == ["dismissed", "dismissed", "open", "open"]
        assert [row.closed_by_id for row in made] == [people.mod.id] * 2
        assert made[1].closed_on <= clock.now()
        assert seen(session, people.bob) == {snap.id, other.id}
        assert log(session) == [("dismiss", "mod", "ada", "/snaps/x", "fine")]

    def test_hiding_hides_from_all_but_the_author_and_closes_all_reports_of_the_entry(self, session, people, snap):
        other = make_snap(session, people.ada)
        made = report(session, people.bob, snap)
        for subject in (snap, other, people.ada):
            report(session, people.cleo, subject)
        hidden = []

        def hear(session, which):
            hidden.extend(session.scalars(select(Entry.id).where(which)))

        with visibility_changed.connected_to(hear):
            service.hide_reported(session, people.mod, made, path="/snaps/x")
        assert states(session) == ["acted", "acted", "open", "open"]
        assert hidden == [snap.id]
        assert seen(session, people.bob) == seen(session, people.owner) == {other.id}
        assert seen(session, people.ada) == {snap.id, other.id}
        assert log(session) == [("hide", "mod", "ada", "/snaps/x", "")]
        found = get_hidden(session, {"snap"}, snap.id)
        service.unhide_hidden(session, people.other_mod, found, note="sorry", path="/snaps/x")
        assert seen(session, people.bob) == {snap.id, other.id}
        assert log(session)[1:] == [("unhide", "mona", "ada", "/snaps/x", "sorry")]

    def test_there_is_nothing_to_hide_of_a_person(self, session, people):
        with pytest.raises(NotFound):
            service.hide_reported(session, people.mod, report(session, people.bob, people.ada))
        assert states(session) == ["open"]

    def test_suspending_closes_all_reports_of_the_person_and_of_what_they_shared(self, session, house, people, snap):
        bobs = make_snap(session, people.bob)
        made = report(session, people.bob, snap)
        for reporter, subject in ((people.cleo, people.ada), (people.cleo, bobs)):
            report(session, reporter, subject)
        service.suspend_reported(session, house, people.mod, made, note="spam", path="/snaps/x")
        assert states(session) == ["acted", "acted", "open"]
        assert seen(session, people.cleo) == {bobs.id}
        assert log(session) == [("suspend", "mod", "ada", "/snaps/x", "spam")]
        service.unsuspend_person(session, house, people.mod, people.ada)
        assert seen(session, people.cleo) == {bobs.id, snap.id}
        assert states(session) == ["acted", "acted", "open"]

    def test_somebody_is_suspended_by_name_once_and_let_in_once(self, session, house, people, snap):
        report(session, people.bob, snap)
        service.suspend_person(session, house, people.mod, people.ada, note="spam")
        assert states(session) == ["acted"]
        session.commit()
        with pytest.raises(Conflict, match="suspended already"):
            service.suspend_person(session, house, people.other_mod, people.ada)
        session.rollback()
        service.unsuspend_person(session, house, people.mod, people.ada)
        session.commit()
        with pytest.raises(Conflict, match="not suspended any more"):
            service.unsuspend_person(session, house, people.mod, people.ada)
        session.rollback()
        assert [row[0] for row in log(session)] == ["suspend", "unsuspend"]

    @pytest.mark.parametrize("act", ["dismiss", "hide", "suspend"])
    def test_a_closed_report_is_not_decided_again(self, session, house, people, snap, act):
        made = report(session, people.bob, snap)
        service.dismiss_report(session, people.mod, made)
        session.commit()
        with pytest.raises(Conflict, match="closed already"):
            decide(session, house, act, people.other_mod, made)
        session.rollback()
        assert seen(session, people.bob) == {snap.id}
        assert len(log(session)) == 1

    @pytest.mark.parametrize("act", ["dismiss", "hide", "suspend"])
    def test_what_a_rule_forbids_leaves_everything_as_it_was(self, session, house, people, act):
        mine = make_snap(session, people.mod)
        made = report(session, people.bob, mine)
        with pytest.raises(Forbidden):
            decide(session, house, act, people.mod, made)
        with pytest.raises(Invalid):
            decide(session, house, act, people.owner, made, note="x" * 1001)
        assert (states(session), log(session), people.mod.suspended_on) == (["open"], [], None)
        assert mine.id in seen(session, people.bob)


def decide(session, house, act, by, report, **given):
    if act == "suspend":
        service.suspend_reported(session, house, by, report, **given)
    else:
        {"dismiss": service.dismiss_report, "hide": service.hide_reported}[act](session, by, report, **given)


def test_of_two_moderators_at_once_one_is_too_late(session, house, people, snap):
    made, second = report(session, people.bob, snap), report(session, people.cleo, snap)
    session.commit()
    both = threading.Barrier(2)
    outcomes = []

    def act(moderator_id, report_id, act):
        with house.database.session(writes=house.database.is_sqlite) as own:
            by = own.get(User, moderator_id)
            found = get_report(own, by, report_id)
            if not house.database.is_sqlite:  # whose writers wait for one another before they read
                both.wait()
            try:
                decide(own, house, act, by, found)
                own.commit()
                outcomes.append("done")
            except Conflict:
                outcomes.append("too late")

    threads = [
        threading.Thread(target=act, args=(people.mod.id, made.id, "hide")),
        threading.Thread(target=act, args=(people.other_mod.id, second.id, "dismiss")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "too late"]
    assert len(log(session)) == 1
    assert len(set(states(session))) == 1


def test_two_presses_at_once_make_one_report(session, house, people, snap):
    session.commit()
    made = []

    def press():
        with house.database.writing() as own:
            entry, reporter = own.get(Entry, snap.id), own.get(User, people.bob.id)
            made.append(service.create_report(own, reporter, own.get(User, people.ada.id), "x", entry=entry)[1])

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]
    assert states(session) == ["open"]


def test_the_log_outlives_everybody_it_names_and_a_report_its_reporter(session, house, people, snap):
    kept = make_snap(session, people.cleo)
    report(session, people.bob, kept)
    service.hide_reported(session, people.mod, report(session, people.bob, snap), path="/snaps/x")
    report(session, people.bob, people.ada)
    purge_entries(session, [snap.id])
    for user in (people.ada, people.mod, people.bob):
        purge_account(session, user)
    session.commit()
    assert log(session) == [("hide", "mod", "ada", "/snaps/x", "")]
    (left,) = session.scalars(select(Report))
    assert (left.entry_id, left.reporter_id, left.state) == (kept.id, None, "open")


def test_who_is_suspended_already_is_closed_with_the_reports(session, house, people):
    made = report(session, people.bob, people.ada)
    suspend_user(session, house, people.ada)
    moment = people.ada.suspended_on
    service.suspend_reported(session, house, people.mod, made)
    assert (states(session), people.ada.suspended_on) == (["acted"], moment)
