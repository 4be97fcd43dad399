"""Commands that are imported when they are asked for: one that runs for months does not carry the others along."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

import click


class LoadingGroup(click.Group):
    """A group that knows some commands only by name and by where they stand, as `package.module:name`."""

    def __init__(self, *args: Any, later: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """Take the commands that are imported later, in the order in which help lists them."""
        super().__init__(*args, **kwargs)
        self._later = dict(later or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*self._later, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, imported now where it was not before."""
        if cmd_name not in self._later:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._later[cmd_name].partition(":")
        return cast(click.Command, getattr(import_module(module), attribute))
