"""Backups that are damaged, foreign or malicious: each is refused, and the site stays as empty as it was."""

import json
import random
import zipfile

import pytest

from commonplace.core.errors import CommonplaceError, Invalid
from commonplace.operations import migrations
from commonplace.operations.backup import check_backup, restore_backup, write_backup
from tests.operations.filled import files_of, fill, opened, rows_of


@pytest.fixture(scope="module")
def backup(tmp_path_factory):
    folder = tmp_path_factory.mktemp("from")
    with opened("", folder / "data") as house:
        fill(house)
        write_backup(house, folder / "backup.zip")
    return folder / "backup.zip"


@pytest.fixture
def other(tmp_path):
    with opened("", tmp_path / "place" / "other", empty=True) as house:
        yield house


def altered(backup, target, **changes):
    """Write the backup anew with other contents for some members, or with more; None leaves one out."""
    members = {name: zipfile.ZipFile(backup).read(name) for name in zipfile.ZipFile(backup).namelist()} | changes
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)
    return target


def member(backup, name):
    return zipfile.ZipFile(backup).read(name)


def manifest(backup, **changes):
    return {"manifest.json": json.dumps(json.loads(member(backup, "manifest.json")) | changes)}


def lines(backup, table, change):
    """The table with one row changed; the number of rows stays."""
    rows = [json.loads(line) for line in member(backup, f"tables/{table}.jsonl").splitlines()]
    rows[-1] |= change
    return {f"tables/{table}.jsonl": "".join(json.dumps(row) + "\n" for row in rows)}


def refuses(house, source, words="."):
    keys = (house.settings.data_dir / "secret_keys").read_bytes()
    with pytest.raises(Invalid, match=words) as refused:
        restore_backup(house, source)
    assert "\n" not in refused.value.message
    assert files_of(house) == {}
    assert (house.settings.data_dir / "secret_keys").read_bytes() == keys
    if migrations.find_revision(house) is not None:
        assert not any(rows_of(house).values())
    return True


def test_what_is_no_backup_is_refused(other, tmp_path):
    samples = {"empty": b"", "text": b"hello", "cut": b"PK\x03\x04" + bytes(99), "end": b"PK\x05\x06" + bytes(18)}
    for name, content in samples.items():
        (tmp_path / name).write_bytes(content)
        assert refuses(other, tmp_path / name, "no")
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as archive:
        archive.writestr("holiday.jpg", b"\xff\xd8")
    assert refuses(other, tmp_path / "foreign.zip", "no backup of Commonplace")
    assert migrations.find_revision(other) is None


CHANGES = {
    "no manifest": lambda _backup: {"manifest.json": None},
    "manifest is a list": lambda _backup: {"manifest.json": "[1]"},
    "manifest is no JSON": lambda _backup: {"manifest.json": "{"},
    "manifest is no text": lambda _backup: {"manifest.json": b"\xff"},
    "rows are a number": lambda backup: manifest(backup, rows=7),
    "another format": lambda backup: manifest(backup, format=2),
    "a newer step": lambda backup: manifest(backup, revision="0999"),
    "no step": lambda backup: manifest(backup, revision=None),
    "a table is missing": lambda _backup: {"tables/snaps.jsonl": None},
    "a row is missing": lambda backup: {"tables/snaps.jsonl": member(backup, "tables/snaps.jsonl").split(b"\n", 1)[1]},
    "a row is no JSON": lambda backup: {"tables/snaps.jsonl": member(backup, "tables/snaps.jsonl")[:-9] + b"\n"},
    "a row is a list": lambda backup: {"tables/heartbeats.jsonl": "[]"} | manifest(backup, rows={"heartbeats": 1}),
    "fewer tables": lambda backup: manifest(backup, rows={"users": 3}),
    "a time is none": lambda backup: lines(backup, "users", {"created_on": {"time": "yesterday"}}),
    "bytes are none": lambda backup: lines(backup, "idempotency_keys", {"body": {"bytes": "%%"}}),
    "an unknown column": lambda backup: lines(backup, "users", {"shoe_size": 43}),
    "a column is empty": lambda backup: lines(backup, "users", {"username": None}),
    "an author is missing": lambda backup: lines(backup, "entries", {"author_id": 404}),
    "two of one name": lambda backup: lines(backup, "users", {"folded": "ada"}),
    "an unknown audience": lambda backup: lines(backup, "entries", {"audience": "everyone"}),
    "no keys": lambda _backup: {"secret_keys": None},
    "weak keys": lambda _backup: {"secret_keys": "changeme"},
    "no numbering": lambda backup: manifest(backup, numbering={"users": None}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_does_not_fit_together_is_refused_and_nothing_of_it_is_kept(backup, other, tmp_path, change):
    assert refuses(other, altered(backup, tmp_path / "altered.zip", **CHANGES[change](backup)))


@pytest.mark.parametrize(
    "name", ["../evil", "../../evil", "/etc/evil", "a/../../evil", ".evil", "a\\..\\evil", "a//evil"]
)
def test_a_file_name_that_leads_elsewhere_is_refused_before_anything_is_written(backup, other, tmp_path, name):
    assert refuses(other, altered(backup, tmp_path / "slip.zip", **{f"files/{name}": b"evil"}))
    assert list(tmp_path.rglob("*evil*")) == []


def test_a_backup_is_refused_wherever_a_byte_of_it_was_changed(backup, other, tmp_path):
    whole = backup.read_bytes()
    counts = check_backup(backup)
    chosen = random.Random(3)
    for _ in range(60):
        at = chosen.randrange(len(whole))
        target = tmp_path / "spoilt.zip"
        target.write_bytes(whole[:at] + bytes([whole[at] ^ chosen.randrange(1, 256)]) + whole[at + 1 :])
        try:
            assert check_backup(target) == counts  # a byte of the zip's own that says nothing
        except CommonplaceError:
            assert refuses(other, target)
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        target.write_bytes(whole[:length])
        assert refuses(other, target)
    assert migrations.find_revision(other) is None


def test_a_disk_that_is_full_midway_leaves_the_site_empty(backup, other, monkeypatch):
    put, kept = other.storage.put, []

    def put_one(name, content):
        if kept:
            raise OSError(28, "No space left on device")
        kept.append(name)
        put(name, content)

    monkeypatch.setattr(other.storage, "put", put_one)
    with pytest.raises(OSError, match="No space left"):
        restore_backup(other, backup)
    assert kept
    assert files_of(other) == {}
    assert not any(rows_of(other).values())
    monkeypatch.undo()
    restore_backup(other, backup)
    assert len(files_of(other)) == 2
