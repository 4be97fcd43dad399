import logging
import socket
import subprocess
import sys
from threading import Thread

import pytest

from commonplace.live.hub import Hub
from commonplace.live.rooms import Rooms
from tests.jobs.workers import wait_until

STARTED = """
import sys, tempfile
from commonplace.app import create_app
from commonplace.config import Settings
from pathlib import Path
create_app(Settings.read(data_dir=Path(tempfile.mkdtemp())))
print(sorted({"flask_socketio", "socketio", "engineio", "simple_websocket", "redis"} & set(sys.modules)))
"""
HANDSHAKE = {
    "REQUEST_METHOD": "GET",
    "QUERY_STRING": "EIO=4&transport=websocket",
    "HTTP_HOST": "127.0.0.1",
    "HTTP_CONNECTION": "upgrade",
    "HTTP_UPGRADE": "websocket",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


@pytest.fixture
def pair():
    near, far = socket.socketpair()
    far.settimeout(10)
    yield near, far
    near.close()
    far.close()


def test_a_start_loads_nothing_of_what_serves_connections():
    done = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_connection_that_is_no_websocket_is_hung_up_on_and_forgotten(app, house, pair, caplog):
    near, far = pair
    hub = Hub(app, house)
    hub.listen(1, Rooms([]), near, HANDSHAKE | {"HTTP_SEC_WEBSOCKET_VERSION": "8"})
    assert far.recv(1) == b""
    wait_until(lambda: len(hub.listeners) == 0)
    assert "a live connection failed" in caplog.text


def test_a_page_that_has_left_already_is_forgotten_without_a_fuss(app, house, pair, caplog):
    near, far = pair
    far.close()
    hub = Hub(app, house)
    hub.listen(1, Rooms([]), near, HANDSHAKE | {"HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=="})
    wait_until(lambda: len(hub.listeners) == 0)
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == []


def test_where_no_thread_is_to_be_had_the_connection_is_not_counted(app, house, pair, monkeypatch):
    def start(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", start)
    near, far = pair
    hub = Hub(app, house)
    with pytest.raises(RuntimeError):
        hub.listen(1, Rooms([]), near, {})
    assert len(hub.listeners) == 0
    assert far.recv(1) == b""


def test_before_the_first_page_connects_nobody_is_spoken_to(app, house):
    hub = Hub(app, house)
    hub.speak("user:1", "unread", {"count": 1})
    assert len(hub.listeners) == 0
