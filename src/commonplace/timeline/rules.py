"""Decisions of the feed: where the mark stands that says "since you were here"."""

from datetime import datetime, timedelta
from typing import NamedTuple

AWAY = timedelta(minutes=30)
"""Who was not shown the feed for so long has come back when they are."""
NOTED_EVERY = timedelta(minutes=1)


class Visit(NamedTuple):
    """What a reader has seen: above `mark_id` is new since they came back, `seen_id` is the newest ever shown."""

    mark_id: int
    seen_id: int
    seen_on: datetime | None


def visit_now(last: Visit, newest_id: int, now: datetime) -> Visit:
    """Return the visit of who is shown the feed down from `newest_id`; who comes back after a while has a new mark."""
    has_come_back = last.seen_on is None or now - last.seen_on > AWAY
    return Visit(last.seen_id if has_come_back else last.mark_id, max(last.seen_id, newest_id), now)


def is_to_be_noted(last: Visit, present: Visit, now: datetime) -> bool:
    """Tell whether the visit says more than the last one that was noted, or that was a while ago."""
    return last.seen_on is None or last.seen_id != present.seen_id or now - last.seen_on > NOTED_EVERY


def topic_of(author_id: int) -> str:
    """Return the name under which open pages are told that what an author shares is not what it was."""
    return f"shared-by:{author_id}"
