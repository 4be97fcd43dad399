"""The feed of the present application."""

from typing import cast

from flask import current_app

from commonplace.timeline.feed import Feed

KEY = "feed"


def feed() -> Feed:
    """Return the feed, by the strategy that the site's settings name."""
    return cast(Feed, current_app.extensions[KEY])
