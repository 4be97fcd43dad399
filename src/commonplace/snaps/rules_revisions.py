"""Which former versions of a snap are kept, so that they stay few however often it is edited."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

NEWEST_KEPT = 100
RECENT = timedelta(days=1)
MOST_KEPT = 500


def choose_dropped(revisions: Iterable[tuple[int, datetime]], now: datetime) -> list[int]:
    """Return the numbers of the versions to forget, of all that are kept: numbers and when made, newest first.

    Kept are the newest 100, those made within a day, and of any further day the last; but never more than 500.
    """
    days: set[date] = set()
    kept, dropped = 0, []
    for number, made_on in revisions:
        is_one_of_many = kept >= NEWEST_KEPT and now - made_on > RECENT and made_on.date() in days
        if is_one_of_many or kept >= MOST_KEPT:
            dropped.append(number)
        else:
            kept += 1
            days.add(made_on.date())
    return dropped
