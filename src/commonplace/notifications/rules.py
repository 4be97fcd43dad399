"""Decisions about notifications: who hears of what by default, what is told once, when a mail is due, what it says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonplace.notifications.models import Cadence, Event
from commonplace.users.models import User

MOST_COUNTED = 100
"""Unread ones are counted up to here: nobody counts on, and a page must stay cheap."""
NEWS_FOR = timedelta(days=1)
PERIODS: Mapping[Cadence, timedelta] = {
    "immediately": timedelta(minutes=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
}
LESSER: Mapping[Event, frozenset[Event]] = {"replied": frozenset({"mentioned"})}
"""What is not told of a person and entry beside the event: a reply that also names whom it answers is a reply."""
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Controls, and signs that turn the direction of what stands after them."""


@dataclass(frozen=True)
class Channels:
    """By which ways a user hears of one sort of event; live is the count on an open page, so that it needs the page."""

    is_on_page: bool = True
    is_live: bool = True
    cadence: Cadence = "never"


DEFAULTS: Mapping[Event, Channels] = {
    "followed": Channels(cadence="immediately"),
    "replied": Channels(cadence="immediately"),
    "mentioned": Channels(cadence="immediately"),
    "liked": Channels(cadence="weekly"),
    "reported": Channels(cadence="immediately"),
}


def hears_of_reports(user: User) -> bool:
    """Tell whether the user is told of reports: whatever is between them and who reports, and whatever they may see."""
    return user.role != "member"


def subject_of(actor_id: int, *, entry_id: int | None, occasion: int | None = None) -> str:
    """Return what an event is told once for: who did it, and to which entry, or on which of several occasions."""
    if occasion is not None:
        return f"{actor_id}#{occasion}"
    return f"{actor_id}" if entry_id is None else f"{actor_id}:{entry_id}"


def is_news(happened_on: datetime, now: datetime) -> bool:
    """Tell whether it is worth telling: old entries that somebody brings along from elsewhere are not."""
    return now - happened_on < NEWS_FOR


def is_due(cadence: Cadence, oldest_on: datetime, sent_on: datetime | None, now: datetime) -> bool:
    """Tell whether what waits since `oldest_on` is to be mailed: with it all that came since.

    Immediate mails are gathered for a minute. Digests keep to the time of day of the last one, the first goes out
    a period after what it tells of.
    """
    period = PERIODS[cadence]
    start = oldest_on if sent_on is None else sent_on
    return (now - start) // period > (oldest_on - start) // period


def excerpt(text: str, limit: int) -> str:
    """Return the beginning of a text on one line of at most `limit` characters, without signs that nobody sees."""
    line = " ".join(_UNSEEN.sub(" ", text[: 8 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def phrase(event: Event, kind_label: str | None, *, about: str | None = None, is_of_entry: bool = False) -> str:
    """Return what somebody did, as it goes on after their name; `kind_label` is None where no entry is shown.

    `about` is the name of whom it is about, and `is_of_entry` tells that it is of something that they shared.
    """
    label = (kind_label or "").lower()
    article = "an" if label[:1] in set("aeiou") else "a"
    whom = f"something by @{about}" if is_of_entry else f"@{about}"
    phrases: dict[Event, tuple[str, str]] = {
        "followed": ("follows you now", "follows you now"),
        "replied": ("replied to you", "replied to you"),
        "mentioned": ("mentioned you", f"mentioned you in {article} {label}"),
        "liked": ("likes what you shared", f"likes your {label}"),
        "reported": ("made a report" if about is None else f"reported {whom}", f"reported {article} {label}"),
    }
    return phrases[event][bool(label)]
