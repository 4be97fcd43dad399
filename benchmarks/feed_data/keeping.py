"""Databases that are made once and kept for the next run: a file in the folder `.benchmarks`, or one in PostgreSQL.

A kept one carries a digest of the code that made it, written when all was in it; with another digest it is made anew.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.feed_data.rows import make_tables
from benchmarks.feed_data.size import Size
from benchmarks.feed_data.writing import write_postgresql, write_sqlite
from benchmarks.processes import ROOT
from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.operations.migrations import STEPS, upgrade

SERVER = os.environ.get("BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
FOLDER = ROOT / ".benchmarks"
TIMEOUT_S = 5


class NoServer(Exception):
    """A server that is measured cannot be reached; the message says which."""


def keep_sqlite(size: Size, folder: Path = FOLDER) -> str:
    """Return the URL of an SQLite file of that size, made where it is not there yet."""
    path = folder / f"{size.name}.sqlite3"
    mark = folder / f"{size.name}.digest"
    if not (path.exists() and mark.exists() and mark.read_text() == _digest()):
        folder.mkdir(exist_ok=True)
        for old in (mark, path, *folder.glob(f"{path.name}-*")):
            old.unlink(missing_ok=True)
        _make_tables(f"sqlite:///{path}")
        write_sqlite(path, make_tables(size))
        mark.write_text(_digest())
    return f"sqlite:///{path}"


def keep_postgresql(size: Size) -> str:
    """Return the URL of a PostgreSQL database of that size, made where it is not there yet; raises NoServer."""
    url = f"{SERVER.rsplit('/', 1)[0]}/{size.name}"
    name, digest = sql.Identifier(size.name), _digest()
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=TIMEOUT_S)
    except psycopg.OperationalError as error:
        raise NoServer(f"no PostgreSQL at {SERVER}: {str(error).strip()}") from error
    with server:
        if _mark_of(server, size.name) != digest:
            server.execute(sql.SQL("drop database if exists {}").format(name))
            server.execute(sql.SQL("create database {} template template1").format(name))
            _make_tables(url)
            write_postgresql(url, make_tables(size))
            server.execute(sql.SQL("comment on database {} is {}").format(name, digest))
    return url


def _make_tables(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House.build(Settings.read(data_dir=Path(folder), database_url=url))
        upgrade(house)
        house.database.dispose()


def _mark_of(server: "psycopg.Connection[tuple[str | None]]", name: str) -> str | None:
    asked = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
    row = server.execute(asked, (name,)).fetchone()
    return row[0] if row is not None else None


@cache
def _digest() -> str:
    """Return what changes with the code that makes rows and tables."""
    return _digest_of([*Path(__file__).parent.glob("*.py"), *STEPS.rglob("*.py")])


def _digest_of(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(paths))).hexdigest()
