import json

import pytest
from click.testing import CliRunner

from commonplace.cli import main
from commonplace.moderation.service import create_report, dismiss_report
from tests.factories import make_snap


@pytest.fixture
def run(house, monkeypatch):
    monkeypatch.setenv("COMMONPLACE_DATA_DIR", str(house.settings.data_dir))
    monkeypatch.setenv("COMMONPLACE_DATABASE_URL", house.settings.database_url)

    def invoke(*arguments):
        result = CliRunner().invoke(main, ["moderation", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


def test_open_reports_are_listed_newest_first_as_a_table_and_as_json(run, session, people):
    snap = make_snap(session, people.ada)
    decided, _ = create_report(session, people.cleo, people.ada, "Not any more.")
    create_report(session, people.bob, people.ada, "It is rude.\nVery.", entry=snap)
    create_report(session, people.bob, people.mod, "Careless.")
    dismiss_report(session, people.mod, decided)
    session.commit()
    rows = json.loads(run("reports", "--json"))
    assert [(row["reporter"], row["user"], row["entry"], row["reason"]) for row in rows] == [
        ("bob", "mod", None, "Careless."),
        ("bob", "ada", f"/snaps/{snap.hash_key}", "It is rude.\nVery."),
    ]
    table = run("reports").splitlines()
    assert table[0].split() == ["id", "created", "on", "reporter", "user", "entry", "reason"]
    assert len(table) == 3
    assert "It is rude.\\nVery." in table[2]
    assert len(json.loads(run("reports", "--json", "--limit", "1"))) == 1


def test_the_log_is_listed_newest_first(run, session, people):
    for note in ("one", "two"):
        dismiss_report(session, people.mod, create_report(session, people.bob, people.ada, "x")[0], note=note)
    session.commit()
    rows = json.loads(run("log", "--json"))
    assert [(row["moderator"], row["action"], row["user"], row["entry"], row["note"]) for row in rows] == [
        ("mod", "dismiss", "ada", None, "two"),
        ("mod", "dismiss", "ada", None, "one"),
    ]
    assert "dismiss" in run("log").splitlines()[1]
    assert json.loads(run("log", "--json", "--limit", "1"))[0]["note"] == "two"
