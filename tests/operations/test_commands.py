import json

import click
import pytest
from click.testing import CliRunner

from commonplace.cli import main
from commonplace.operations.commands import COMMANDS
from tests.operations.filled import fill

PROMISED = {"run", "worker", "shell", "init-db", "drop-db", "db", "routes", "doctor", "backup", "restore"}


def commands(command, path=()):
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                yield from commands(command.get_command(context, name), (*path, name))
    else:
        yield path, command


def test_every_promised_command_is_there_and_in_the_order_of_the_list():
    with click.Context(main) as context:
        listed = main.list_commands(context)
    assert listed[: len(COMMANDS)] == list(COMMANDS)
    assert set(listed) >= PROMISED | {"users", "snaps"}


@pytest.mark.parametrize(("path", "command"), [pytest.param(*found, id=" ".join(found[0])) for found in commands(main)])
def test_every_command_says_what_it_is_for_without_touching_a_site(path, command, monkeypatch, tmp_path):
    monkeypatch.setenv("COMMONPLACE_DATA_DIR", str(tmp_path / "data"))
    ended = CliRunner().invoke(main, [*path, "--help"])
    assert ended.exit_code == 0
    assert (command.help or "").strip().splitlines()[0].endswith(".")
    assert not (tmp_path / "data").exists()
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or parameter.help, parameter.name


def test_wrong_use_is_exit_status_2_everywhere():
    for path, _command in commands(main):
        ended = CliRunner().invoke(main, [*path, "--no-such-option"])
        assert ended.exit_code == 2, path
        assert "No such option" in ended.stderr


@pytest.mark.parametrize("command", [["users", "list"], ["snaps", "list", "--user", "bob"], ["routes"]])
def test_what_prints_data_prints_it_as_json_too_and_plainly_in_a_pipe(run, house, command):
    fill(house)
    printed = run(*command, "--json")
    rows = json.loads(printed.stdout)
    assert rows
    assert all(isinstance(row, dict) for row in rows)
    table = run(*command)
    assert (table.exit_code, table.stderr) == (0, "")
    assert len(table.stdout.splitlines()) == len(rows) + 1
    assert "\x1b" not in table.stdout + printed.stdout
