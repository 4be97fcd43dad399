"""Snaps in a user's export: the text as a file of its own, and every former version."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from commonplace.entries.kinds import ExportedFile
from commonplace.snaps.models import Snap
from commonplace.snaps.queries_revisions import get_revision, list_numbers


def export_files(session: Session, snap: Snap) -> Iterator[ExportedFile]:
    """Yield the snap's text and those of its revisions, named by hash_key so that no two clash."""
    yield ExportedFile(f"{snap.hash_key}/{snap.name}", snap.content.encode())
    for number, _made_on in list_numbers(session, snap):
        revision = get_revision(session, snap.author, snap, number)
        # a folder beside that of the text, which may have any name
        yield ExportedFile(f"{snap.hash_key}.revisions/{number}/{revision.name}", revision.content.encode())
