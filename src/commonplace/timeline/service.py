"""Writes of the feed: what was added to lists, whose view of the site changed, and where a reader was."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from secrets import randbelow
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from commonplace.core import clock
from commonplace.entries.models import Entry
from commonplace.timeline.containers import Containers, ContainersLost
from commonplace.timeline.models import Addition, FeedLog, PulledAuthor, Reader
from commonplace.timeline.rules import Visit

ADDITIONS_KEPT = timedelta(days=1)
LOCK = (0x636F6D6D, 2)
"""Two numbers, where the locks of `core.ids` are one."""


def note_additions(session: Session, entry_ids: Sequence[int]) -> Sequence[Addition]:
    """Write down that these entries came to stand in lists, and return the rows.

    The numbers are in the order of commits: on PostgreSQL a lock that lasts until then makes it so.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(*LOCK)))
    rows = session.execute(select(Entry.id, Entry.author_id).where(Entry.id.in_(entry_ids)).order_by(Entry.id))
    added = [{"entry_id": entry_id, "author_id": author_id} for entry_id, author_id in rows]
    return (
        session.scalars(insert(Addition).returning(Addition, sort_by_parameter_order=True), added).all()
        if added
        else ()
    )


def new_log_id() -> int:
    """Return a number that no other log has."""
    return randbelow(1 << 62)


def finish_addition(session: Session, seq: int) -> bool:
    """Note that every container has what was added, and tell whether nobody else did."""
    of_ours = update(Addition).where(Addition.seq == seq, Addition.state == "pending").values(state="done")
    return session.scalar(of_ours.returning(Addition.seq)) is not None


def count_pushed(session: Session, log_id: int, containers: Containers, identity: str) -> None:
    """Note that one more addition was pushed to everybody, into what has that identity; raises OSError if it is lost.

    Others wait until this is committed. Containers know it before, so that they never know of less than the log. Where
    they know of another number, the log is another from then on, with containers that are filled anew.
    """
    log = session.scalars(select(FeedLog).with_for_update(), execution_options={"populate_existing": True}).one()
    if log.id != log_id:
        return  # what is filled since then holds it
    try:
        pushed = containers.finish(log.pushed, identity)
    except ContainersLost:
        begin_log(session, instead_of=log_id)
    else:
        session.execute(update(FeedLog).values(pushed=pushed))


def begin_log(session: Session, *, instead_of: int) -> None:
    """Let the log be another, unless it is by now: nothing that was pushed for the former counts any more."""
    session.execute(update(FeedLog).where(FeedLog.id == instead_of).values(id=new_log_id(), pushed=0))


def forget_additions(session: Session, *, but_pending: bool) -> None:
    """Forget what was added more than a day ago.

    Where some of it was never pushed, the log is another from then on: what is in a Redis that may be used again later
    does not go with it.
    """
    is_old = Addition.added_on < clock.now() - ADDITIONS_KEPT
    if not but_pending:
        missed = delete(Addition).where(is_old, Addition.state == "pending").returning(Addition.seq)
        if session.scalars(missed).all():
            session.execute(update(FeedLog).values(id=new_log_id(), pushed=0))
    session.execute(delete(Addition).where(is_old, Addition.state == "done"))


def change_version(session: Session, user_ids: Collection[int]) -> None:
    """Note that these users follow, mute or block others than before."""
    values = [{"user_id": user_id, "version": 1, "mark_id": 0, "seen_id": 0} for user_id in sorted(user_ids)]
    upsert = _insert_readers(session).values(values)
    session.execute(
        upsert.on_conflict_do_update(index_elements=[Reader.user_id], set_={Reader.version: Reader.version + 1})
    )


def pull_author(session: Session, author_id: int) -> None:
    """Let readers look up what this author shares, from now until all feeds are rebuilt."""
    if session.get(PulledAuthor, author_id) is None:
        session.add(PulledAuthor(author_id=author_id))
        session.flush()


def note_visit(session: Session, user_id: int, visit: Visit) -> None:
    """Note what a reader was shown; of two at once, in as many tabs, the one that saw more counts."""
    upsert = _insert_readers(session).values(user_id=user_id, version=0, **visit._asdict())
    seen = {
        Reader.mark_id: _greater(Reader.mark_id, upsert.excluded.mark_id),
        Reader.seen_id: _greater(Reader.seen_id, upsert.excluded.seen_id),
        Reader.seen_on: upsert.excluded.seen_on,
    }
    session.execute(upsert.on_conflict_do_update(index_elements=[Reader.user_id], set_=seen))


def _insert_readers(session: Session) -> Any:
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(Reader)


def _greater(one: InstrumentedAttribute[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one < other, other), else_=one)
