"""Writes around exports: asked for, made, and forgotten again."""

from sqlalchemy.orm import Session

from commonplace.entries.models import Export
from commonplace.entries.queries import find_export
from commonplace.users.models import User


def request_export(session: Session, user: User) -> Export:
    """Note that the user wants an archive; asking again while one is being made changes nothing."""
    present = find_export(session, user)
    if present is not None and present.state == "pending":
        return present
    export = Export(user_id=user.id)
    session.add(export)
    session.flush()
    return export


def finish_export(session: Session, export: Export, size: int) -> None:
    """Note that the archive is there."""
    export.state = "ready"
    export.size = size
    session.flush()
