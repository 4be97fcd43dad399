"""What live updates run between: a site that is served, open pages of people, and a Redis that may be killed."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
import requests
from redis import Redis, RedisError
from websocket import WebSocket, WebSocketConnectionClosedException, WebSocketTimeoutException

from commonplace.config import Settings
from commonplace.operations.web_server import listen
from tests.jobs.workers import ROOT, wait_until

HANDSHAKE = "/socket.io/?EIO=4&transport=websocket"
PATIENCE_S = 15
NOISE = "noise"


class Served:
    """A site that is served, and what a test asks of it."""

    def __init__(self, process: "subprocess.Popen[str]", *, is_https: bool, ca: Path) -> None:
        self.process = process
        self.port = int(process.stdout.readline())
        self.server_pid = int(process.stdout.readline())
        self.url = f"{'https' if is_https else 'http'}://127.0.0.1:{self.port}"
        self.ca = str(ca) if is_https else None

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=30, verify=self.ca or True)

    def say(self, to: int | str, event: str, status: int = 204, **facts: Any) -> None:
        said = {"to": to, "event": event, "facts": facts, "status": status}
        answer = requests.post(f"{self.url}/say", json=said, timeout=30, verify=self.ca or True)
        assert answer.status_code == status, answer.text

    @property
    def listening(self) -> int:
        return int(self.get("/listening").json())

    def kill_worker(self) -> None:
        os.kill(int(self.get("/pid").text), signal.SIGKILL)

    def stop(self) -> int:
        os.kill(self.server_pid, signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


@contextmanager
def served(settings: Settings, *, port: int = 0, is_https: bool = False, **given: Any) -> Iterator[Served]:
    """Serve the site of those settings and of others that are `given`; those in capitals are the program's own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPLACE_")}
    chosen = {"data_dir": settings.data_dir, "database_url": settings.database_url} | given
    for name, value in chosen.items():
        environment[name if name.isupper() else f"COMMONPLACE_{name.upper()}"] = str(value)
    if is_https:
        environment["TEST_HTTPS"] = "yes"
    command = [sys.executable, "-m", "tests.live.served", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Served(process, is_https=is_https, ca=settings.data_dir / "certificate" / "certificate.pem")
        finally:
            process.kill()


class OpenPage:
    """A page's connection: Socket.IO over a WebSocket, as much of it as a browser speaks."""

    def __init__(
        self, site: Served, cookie: str = "", *, speaks: bool = True, origin: str | None = None, **headers: str
    ):
        self._socket = WebSocket(sslopt={"ca_certs": site.ca, "cert_reqs": ssl.CERT_REQUIRED} if site.ca else None)
        self._socket.settimeout(PATIENCE_S)
        self._socket.connect(
            site.url.replace("http", "ws", 1) + HANDSHAKE,
            cookie=f"commonplace={cookie}" if cookie else None,
            origin=origin or site.url,
            header=headers,
        )
        self.headers = self._socket.getheaders()
        self.opened = json.loads(self._socket.recv().removeprefix("0"))
        if speaks:
            self.send("40")
            assert self._socket.recv().startswith("40{")

    def send(self, packet: str) -> None:
        self._socket.send(packet)

    def receive(self) -> str:
        return self._socket.recv()

    def next_event(self) -> tuple[str, Any]:
        """Return the name and facts of what is told next, noise left out."""
        while True:
            packet = self._socket.recv()
            if packet == "2":
                self.send("3")
            elif not packet.startswith(f'42["{NOISE}"'):
                assert packet.startswith("42["), packet
                name, facts = json.loads(packet[2:])
                return name, facts

    def hears(self, site: "Served") -> bool:
        """Let the site make a noise, and tell whether it arrives within a moment."""
        site.say("everybody", NOISE)
        self._socket.settimeout(0.3)
        try:
            while self._socket.recv() != f'42["{NOISE}",{{}}]':
                continue
        except WebSocketTimeoutException:
            return False
        finally:
            self._socket.settimeout(PATIENCE_S)
        return True

    def last_packet(self) -> str:
        """Wait until the connection ends, and return what came last."""
        last = ""
        try:
            while packet := self._socket.recv():
                last = packet
        except (WebSocketConnectionClosedException, ConnectionError):
            pass
        return last

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class OwnRedis:
    """A Redis server of a test's own, which can be killed and started again at the same place."""

    def __init__(self) -> None:
        with listen("127.0.0.1", 0) as probe:
            self._port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except RedisError:
            return False


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """Run a Redis server; skip where none is installed, fail in CI."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs redis-server: it is one of Debian's packages")
        pytest.skip("there is no redis-server on this machine")
    redis = OwnRedis()
    try:
        yield redis
    finally:
        redis.kill()
