"""Keyset pages, newest or oldest first: a page is found by the id where the last one ended, never by counting rows.

What a viewer may not see is filtered in the statement, before its LIMIT; newer rows move none.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, TypeVarTuple, overload

from sqlalchemy import Row, Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from commonplace.core.errors import Invalid, invalid_field

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
ID_BYTES = 8

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list, and the cursor of what follows; None at its end."""

    items: tuple[T, ...]
    next: str | None


def encode_cursor(last_id: int) -> str:
    """Return the id where a page ended as opaque text for an address.

    It is not signed: an id is no secret, and the statement decides what may be seen whatever the id.
    """
    return base64.urlsafe_b64encode(last_id.to_bytes(ID_BYTES)).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> int:
    """Return the id inside, or raise `Invalid` for text that no page ended with."""
    try:
        last_id = int.from_bytes(base64.urlsafe_b64decode(cursor.encode("ascii") + b"="))
    except (UnicodeEncodeError, binascii.Error):
        raise _no_cursor() from None
    if last_id >= 1 << 63 or encode_cursor(last_id) != cursor:
        raise _no_cursor()
    return last_id


@overload
def page(
    session: Session,
    statement: Select[T],
    column: InstrumentedAttribute[int],
    *,
    cursor: str | None,
    limit: int = DEFAULT_LIMIT,
    oldest_first: bool = False,
) -> Page[T]: ...
@overload
def page(
    session: Session,
    statement: Select[*Ts],
    column: InstrumentedAttribute[int],
    *,
    cursor: str | None,
    limit: int = DEFAULT_LIMIT,
    oldest_first: bool = False,
    key: Callable[[Row[*Ts]], int],
) -> Page[Row[*Ts]]: ...
def page(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    column: InstrumentedAttribute[int],
    *,
    cursor: str | None,
    limit: int = DEFAULT_LIMIT,
    oldest_first: bool = False,
    key: Callable[[Any], int] | None = None,
) -> Page[Any]:
    """Return the page of `statement` after `cursor`, by falling `column`, with one query.

    Where the oldest comes first, `column` rises. A statement of entities gives entities; one of several columns gives
    rows, where `key` finds `column`. Raises `Invalid` for a limit outside 1 to 100 or a cursor that is none.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid_field("limit", f"A page holds 1 to {MAX_LIMIT}: ask for a limit between them.")
    if cursor is not None:
        last_id = decode_cursor(cursor)
        statement = statement.where(column > last_id if oldest_first else column < last_id)
    order = column.asc() if oldest_first else column.desc()
    found = session.execute(statement.order_by(None).order_by(order).limit(limit + 1))
    items = tuple(found.all() if key else found.scalars())
    if len(items) <= limit:
        return Page(items, None)
    last = items[limit - 1]
    return Page(items[:limit], encode_cursor(key(last) if key else getattr(last, column.key)))


def _no_cursor() -> Invalid:
    return invalid_field("cursor", "This is not a cursor of this site: leave it out to start at the newest.")
