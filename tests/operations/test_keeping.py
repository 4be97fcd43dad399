import json
import re
import zipfile

import pytest
from sqlalchemy import func, select

from commonplace.entries import queries
from commonplace.entries.rules import parse_search
from commonplace.entries.search import forget_all
from commonplace.users.models import User
from tests.commands import begin, finish
from tests.factories import make_snap, make_user
from tests.operations.filled import fill, opened, rows_of


def test_a_backup_is_named_after_the_moment_and_read_again(run, house, tmp_path):
    fill(house)
    ended = run("backup")
    assert (ended.exit_code, ended.stderr) == (0, "")
    told = re.fullmatch(
        r"(commonplace-\d{8}-\d{6}\.zip): (\d+) rows, \d+ KiB, read again and found whole\.\n", ended.stdout
    )
    assert int(told[2]) == sum(map(len, rows_of(house).values()))
    assert zipfile.is_zipfile(tmp_path / told[1])


def test_a_backup_is_verified_and_restored_by_the_command(run, house, tmp_path):
    fill(house)
    run("backup", "odd\x1b[31mname.zip")
    verified = run("restore", "--verify", "odd\x1b[31mname.zip")
    assert verified.stdout.endswith("rows found whole.\n")
    assert "\x1b" not in verified.stdout
    refused = run("restore", "odd\x1b[31mname.zip")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "not empty" in refused.stderr
    status, out, err = finish(begin(tmp_path / "other", "restore", str(tmp_path / "odd\x1b[31mname.zip")))
    assert (status, err) == (0, b"")
    assert out.endswith(b"rows restored.\n")
    with opened("", tmp_path / "other") as other:
        assert rows_of(other) == rows_of(house)


@pytest.mark.parametrize("options", [[], ["--verify"]])
def test_what_is_no_backup_is_told_in_one_line(run, tmp_path, options):
    (tmp_path / "holiday.zip").write_bytes(b"no")
    ended = run("restore", *options, "holiday.zip")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("commonplace: holiday.zip is damaged, or no backup")
    assert ended.stderr.count("\n") == 1
    assert run("restore", *options, "missing.zip").exit_code == 2


def test_every_address_of_the_site_is_listed(run, app):
    listed = json.loads(run("routes", "--json").stdout)
    assert [row["address"] for row in listed] == sorted(rule.rule for rule in app.url_map.iter_rules())
    assert {"address": "/trash", "methods": "GET", "endpoint": "entries.trash"} in listed
    lines = run("routes").stdout.splitlines()
    assert len(lines) == len(listed) + 1
    assert all(re.fullmatch(r"/\S*  +[A-Z ]+  +\S+ *", line) for line in lines[1:])


def test_a_shell_has_the_house_and_a_session_and_ends_with_its_input(run, house):
    ended = run("shell", given="print(house.settings.site_name, session.scalar(select(1)))\n")
    assert ended.exit_code == 0
    assert "Commonplace 1\n" in ended.stdout


def test_what_a_shell_commits_is_kept_and_nothing_else(house, session):
    ada = make_user(session, "ada")
    session.commit()
    program = (
        "from commonplace.users.models import User\n"
        "user = session.scalars(select(User)).one()\n"
        "user.about = 'kept'; session.commit()\n"
        "user.about = 'lost'; session.flush()\n"
    )
    process = begin(house.settings.data_dir, "shell", database_url=house.settings.database_url)
    status, _out, err = finish(process, program.encode())
    assert status == 0
    assert b"Traceback" not in err
    session.refresh(ada)
    assert ada.about == "kept"


def test_the_search_index_is_made_anew(run, house, session):
    snap = make_snap(session, make_user(session, "ada"), content="needle")
    session.commit()
    with house.database.writing() as writing:
        forget_all(writing)
    ended = run("search", "rebuild")
    assert (ended.exit_code, ended.stdout) == (0, "1 entries are indexed.\n")
    found = queries.list_found(session, None, parse_search("needle"), {"snap"}, cursor=None, limit=9).items
    assert [entry.hash_key for entry in found] == [snap.hash_key]
    assert session.scalar(select(func.count()).select_from(User)) == 1
