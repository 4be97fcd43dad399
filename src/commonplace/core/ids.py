"""Names for rows: time-ordered ids that sort as the entries do, and addresses nobody can guess."""

import re
import secrets
import string
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
IDS_PER_MILLISECOND = 4096
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
HASH_KEY_LENGTH = 22
HASH_KEY_PATTERN = f"[0-9A-Za-z]{{{HASH_KEY_LENGTH}}}"


def first_id_at(moment: datetime) -> int:
    """Return the smallest id of that millisecond; what lies before 2000 counts as its first.

    41 bits of milliseconds, then 12 of sequence: below 2^53 until 2069.
    """
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    return max(milliseconds, 0) * IDS_PER_MILLISECOND


def allocate_id(session: Session, column: InstrumentedAttribute[int], moment: datetime) -> int:
    """Return the next free id of `column` for an entry made at `moment`, which may lie in the past.

    The rows themselves say which numbers are taken, so add one before asking for the next. Any number of
    processes agree: on SQLite the writing transaction is alone already, on PostgreSQL a lock on the
    millisecond makes it so. A millisecond whose ids are used up borrows from the next.
    """
    first = first_id_at(moment)
    while True:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("select pg_advisory_xact_lock(:millisecond)"), {"millisecond": first})
        after = first + IDS_PER_MILLISECOND
        last = session.scalar(_last_between(column), {"first": first, "after": after})
        if last is None:
            return first
        if last + 1 < after:
            return last + 1
        first = after


@cache
def _last_between(column: InstrumentedAttribute[int]) -> Select[int | None]:
    return select(func.max(column)).where(column >= bindparam("first"), column < bindparam("after"))


def is_hash_key(text: str) -> bool:
    """Tell whether a text, which may be anything that somebody sent, has the form of a hash key."""
    return re.fullmatch(HASH_KEY_PATTERN, text) is not None


def random_key(length: int) -> str:
    """Return that many random base62 characters, 5.95 bits each."""
    return "".join(secrets.choice(BASE62) for _ in range(length))


def new_hash_key() -> str:
    """Return 128 random bits in 22 characters of base62."""
    number = secrets.randbits(128)
    characters = []
    for _ in range(HASH_KEY_LENGTH):
        number, digit = divmod(number, len(BASE62))
        characters.append(BASE62[digit])
    return "".join(characters)
