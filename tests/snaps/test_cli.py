import json

import pytest
from click.testing import CliRunner

from commonplace.cli import main
from tests.factories import make_user


@pytest.fixture
def run(house, session, monkeypatch):
    make_user(session, "ada")
    session.commit()
    monkeypatch.setenv("COMMONPLACE_DATA_DIR", str(house.settings.data_dir))
    monkeypatch.setenv("COMMONPLACE_DATABASE_URL", house.settings.database_url)

    def run(*arguments, given=None):
        return CliRunner().invoke(main, ["snaps", *arguments], input=given)

    return run


def test_a_file_goes_in_and_comes_out_byte_for_byte(run, tmp_path):
    file = tmp_path / "odd name.py"
    file.write_bytes(b"\xef\xbb\xbf# \xc3\xa9\r\n\n\tx = 1")
    added = run("add", str(file), "--user", "ada", "--audience", "private")
    assert added.exit_code == 0
    shown = run("show", added.stdout.strip(), "--user", "ada")
    assert shown.stdout_bytes == file.read_bytes()
    assert run("show", added.stdout.strip()).exit_code == 1


def test_what_comes_in_by_a_pipe_is_shared_too(run):
    added = run("add", "-", "--user", "ada", "--name", "x.sh", "--audience", "public", "--json", given="ls\n")
    facts = json.loads(added.stdout)
    assert (facts["name"], facts["extension"], facts["audience"]) == ("x.sh", "sh", "public")
    listed = json.loads(run("list", "--json").stdout)
    assert [row["hash_key"] for row in listed] == [facts["hash_key"]]
    assert "x.sh" in run("list").stdout


def test_a_failure_is_one_line_and_exit_status_1(run, tmp_path):
    file = tmp_path / "binary"
    file.write_bytes(b"a\0b")
    failed = run("add", str(file), "--user", "ada")
    assert failed.exit_code == 1
    assert failed.stderr == "commonplace: There is a NUL character at position 1 (in line 1).\n"
    assert run("add", str(file), "--user", "nobody").exit_code == 1
    assert run("add", str(file)).exit_code == 2
