"""Topics: what a user's open pages are told of besides what is for that user alone."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

log = logging.getLogger(__name__)
KEY = "live_topics"
Provider = Callable[[Any], Iterable[str]]
"""Returns the names of a user's topics; the user is Flask-Login's, as the frame knows nothing of accounts."""


def init_app(app: Flask) -> None:
    """Begin with none."""
    app.extensions[KEY] = []


def add_topics(app: Flask, provider: Provider) -> None:
    """Ask `provider` for the topics of each user whose page connects; thousands are fine, in one query or none."""
    app.extensions[KEY].append(provider)


def list_topics(app: Flask, user: Any) -> list[str]:
    """Return the names of all topics of the user; a provider that fails is logged and goes without."""
    names: list[str] = []
    for provider in app.extensions[KEY]:
        try:
            names += provider(user)
        except Exception:
            log.exception("a provider of topics failed")
    return names
