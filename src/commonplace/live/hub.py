"""The hub: the open connections of a process, and how it speaks over them.

What serves them is loaded when the first page connects: it takes memory, and time that a start should not.
"""

import logging
import socket
from threading import Lock, Thread
from typing import TYPE_CHECKING

from flask import Flask

from commonplace.core.house import House
from commonplace.live.lines import Line
from commonplace.live.listeners import Listener, Listeners
from commonplace.live.rooms import Rooms
from commonplace.live.rules import Facts
from commonplace.live.speakers import outlet_of
from commonplace.live.watch import watch

if TYPE_CHECKING:
    from commonplace.live.server import LiveServer

log = logging.getLogger(__name__)


class Hub:
    """All that is live in one process of an application."""

    def __init__(self, app: Flask, house: House) -> None:
        """Begin without a connection."""
        self.listeners = Listeners(house.settings.live_connections)
        self._app = app
        self._house = house
        self._server: LiveServer | None = None
        self._lock = Lock()

    def listen(self, user_id: int, rooms: Rooms, connection: socket.socket, environ: dict[str, str]) -> None:
        """Serve a connection, for which `environ` holds a WebSocket's handshake, in a thread of its own."""
        # not to be compressed: the windows for that would take more memory than all the rest of it
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        listener = Listener(Line(connection), user_id, rooms, environ)
        self.listeners.add(listener)
        try:
            Thread(target=self._serve, args=[listener], name="live", daemon=True).start()
        except RuntimeError:  # the machine has no further thread for us
            self._forget(listener)
            raise

    def speak(self, room: str, event: str, facts: Facts) -> None:
        """Say it to the room, here and, over Redis, in other processes."""
        (self._server or outlet_of(self._house)).speak(room, event, facts)

    def _serve(self, listener: Listener) -> None:
        try:
            self._load_server().serve(listener)
        except OSError as error:
            log.info("a page left before its connection was open: %s", error)
        except Exception:
            log.exception("a live connection failed")
        finally:
            self._forget(listener)

    def _forget(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        listener.line.hang_up()

    def _load_server(self) -> "LiveServer":
        with self._lock:
            if self._server is None:
                from commonplace.live.server import LiveServer  # noqa: PLC0415 - slow import

                self._server = LiveServer(self._app, self._house, self.listeners)
                watching = [self._app, self.listeners, self._server.dismiss]
                Thread(target=watch, args=watching, name="live watch", daemon=True).start()
            return self._server
