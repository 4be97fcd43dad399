"""How templates are rendered: strictly, and with times and sizes as people read them."""

from datetime import UTC, datetime

import humanize
from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup

from commonplace.core import clock
from commonplace.core.highlight import mark_bidi_controls
from commonplace.core.markdown import render

DAY = 86_400
UNITS = (
    ("year", 365 * DAY),
    ("month", 30 * DAY),
    ("day", DAY),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)
"""Units of relative times and their length in seconds, the longest first."""


def init_app(app: Flask) -> None:
    """Make a misspelt name in a template an error, and add the filters that every page uses."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for filter_ in (relative_time, exact_time, iso_time, file_size, markdown, marked):
        app.jinja_env.filters[filter_.__name__] = filter_


def relative_time(moment: datetime) -> str:
    """Return how long ago an aware time was, or how far it is: "3 minutes ago", "2 days from now".

    Whole units only, so that nothing is told as older than it is; `static/js/times.js` counts the same way.
    """
    seconds = (clock.now() - moment).total_seconds()
    unit, size = next((unit, size) for unit, size in UNITS if abs(seconds) >= size or size == 1)
    count = int(abs(seconds) // size)
    if count == 0:
        return "now"
    article = "an" if unit == "hour" else "a"
    amount = f"{article} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{amount} ago" if seconds > 0 else f"{amount} from now"


def exact_time(moment: datetime) -> str:
    """Return an aware time to the minute, in UTC: "20 November 2026, 14:45 UTC"."""
    utc = moment.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def iso_time(moment: datetime) -> str:
    """Return an aware time for programs, to the second (RFC 3339): "2026-11-20T14:45:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def file_size(size: int) -> str:
    """Return a number of bytes as people read it: "512 bytes", "4.9 KiB", "1.0 MiB"."""
    return humanize.naturalsize(size, binary=True).replace("Byte", "byte")


def markdown(text: str) -> Markup:
    """Return a user's text as HTML."""
    return Markup(render(text))  # noqa: S704 - sanitised by the renderer


def marked(text: str) -> Markup:
    """Return a user's text as it is, with the characters marked that would show it in another order than it runs."""
    return Markup(mark_bidi_controls(text))  # noqa: S704 - escaped there
