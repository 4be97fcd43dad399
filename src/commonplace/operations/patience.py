"""gunicorn's worker of threads, made so that slow clients cannot hold all of them.

The worker's own thread gathers what arrives from all connections; a request gets one of the others once its head is
there, with its body where that is small. While a large body is read, only half of the threads may wait, and none for
long. Nor does anybody wait for a client that was answered to hang up.
"""

import errno
import re
import select
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn import sock
from gunicorn.http import get_parser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import ThreadWorker

GATHERED_WITHIN_S = 10.0
"""How long a head, and a small body, may take to arrive."""
MAX_HEAD = 64 * 1024
SMALL_BODY = 32 * 1024
PATIENCE_S = 10.0
LEAST_BYTES_PER_S = 4 * 1024
"""How long a large body may keep a thread waiting: for so long, and longer as more of it has come."""
UNREAD_S = 30
"""How long an answer waits for a client that reads nothing of it."""
BLOCK = 16 * 1024

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n")


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gathers requests beside the threads that answer them."""

    def init_process(self) -> None:
        """Begin; as many may wait for a body as leaves half of the threads."""
        self._waiters = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        """Hand the connection to a thread if its request is there, else wait for that beside them."""
        try:
            conn.sock.setblocking(False)
            is_here = self._gather(conn)
        except (OSError, ValueError):
            self._drop(conn)
            return
        if is_here:
            super().enqueue_req(conn)
        else:
            self._await(conn, self._go_on)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Keep the connection for another request, or end it once the client has read its answer."""
        if fs.cancelled() or fs.exception() is not None or fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)  # and no more: what is unread would cut the answer short (RFC 9112, 9.6)
        except (OSError, ValueError):
            self._drop(conn)
            return
        self._await(conn, self._drain)

    def _await(self, conn: Any, go_on: Callable[[Any, object], None]) -> None:
        conn.timeout = time.monotonic() + GATHERED_WITHIN_S
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(go_on, conn))

    def _go_on(self, conn: Any, _client: object) -> None:
        try:
            is_here = self._gather(conn)
        except OSError:
            self._forget(conn)
            self._drop(conn)
            return
        if is_here:
            self._forget(conn)
            super().enqueue_req(conn)

    def _drain(self, conn: Any, _client: object) -> None:
        try:
            is_over = not conn.sock.recv(BLOCK)
        except BlockingIOError:
            return
        except OSError:
            is_over = True
        if is_over:
            self._forget(conn)
            self._drop(conn)

    def _gather(self, conn: Any) -> bool:
        """Take what has arrived, and tell whether it is enough to begin; raises OSError where nothing more comes."""
        try:
            self._greet(conn)
            unreader = conn.parser.unreader
            while not is_enough(unreader.buf.getvalue()):
                block = conn.sock.recv(BLOCK)
                if not block:
                    raise ConnectionResetError
                unreader.buf.seek(0, 2)
                unreader.buf.write(block)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        unreader.begin()
        return True

    def _greet(self, conn: Any) -> None:
        if not conn.initialized:
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", UNREAD_S, 0))
            if self.cfg.is_ssl:
                conn.sock = sock.ssl_wrap_socket(conn.sock, self.cfg)
            conn.parser = get_parser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = PatientUnreader(conn.sock, self._waiters)
            conn.initialized = True
        if isinstance(conn.sock, ssl.SSLSocket) and conn.sock.version() is None:
            conn.sock.do_handshake()

    def _forget(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _drop(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()


class PatientUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn has no types
    """Reads the rest of a request for a thread: what is there at once, and what is not with bounded patience."""

    def __init__(self, sock: Any, waiters: threading.BoundedSemaphore) -> None:
        """Read from the socket; `waiters` has a place for each thread that may wait."""
        super().__init__(sock)
        self._waiters = waiters
        self.begin()

    def begin(self) -> None:
        """Start anew, for another request on the same connection."""
        self._patience = PATIENCE_S

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return some bytes; raises OSError where too many threads wait already, or this one has for too long."""
        if not self._is_ready():
            if not self._waiters.acquire(blocking=False):
                raise _too_slow()
            try:
                self._wait()
            finally:
                self._waiters.release()
        block: bytes = super().chunk(size_hint)
        self._patience += len(block) / LEAST_BYTES_PER_S
        return block

    def _is_ready(self, seconds: float = 0.0) -> bool:
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _wait(self) -> None:
        began = time.monotonic()
        asked = self.sock.gettimeout()  # shorter while gunicorn reads away what nobody wanted
        is_ready = self._is_ready(self._patience if asked is None else min(asked, self._patience))
        self._patience -= time.monotonic() - began
        if not is_ready:
            raise _too_slow()


def is_enough(arrived: bytes) -> bool:
    """Tell whether a thread can begin with what has arrived: the head, and the body where it is small and awaited."""
    end = arrived.find(b"\r\n\r\n")
    if end < 0:
        return len(arrived) > MAX_HEAD  # it is for the parser to refuse
    head = arrived[: end + 2].lower()
    length = _LENGTH.search(head)
    if length is None or b"100-continue" in head:
        return True
    size = int(length[1])
    return size > SMALL_BODY or len(arrived) >= end + 4 + size


def _too_slow() -> OSError:
    return ConnectionResetError(errno.ECONNRESET, "the client was too slow")
