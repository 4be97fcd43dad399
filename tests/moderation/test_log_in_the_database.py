"""The database itself keeps the log as it is, on either database, and a backup brings it along."""

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from commonplace.moderation.models import LogEntry
from commonplace.operations import migrations
from commonplace.operations.backup import restore_backup, write_backup
from tests.databases import empty_database
from tests.operations.filled import opened

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]


@pytest.fixture(params=BOTH)
def house(request, tmp_path):
    folder = tmp_path / "from"
    folder.mkdir()
    with empty_database(request.param, folder) as url, opened(url, folder / "data") as house:
        note(house, "first")
        note(house, "second")
        yield house


def note(house, words):
    with house.database.writing() as session:
        session.add(LogEntry(action="hide", moderator_name="mod", username="ada", entry_path="/snaps/x", note=words))


def notes(house):
    with house.database.reading() as session:
        return session.scalars(select(LogEntry.note).order_by(LogEntry.id)).all()


def test_no_row_is_changed_or_removed_whoever_asks(house):
    attempts = [
        update(LogEntry).values(note="never"),
        update(LogEntry).where(LogEntry.note == "first").values(moderator_name="somebody else"),
        delete(LogEntry),
        delete(LogEntry).where(LogEntry.note == "second"),
    ]
    if not house.database.is_sqlite:
        attempts += [text("truncate moderation_log"), text("truncate moderation_log cascade")]
    for attempt in attempts:
        with (
            pytest.raises(DBAPIError, match="rows of moderation_log stay as they are"),
            house.database.writing() as session,
        ):
            session.execute(attempt)
    assert notes(house) == ["first", "second"]
    note(house, "third")
    assert notes(house) == ["first", "second", "third"]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_no_row_is_replaced_by_a_way_that_sqlite_alone_has(house):
    with house.database.reading() as session:
        values = session.execute(select(LogEntry.__table__)).mappings().first()
    replaced = pytest.raises(DBAPIError, match="stay as they are")
    with replaced, house.database.writing() as session:
        session.execute(insert(LogEntry).prefix_with("or replace").values(**({**values} | {"note": "never"})))
    assert notes(house) == ["first", "second"]


@pytest.mark.parametrize("into", BOTH)
def test_a_restored_site_has_the_log_and_keeps_it(house, tmp_path, into):
    write_backup(house, tmp_path / "backup.zip")
    with empty_database(into, tmp_path) as url, opened(url, tmp_path / "other", empty=True) as other:
        restore_backup(other, tmp_path / "backup.zip")
        assert notes(other) == ["first", "second"]
        with pytest.raises(DBAPIError), other.database.writing() as session:
            session.execute(delete(LogEntry))
        note(other, "third")
        assert notes(other) == ["first", "second", "third"]


def test_the_tables_go_down_and_up_again_with_a_full_log(house):
    migrations.downgrade(house, "0006")
    migrations.upgrade(house)
    assert notes(house) == []
    note(house, "anew")
    with pytest.raises(DBAPIError), house.database.writing() as session:
        session.execute(update(LogEntry).values(note="never"))
