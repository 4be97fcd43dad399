"""What all commands share: how they come by the house, and how a failure ends them."""

import errno
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from commonplace.config import SettingsError
from commonplace.core.errors import CommonplaceError, Unavailable
from commonplace.core.house import House
from commonplace.terminal.asking import NobodyThere
from commonplace.terminal.loading import LoadingGroup
from commonplace.terminal.printing import as_text

FAILED = 1
WRONG_USE = 2
TRY_AGAIN_LATER = 75  # sysexits.h EX_TEMPFAIL
P = ParamSpec("P")
R = TypeVar("R")


class HouseGroup(LoadingGroup):
    """The top command: whatever is nobody's fault but the asker's or the machine's ends as one line and a status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit with 1 where it failed, 2 on wrong use or settings, 75 to try again later."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            _end(str(error), WRONG_USE)
        except NobodyThere as error:
            _end(error.message, WRONG_USE)
        except click.Abort:
            _end("That was not answered with yes, so nothing was done.", FAILED)
        except CommonplaceError as error:
            _end(error.message, TRY_AGAIN_LATER if isinstance(error, Unavailable) else FAILED)
        except DatabaseError as error:
            _end(*explain_database(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read the output has seen enough: Click ends quietly
            _end(f"{error.filename or 'The system'}: {error.strerror or error}.", FAILED)


def explain_database(error: DatabaseError) -> tuple[str, int]:
    """Return what to tell of a failure of the database, and the exit status; raises it anew where it is a defect."""
    reason = str(error.orig).splitlines()[0]
    if isinstance(error, ProgrammingError) or reason.startswith("no such"):
        return f"The tables are not as they should be ({reason}): run `commonplace db upgrade`.", FAILED
    if isinstance(error, OperationalError):
        return f"The database does not answer ({reason}): try again later.", TRY_AGAIN_LATER
    if type(error) is DatabaseError:
        return f"The database cannot be read ({reason}): restore a backup.", FAILED
    raise error


def _end(sentence: str, status: int) -> NoReturn:
    click.echo(f"commonplace: {as_text(sentence)}", err=True)
    raise SystemExit(status)


def with_house(command: Callable[Concatenate[House, P], R]) -> Callable[P, R]:
    """Hand the command the house as its first argument, built when it is first needed."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context().find_root()
        if not isinstance(context.obj, House):
            context.obj = context.obj()
            context.call_on_close(context.obj.database.dispose)
        return command(context.obj, *args, **kwargs)

    return run
