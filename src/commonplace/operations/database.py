"""Commands around the database's tables."""

import click

from commonplace.core.db import Base
from commonplace.core.house import House
from commonplace.operations import migrations
from commonplace.operations.backup_tables import is_empty
from commonplace.operations.key_check import note_keys
from commonplace.operations.lost_database import check_not_lost
from commonplace.terminal.commands import with_house


@click.command("init-db")
@with_house
def init_db(house: House) -> None:
    """Make the tables, or bring them up to date; what is in them stays."""
    check_not_lost(house)
    migrations.upgrade(house)
    note_keys(house)
    click.echo(f"The tables are at {migrations.find_revision(house)}.")


@click.command("drop-db")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_house
def drop_db(house: House, yes: bool) -> None:
    """Remove all tables and all that is in them."""
    tables = len(Base.metadata.tables)
    if not yes:
        click.confirm(f"Remove all {tables} tables, with everything in them?", abort=True)
    migrations.downgrade(house, "base")
    click.echo("The tables are gone" + ("." if house.storage.is_empty() else "; the files are still there."))


@click.group()
def db() -> None:
    """Step the tables up and down."""


@db.command()
@click.argument("revision", default="head")
@with_house
def upgrade(house: House, revision: str) -> None:
    """Bring the tables up to REVISION, the newest by default."""
    check_not_lost(house)
    migrations.upgrade(house, revision)
    click.echo(f"The tables are at {migrations.find_revision(house)}.")


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_house
def downgrade(house: House, revision: str, yes: bool) -> None:
    """Bring the tables down to REVISION, and remove what only later steps have room for."""
    if not yes and _holds_rows(house):
        click.confirm(f"Step down to {revision}, and lose all that only later steps have room for?", abort=True)
    migrations.downgrade(house, revision)
    click.echo(f"The tables are at {migrations.find_revision(house)}.")


@db.command()
@click.argument("message")
@with_house
def revision(house: House, message: str) -> None:
    """Write the step from the present tables to the present models, for a developer to read and keep."""
    click.echo(migrations.write_revision(house, message))


def _holds_rows(house: House) -> bool:
    with house.database.engine.connect() as connection:
        return not is_empty(connection)
