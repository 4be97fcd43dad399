"""The Socket.IO server of a process, over WebSockets alone, with a thread where others have an event loop.

Slow to import: to be loaded when the first page connects.
"""

import socketio
from flask import Flask, request
from flask_socketio import SocketIO

from commonplace.core.house import House
from commonplace.live.bus import LocalManager, RedisManager, library_log
from commonplace.live.listeners import Listener, Listeners
from commonplace.live.rules import Facts

LISTENER = "commonplace.listener"
PING_EVERY_S = 25
PING_TIMEOUT_S = 20


class LiveServer:
    """Socket.IO, spoken with the listeners of this process."""

    def __init__(self, app: Flask, house: House, listeners: Listeners) -> None:
        """Build it; where a Redis is set, what is said reaches all processes."""
        self._app = app
        extension = SocketIO()
        extension.on_event("connect", _connect)
        extension.on_event("disconnect", _disconnect)
        extension.init_app(
            None,  # a view hands over what it has let in
            async_mode="threading",
            client_manager=RedisManager(house, listeners) if house.settings.redis_url else LocalManager(listeners),
            transports=["websocket"],
            cors_allowed_origins=[],  # no such headers; the view has looked where the page is from
            manage_session=False,
            async_handlers=False,
            ping_interval=PING_EVERY_S,
            ping_timeout=PING_TIMEOUT_S,
            logger=library_log,
            engineio_logger=library_log,
        )
        self._server: socketio.Server = extension.server

    def serve(self, listener: Listener) -> None:
        """Speak with a listener, who asked for it in a WebSocket's handshake, until the connection ends."""
        handed_on = {"gunicorn.socket": listener.line, "flask.app": self._app, LISTENER: listener}
        try:
            self._server.handle_request(listener.environ | handed_on, lambda *_: None)
        except StopIteration:
            return  # by which simple-websocket tells gunicorn that the connection is none of its own any more

    def speak(self, room: str, event: str, facts: Facts) -> None:
        """Say it to the room, in all processes."""
        self._server.manager.emit(event, dict(facts), namespace="/", room=room)

    def dismiss(self, sid: str) -> None:
        """Tell a page that it will hear no more, so that it does not try again."""
        self._server.disconnect(sid, ignore_queue=True)


def _connect() -> bool:
    listener: Listener = request.environ[LISTENER]
    if listener.is_dismissed:
        return False
    listener.sid = request.sid  # type: ignore[attr-defined]  # set by Flask-SocketIO
    return True


def _disconnect(_reason: str) -> None:
    listener: Listener = request.environ[LISTENER]
    listener.sid = None
