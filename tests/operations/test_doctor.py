import os
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from commonplace.core import clock
from commonplace.jobs.heartbeat import beat_bulk, beat_interactive
from commonplace.jobs.models import Heartbeat
from commonplace.operations import doctor as doctor_module
from commonplace.operations import key_check
from tests.commands import begin, finish

PARTS = {"settings", "database", "storage", "broker", "jobs", "tables", "secret keys", "space"}


@pytest.fixture
def examine(house, run):
    """Run the command on a site in order; return exit status and what is said of each part that fails."""
    beat_bulk(house)
    beat_interactive(house)

    def examine():
        ended = run("doctor")
        lines = [re.fullmatch(r"(ok     |FAILING) ([a-z ]+)(?:: (.+))?", line) for line in ended.stdout.splitlines()]
        assert {line[2] for line in lines} == PARTS
        assert all((line[1] == "FAILING") == bool(line[3]) for line in lines)
        return ended.exit_code, {line[2]: line[3] for line in lines if line[3]}

    return examine


def test_a_site_in_order_is_told_part_by_part_and_exits_with_0(examine):
    assert examine() == (0, {})


def test_a_misspelt_setting_is_found(examine, monkeypatch):
    monkeypatch.setenv("COMMONPLACE_SITE_NAMES", "x")
    assert examine() == (1, {"settings": "no such setting: COMMONPLACE_SITE_NAMES"})


def test_a_kind_that_is_not_installed_is_found(examine, monkeypatch):
    monkeypatch.setenv("COMMONPLACE_KINDS", "snaps,poems")
    assert examine()[1]["settings"].startswith("COMMONPLACE_KINDS is wrong: it names what is not installed here")


def test_keys_that_are_not_those_of_the_database_are_found_until_they_are_kept_for_good(examine, house, run):
    key_check.note_keys(house)
    assert examine() == (0, {})
    (house.settings.data_dir / "secret_keys").unlink()
    status, faults = examine()
    assert (status, faults.keys()) == (1, {"secret keys"})
    assert "not those that this database was used with" in faults["secret keys"]
    assert run("doctor", "--keep-keys").exit_code == 0
    assert examine() == (0, {})


def test_a_worker_that_stands_still_is_found_whenever_the_doctor_came(examine, house):
    with house.database.writing() as session:
        session.merge(Heartbeat(queue="bulk", beaten_on=clock.now() - timedelta(minutes=4)))
    assert examine() == (1, {"jobs": "no worker serves bulk: start `commonplace run`, or a worker"})
    with house.database.writing() as session:
        session.execute(text("delete from heartbeats"))
    assert "interactive and bulk" in examine()[1]["jobs"]


def test_tables_that_are_old_or_too_new_are_found_with_what_to_do(examine, house):
    with house.database.writing() as session:
        session.execute(text("update alembic_version set version_num = '0999'"))
    status, faults = examine()
    assert (status, faults.keys()) == (1, {"tables"})
    assert "at 0999, which this version does not know" in faults["tables"]
    with house.database.writing() as session:
        session.execute(text("delete from alembic_version"))
    assert "run `commonplace db upgrade`" in examine()[1]["tables"]


def test_keys_that_others_can_read_are_found_and_the_command_said_mends_it(examine, house):
    keys = house.settings.data_dir / "secret_keys"
    keys.chmod(0o644)
    status, faults = examine()
    assert (status, faults.keys()) == (1, {"secret keys"})
    command = re.search(r"run `chmod (\d+) (.+)`", faults["secret keys"])
    os.chmod(command[2], int(command[1], 8))  # noqa: PTH101 - as the command does
    assert examine() == (0, {})


def test_a_disk_that_is_nearly_full_is_found(examine, monkeypatch):
    monkeypatch.setattr(doctor_module, "LOW_ON_SPACE", 1 << 60)
    status, faults = examine()
    assert (status, faults.keys()) == (1, {"space"})
    assert "MiB are free" in faults["space"]


def test_a_storage_that_keeps_nothing_is_found(examine, monkeypatch, house, tmp_path):
    monkeypatch.setenv("COMMONPLACE_STORAGE_URL", (tmp_path / "files").as_uri())
    assert examine() == (0, {})
    assert list((tmp_path / "files").rglob("*.*")) == [tmp_path / "files" / ".incoming"]
    (tmp_path / "files" / "doctor").rmdir()
    (tmp_path / "files" / "doctor").write_bytes(b"in the way")
    assert examine()[1].keys() == {"storage"}


def test_a_broker_that_does_not_answer_is_found(examine, monkeypatch):
    monkeypatch.setenv("COMMONPLACE_BROKER_URL", "redis://127.0.0.1:1/0")
    status, faults = examine()
    assert (status, faults.keys()) == (1, {"broker"})


def test_a_database_that_does_not_answer_is_told_in_one_line_a_part(tmp_path):
    url = "postgresql://ada:geheim@127.0.0.1:1/x"
    status, out, err = finish(begin(tmp_path, "doctor", database_url=url))
    lines = out.decode().splitlines()
    assert (status, err) == (1, b"")
    assert sorted(line.split()[1].rstrip(":") for line in lines if line.startswith("FAILING")) == [
        "database",
        "jobs",
        "secret",
        "tables",
    ]
    assert "geheim" not in out.decode()
