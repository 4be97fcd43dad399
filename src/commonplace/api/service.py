"""Writes on answers that are kept for a repeated write: forgotten after a day, wiped where they hold what is gone."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, or_, update
from sqlalchemy.orm import Session

from commonplace.api.models import IdempotencyKey
from commonplace.core import clock

KEPT = timedelta(days=1)
GONE = 410


def delete_old_keys(session: Session) -> None:
    """Delete the keys, with their answers, that are a day old."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_on < clock.now() - KEPT))


def wipe_answers(session: Session, hash_keys: Collection[str]) -> None:
    """Forget what was answered of these entries, but not the keys: a repeated write makes nothing anew."""
    if hash_keys:
        about = or_(*(IdempotencyKey.location.endswith(f"/{hash_key}", autoescape=True) for hash_key in hash_keys))
        session.execute(
            update(IdempotencyKey)
            .where(about, func.length(IdempotencyKey.body) > 0)
            .values(status=GONE, body=None, etag=None, location=None)
            .execution_options(synchronize_session=False)
        )
