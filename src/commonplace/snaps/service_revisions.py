"""Every write of a former version: it is kept before an edit, and after a time only some are."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.snaps.models import Snap, SnapRevision
from commonplace.snaps.queries_revisions import list_numbers
from commonplace.snaps.rules_revisions import NEWEST_KEPT, choose_dropped


def keep_revision(session: Session, snap: Snap) -> None:
    """Keep what a snap is before it is edited, for those whom it was shared with."""
    session.add(
        SnapRevision(
            snap_id=snap.id,
            number=snap.revision,
            audience=snap.audience,
            name=snap.name,
            extension=snap.extension,
            content=snap.content,
            digest=snap.digest,
            created_on=snap.edited_on or snap.created_on,
        )
    )
    snap.revision += 1
    if snap.revision > NEWEST_KEPT:
        session.flush()
        thin_revisions(session, snap)


def thin_revisions(session: Session, snap: Snap) -> None:
    """Forget versions of a snap that are many and old."""
    dropped = choose_dropped(list_numbers(session, snap), clock.now())
    if dropped:
        its_own = SnapRevision.snap_id == snap.id
        session.execute(delete(SnapRevision).where(its_own, SnapRevision.number.in_(dropped)))
