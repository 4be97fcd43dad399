import json

import click
import pytest

from commonplace import __version__
from commonplace.cli import main
from tests.commands import begin, finish

LONGEST_LINE = 100


def each_command(path, command):
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from each_command(f"{path} {name}", command.get_command(context, name))


COMMANDS = dict(each_command("commonplace", main))


def test_the_commands_are_those_that_people_hold_on_to():
    promised = {"run", "worker", "shell", "init-db", "drop-db", "routes", "doctor", "backup", "restore"}
    promised |= {"db upgrade", "db downgrade", "db revision"}
    promised |= {f"users {verb}" for verb in ("create", "list", "promote", "reset-password")}
    promised |= {f"snaps {verb}" for verb in ("add", "list", "show")}
    assert {f"commonplace {name}" for name in promised} <= set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_explains_itself(path):
    command = COMMANDS[path]
    assert command.get_short_help_str(limit=200).endswith(".")
    for option in command.params:
        if isinstance(option, click.Option) and option.name not in {"help", "version"}:
            assert option.help, option.name


def test_it_says_its_version_and_how_it_is_used(tmp_path):
    status, out, err = finish(begin(tmp_path, "--version"))
    assert (status, __version__ in out.decode(), err) == (0, True, b"")
    status, out, err = finish(begin(tmp_path, "--help"))
    assert (status, err) == (0, b"")
    assert all(name.split(" ")[1] in out.decode() for name in COMMANDS if " " in name)


@pytest.mark.parametrize("arguments", [["nonsense"], ["snaps", "nonsense"], ["run", "--port", "x"], ["snaps", "show"]])
def test_wrong_use_exits_with_2(tmp_path, arguments):
    status, out, err = finish(begin(tmp_path, *arguments))
    assert (status, out) == (2, b"")
    assert b"Usage: " in err
    assert not list(tmp_path.iterdir())


def test_a_misspelt_setting_is_told_of_in_one_line_and_stops_nothing(tmp_path):
    assert finish(begin(tmp_path, "init-db"))[0] == 0
    status, out, err = finish(begin(tmp_path, "users", "list", "--json", sitename="hunter2"))
    assert (status, json.loads(out)) == (0, [])
    assert json.loads(err)["event"] == "no such settings, so they are ignored: COMMONPLACE_SITENAME"
    assert b"hunter2" not in err
