"""Every write that all kinds share: an entry is shared, edited, put into the trash, taken out, and purged."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, inspect, literal, select, update
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.errors import Forbidden
from commonplace.core.events import announce
from commonplace.core.ids import allocate_id
from commonplace.entries import events
from commonplace.entries.models import LISTED, Ancestor, Entry
from commonplace.entries.queries import list_descendant_ids
from commonplace.entries.rules import SearchText, check_has_room_below, check_reply_audience
from commonplace.entries.search import forget_entries, index_entry, index_new_entry
from commonplace.users.models import User


def share_entry(session: Session, entry: Entry, found_by: SearchText, *, parent: Entry | None = None) -> None:
    """Store a new entry; one that carries an earlier `created_on` takes its place among the old ones.

    A reply to `parent`, which its author must be able to see, gets its thread's audience. Raises Invalid where the
    thread is too deep, or the reply was meant for fewer people.
    """
    entry.created_on = entry.created_on or clock.now()
    entry.id = allocate_id(session, Entry.id, entry.created_on)
    if parent is not None:
        check_has_room_below(parent.depth)
        check_reply_audience(entry.audience, parent.audience)
        entry.parent_id, entry.depth, entry.audience = parent.id, parent.depth + 1, parent.audience
    session.add(entry)
    session.flush()
    if parent is not None:
        _add_ancestors(session, entry, parent)
    index_new_entry(session, entry.id, found_by)
    announce(events.entry_shared, session, entry=entry)
    if is_listed(entry):
        announce(events.entries_listed, session, entry_ids=[entry.id])


def _add_ancestors(session: Session, entry: Entry, parent: Entry) -> None:
    further = select(literal(entry.id), Ancestor.ancestor_id).where(Ancestor.entry_id == parent.id)
    session.add(Ancestor(entry_id=entry.id, ancestor_id=parent.id))
    session.execute(insert(Ancestor).from_select(["entry_id", "ancestor_id"], further))


def edit_entry(session: Session, entry: Entry, found_by: SearchText) -> None:
    """Store what was changed in an entry; raises StaleDataError where somebody else changed it meanwhile.

    A thread's first entry takes all replies along to another audience; a reply keeps that of its thread, and raises
    Invalid where it is meant for fewer people.
    """
    former = inspect(entry).attrs.audience.history.deleted
    if former and entry.depth:
        asked, entry.audience = entry.audience, former[0]
        check_reply_audience(asked, entry.audience)
        former = ()
    entry.edited_on = clock.now()
    session.flush()
    index_entry(session, entry.id, found_by)
    if former:
        replies = select(Ancestor.entry_id).where(Ancestor.ancestor_id == entry.id)
        session.execute(
            update(Entry).where(Entry.id.in_(replies)).values(audience=entry.audience, version=Entry.version + 1)
        )
    announce(events.entry_edited, session, entry=entry)
    if former:
        _announce_visibility(session, entry)
    if former and former[0] not in LISTED and entry.audience in LISTED:  # hidden ones as well: they may come back
        announce(events.entries_listed, session, entry_ids=[entry.id, *list_descendant_ids(session, entry)])


def delete_entry(session: Session, entry: Entry, by: User) -> None:
    """Put an entry into the trash, where it is kept for 30 days."""
    check_may_edit(by, entry)
    entry.deleted_on = clock.now()
    entry.deleted_by_id = by.id
    session.flush()
    announce(events.entry_removed, session, entry=entry)
    _announce_visibility(session, entry)


def restore_entry(session: Session, entry: Entry, by: User) -> None:
    """Take an entry out of the trash, as it was."""
    check_may_edit(by, entry)
    entry.deleted_on = None
    entry.deleted_by_id = None
    session.flush()
    announce(events.entry_restored, session, entry=entry)
    _announce_visibility(session, entry)
    if is_listed(entry):
        announce(events.entries_listed, session, entry_ids=[entry.id])


def hide_entry(session: Session, entry: Entry) -> None:
    """Hide an entry, and all that answers it, from all but its author; for moderators, who check that they may."""
    entry.hidden_on = clock.now()
    session.flush()
    _announce_visibility(session, entry)


def unhide_entry(session: Session, entry: Entry) -> None:
    """Show a hidden entry again to whom it was shared with."""
    entry.hidden_on = None
    session.flush()
    _announce_visibility(session, entry)
    if is_listed(entry):
        announce(events.entries_listed, session, entry_ids=[entry.id])


def _announce_visibility(session: Session, entry: Entry) -> None:
    announce(events.visibility_changed, session, which=Entry.id == entry.id)


def purge_entries(session: Session, entry_ids: Sequence[int]) -> None:
    """Remove entries for good, with all that the kinds keep beside them."""
    announce(events.entries_purged, session, entry_ids=entry_ids)
    forget_entries(session, list(entry_ids))
    session.execute(delete(Entry).where(Entry.id.in_(entry_ids)).execution_options(synchronize_session=False))


def check_may_edit(user: User, entry: Entry) -> None:
    """Raise Forbidden where the entry is not the user's own."""
    if entry.author_id != user.id:
        raise Forbidden("Only its author may change this.")


def is_listed(entry: Entry) -> bool:
    """Tell whether an entry stands in lists and feeds; `queries.is_listed` is the same as a condition."""
    return entry.audience in LISTED and entry.deleted_on is None and entry.hidden_on is None
