import contextlib
import http.client
import socket
import ssl
import threading
import time

import pytest

from commonplace.operations import patience
from commonplace.operations.patience import PatientUnreader, is_enough
from tests.operations.running import running
from tests.operations.test_run import site

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
LARGE = b"POST /users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n"
LARGE += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername="
HALVES = {
    "nothing": b"",
    "half a line": b"GET /hea",
    "half a head": HEAD,
    "half a small body": LARGE.replace(b"900000", b"900"),
    "half a large body": LARGE,
}


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.settimeout(30)
    return connection


def status_of(connection, request=HEAD + b"\r\n"):
    connection.sendall(request)
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status


@pytest.mark.parametrize("sort", HALVES)
def test_many_that_send_half_a_request_leave_the_site_to_others(tmp_path, sort):
    with running(tmp_path) as site, contextlib.ExitStack() as held:
        for _ in range(40):
            held.enter_context(connect(site.port)).sendall(HALVES[sort])
        time.sleep(0.5)
        began = time.monotonic()
        with connect(site.port) as connection:
            assert status_of(connection) == 200
        assert time.monotonic() - began < patience.PATIENCE_S / 2  # long before any of them is given up


def test_many_that_do_not_hang_up_when_answered_leave_the_site_to_others(tmp_path):
    with running(tmp_path) as site, contextlib.ExitStack() as held:
        for _ in range(40):
            connection = held.enter_context(connect(site.port))
            assert status_of(connection, HEAD + b"Connection: close\r\n\r\n") == 200


def test_a_request_that_comes_in_pieces_is_answered(tmp_path):
    body = b"x" * 50_000
    with running(tmp_path) as site, connect(site.port) as connection:
        request = b"POST /api/v1/snaps HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
        request += b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n" % (site.token.encode(), len(body))
        for _ in range(2):  # the second on the same connection
            for start in range(0, len(request), 40):
                connection.sendall(request[start : start + 40])
                time.sleep(0.01)
            assert status_of(connection, body) == 201


def test_over_tls_half_a_greeting_holds_nothing_either(tmp_path):
    with site(tmp_path, "--https") as (_, url), contextlib.ExitStack() as held:
        port = int(url.rpartition(":")[2])
        for _ in range(40):
            held.enter_context(connect(port)).sendall(b"\x16\x03\x01")
        context = ssl.create_default_context(cafile=tmp_path / "certificate" / "certificate.pem")
        with context.wrap_socket(connect(port), server_hostname="127.0.0.1") as connection:
            assert status_of(connection) == 200
            connection.sendall(HEAD)
            time.sleep(0.1)
            assert status_of(connection, b"\r\n") == 200


@pytest.mark.parametrize(
    ("arrived", "enough"),
    [
        (b"", False),
        (HEAD, False),
        (HEAD + b"\r\n", True),
        (b"x" * (patience.MAX_HEAD + 1), True),
        (HEAD + b"Content-Length: 3\r\n\r\nab", False),
        (HEAD + b"content-length:3\r\n\r\nabc", True),
        (HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", True),
        (HEAD + b"Content-Length: 99999\r\n\r\n", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", True),
    ],
)
def test_a_thread_begins_with_a_head_and_a_small_body(arrived, enough):
    assert is_enough(arrived) is enough


def test_only_so_many_wait_at_once_and_none_for_ever(monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE_S", 0.2)
    waiters = threading.BoundedSemaphore(1)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = PatientUnreader(ours, waiters)
        theirs.sendall(b"abc")
        waiters.acquire()
        assert reader.chunk() == b"abc"  # is there: nobody waits
        with pytest.raises(ConnectionResetError, match="too slow"):
            reader.chunk()
        waiters.release()
        with pytest.raises(ConnectionResetError, match="too slow"):
            reader.chunk()
        theirs.sendall(b"d")
        assert reader.chunk() == b"d"
