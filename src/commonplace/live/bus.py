"""Whom Socket.IO's messages reach: the listeners of this process and, over Redis, of all others.

Slow to import: to be loaded when there is something to say or somebody to hear it.
"""

import hashlib
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import socketio
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from commonplace.core.house import House
from commonplace.live.listeners import Listeners

log = logging.getLogger(__name__)
library_log = logging.getLogger(f"{__name__}.library")
library_log.setLevel(logging.ERROR)  # it tells of every packet

TIMEOUT_S = 0.5
SILENCE_S = 5.0
KEEP_ALIVE = (
    {socket.TCP_KEEPIDLE: 30, socket.TCP_KEEPINTVL: 10, socket.TCP_KEEPCNT: 3}
    if hasattr(socket, "TCP_KEEPIDLE")
    else {}
)


class LocalManager(socketio.Manager):  # type: ignore[misc]  # python-socketio has no types
    """Speaks to the listeners of this process."""

    def __init__(self, listeners: Listeners) -> None:
        """Know them."""
        super().__init__()
        self._listeners = listeners

    def get_participants(self, namespace: str, room: str) -> Iterator[tuple[str, str]]:
        """Yield who is in the room, by the name in Socket.IO and the one in Engine.IO."""
        return _find_participants(self, self._listeners, namespace, room)


class RedisManager(socketio.RedisManager):  # type: ignore[misc]  # as above
    """Speaks to the listeners of all processes; without `listeners` of its own it only sends."""

    def __init__(self, house: House, listeners: Listeners | None = None) -> None:
        """Prepare; nothing is connected yet."""
        url = house.settings.redis_url
        super().__init__(
            url,
            channel=channel_of(house),
            write_only=listeners is None,
            logger=library_log,
            redis_options={
                "socket_connect_timeout": TIMEOUT_S,
                "socket_keepalive": True,
                "socket_keepalive_options": KEEP_ALIVE,
            },
        )
        self._listeners = Listeners(0) if listeners is None else listeners
        self._silent_until = 0.0
        self._sender = Redis.from_url(
            url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 1)
        )

    def get_participants(self, namespace: str, room: str) -> Iterator[tuple[str, str]]:
        """Yield who of this process is in the room."""
        return _find_participants(self, self._listeners, namespace, room)

    def _publish(self, data: dict[str, Any]) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            self._sender.publish(self.channel, self.json.dumps(data))
        except RedisError:
            log.warning("Redis takes no live updates and is left alone for %d seconds", SILENCE_S, exc_info=True)
            self._silent_until = time.monotonic() + SILENCE_S


def channel_of(house: House) -> str:
    """Return the site's own channel: Redis knows no numbered databases where messages are concerned."""
    key = house.keys.signing_keys[-1].encode()[: hashlib.blake2b.MAX_KEY_SIZE]
    return f"commonplace:live:{hashlib.blake2b(key=key, digest_size=8).hexdigest()}"


def _find_participants(
    manager: socketio.Manager, listeners: Listeners, namespace: str, room: str
) -> Iterator[tuple[str, str]]:
    for sid in listeners.in_room(room):
        eio_sid = manager.eio_sid_from_sid(sid, namespace)
        if eio_sid is not None:
            yield sid, eio_sid
