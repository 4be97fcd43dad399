"""Eight clients in one process: raw sockets that stay open, so that the load takes little from what it measures."""

import select
import socket
import time
from collections.abc import Sequence

CLIENTS = 8
TIMEOUT_S = 30.0
HEAD_END = b"\r\n\r\n"


class WrongAnswer(Exception):
    """A server did not answer as it must while it is measured."""


class _Client:
    """One connection that is kept, with one request at a time on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._length = 0

    def send(self, request: bytes) -> None:
        self._received, self._length = b"", 0
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Return the answer once it is whole."""
        block = self.socket.recv(1 << 17)
        if not block:
            raise WrongAnswer("the server closed a connection that was to be kept")
        self._received += block
        if not self._length:
            self._length = _length_of(self._received)
        return self._received if self._length and len(self._received) >= self._length else None


def make_request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """Return a request as it is sent; `Content_Type` in Python is `Content-Type` on the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + HEAD_END + body


def seconds_for(port: int, requests: Sequence[bytes], status: int, marker: bytes) -> float:
    """Return how long the server takes to answer the requests, eight at a time.

    Every answer must have the status, and each client's first one must hold the marker; raises WrongAnswer.
    """
    clients = [_Client(port) for _ in range(min(CLIENTS, len(requests)))]
    try:
        return _drive(clients, requests, b" %d " % status, marker)
    finally:
        for client in clients:
            client.socket.close()


def _drive(clients: Sequence[_Client], requests: Sequence[bytes], status: bytes, marker: bytes) -> float:
    poll = select.poll()
    by_file = {client.socket.fileno(): client for client in clients}
    waiting = iter(requests)
    unseen = set(by_file)
    started = time.perf_counter()
    for file, client in by_file.items():
        poll.register(file, select.POLLIN)
        client.send(next(waiting))
    left = len(requests)
    while left:
        ready = poll.poll(TIMEOUT_S * 1000)
        if not ready:
            raise WrongAnswer(f"no answer within {TIMEOUT_S:.0f} seconds")
        for file, _ in ready:
            answer = by_file[file].receive()
            if answer is None:
                continue
            left -= 1
            _check(answer, status, marker if file in unseen else b"")
            unseen.discard(file)
            if (request := next(waiting, None)) is not None:
                by_file[file].send(request)
    return time.perf_counter() - started


def _length_of(received: bytes) -> int:
    """Return the length of the answer, head included, or 0 where the head is not whole yet."""
    end = received.find(HEAD_END)
    if end < 0:
        return 0
    for line in received[:end].split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return end + len(HEAD_END) + int(line[15:])
    raise WrongAnswer("an answer without Content-Length")


def _check(answer: bytes, status: bytes, marker: bytes) -> None:
    if answer[8:13] != status or marker not in answer:
        raise WrongAnswer(f"expected{status.decode()}and {marker!r}, got: {answer[:1000]!r}")
