"""Accounts on the command line."""

import sys
from typing import Any, get_args

import click

from commonplace.core.errors import Invalid
from commonplace.core.house import House
from commonplace.terminal.asking import ask_for_password
from commonplace.terminal.commands import with_house
from commonplace.terminal.printing import as_json, print_json, print_table
from commonplace.users import service
from commonplace.users.links import RESET, make_link
from commonplace.users.models import Role, User
from commonplace.users.queries import get_account_by_name, get_user_by_name, list_users
from commonplace.users.service_passwords import reset_password

COLUMNS = ("id", "username", "email", "role", "created_on", "closed_on", "suspended_on")
by_standard_input = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input: its first line."
)
role_option = click.option("--role", type=click.Choice(get_args(Role)), required=True, help="What the user may do.")


@click.group()
def users() -> None:
    """Make accounts and look after them."""


@users.command()
@click.argument("name")
@click.option("--email", required=True, help="Where mail for the user goes.")
@click.option("--role", type=click.Choice(get_args(Role)), help="member, where it is left out; the first one is owner.")
@by_standard_input
@with_house
def create(house: House, name: str, email: str, role: Role | None, password_stdin: bool) -> None:
    """Make an account called NAME, whatever COMMONPLACE_SIGNUP says."""
    password = _ask_for_password(by_standard_input=password_stdin)
    with house.database.writing() as session:
        user = service.create_user(session, house, username=name, email=email, password=password, role=role)
    click.echo(f"@{user.username} is here, as {user.role}.")


@users.command("list")
@as_json
@with_house
def list_(house: House, *, as_json: bool) -> None:
    """List all accounts, the first first."""
    with house.database.reading() as session:
        rows = [_facts(user) for user in list_users(session)]
    print_json(rows) if as_json else print_table(COLUMNS, rows)


@users.command()
@click.argument("name")
@role_option
@with_house
def promote(house: House, name: str, role: Role) -> None:
    """Give the user NAME a role, a lower one too."""
    with house.database.writing() as session:
        user = get_user_by_name(session, name)
        service.promote_user(session, user, role)
    click.echo(f"@{user.username} is {user.role}.")


@users.command("reset-password")
@click.argument("name")
@by_standard_input
@with_house
def reset_password_(house: House, name: str, password_stdin: bool) -> None:
    """Print a link by which NAME chooses a new password, or set the one given."""
    if not password_stdin:
        with house.database.reading() as session:
            click.echo(make_link(house, RESET, get_account_by_name(session, name)))
        return
    password = _ask_for_password(by_standard_input=True)
    with house.database.writing() as session:
        reset_password(session, house, get_account_by_name(session, name), password)
    click.echo("The password is changed.")


def _ask_for_password(*, by_standard_input: bool) -> str:
    if not by_standard_input:
        return ask_for_password("--password-stdin")
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Invalid("There is no password on standard input.")
    return password


def _facts(user: User) -> dict[str, Any]:
    return {column: getattr(user, column) for column in COLUMNS}
