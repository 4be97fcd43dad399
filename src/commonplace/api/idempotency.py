"""Writes that are safe to repeat: the header `Idempotency-Key` and the answer it is good for."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, g, request
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert
from werkzeug.exceptions import Gone

from commonplace.api.models import IdempotencyKey
from commonplace.api.service import GONE
from commonplace.core import clock
from commonplace.core.errors import Conflict, Invalid
from commonplace.web.current import session

P = ParamSpec("P")
MAX_LENGTH = 200
MAX_LOCATION = 400
CREATED = 201
MAX_CALLER = 60
HEADER_DOC = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "A write that is repeated with the same key answers the same, once. Kept for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH},
}


def idempotent(operation: Callable[P, Response]) -> Callable[P, Response]:
    """Let the operation run once per key and caller, and replay its answer from then on."""

    @wraps(operation)
    def once(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return operation(*args, **kwargs)
        if not 0 < len(key) <= MAX_LENGTH:
            raise Invalid(f"An Idempotency-Key has 1 to {MAX_LENGTH} characters.")
        row = _claim(session(), key)
        if row.status == GONE:
            raise Gone("This was done before, and what came of it is deleted for good.")
        if row.status is not None:
            return _replay(row)
        response = operation(*args, **kwargs)
        if response.status_code < 400:
            _keep(row, response)
        return response

    documented: Any = once
    documented._apidoc.setdefault("manual_doc", {}).setdefault("parameters", []).append(HEADER_DOC)  # noqa: SLF001 - where flask-smorest keeps the documentation
    return once


def _claim(session: Session, key: str) -> IdempotencyKey:
    # A second request with the same key waits here for the first one's commit: on SQLite because a writing
    # transaction is alone, on PostgreSQL because of the unique constraint.
    insert: Callable[..., Any] = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    caller = f"user {g.api_user.id}" if g.api_user is not None else f"address {request.remote_addr}"[:MAX_CALLER]
    claim: Insert = insert(IdempotencyKey).values(
        caller=caller, key=key, fingerprint=_fingerprint(), created_on=clock.now()
    )
    session.execute(claim.on_conflict_do_nothing())  # type: ignore[attr-defined]  # both dialects' inserts have it
    row = session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.caller == caller, IdempotencyKey.key == key)
    ).one()
    if row.fingerprint != _fingerprint():
        raise Conflict("This Idempotency-Key was used for another request: take a new one.")
    return row


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{request.method} {request.full_path} {request.mimetype}\n".encode())
    digest.update(request.get_data())
    return digest.hexdigest()


def _keep(row: IdempotencyKey, response: Response) -> None:
    row.status = response.status_code
    row.location = response.headers.get("Location", request.path)[:MAX_LOCATION]
    row.etag = response.headers.get("ETag")
    row.body = response.get_data()


def _replay(row: IdempotencyKey) -> Response:
    response = Response(row.body, status=row.status, mimetype="application/json" if row.body else None)
    response.headers["Idempotent-Replayed"] = "true"
    if row.location and row.location != request.path and row.status == CREATED:
        response.headers["Location"] = row.location
    if row.etag:
        response.headers["ETag"] = row.etag
    return response
