"""Every write of moderation: somebody reports, moderators decide; each thing they do is a row of the log."""

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.errors import Conflict, NotFound
from commonplace.core.events import announce
from commonplace.core.house import House
from commonplace.entries.models import Entry
from commonplace.entries.service import hide_entry, unhide_entry
from commonplace.moderation import rules
from commonplace.moderation.events import reported
from commonplace.moderation.models import Action, LogEntry, Report, State
from commonplace.moderation.queries import find_open_report, is_about, is_open
from commonplace.users.models import User
from commonplace.users.service_suspending import suspend_user, unsuspend_user

CLOSED = "This report is closed already: nothing was done a second time."


def create_report(
    session: Session, reporter: User, person: User, reason: str, *, entry: Entry | None = None
) -> tuple[Report, bool]:
    """Return the report of a person, or of an entry by that person, and whether it is new.

    Who has an open one of the same gives it another reason. Raises Forbidden for oneself, Invalid for the reason.
    """
    rules.check_may_report(reporter, person)
    reason = rules.clean_reason(reason)
    session.execute(
        select(User.id).where(User.id == reporter.id).with_for_update(key_share=True)
    )  # buttons get pressed twice
    present = find_open_report(session, reporter, person.id, None if entry is None else entry.id)
    if present is not None:
        present.reason = reason
        session.flush()
        return present, False
    report = Report(reporter=reporter, user=person, entry=entry, reason=reason)
    session.add(report)
    session.flush()
    announce(reported, session, report=report)
    return report, True


def dismiss_report(session: Session, by: User, report: Report, *, note: str = "", path: str = "") -> None:
    """Close a report, and all others of the same, with nothing done; raises Forbidden, Conflict for a closed one."""
    rules.check_may("dismiss", by, report.user)
    note = rules.clean_note(note)
    _close(session, by, report, "dismissed", is_about(report.user_id, report.entry_id))
    _note(session, by, "dismiss", report.user, note, path)


def hide_reported(session: Session, by: User, report: Report, *, note: str = "", path: str = "") -> None:
    """Hide the entry that a report is about, and close all reports of it; raises Forbidden, Conflict, NotFound."""
    rules.check_may("hide", by, report.user)
    note = rules.clean_note(note)
    entry = session.get(Entry, report.entry_id) if report.entry_id is not None else None
    if entry is None:
        raise NotFound("This report is about a person: there is no entry to hide.")
    _close(session, by, report, "acted", is_about(report.user_id, report.entry_id))
    hide_entry(session, entry)
    _note(session, by, "hide", report.user, note, path)


def suspend_reported(
    session: Session, house: House, by: User, report: Report, *, note: str = "", path: str = ""
) -> None:
    """Suspend the person that a report is about, and close all reports of them and theirs; raises as the above."""
    rules.check_may("suspend", by, report.user)
    note = rules.clean_note(note)
    _close(session, by, report, "acted", Report.user_id == report.user_id)
    suspend_user(session, house, report.user)
    _note(session, by, "suspend", report.user, note, path)


def suspend_person(session: Session, house: House, by: User, person: User, *, note: str = "") -> None:
    """Suspend somebody, reported or not, and close all reports of them; raises Forbidden, Conflict where they are."""
    rules.check_may("suspend", by, person)
    note = rules.clean_note(note)
    _close_all(session, by, "acted", Report.user_id == person.id)
    if not suspend_user(session, house, person):
        raise Conflict(f"@{person.username} is suspended already.")
    _note(session, by, "suspend", person, note)


def unsuspend_person(session: Session, house: House, by: User, person: User, *, note: str = "") -> None:
    """Let somebody in again; raises Forbidden, Conflict where they are not suspended any more."""
    rules.check_may("unsuspend", by, person)
    note = rules.clean_note(note)
    if not unsuspend_user(session, house, person):
        raise Conflict(f"@{person.username} is not suspended any more.")
    _note(session, by, "unsuspend", person, note)


def unhide_hidden(session: Session, by: User, entry: Entry, *, note: str = "", path: str = "") -> None:
    """Show an entry again that was hidden; raises Forbidden."""
    rules.check_may("unhide", by, entry.author)
    note = rules.clean_note(note)
    unhide_entry(session, entry)
    _note(session, by, "unhide", entry.author, note, path)


def _close(session: Session, by: User, report: Report, state: State, same: ColumnElement[bool]) -> None:
    # the database finds what is open and closes it in one statement, so that of two moderators one is too late
    if report.id not in _close_all(session, by, state, same):
        raise Conflict(CLOSED)


def _close_all(session: Session, by: User, state: State, same: ColumnElement[bool]) -> set[int]:
    closed = update(Report).where(is_open, same).values(state=state, closed_on=clock.now(), closed_by_id=by.id)
    return set(session.scalars(closed.returning(Report.id)))


def _note(session: Session, by: User, action: Action, person: User, note: str, path: str = "") -> None:
    session.add(
        LogEntry(action=action, moderator_name=by.username, username=person.username, entry_path=path, note=note)
    )
    session.flush()
