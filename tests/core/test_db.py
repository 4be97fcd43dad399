import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import ForeignKey

from commonplace.core import db
from commonplace.core.db import NAMING_CONVENTION, Base, BigId, Database, UtcDateTime

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 - Hypothesis wants them bare


class Tables(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime, int: BigId}  # noqa: RUF012 - SQLAlchemy's declarative attribute


class Parent(Tables):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)
    made_on: Mapped[datetime | None]


class Child(Tables):
    __tablename__ = "children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    Tables.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    Tables.metadata.create_all(database.engine)
    yield database
    database.dispose()


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Parent)) or 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(moment=times)
def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database, moment: datetime) -> None:
    with database.writing() as session:
        parent = Parent(made_on=moment)
        session.add(parent)
    with database.reading() as session:
        read = session.scalars(select(Parent.made_on).where(Parent.id == parent.id)).one()
        found = session.scalar(select(func.count()).where(Parent.id == parent.id, Parent.made_on == moment))
    assert read == moment
    assert read is not None
    assert read.utcoffset() == timedelta(0)
    assert found == 1


def test_times_sort_by_moment_whatever_their_zones(database: Database) -> None:
    east = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=9)))
    west = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=-5)))
    with database.writing() as session:
        session.add_all([Parent(made_on=west), Parent(made_on=east)])
    with database.reading() as session:
        assert list(session.scalars(select(Parent.made_on).order_by(Parent.made_on))) == [east, west]


def test_a_naive_time_is_refused_and_no_time_is_kept_as_none(database: Database) -> None:
    with pytest.raises(StatementError, match="a naive time cannot be stored"), database.writing() as session:
        session.add(Parent(made_on=datetime(2026, 1, 1)))  # noqa: DTZ001 - what must be refused
    with database.writing() as session:
        session.add(Parent(made_on=None))
    with database.reading() as session:
        assert session.scalars(select(Parent.made_on)).one() is None


def test_writing_commits_at_the_end_and_reading_never(database: Database) -> None:
    with database.writing() as session:
        session.add(Parent())
    with database.reading() as session:
        session.add(Parent())
        session.flush()
    assert count(database) == 1


def test_writing_rolls_back_when_something_is_raised(database: Database) -> None:
    def write_and_fail() -> None:
        with database.writing() as session:
            session.add(Parent())
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    assert count(database) == 0


def test_objects_stay_readable_after_their_commit(database: Database) -> None:
    with database.writing() as session:
        parent = Parent(made_on=datetime(2026, 1, 1, tzinfo=UTC))
        session.add(parent)
    assert parent.made_on == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_row_without_its_parent_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Child(parent_id=404))


def test_sqlite_is_set_up_to_survive_and_to_wait(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "synchronous": 2}


def test_sqlite_writers_wait_for_one_another_even_when_they_read_first(sqlite: Database) -> None:
    def read_then_write() -> None:
        for _ in range(5):
            with sqlite.writing() as session:
                number = session.scalar(select(func.count()).select_from(Parent)) or 0
                time.sleep(0.002)
                session.add(Parent(id=number + 1))

    threads = [threading.Thread(target=read_then_write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(sqlite) == 30


def test_sqlite_writers_who_never_pause_let_others_in(sqlite: Database) -> None:
    order, together = [], threading.Barrier(6)

    def write(writer: int) -> None:
        with sqlite.reading() as session:
            session.connection()
            together.wait(30)  # all are connected
        for _ in range(20):
            with sqlite.writing() as session:
                session.add(Parent())
                session.flush()
                time.sleep(0.005)
                order.append(writer)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(sqlite) == 120
    assert set(order[:60]) == set(range(6))


def test_a_sqlite_writer_that_fails_lets_the_next_in(sqlite: Database) -> None:
    other = sqlite3.connect(sqlite.engine.url.database or "", isolation_level=None)
    other.execute("begin immediate")
    started = time.monotonic()
    with pytest.raises(OperationalError), sqlite.writing_beside() as session:
        session.connection()
    assert time.monotonic() - started < db.PATIENCE_S / 2
    other.rollback()
    other.close()
    for _ in range(2):
        with pytest.raises(IntegrityError), sqlite.writing() as session:
            session.add(Child(parent_id=404))
    with sqlite.writing() as session:
        session.add(Parent())
    assert sqlite._turns.take(0)


def test_a_sqlite_writer_that_would_wait_for_itself_is_told_at_once(sqlite: Database) -> None:
    with sqlite.writing() as session:
        session.add(Parent())
        session.flush()
        with sqlite.session(writes=True) as inner, pytest.raises(OperationalError, match="already"):
            inner.connection()
    with sqlite.writing() as session:
        session.add(Parent())
    assert count(sqlite) == 2


def _add_one(database: Database) -> None:
    with database.writing() as session:
        session.add(Parent())


def test_what_follows_a_commit_keeps_no_sqlite_writer_waiting(sqlite: Database) -> None:
    with sqlite.session(writes=True) as session:
        event.listen(session, "after_commit", lambda _session: both.append(count_twice()))
        both: list[int] = []

        def count_twice() -> int:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(_add_one, sqlite).result(timeout=20)
            return count(sqlite)

        session.add(Parent())
        session.commit()
    assert both == [2]


def test_sqlite_readers_do_not_wait_for_a_writer(sqlite: Database) -> None:
    with sqlite.writing() as session:
        session.add(Parent())
        session.flush()
        started = time.monotonic()
        assert count(sqlite) == 0
        assert time.monotonic() - started < 5


def _open_and_write(url: str, start: "multiprocessing.synchronize.Event") -> None:
    start.wait()
    database = Database(url)
    for _ in range(5):
        with database.writing() as session:
            Tables.metadata.create_all(session.connection())
            session.add(Parent())
    database.dispose()


def test_processes_that_open_a_new_sqlite_file_at_once_all_write(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    processes = [context.Process(target=_open_and_write, args=(url, start)) for _ in range(4)]
    for process in processes:
        process.start()
    start.set()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    database = Database(url)
    assert count(database) == 20
    database.dispose()


def test_constraints_are_named_by_convention() -> None:
    assert Base.metadata.naming_convention == NAMING_CONVENTION
    assert set(NAMING_CONVENTION) == {"ix", "uq", "ck", "fk", "pk"}
