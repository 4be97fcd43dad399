"""A line: the network connection of an open page, as simple-websocket reads and writes it."""

import select
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TypeVar

ROOM_BYTES = 16 * 1024
"""What a page may send between two checks: it has nothing to say but that it is still there."""

A = TypeVar("A")
R = TypeVar("R")


class Line:
    """One connection that a thread reads while another writes, which OpenSSL alone would not bear."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over the connection."""
        connection.setblocking(False)
        self._connection = connection
        self._lock = Lock()
        self._room = ROOM_BYTES

    def recv(self, size: int) -> bytes:
        """Return what the other side sent; b"" at the end, which is also when it sends too much."""
        if self._room <= 0:
            return b""
        received = self._retry(select.POLLIN, self._connection.recv, size)
        self._room -= len(received)
        return received

    def send(self, content: bytes) -> int:
        """Send everything; raises BrokenPipeError, whatever the fault, as its callers expect no other."""
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[self._retry(select.POLLOUT, self._connection.send, rest) :]
        except OSError as error:
            raise BrokenPipeError from error
        return len(content)

    def make_room(self) -> None:
        """Let the other side send again as much as it may."""
        self._room = ROOM_BYTES

    def hang_up(self) -> None:
        """End the connection at once; whoever reads or writes it just now is told."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the connection's number back, once nobody reads it any more."""
        self.hang_up()
        self._connection.close()

    def _retry(self, awaited: int, act: Callable[[A], R], argument: A) -> R:
        while True:
            try:
                with self._lock:
                    return act(argument)
            except ssl.SSLWantReadError:
                event = select.POLLIN
            except ssl.SSLWantWriteError:
                event = select.POLLOUT
            except BlockingIOError:
                event = awaited
            poll = select.poll()
            poll.register(self._connection, event)
            poll.poll()
