"""From whatever was raised to what is told: the one table of errors, for pages and for the API alike."""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import current_app
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from commonplace.core.errors import CommonplaceError, Unavailable
from commonplace.web.rendering import file_size

log = logging.getLogger(__name__)

SENTENCES = {
    400: "The request could not be understood.",
    401: "Sign in with your name and password, or with a token.",
    403: "You may not do this.",
    404: "There is nothing here, or nothing that you may see.",
    405: "This address does not take that sort of request.",
    406: "This cannot be given in the form that was asked for.",
    408: "The request took too long to arrive.",
    409: "Somebody changed this meanwhile: load it again.",
    410: "This is gone for good.",
    412: "Somebody changed this meanwhile: load it again.",
    413: "That is larger than this site accepts.",
    415: "This sort of content is not accepted here.",
    416: "The text has no such part.",
    422: "The file is not what it claims to be.",
    429: "That was too often: wait a moment.",
    500: "Something went wrong on our side. It has been noted; what you sent was not stored.",
    503: "The site is busy: try again in a moment.",
}


FORM_NOT_OURS = (
    "This form could not be told to be yours, so nothing was changed: it was open for too long, you signed in or out "
    "meanwhile, or your browser keeps no cookies for this site. Load its page again before you send it."
)
SCHEMES = 'Bearer realm="commonplace", Basic realm="commonplace"'
CLASHES = frozenset(
    {"23503", "23505", "SQLITE_CONSTRAINT_FOREIGNKEY", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"}
)
"""What PostgreSQL and SQLite call it when another writer was first."""
KEPT_HEADERS = frozenset({"Allow", "Content-Range", "Retry-After", "WWW-Authenticate"})


@dataclass(frozen=True)
class Failure:
    """What is told of an error: HTTP status, one clear sentence, reasons by field, extra headers."""

    status: int
    sentence: str
    fields: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The status in HTTP's own words."""
        return HTTPStatus(self.status).phrase


def failure_of(error: BaseException) -> Failure:
    """Return what to tell of `error`; what nobody foresaw is logged and told as 500."""
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        error = error.original_exception  # Flask's wrapper for what is raised after a view has returned
    if isinstance(error, CommonplaceError):
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
        return Failure(error.status, error.message, error.fields, headers)
    if isinstance(error, HTTPException):
        return _failure_of_http(error)
    if isinstance(error, StaleDataError) or _is_clash(error):
        log.warning("two writers met: %s", error)
        return Failure(409, SENTENCES[409])
    if isinstance(error, OperationalError | PoolTimeout):
        log.error("the database did not answer: %s", error)
        return Failure(503, SENTENCES[503], headers={"Retry-After": "5"})
    log.error("unforeseen: %s", type(error).__name__, exc_info=error)
    return Failure(500, SENTENCES[500])


def _is_clash(error: BaseException) -> bool:
    if not isinstance(error, IntegrityError):
        return False
    return (getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)) in CLASHES


def _failure_of_http(error: HTTPException) -> Failure:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    if status == 401:
        headers.setdefault("WWW-Authenticate", SCHEMES)
    return Failure(status, _sentence_of_http(error, status), headers=headers)


def _sentence_of_http(error: HTTPException, status: int) -> str:
    if isinstance(error, CSRFError):
        return FORM_NOT_OURS
    if isinstance(error, RequestEntityTooLarge):
        limit = file_size(current_app.config["MAX_CONTENT_LENGTH"])
        return f"That is larger than this site accepts: {limit} at the most."
    if error.description is not None and error.description != type(error).description:
        return error.description
    return SENTENCES.get(status, HTTPStatus(status).phrase)
