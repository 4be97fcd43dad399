"""Work on entries that nobody waits for: what has lain in the trash too long goes, archives are made."""

import tempfile
from datetime import timedelta

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.entries import queries
from commonplace.entries.archive import write_archive
from commonplace.entries.kinds import known_kinds
from commonplace.entries.models import EXPORTS, Export
from commonplace.entries.rules import EXPORT_KEPT, EXPORT_MISSED, TRASH_KEPT
from commonplace.entries.service import purge_entries
from commonplace.entries.service_exports import finish_export
from commonplace.jobs.job import job, periodic

BATCH = 500


@periodic(every=timedelta(minutes=10))
@job(queue="bulk")
def purge_trash(house: House) -> None:
    """Purge what was deleted 30 days ago, and what has expired."""
    while True:
        with house.database.writing() as session:
            ids = queries.list_purgeable(session, clock.now() - TRASH_KEPT, BATCH)
            if ids:
                purge_entries(session, ids)
        if len(ids) < BATCH:
            return


@job(queue="bulk")
def make_export(house: House, export_id: int) -> None:
    """Make the archive that a user asked for."""
    settings = house.settings
    with tempfile.TemporaryFile() as target:
        with house.database.reading() as session:
            export = session.get(Export, export_id)
            if export is None or export.state != "pending":
                return
            write_archive(
                session,
                target,
                export.user,
                known_kinds(),
                site_name=settings.site_name,
                site_url=settings.site_url,
            )
        size = target.tell()
        target.seek(0)
        house.storage.put(export.file_name, target)
    with house.database.writing() as session:
        export = session.get(Export, export_id)
        if export is not None:
            finish_export(session, export, size)


@periodic(every=timedelta(minutes=1))
@job(queue="bulk")
def sweep_exports(house: House) -> None:
    """Nudge again what was missed; remove archives after a week, or once their user is gone."""
    with house.database.reading() as session:
        for export in queries.list_exports(session, state="pending", before=clock.now() - EXPORT_MISSED):
            make_export.publish(export.id)
    with house.database.writing() as session:
        for export in queries.list_exports(session, before=clock.now() - EXPORT_KEPT):
            session.delete(export)
    stored = list(house.storage.list_names(EXPORTS))  # before the rows: a file never comes before its row
    with house.database.reading() as session:
        kept = {export.file_name for export in queries.list_exports(session)}
    for name in stored:
        if name not in kept:
            house.storage.delete(name)
