"""The door: the address at which a page of a signed-in viewer keeps a connection open, to be told what happens."""

import logging
from functools import cache, partial
from typing import Any, cast

from flask import Blueprint, Response, current_app, request
from flask_login import current_user

from commonplace.core.errors import Forbidden, Invalid, Unavailable
from commonplace.live.handover import TAKE, Handover, Take
from commonplace.live.hub import Hub
from commonplace.live.rooms import Rooms, user_room
from commonplace.live.rules import is_handshake, is_own_origin
from commonplace.live.topics import list_topics
from commonplace.web.current import note_unattended
from commonplace.web.guards import anyone

log = logging.getLogger(__name__)
KEY = "live"
PATH = "/socket.io/"
TRY_AGAIN_S = 60

pages = Blueprint("live", __name__)


@pages.get(PATH, websocket=True)
@anyone
def connect() -> Response:
    """Keep the connection open, for who is signed in; all others are answered and closed, like any request."""
    note_unattended()
    if not is_handshake(request.headers, request.args):
        raise Invalid("This address is for live updates, which pages ask for by themselves.")
    if not is_own_origin(request.headers.get("Origin"), request.host_url):
        raise Forbidden("Live updates are for this site's own pages.")
    if not current_user.is_authenticated:
        raise Forbidden("Live updates are for those who are signed in.")
    hub: Hub = current_app.extensions[KEY]
    take: Take | None = request.environ.get(TAKE)
    if take is None:
        _explain_once()
    if take is None or not hub.listeners.has_room_for(current_user.id):
        raise Unavailable("No further page can be kept up to date just now.", retry_after=TRY_AGAIN_S)
    return Handover(take, partial(hub.listen, current_user.id, _rooms()))


def _rooms() -> Rooms:
    user = cast(Any, current_user)._get_current_object()  # noqa: SLF001 - Flask-Login's way to the user behind its proxy
    return Rooms([user_room(user.id), *list_topics(current_app, user)])


@cache
def _explain_once() -> None:
    log.warning("this web server lends a thread to each open connection, so that there are no live updates with it")
