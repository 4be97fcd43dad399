"""Rows into empty tables, past the application: by `executemany` on SQLite, by `COPY` on PostgreSQL."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.feed_data.rows import Table

Connection = psycopg.Connection[tuple[str, ...]]


def write_sqlite(path: Path, tables: Iterable[Table]) -> None:
    """Write the tables into a file, whose references are checked as it goes."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma foreign_keys = on")
        for table in tables:
            places = ", ".join("?" * len(table.columns))
            statement = f"insert into {table.name} ({', '.join(table.columns)}) values ({places})"  # noqa: S608 - names of ours
            connection.executemany(statement, table.rows)
        connection.commit()
        connection.execute("pragma wal_checkpoint(truncate)")
    finally:
        connection.close()


def write_postgresql(url: str, tables: Iterable[Table]) -> None:
    """Write the tables into a database. Its indexes are made afterwards, and references are not looked at.

    That they hold is tested on a small size; on two million entries it would take as long as all the rest.
    """
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set timezone to 'UTC'")
        connection.execute("set maintenance_work_mem = '512MB'")
        written = []
        for table in tables:
            with _without_indexes(connection, table.name):
                _copy(connection, table)
            written.append(table.name)
        connection.execute("select setval(pg_get_serial_sequence('users', 'id'), max(id)) from users")
    with psycopg.connect(url, autocommit=True) as connection:
        for name in written:
            connection.execute(sql.SQL("vacuum (analyze) {}").format(sql.Identifier(name)))


def _copy(connection: Connection, table: Table) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table.name), columns)
    with connection.cursor().copy(statement) as copy:
        for row in table.rows:
            copy.write_row(row)


@contextmanager
def _without_indexes(connection: Connection, table: str) -> Iterator[None]:
    """Drop a table's indexes and make them again; those of its keys stay."""
    found = connection.execute(
        "select indexname, indexdef from pg_indexes where tablename = %s and schemaname = 'public' and not exists"
        " (select from pg_constraint where conname = indexname and conrelid = tablename::regclass)",
        (table,),
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
    yield
    for _, definition in found:
        connection.execute(definition.encode())
