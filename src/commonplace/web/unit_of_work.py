"""One transaction per request: a write is committed after an answer below 400, all else is rolled back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from commonplace.web.current import READING, house

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Let every request of the application end its unit of work."""
    app.after_request(_commit)
    app.teardown_request(_close)


def _commit(response: Response) -> Response:
    # what is not committed here is rolled back when the session is closed
    if "session" in g and request.method not in READING and response.status_code < 400:
        g.session.commit()
    return response


def _close(_error: BaseException | None) -> None:
    if "session" in g:
        with suppress(SQLAlchemyError):  # its connection is gone, with all that was open on it
            g.pop("session").close()


def abandon() -> None:
    """Undo what the present request wrote, so that its failure is told of a house as it is."""
    if "session" in g and request.method not in READING:
        with suppress(SQLAlchemyError):  # likewise
            g.session.rollback()


@contextmanager
def aside() -> Iterator[Session]:
    """Open a short writing unit of work beside the request's own, for what a reading request should note.

    Where the database takes no note, that is logged and forgotten: reading goes on without it.
    """
    try:
        with house().database.writing_beside() as session:
            yield session
    except OperationalError:
        log.warning("the database takes no note of what a reading request should note", exc_info=True)
