"""Databases for tests, empty or with all tables: a file, or one made and dropped in a real PostgreSQL."""

import atexit
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.operations.migrations import upgrade

SERVER = os.environ.get("TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def empty_database(sort: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database of that sort, `sqlite` or `postgresql`."""
    if sort == "sqlite":
        yield f"sqlite:///{folder / 'test.sqlite3'}"
        return
    with connect_or_skip() as server:
        name = _create(server, template="template1")
        yield _url(name)
        _drop(server, name)


@contextmanager
def migrated_database(sort: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a database that has all tables, copied from one that was made by the migrations once."""
    if sort == "sqlite":
        (folder / "test.sqlite3").write_bytes(_migrated_file())
        yield f"sqlite:///{folder / 'test.sqlite3'}"
        return
    with connect_or_skip() as server:
        name = _create(server, template=_migrated_template())
        yield _url(name)
        _drop(server, name)


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "template.sqlite3")
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _migrated_template() -> str:
    with connect_or_skip() as server:
        name = _create(server, template="template1")
    _migrate(_url(name))
    atexit.register(_drop_at_exit, name)
    return name


def _migrate(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House.build(Settings.read(data_dir=Path(folder), database_url=url))
        upgrade(house)
        house.database.dispose()  # the last connection to a file writes its log into it


def _create(server: "psycopg.Connection[tuple[object, ...]]", *, template: str) -> str:
    name = f"commonplace_test_{secrets.token_hex(6)}"
    server.execute(f"create database {name} template {template}")  # type: ignore[call-overload]  # the names are ours
    return name


def _drop(server: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    server.execute(f"drop database {name} with (force)")  # type: ignore[call-overload]  # the name is ours


def _drop_at_exit(name: str) -> None:
    with connect_or_skip() as server:
        _drop(server, name)


def _url(name: str) -> str:
    return SERVER.replace("postgresql://", "postgresql+psycopg://").rsplit("/", 1)[0] + f"/{name}"


def connect_or_skip() -> "psycopg.Connection[tuple[object, ...]]":
    """Return a connection to the server; skip where there is none, fail in CI."""
    try:
        return psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL at {SERVER}: {error}")
