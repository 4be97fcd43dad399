import json

import pytest
from click.testing import CliRunner

from commonplace.cli import main
from tests.factories import make_snap, make_user


@pytest.fixture
def snap_key(session):
    snap = make_snap(session, make_user(session, "ada"), audience="members")
    session.commit()
    return snap.hash_key


@pytest.fixture
def run(house, snap_key, monkeypatch):
    monkeypatch.setenv("COMMONPLACE_DATA_DIR", str(house.settings.data_dir))
    monkeypatch.setenv("COMMONPLACE_DATABASE_URL", house.settings.database_url)

    def run(*arguments, given=None):
        return CliRunner().invoke(main, ["posts", *arguments], input=given)

    return run


def test_a_text_goes_in_and_comes_out(run, tmp_path):
    file = tmp_path / "post.md"
    file.write_text("Good *morning*. #bread", encoding="utf-8")
    added = run("add", str(file), "--user", "ada", "--audience", "private")
    assert added.exit_code == 0
    assert run("show", added.stdout.strip(), "--user", "ada").stdout == "Good *morning*. #bread\n"
    assert run("show", added.stdout.strip()).exit_code == 1


def test_what_comes_in_by_a_pipe_is_shared_listed_and_found_by_its_tag(run):
    added = run("add", "-", "--user", "ada", "--audience", "public", "--json", given="Good morning. #Bread")
    facts = json.loads(added.stdout)
    assert (facts["title"], facts["audience"], facts["author"]) == ("Good morning. #Bread", "public", "ada")
    for arguments in ((), ("--tag", "#BREAD"), ("--user", "ada")):
        assert [row["hash_key"] for row in json.loads(run("list", "--json", *arguments).stdout)] == [facts["hash_key"]]
    assert "Good morning." in run("list").stdout
    assert json.loads(run("list", "--tag", "no tag", "--json").stdout) == []
    assert json.loads(run("show", facts["hash_key"], "--json").stdout)["content"] == "Good morning. #Bread"


def test_a_reply_names_what_it_answers_by_key_or_address(run, snap_key):
    for parent in (snap_key, f"http://127.0.0.1:5000/snaps/{snap_key}"):
        added = run("add", "-", "--user", "ada", "--parent", parent, "--json", given="I see.")
        assert json.loads(added.stdout)["audience"] == "members"
    refused = run("add", "-", "--user", "ada", "--parent", snap_key, "--audience", "private", given="psst")
    assert (refused.exit_code, "leave its audience out" in refused.stderr) == (1, True)
    assert run("add", "-", "--user", "ada", "--parent", "0" * 22, given="x").exit_code == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"", "write something"),
        (b"\xff", "not UTF-8"),
        (b"x" * 5_001, "at most 5,000 characters; this has 5,001"),
        ("\U0001f600" * 9_000, "at most 5,000"),
    ],
)
def test_a_failure_is_one_line_and_exit_status_1(run, given, reason):
    failed = run("add", "-", "--user", "ada", given=given)
    assert failed.exit_code == 1
    assert failed.stderr.startswith("commonplace: ")
    assert reason in failed.stderr
    assert failed.stderr.count("\n") == 1
