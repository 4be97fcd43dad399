"""Every SELECT of moderation: what was reported, what is hidden, the log; and the one look past `visible_to`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Select, String, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload

from commonplace.core import clock
from commonplace.core.db import BigId
from commonplace.core.errors import NotFound
from commonplace.core.pagination import Page, page
from commonplace.entries.models import Entry
from commonplace.entries.queries import entries_with_authors
from commonplace.moderation.models import LogEntry, Report
from commonplace.moderation.rules import MODERATORS, sees_reports_about
from commonplace.users.models import User, is_absent

is_open: ColumnElement[bool] = Report.state == literal_column("'open'", String)
"""Written into statements as it is: a parameter would match no partial index."""
_PEOPLE = (joinedload(Report.reporter), joinedload(Report.user, innerjoin=True))


def list_moderators(session: Session) -> Sequence[User]:
    """Return the owner and the moderators who are here."""
    return session.scalars(select(User).where(User.role.in_(MODERATORS), ~is_absent).order_by(User.id)).all()


def find_open_report(session: Session, reporter: User, user_id: int, entry_id: int | None) -> Report | None:
    """Return the report that this user made of the same before, while it is open."""
    is_theirs = and_(Report.reporter_id == reporter.id, is_about(user_id, entry_id))
    return session.scalar(select(Report).where(is_open, is_theirs).order_by(Report.id).limit(1))


def is_about(user_id: int, entry_id: int | None) -> ColumnElement[bool]:
    """Return the condition that a report is about that entry or, without one, about the person."""
    return and_(Report.user_id == user_id, Report.entry_id.is_not_distinct_from(entry_id))


def list_open_reports(session: Session, moderator: User | None, *, cursor: str | None, limit: int) -> Page[Report]:
    """Return the reports to be decided, newest first, with reporter and person; None is whoever has the terminal."""
    statement = select(Report).where(_is_open_to(moderator)).options(*_PEOPLE)
    return page(session, statement, Report.id, cursor=cursor, limit=limit)


def count_open_reports(session: Session, moderator: User) -> int:
    """Return how many that are."""
    sees_all = sees_reports_about(moderator, moderator)
    return session.scalar(_count_open(sees_all=sees_all), {} if sees_all else {"moderator_id": moderator.id}) or 0


@cache
def _count_open(*, sees_all: bool) -> Select[int]:
    # made once, as it is asked for with every page of a moderator
    moderator_id: BindParameter[int] = bindparam("moderator_id", type_=BigId)
    of_others = () if sees_all else (Report.user_id != moderator_id,)
    return select(func.count()).select_from(Report).where(is_open, *of_others)


def _is_open_to(moderator: User | None) -> ColumnElement[bool]:
    if moderator is None or sees_reports_about(moderator, moderator):
        return is_open
    return and_(is_open, Report.user_id != moderator.id)


def get_report(session: Session, moderator: User, report_id: int) -> Report:
    """Return the report, open or closed, with all who have to do with it; raises NotFound."""
    with_people = select(Report).options(*_PEOPLE, joinedload(Report.closed_by))
    report = session.scalar(with_people.where(Report.id == report_id))
    if report is None or not sees_reports_about(moderator, report.user):
        raise NotFound("There is no such report.")
    return report


def list_addresses(session: Session, reports: Iterable[Report]) -> Mapping[int, tuple[str, str]]:
    """Return kind and hash_key of the entries that these reports are about, by id, and nothing of what is in them."""
    columns = select(Entry.id, Entry.kind, Entry.hash_key).where(Entry.id.in_(_ids_of(reports)))
    return {entry_id: (kind, hash_key) for entry_id, kind, hash_key in session.execute(columns)}


def list_entries_reported(session: Session, reports: Iterable[Report], kinds: Collection[str]) -> Mapping[int, Entry]:
    """Return by id the entries that these reports are about, as far as moderators may see them."""
    found = session.scalars(_under_moderation(kinds).where(Entry.id.in_(_ids_of(reports))))
    return {entry.id: entry for entry in found}


def _ids_of(reports: Iterable[Report]) -> set[int]:
    return {report.entry_id for report in reports if report.entry_id is not None}


def list_hidden(session: Session, kinds: Collection[str], *, cursor: str | None, limit: int) -> Page[Entry]:
    """Return what moderators hid, newest first."""
    statement = _under_moderation(kinds).where(Entry.hidden_on.is_not(None))
    return page(session, statement, Entry.id, cursor=cursor, limit=limit)


def get_hidden(session: Session, kinds: Collection[str], entry_id: int) -> Entry:
    """Return an entry that moderators hid; raises NotFound."""
    entry = session.scalar(_under_moderation(kinds).where(Entry.hidden_on.is_not(None), Entry.id == entry_id))
    if entry is None:
        raise NotFound("Nothing of this number is hidden.")
    return entry


def _under_moderation(kinds: Collection[str]) -> Select[Entry]:
    """Return the entries that moderators have to judge, whoever may see them: the one exception to `visible_to`.

    Whoever decides about an entry must have read it, whatever its audience; somebody who may see it has called them.
    So it is shown to moderators from that report until it is decided, and while they keep it hidden: it alone, and not
    its thread; and not from its author's trash, which is promised to be the author's own.
    """
    reported = select(Report.entry_id).where(
        Report.entry_id.is_not(None)
    )  # few, so that both databases begin with them
    is_in_question = or_(Entry.hidden_on.is_not(None), Entry.id.in_(reported.where(is_open)))
    is_there = and_(Entry.deleted_on.is_(None), or_(Entry.expires_on.is_(None), Entry.expires_on > clock.now()))
    return entries_with_authors().where(Entry.id.in_(reported), is_in_question, is_there, Entry.kind.in_(kinds))


def list_log(session: Session, *, cursor: str | None, limit: int) -> Page[LogEntry]:
    """Return what moderators did, newest first."""
    return page(session, select(LogEntry), LogEntry.id, cursor=cursor, limit=limit)
