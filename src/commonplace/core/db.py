"""The database: SQLite in a file or PostgreSQL by URL, and the one unit of work.

SQLite writers say `BEGIN IMMEDIATE`, because a transaction that reads first and writes later cannot wait for
another writer: it fails at once with "database is locked", whatever the busy timeout. Those of one process take turns
before that; among processes SQLite lets in whoever tries at the right moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from time import monotonic
from typing import cast

from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Integer, MetaData, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from commonplace.core.turns import Turns

SQLITE_HEADER = b"SQLite format 3\0"
PATIENCE_S = 30.0
"""How long a writer waits for others, in all."""
SHORT_PATIENCE_S = 1.0
"""The same for what is noted beside a request that only reads, and may be left out."""
HAS_TURN = "has_turn"
THREADS = 16
"""How many of a process may use the database at once without opening connections anew."""
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times, kept as UTC on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC, on its way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC, on its way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit id; SQLite numbers rows by itself only where the type is INTEGER."""


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {datetime: UtcDateTime, int: BigId}  # noqa: RUF012 - SQLAlchemy's declarative attribute


class Database:
    """One engine, and the only ways to a session: for reading, for writing, and for writing beside what reads."""

    def __init__(self, url: str) -> None:
        """Prepare the engine; nothing is connected yet. Raises ValueError or OSError for a file that cannot be one."""
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            _check_file(make_url(url).database or "")
        self.engine = create_engine(
            url,
            pool_size=THREADS,
            pool_pre_ping=not self.is_sqlite,
            hide_parameters=True,  # an error in the log tells no values
        )
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", self._begin_sqlite)
            for ended in ("commit", "rollback"):  # before what else follows the commit
                event.listen(self.engine, ended, self._let_next_in)
            event.listen(self.engine, "checkin", self._let_next_in_at_last)
            self._turns = Turns()
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(self.engine.execution_options(writes=PATIENCE_S), expire_on_commit=False)
        beside = self.engine.execution_options(writes=SHORT_PATIENCE_S)
        self._writers_beside = sessionmaker(beside, expire_on_commit=False)

    def session(self, *, writes: bool) -> Session:
        """Return a new session, which the caller commits or rolls back, and closes."""
        return self._writers() if writes else self._readers()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that is rolled back at the end."""
        with self.session(writes=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that is committed at the end, or rolled back when something is raised."""
        with self.session(writes=True) as session, session.begin():
            yield session

    @contextmanager
    def writing_beside(self) -> Iterator[Session]:
        """Open the same beside a request that only reads: it raises OperationalError rather than wait for long."""
        with self._writers_beside() as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close all pooled connections, as before a fork."""
        self.engine.dispose()

    def _begin_sqlite(self, connection: Connection) -> None:
        driver = cast("SQLiteConnection", connection.connection.driver_connection)  # in a tenth of the time
        patience = connection.get_execution_options().get("writes")
        if patience is None:
            driver.execute("begin")  # takes no lock, so that it cannot fail
            return
        until = monotonic() + patience
        try:
            connection.info[HAS_TURN] = self._turns.take(patience)
        except RuntimeError as error:  # as SQLite says it after a long wait
            raise OperationalError("begin immediate", None, error) from error
        _wait_at_most(driver, until - monotonic())
        try:
            connection.exec_driver_sql("begin immediate")
        finally:
            _wait_at_most(driver, PATIENCE_S)

    def _let_next_in(self, connection: Connection) -> None:
        if connection.info.pop(HAS_TURN, False):
            self._turns.give()

    def _let_next_in_at_last(self, _connection: SQLiteConnection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop(HAS_TURN, False):
            self._turns.give()


def _check_file(name: str) -> None:
    path = Path(name)
    if not path.parent.is_dir():
        raise ValueError("the folder of that file is not there")
    if path.exists():
        with path.open("r+b") as file:  # as SQLite needs it
            if file.read(len(SQLITE_HEADER)) not in {b"", SQLITE_HEADER}:
                raise ValueError("that file is no SQLite database")


def _prepare_sqlite(connection: SQLiteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late: we say it ourselves
    _wait_at_most(connection, PATIENCE_S)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")  # an answered write survives a power cut
    connection.execute("pragma foreign_keys = on")


def _wait_at_most(connection: SQLiteConnection, seconds: float) -> None:
    connection.execute(f"pragma busy_timeout = {max(0, round(seconds * 1_000))}")
