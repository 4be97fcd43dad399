"""Every SELECT over former versions of snaps: a viewer sees those that were written for them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, undefer

from commonplace.core.errors import NotFound
from commonplace.core.pagination import Page, page
from commonplace.entries.models import Entry
from commonplace.entries.queries import is_within
from commonplace.snaps.models import Snap, SnapRevision
from commonplace.users.models import User

NOT_HERE = "This snap has no such version, or it is not shared with you."


def list_revisions(
    session: Session, viewer: User | None, snap: Snap, *, cursor: str | None, limit: int
) -> Page[SnapRevision]:
    """Return former versions of a snap that the viewer may see, newest first, without their text."""
    return page(session, _revisions(viewer, snap), SnapRevision.number, cursor=cursor, limit=limit)


def get_revision(session: Session, viewer: User | None, snap: Snap, number: int) -> SnapRevision:
    """Return one former version with its text; raises NotFound."""
    revision = None
    if number < snap.revision:  # which may be any number that somebody sent, too large for a column
        statement = _revisions(viewer, snap).where(SnapRevision.number == number)
        revision = session.scalar(statement.options(undefer(SnapRevision.content)))
    if revision is None:
        raise NotFound(NOT_HERE)
    return revision


def find_following(session: Session, viewer: User | None, snap: Snap, number: int) -> SnapRevision | None:
    """Return the next version after that one which is kept and the viewer may see; None for the snap as it is."""
    statement = _revisions(viewer, snap).where(SnapRevision.number > number).order_by(SnapRevision.number).limit(1)
    return session.scalar(statement.options(undefer(SnapRevision.content)))


def list_numbers(session: Session, snap: Snap) -> Sequence[tuple[int, datetime]]:
    """Return number and age of all versions that are kept, newest first, whoever may see them."""
    statement = select(SnapRevision.number, SnapRevision.created_on).where(SnapRevision.snap_id == snap.id)
    return [(number, made_on) for number, made_on in session.execute(statement.order_by(SnapRevision.number.desc()))]


def _revisions(viewer: User | None, snap: Snap) -> Select[SnapRevision]:
    statement = select(SnapRevision).join(Entry, Entry.id == SnapRevision.snap_id)
    return statement.where(SnapRevision.snap_id == snap.id, _is_for(viewer))


def _is_for(viewer: User | None) -> ColumnElement[bool]:
    was_for = is_within(SnapRevision.audience, viewer, with_link=True)
    return was_for if viewer is None else or_(Entry.author_id == viewer.id, was_for)
