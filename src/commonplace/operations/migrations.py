"""The database's tables, brought to where the code expects them, on start or by command."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, select

import commonplace.moderation.models
import commonplace.operations.models
import commonplace.registry  # noqa: F401 - all of these make tables known
from commonplace.core.db import Base, UtcDateTime
from commonplace.core.errors import Conflict, Invalid
from commonplace.core.house import House
from commonplace.operations.lost_database import forget_database, note_database

STEPS = Path(__file__).parents[1] / "migrations"
SEARCH_TABLE = "entry_search"
LOCK = (0x636F6D6D, 1)  # two numbers, where the locks of `core.ids` are one


def upgrade(house: House, revision: str = "head") -> None:
    """Bring the tables up to `revision`; does nothing where they are there already.

    Raises Conflict where a newer version made the tables, Invalid where there is no such step.
    """
    with _stepping(house) as connection:
        command.upgrade(_config(connection), revision)
    note_database(house)


def downgrade(house: House, revision: str) -> None:
    """Bring the tables down to `revision`, `base` being none at all; raises as `upgrade` does."""
    with _stepping(house) as connection:
        command.downgrade(_config(connection), revision)
        if MigrationContext.configure(connection).get_current_revision() is None:
            connection.exec_driver_sql("drop table if exists alembic_version")
    if find_revision(house) is None:
        forget_database(house)


def write_revision(house: House, message: str) -> Path:
    """Write the step from the present tables to the present models, to be read before it is kept.

    Raises Invalid where the tables are not at the last step.
    """
    number = f"{int(newest_revision()) + 1:04}"
    with _stepping(house) as connection:
        script = command.revision(_config(connection), message, autogenerate=True, rev_id=number)
    return Path(script.path)  # type: ignore[union-attr]  # one revision is asked for, one is returned


def list_differences(house: House) -> list[Any]:
    """Return what differs between the tables and the models, as Alembic tells it."""
    with house.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        return list(compare_metadata(context, Base.metadata))


def find_revision(house: House) -> str | None:
    """Return the step that the tables have reached."""
    with house.database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check_current(house: House) -> None:
    """Raise Conflict where the tables are not at the step that the code is made for."""
    present = find_revision(house)
    if present != newest_revision():
        raise Conflict(
            f"The database has {'no tables' if present is None else f'tables of step {present}'}, "
            f"and this version is made for those of step {newest_revision()}: run `commonplace db upgrade`."
        )


def newest_revision() -> str:
    """Return the last step that the code knows."""
    return str(ScriptDirectory(str(STEPS)).get_current_head())


def is_known(revision: str | None) -> bool:
    """Tell whether the code has that step; None is before the first."""
    steps = ScriptDirectory(str(STEPS)).walk_revisions()
    return revision is None or revision in {step.revision for step in steps}


@contextmanager
def _stepping(house: House) -> Iterator[Connection]:
    """Yield a connection in one transaction: all steps are taken or none, and by one process at a time."""
    engine = house.database.engine.execution_options(writes=True)
    with engine.connect() as connection, _unchecked_references(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(*LOCK)))
        present = MigrationContext.configure(connection).get_current_revision()
        if not is_known(present):
            raise Conflict(
                f"The tables are at step {present}, which this version does not know: a newer one made it. "
                "Nothing was changed: install that version, or restore a backup made before it."
            )
        try:
            yield connection
        except CommandError as error:
            raise Invalid(f"The tables stay as they are: {error}") from error


@contextmanager
def _unchecked_references(connection: Connection) -> Iterator[None]:
    # SQLite changes a table by making it anew, and to drop the old one would delete what refers to it
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("pragma foreign_keys = off")  # means nothing once the transaction has begun
    try:
        yield
    finally:
        driver.execute("pragma foreign_keys = on")


def _config(connection: Connection) -> Config:
    config = Config(cmd_opts=Namespace(quiet=True))  # it is for the command to say what was done
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def is_ours(_item: Any, name: str | None, type_: str, _reflected: bool, _compared_to: Any) -> bool:
    """Leave out what no model describes: the search index, which is each database's own."""
    return not (type_ == "table" and name is not None and name.startswith(SEARCH_TABLE))


def render_type(type_: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as their names."""
    return "UtcDateTime()" if type_ == "type" and isinstance(item, UtcDateTime) else False
