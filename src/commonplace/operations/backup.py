"""Backups that any later version restores, on either database.

A backup is a zip archive: every table as lines of JSON beside the revision that the tables had, every stored
file, and the keys. The search index is not in it: it is made anew.
"""

import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import CompileError, DataError, IntegrityError

from commonplace import __version__
from commonplace.core import clock
from commonplace.core.errors import Conflict, Invalid, NotFound
from commonplace.core.house import House
from commonplace.core.keys import FILE_NAME as KEYS
from commonplace.core.keys import KeyRing
from commonplace.entries.reindexing import rebuild_index
from commonplace.operations import migrations
from commonplace.operations.backup_tables import (
    find_numbering,
    go_on_numbering,
    is_empty,
    list_tables,
    load_table,
    read_rows,
    store_table,
)
from commonplace.operations.key_check import keep_keys

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files/"
BLOCK = 1024 * 1024
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError),  # what zipfile raises
    *(KeyError, TypeError, ValueError, AttributeError),  # what is not where it should be
)


def write_backup(house: House, target: Path) -> dict[str, int]:
    """Write a backup of the whole site to `target`; return how many rows of each table it holds.

    The rows are those of one moment. `target` appears whole or not at all. Raises Conflict where there are no tables.
    """
    with _appearing_whole(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with house.database.engine.connect() as connection:
            manifest = _store_rows(archive, connection)
        for name in house.storage.list_names():
            _store_file(archive, house, name)
        archive.writestr(KEYS, "".join(f"{key}\n" for key in house.keys.signing_keys))
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
    rows: dict[str, int] = manifest["rows"]
    return rows


def check_backup(source: Path) -> dict[str, int]:
    """Read a whole backup and return how many rows of each table it holds; raises Invalid where it is not whole."""
    with _opened(source) as (_archive, manifest):
        rows: dict[str, int] = manifest["rows"]
        return rows


def restore_backup(house: House, source: Path) -> dict[str, int]:
    """Fill an empty site from a backup, bring its tables up to date; return the rows of each table.

    Raises Conflict where the site is not empty, Invalid where the file is no backup or is damaged: then the site is
    as empty as before.
    """
    with _opened(source) as (archive, manifest):
        names = [name.removeprefix(FILES) for name in archive.namelist() if name.startswith(FILES)]
        for name in names:
            house.storage.exists(name)  # raises Invalid for a name that leads out of the storage
        _make_room(house, manifest["revision"])
        try:
            for name in names:
                with archive.open(FILES + name) as file:
                    house.storage.put(name, file)  # type: ignore[arg-type]  # it reads
            _load_rows(house, archive, manifest)
        except BaseException:
            for name in names:
                house.storage.delete(name)
            raise
        keys = KeyRing(archive.read(KEYS).decode().split())
    migrations.upgrade(house)
    keep_keys(house, keys)  # where other ones are set, the doctor says so
    rebuild_index(house)
    rows: dict[str, int] = manifest["rows"]
    return rows


def _store_rows(archive: zipfile.ZipFile, connection: Connection) -> dict[str, Any]:
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    tables = list_tables(connection)
    if not tables:
        raise Conflict("There is nothing to back up: this site has no tables yet.")
    return {
        "format": FORMAT,
        "version": __version__,
        "made_on": clock.now().isoformat(),
        "revision": MigrationContext.configure(connection).get_current_revision(),
        "rows": {table.name: store_table(archive, connection, table) for table in tables},
        "numbering": find_numbering(connection),
    }


def _store_file(archive: zipfile.ZipFile, house: House, name: str) -> None:
    try:
        stored = house.storage.open(name)
    except NotFound:
        return  # deleted since it was listed
    with stored, archive.open(FILES + name, "w", force_zip64=True) as file:
        while block := stored.read(BLOCK):
            file.write(block)


@contextmanager
def _opened(source: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """Yield a backup that was read whole, and its manifest."""
    with source.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
            manifest = json.loads(archive.read(MANIFEST))
            is_known = manifest["format"] == FORMAT and migrations.is_known(manifest["revision"])
            is_whole = is_known and _is_whole(archive, manifest)
        except UNREADABLE as error:
            raise Invalid(f"{source} is damaged, or no backup of Commonplace. Nothing was changed.") from error
        if not is_known:
            raise Invalid(f"A newer version of Commonplace made {source}: restore it with that one.")
        if not is_whole:
            raise Invalid(f"{source} is damaged: do not rely on it. Nothing was changed.")
        yield archive, manifest


def _is_whole(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> bool:
    rows = {table: sum(1 for _row in read_rows(archive, table)) for table in manifest["rows"]}
    numbers = [*manifest["rows"].values(), *manifest["numbering"].values()]
    KeyRing(archive.read(KEYS).decode().split())  # raises ValueError
    return archive.testzip() is None and rows == manifest["rows"] and all(type(number) is int for number in numbers)


def _make_room(house: House, revision: str) -> None:
    """Give an empty site the tables that the backup was made of."""
    with house.database.engine.connect() as connection:
        if not is_empty(connection) or not house.storage.is_empty():
            raise Conflict("This site is not empty: restore into a new data folder and an empty database.")
    if migrations.find_revision(house) != revision:
        migrations.downgrade(house, "base")
        migrations.upgrade(house, revision)


def _load_rows(house: House, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    try:
        with house.database.engine.execution_options(writes=True).begin() as connection:
            tables = list_tables(connection)
            if {table.name for table in tables} != set(manifest["rows"]):
                raise Invalid("The backup does not hold the tables that it should. Nothing was changed.")
            for table in tables:
                load_table(archive, connection, table)
                go_on_numbering(connection, table, manifest["numbering"].get(table.name, 0))
            with _appearing_whole(house.settings.data_dir / KEYS) as file:
                file.write(archive.read(KEYS))
    except (IntegrityError, DataError, CompileError) as error:
        raise Invalid("The rows of the backup do not fit together. Nothing was changed.") from error


@contextmanager
def _appearing_whole(target: Path) -> Iterator[IO[bytes]]:
    """Yield a file that only we may read, which takes its place when all is written, and else leaves no trace."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}-", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(target)
        finally:
            Path(file.name).unlink(missing_ok=True)
