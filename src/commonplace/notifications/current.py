"""What the present page tells its viewer: how much they have not read, and that they have read what it shows."""

from collections.abc import Sequence
from contextlib import suppress
from typing import cast

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from commonplace.entries.models import Entry
from commonplace.notifications import queries, service
from commonplace.notifications.models import Event, Notification
from commonplace.users.current import viewer
from commonplace.users.models import User
from commonplace.web.current import session
from commonplace.web.unit_of_work import aside

PLACES = "notification_places"


def unread_count() -> int:
    """Return how many notifications the viewer has not read, counted up to 100; 0 for visitors."""
    if "unread_count" not in g:
        g.unread_count = 0
        user = viewer()
        with suppress(SQLAlchemyError):  # the page that tells of an error must not fail with the database
            g.unread_count = 0 if user is None else queries.count_unread(session(), user)
    return cast(int, g.unread_count)


def note_shown(entries: Sequence[Entry]) -> None:
    """Note before a page shows these entries that its viewer has read what they were told of them."""
    user = viewer() if request.method == "GET" else None
    if user is not None and unread_count():
        ids = queries.list_unread_of(session(), user, [entry.id for entry in entries])
        if ids:
            note_read(user, ids)


def note_read(user: User, ids: Sequence[int]) -> None:
    """Note beside a request that only reads that its viewer has read these."""
    with aside() as writing:
        service.mark_read(writing, ids)
        g.unread_count = queries.count_unread(writing, user)


def find_place(notification: Notification) -> str | None:
    """Return the endpoint at which a floor above deals with such events, if one does."""
    places = cast(dict[Event, str], current_app.extensions[PLACES])
    return places.get(notification.event)
