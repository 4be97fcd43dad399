import json
import stat
import threading
import zipfile

import pytest
from sqlalchemy import delete, func, select

from commonplace.core.errors import Conflict
from commonplace.entries.models import Entry
from commonplace.entries.queries import list_found
from commonplace.entries.rules import parse_search
from commonplace.mail.models import Mail
from commonplace.operations import migrations
from commonplace.operations.backup import check_backup, restore_backup, write_backup
from commonplace.operations.key_check import LOST, find_lost_keys, note_keys
from commonplace.snaps.models import Snap, SnapRevision
from commonplace.snaps.service import SnapValues, edit_snap
from commonplace.users.models import User
from tests.databases import empty_database
from tests.factories import make_snap, make_user
from tests.operations.filled import files_of, fill, opened, rows_of

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.server)


@pytest.fixture
def sort():
    return "sqlite"


@pytest.fixture
def site(sort, tmp_path):
    folder = tmp_path / "from"
    folder.mkdir()
    with empty_database(sort, folder) as url, opened(url, folder / "data") as house:
        fill(house)
        yield house


@pytest.fixture
def other(tmp_path):
    """An empty site to restore into."""
    with opened("", tmp_path / "other", empty=True) as house:
        yield house


@pytest.fixture
def backup(site, tmp_path):
    target = tmp_path / "backup.zip"
    write_backup(site, target)
    return target


@pytest.mark.parametrize("sort", ["sqlite", POSTGRESQL])
@pytest.mark.parametrize("into", ["sqlite", POSTGRESQL])
def test_a_restored_site_is_the_same_row_by_row_and_goes_on(site, backup, tmp_path, into):
    before = rows_of(site)
    assert all(before.values()), "every table has a row to lose"
    with empty_database(into, tmp_path) as url, opened(url, tmp_path / "other", empty=True) as house:
        counts = restore_backup(house, backup)
        assert rows_of(house) == before
        assert counts == {name: len(rows) for name, rows in before.items()}
        assert files_of(house) == files_of(site)
        assert migrations.list_differences(house) == []
        with house.database.writing() as session:
            assert len(list_found(session, None, parse_search("needle"), {"snap"}, cursor=None, limit=9).items) == 1
            newest = session.scalar(select(func.max(User.id)))
            assert make_user(session, "next").id == newest + 2  # one left for good before the backup
            session.add(Mail(recipient="c@example.org", subject="after"))
            make_snap(session, session.get(User, newest))
    with opened("", tmp_path / "other", empty=True) as again:  # with the keys that came along
        (mail,) = [row for row in before["mails"] if row[3] is not None]
        assert "/users/verify/" in again.keys.open(mail[3], row=f"mails/{mail[0]}", field="content")


def test_the_backup_is_for_us_alone_and_can_be_read_without_us(site, backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        users = [json.loads(line) for line in archive.open("tables/users.jsonl")]
        assert archive.read("secret_keys").decode().split() == list(site.keys.signing_keys)
    assert [user["username"] for user in users] == ["ada", "bob", "gone"]
    assert manifest["rows"] == check_backup(backup) == {name: len(rows) for name, rows in rows_of(site).items()}
    assert list(backup.parent.glob("*backup.zip*")) == [backup]


def test_a_restored_site_knows_the_keys_that_came_along(backup, other, tmp_path):
    migrations.upgrade(other)
    note_keys(other)  # it was started once
    restore_backup(other, backup)
    assert find_lost_keys(other) == LOST  # it still has those of its first start
    with opened(other.settings.database_url, other.settings.data_dir, empty=True) as again:
        assert find_lost_keys(again) is None


def test_keys_that_stand_in_the_environment_come_along_too(tmp_path, other):
    key = "4o0KXhFPqkzKQm3cJpWl9nE2vYtRbUsA7dGx"
    with opened("", tmp_path / "from", secret_keys=key) as house:
        fill(house)
        write_backup(house, tmp_path / "backup.zip")
    restore_backup(other, tmp_path / "backup.zip")
    keys = other.settings.data_dir / "secret_keys"
    assert keys.read_text().split() == [key]
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


@pytest.mark.parametrize("present", ["rows", "files"])
def test_a_site_that_is_not_empty_is_left_as_it_is(backup, other, present):
    migrations.upgrade(other)
    if present == "rows":
        with other.database.writing() as session:
            make_user(session, "somebody")
    else:
        other.storage.put("photos/9.jpg", b"mine")
    before = rows_of(other), files_of(other), (other.settings.data_dir / "secret_keys").read_text()
    with pytest.raises(Conflict, match="not empty"):
        restore_backup(other, backup)
    assert (rows_of(other), files_of(other), (other.settings.data_dir / "secret_keys").read_text()) == before


def test_a_site_that_was_started_once_and_never_used_is_empty(site, backup, other):
    migrations.upgrade(other)
    with other.database.writing() as session:
        session.execute(delete(Mail))
    restore_backup(other, backup)
    assert rows_of(other) == rows_of(site)


def test_nothing_is_left_behind_where_a_backup_fails_midway(site, tmp_path, monkeypatch):
    def fail(_name):
        raise OSError(5, "Input/output error")

    target = tmp_path / "backup.zip"
    target.write_bytes(b"of yesterday")
    monkeypatch.setattr(site.storage, "open", fail)
    with pytest.raises(OSError, match="Input/output"):
        write_backup(site, target)
    assert target.read_bytes() == b"of yesterday"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["backup.zip"]


def test_a_site_without_tables_has_nothing_to_back_up(other, tmp_path):
    with pytest.raises(Conflict, match="no tables"):
        write_backup(other, tmp_path / "backup.zip")
    assert not (tmp_path / "backup.zip").exists()


def test_a_file_that_is_deleted_meanwhile_is_left_out(site, tmp_path, monkeypatch):
    listed = [*site.storage.list_names(), "exports/99.zip"]
    monkeypatch.setattr(site.storage, "list_names", lambda: iter(listed))
    write_backup(site, tmp_path / "backup.zip")
    assert "files/exports/99.zip" not in zipfile.ZipFile(tmp_path / "backup.zip").namelist()


@pytest.mark.parametrize("sort", ["sqlite", POSTGRESQL])
def test_a_backup_is_of_one_moment_while_others_write(site, other, tmp_path):
    done = threading.Event()

    def write():
        with site.database.writing() as session:
            author = make_user(session)
            snap_id = make_snap(session, author, content="0").id
        number = 0
        while not done.is_set():
            number += 1
            with site.database.writing() as session:
                snap = session.get(Snap, snap_id)
                edit_snap(session, session.get(User, author.id), snap, SnapValues(str(number)))
                make_snap(session, session.get(User, author.id))

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for number in range(4):
        write_backup(site, tmp_path / f"{number}.zip")
    done.set()
    for writer in writers:
        writer.join()
    restore_backup(other, tmp_path / "3.zip")
    with other.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Entry).where(Entry.kind == "snap")) == session.scalar(
            select(func.count()).select_from(Snap)
        )
        for snap in session.scalars(select(Snap)):
            kept = session.scalars(select(SnapRevision.number).where(SnapRevision.snap_id == snap.id)).all()
            assert sorted(kept) == list(range(1, snap.revision))
