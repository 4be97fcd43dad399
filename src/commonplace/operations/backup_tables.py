"""The tables of a backup: rows as lines of JSON, the same from either database, and back."""

import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text, update

from commonplace.core.errors import Invalid
from commonplace.operations.migrations import SEARCH_TABLE

COPIES = ("feed_additions", "feed_containers", "feed_items", "feed_pulled_authors")
"""What is made of other tables as it is needed."""
BATCH = 50  # a row may hold a megabyte
ITS_OWN = ("feed_logs", "heartbeats", "key_checks")
"""What tells of one database or its processes, and not of another that holds the same."""
LEFT_OUT = ("alembic_version", "sqlite_", SEARCH_TABLE, *ITS_OWN, *COPIES)


def list_tables(connection: Connection) -> list[Table]:
    """Return the tables that a backup holds, as they are and not as the models are, each after those it refers to."""
    metadata = MetaData()
    metadata.reflect(connection, resolve_fks=True)
    return [table for table in metadata.sorted_tables if not table.name.startswith(LEFT_OUT)]


def is_empty(connection: Connection) -> bool:
    """Tell whether no table holds a row."""
    return all(connection.execute(select(table).limit(1)).first() is None for table in list_tables(connection))


def store_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> int:
    """Write a table's rows into the archive, and return how many there are."""
    count = 0
    statement = select(table).order_by(*table.primary_key.columns)
    with archive.open(_path(table.name), "w", force_zip64=True) as file:
        for row in connection.execute(statement, execution_options={"yield_per": BATCH}).mappings():
            file.write(json.dumps({name: _pack(value) for name, value in row.items()}).encode() + b"\n")
            count += 1
    return count


def load_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> None:
    """Insert a table's rows; what refers to the table itself, which may come later, is filled in at the end.

    Raises Invalid where the rows are not of that table.
    """
    inward = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    for batch in _batches(archive, table.name):
        if any(row.keys() != set(table.columns.keys()) for row in batch):
            raise Invalid(f"The backup's rows of {table.name} are not as they should be. Nothing was changed.")
        connection.execute(insert(table), [row | dict.fromkeys(inward) for row in batch])
    for row in read_rows(archive, table.name) if inward else ():
        values = {name: row[name] for name in inward if row[name] is not None}
        if values:
            its_own = [column == row[column.name] for column in table.primary_key.columns]
            connection.execute(update(table).where(*its_own).values(values))


def read_rows(archive: zipfile.ZipFile, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows that the archive holds of a table."""
    with archive.open(_path(table)) as file:
        for line in file:
            yield {column: _unpack(value) for column, value in json.loads(line).items()}


def find_numbering(connection: Connection) -> dict[str, int]:
    """Return by table the last number that a row was given, where that is known: no later row shall get it again."""
    if connection.dialect.name == "sqlite":
        return {row.name: row.seq for row in connection.execute(text("select name, seq from sqlite_sequence"))}
    numbering = {table.name: _last_number(connection, table) for table in list_tables(connection)}
    return {name: last for name, last in numbering.items() if last is not None}


def go_on_numbering(connection: Connection, table: Table, last: int) -> None:
    """Let the table's next row get a number above `last` and above those of its rows."""
    if connection.dialect.name == "sqlite":
        values = {"name": table.name, "last": last}
        kept = connection.execute(text("update sqlite_sequence set seq = max(seq, :last) where name = :name"), values)
        if kept.rowcount == 0 and last:
            connection.execute(text("insert into sqlite_sequence (name, seq) values (:name, :last)"), values)
    elif (sequence := _sequence(connection, table)) is not None:
        newest = connection.scalar(select(func.max(table.c.id))) or 0
        if max(newest, last):
            connection.execute(select(func.setval(sequence, max(newest, last))))


def _sequence(connection: Connection, table: Table) -> str | None:
    if "id" not in table.c:
        return None
    return connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))


def _last_number(connection: Connection, table: Table) -> int | None:
    sequence = _sequence(connection, table)
    if sequence is None:
        return None
    last: int | None = connection.scalar(text(f"select last_value from {sequence} where is_called"))  # noqa: S608 - the database's own name for it
    return last


def _path(table: str) -> str:
    return f"tables/{table}.jsonl"


def _batches(archive: zipfile.ZipFile, table: str) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in read_rows(archive, table):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"time": (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()}
    return {"bytes": b64encode(value).decode()} if isinstance(value, bytes) else value


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["time"]) if "time" in value else b64decode(value["bytes"], validate=True)
    return value
