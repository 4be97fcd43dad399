import subprocess
import sys

import click
import pytest

from commonplace.terminal.loading import LoadingGroup

GROUP = LoadingGroup(
    "top", commands={"here": click.Command("here")}, later={"later": "tests.terminal.test_loading:LATER"}
)
LATER = click.Command("later")
CONTEXT = click.Context(GROUP)


def test_a_group_lists_and_finds_commands_that_are_not_imported_yet():
    assert GROUP.list_commands(CONTEXT) == ["later", "here"]
    assert GROUP.get_command(CONTEXT, "later") is LATER
    assert GROUP.get_command(CONTEXT, "here").name == "here"
    assert GROUP.get_command(CONTEXT, "nowhere") is None


@pytest.mark.parametrize("module", ["alembic", "gunicorn", "requests", "socketio"])
def test_the_top_command_starts_without_what_only_some_need(module):
    program = f"import sys, commonplace.cli; print({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"False\n"
