"""The one clock: aware UTC times, so that a test can stop it and no naive time ever enters."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment as an aware UTC time."""
    return datetime.now(UTC)
