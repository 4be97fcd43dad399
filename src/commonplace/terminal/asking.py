"""What a command asks the person at the terminal, and what it says where there is none."""

import getpass
import warnings

import click

from commonplace.core.errors import CommonplaceError


class NobodyThere(CommonplaceError):
    """A command that must ask was started where nobody can answer."""


def ask_for_password(otherwise: str) -> str:
    """Return a password that was typed twice and not shown.

    Raises NobodyThere, which says to use the option `otherwise`, where there is no terminal to type it at.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # else it would be read, and shown, from anywhere
        try:
            password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        except getpass.GetPassWarning:
            raise NobodyThere(f"There is no terminal to type a password at: use {otherwise}.") from None
    return password
