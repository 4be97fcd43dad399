import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from commonplace.core.db import Database
from commonplace.core.events import after_commit, announce, signal

happened = signal("test-happened")


class Tables(DeclarativeBase):
    pass


class Note(Tables):
    __tablename__ = "notes"
    text: Mapped[str] = mapped_column(primary_key=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    Tables.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session(writes=True) as session:
        yield session


@pytest.fixture
def done() -> list[str]:
    return []


def notes(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Note.text)))


@pytest.mark.parametrize("end", ["rollback", "close", "commit"])
def test_a_subscriber_that_ends_the_transaction_is_no_success(database: Database, end: str) -> None:
    def subscriber(session: Session) -> None:
        getattr(session, end)()

    with happened.connected_to(subscriber), database.session(writes=True) as session:
        session.add(Note(text="told"))
        session.flush()
        with pytest.raises(RuntimeError, match="test-happened ended"):
            announce(happened, session)


def test_a_subscriber_writes_within_the_transaction_of_the_announcer(database: Database) -> None:
    def subscriber(session: Session, *, text: str) -> None:
        session.add(Note(text=text))

    with happened.connected_to(subscriber):
        with database.session(writes=True) as session:
            announce(happened, session, text="rolled back")
            session.rollback()
        with database.writing() as session:
            announce(happened, session, text="kept")
    assert notes(database) == ["kept"]


def test_a_failing_subscriber_is_logged_and_breaks_nothing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(session: Session) -> None:
        session.add(Note(text="half done"))
        session.flush()
        session.add(Note(text="mine"))
        session.flush()

    def works(session: Session) -> None:
        session.add(Note(text="told"))

    with happened.connected_to(breaks), happened.connected_to(works), database.writing() as session:
        session.add(Note(text="mine"))
        announce(happened, session)
    assert notes(database) == ["mine", "told"]
    assert [(record.levelno, "test-happened" in record.message) for record in caplog.records] == [(logging.ERROR, True)]


def test_an_action_waits_for_the_commit_and_runs_once(session: Session, done: list[str]) -> None:
    session.add(Note(text="a"))
    after_commit(session, lambda: done.append("a"))
    session.flush()
    assert done == []
    session.commit()
    assert done == ["a"]
    session.add(Note(text="b"))
    session.commit()
    assert done == ["a"]


def test_an_action_sees_what_was_committed(database: Database, session: Session, done: list[str]) -> None:
    session.add(Note(text="a"))
    after_commit(session, lambda: done.extend(notes(database)))
    session.commit()
    assert done == ["a"]


def test_a_released_savepoint_runs_nothing_before_the_outer_commit(session: Session, done: list[str]) -> None:
    after_commit(session, lambda: done.append("outer"))
    with session.begin_nested():
        after_commit(session, lambda: done.append("inner"))
        with session.begin_nested():
            after_commit(session, lambda: done.append("innermost"))
    assert done == []
    session.commit()
    assert done == ["outer", "inner", "innermost"]


def test_a_rolled_back_savepoint_forgets_its_own_actions_only(session: Session, done: list[str]) -> None:
    after_commit(session, lambda: done.append("before"))
    savepoint = session.begin_nested()
    after_commit(session, lambda: done.append("within"))
    with session.begin_nested():
        after_commit(session, lambda: done.append("released within"))
    savepoint.rollback()
    after_commit(session, lambda: done.append("after"))
    session.commit()
    assert done == ["before", "after"]


def test_a_refused_row_in_a_savepoint_forgets_no_action_of_the_outer_transaction(
    session: Session, done: list[str]
) -> None:
    session.add(Note(text="a"))
    after_commit(session, lambda: done.append("outer"))
    session.flush()
    session.expunge_all()
    savepoint = session.begin_nested()
    after_commit(session, lambda: done.append("refused"))
    session.add(Note(text="a"))
    with pytest.raises(IntegrityError):
        session.flush()
    savepoint.rollback()
    session.commit()
    assert done == ["outer"]


@pytest.mark.parametrize("end", ["rollback", "close", "reset"])
def test_a_transaction_that_ends_otherwise_forgets_its_actions(session: Session, done: list[str], end: str) -> None:
    session.add(Note(text="a"))
    after_commit(session, lambda: done.append("first"))
    getattr(session, end)()
    after_commit(session, lambda: done.append("second"))
    session.commit()
    assert done == ["second"]


def test_a_failing_action_is_logged_and_the_next_still_runs(
    session: Session, done: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    after_commit(session, lambda: done.append(str(1 / 0)))
    after_commit(session, lambda: done.append("next"))
    session.commit()
    assert done == ["next"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
