"""What answers an entry, and what answers that: a thread, of which each reply is seen as `visible_to` says."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, select, union
from sqlalchemy.orm import Session

from commonplace.core.pagination import Page, page
from commonplace.entries.models import Ancestor, Entry
from commonplace.entries.queries import entries_with_authors, visible_to
from commonplace.users.models import User

LEVELS = 4
FURTHER = 100
"""How deep a thread is shown on one page, and how many replies to its replies."""


@dataclass(frozen=True)
class Reply:
    """A reply, and those that answer it, as far as they stand on the same page."""

    entry: Entry
    replies: tuple["Reply", ...]

    @property
    def further(self) -> int:
        """How many more answer this one than stand here: they are on its own page. It takes the entry's `tally`."""
        return max(0, self.entry.tally.replies - len(self.replies)) if self.entry.tally else 0


def thread_ids(which: ColumnElement[bool]) -> CompoundSelect[int]:
    """Return the statement of the ids of entries that fulfil `which`, and of all that answers them, whoever sees it."""
    below = select(Ancestor.entry_id).join(Entry, Entry.id == Ancestor.ancestor_id).where(which)
    return union(select(Entry.id).where(which), below)


def list_thread_author_ids(session: Session, which: ColumnElement[bool]) -> Sequence[int]:
    """Return who shared the entries that fulfil `which`, or answered them."""
    ids = thread_ids(which).subquery()
    statement = select(Entry.author_id).join(ids, ids.c[0] == Entry.id).distinct()
    return session.scalars(statement.order_by(Entry.author_id)).all()


def list_replies(
    session: Session, viewer: User | None, entry: Entry, kinds: Collection[str], *, cursor: str | None, limit: int
) -> Page[Reply]:
    """Return what answers an entry, oldest first, with what answers these; two queries.

    A page is of replies to the entry itself. Below them stand the oldest hundred of the others, three levels deep.
    """
    seen = entries_with_authors().where(visible_to(viewer, with_link=True), Entry.kind.in_(kinds))
    first = page(
        session, seen.where(Entry.parent_id == entry.id), Entry.id, cursor=cursor, limit=limit, oldest_first=True
    )
    if not first.items:
        return Page((), first.next)
    below = (
        seen.join(Ancestor, Ancestor.entry_id == Entry.id)
        .where(Ancestor.ancestor_id.in_([reply.id for reply in first.items]), Entry.depth <= entry.depth + LEVELS)
        .order_by(Entry.id)
        .limit(FURTHER)
    )
    answers: Mapping[int | None, list[Entry]] = defaultdict(list)
    for found in session.scalars(below):
        answers[found.parent_id].append(found)
    return Page(tuple(_with_answers(first.items, answers)), first.next)


def _with_answers(entries: Sequence[Entry], answers: Mapping[int | None, list[Entry]]) -> Iterator[Reply]:
    for entry in entries:
        yield Reply(entry, tuple(_with_answers(answers[entry.id], answers)))


def each_entry(replies: Sequence[Reply]) -> Iterator[Entry]:
    """Yield every entry of a thread."""
    for reply in replies:
        yield reply.entry
        yield from each_entry(reply.replies)
