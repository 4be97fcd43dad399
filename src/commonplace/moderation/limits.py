"""How often somebody may report, by whichever door."""

from commonplace.users.models import User
from commonplace.web.limits import Attempts

reports_per_user = Attempts("10 per hour")


def check_reports(user: User) -> None:
    """Raise Unavailable, as 429, where the user has made as many reports as an hour takes."""
    reports_per_user.check(_key(user))


def count_report(user: User) -> None:
    """Count one that was taken."""
    reports_per_user.record(_key(user))


def _key(user: User) -> str:
    return f"reports of user {user.id}"
