"""The port by which a user's feed, which is built on a floor above, comes down to whoever asks the user for it."""

from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy.orm import Session

from commonplace.core.pagination import Page

Source = Callable[[Session, Any, str | None, int], Page[Any]]
"""Gives a page of a user's feed, by session, user, cursor and limit."""


class Newsfeed:
    """Where the feed comes from: the source that was handed in last."""

    def __init__(self) -> None:
        """Know no source yet."""
        self.source: Source = _refuse


def provide_newsfeed(source: Source) -> None:
    """Let `User.newsfeed` ask this source; called once, by the floor that builds the feed."""
    newsfeed.source = source


def _refuse(_session: Session, _reader: Any, _cursor: str | None, _limit: int) -> NoReturn:
    raise RuntimeError("there is no feed to read: nothing was handed to provide_newsfeed")


newsfeed = Newsfeed()
