import pytest
from sqlalchemy import inspect

from commonplace.config import Settings
from commonplace.core.errors import Conflict
from commonplace.core.house import House
from commonplace.operations import migrations
from commonplace.operations.backup import restore_backup, write_backup
from commonplace.operations.lost_database import NOTE, check_not_lost, note_database
from tests.commands import begin, finish
from tests.databases import empty_database
from tests.operations.filled import opened

STARTS = [("run", "--port", "0"), ("init-db",), ("db", "upgrade"), ("demo",)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def house(request, tmp_path):
    """A house whose database is empty yet, on either sort."""
    with empty_database(request.param, tmp_path) as url:
        house = House.build(Settings.read(data_dir=tmp_path / "data", database_url=url))
        yield house
        house.database.dispose()


def tables(house):
    return set(inspect(house.database.engine).get_table_names())


def test_an_empty_database_beside_files_is_refused_and_nothing_is_made(house):
    check_not_lost(house)
    house.storage.put("photos/1.jpg", b"x")
    with pytest.raises(Conflict, match="Nothing was changed"):
        check_not_lost(house)
    assert tables(house) == set()
    migrations.upgrade(house)
    check_not_lost(house)


def test_what_was_dropped_on_purpose_is_not_lost(house):
    migrations.upgrade(house)
    assert (house.settings.data_dir / NOTE).exists()
    migrations.downgrade(house, "0001")
    assert (house.settings.data_dir / NOTE).exists()
    migrations.downgrade(house, "base")
    check_not_lost(house)
    migrations.upgrade(house)


def test_the_note_names_the_database_and_no_password(tmp_path):
    url = "postgresql+psycopg://ada:hunter2@127.0.0.1:1/none"
    with opened("", tmp_path):
        assert str(tmp_path / "commonplace.sqlite3") in (tmp_path / NOTE).read_text()
    note_database(House.build(Settings.read(data_dir=tmp_path, database_url=url)))
    told = (tmp_path / NOTE).read_text()
    assert "127.0.0.1:1/none" in told
    assert "hunter2" not in told


@pytest.mark.parametrize("command", STARTS)
def test_no_command_makes_a_database_beside_the_files_of_a_lost_one(tmp_path, command):
    House.build(Settings.read(data_dir=tmp_path)).storage.put("photos/1.jpg", b"x")
    status, out, err = finish(begin(tmp_path, *command))
    assert (status, out) == (1, b"")
    assert err.startswith(b"commonplace: The database is empty, but the storage holds files")
    assert err.count(b"\n") == 1
    assert not (tmp_path / "commonplace.sqlite3").exists()


@pytest.mark.parametrize("command", STARTS)
def test_no_command_begins_a_new_site_where_one_has_lived(tmp_path, command):
    with opened("", tmp_path):
        pass
    lost = tmp_path / "commonplace.sqlite3"
    lost.rename(tmp_path / "elsewhere.sqlite3")
    status, out, err = finish(begin(tmp_path, *command))
    assert (status, out) == (1, b"")
    assert err.startswith(f"commonplace: The database is empty, but this site had one at sqlite:///{lost}:".encode())
    assert err.count(b"\n") == 1
    assert not lost.exists()
    (tmp_path / "elsewhere.sqlite3").rename(lost)
    assert finish(begin(tmp_path, "init-db"))[0] == 0


@pytest.mark.server
@pytest.mark.parametrize("command", STARTS)
def test_an_empty_server_beside_the_note_is_refused_too(tmp_path, command):
    with opened("", tmp_path):
        pass
    with empty_database("postgresql", tmp_path) as url:
        status, out, err = finish(begin(tmp_path, *command, database_url=url))
    assert (status, out) == (1, b"")
    assert err.startswith(b"commonplace: The database is empty, but this site had one at sqlite:///")


@pytest.mark.server
def test_a_backup_may_be_restored_into_another_database_of_the_same_folder(tmp_path):
    with opened("", tmp_path) as house:
        write_backup(house, tmp_path / "backup.zip")
    with empty_database("postgresql", tmp_path) as url:
        moved = House.build(Settings.read(data_dir=tmp_path, database_url=url))
        restore_backup(moved, tmp_path / "backup.zip")
        check_not_lost(moved)
        assert "postgresql" in (tmp_path / NOTE).read_text()
        moved.database.dispose()
