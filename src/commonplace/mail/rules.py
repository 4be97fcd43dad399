"""When a mail is tried again, when it is given up, and what a header may hold."""

import re
from datetime import timedelta

MAX_ATTEMPTS = 12  # over about a day
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
LEASE = timedelta(minutes=5)
"""How long one attempt may take; after that, whoever made it counts as dead."""


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after that many attempts: twice as long each time, from a minute to six hours."""
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


def is_given_up(attempts: int) -> bool:
    """Tell whether enough was tried."""
    return attempts >= MAX_ATTEMPTS


def on_one_line(text: str) -> str:
    """Return the text as a header may hold it: a line break in it would begin another header."""
    return " ".join(CONTROLS.sub(" ", text).split())
