"""A site as people have it: `commonplace run` in a folder of its own, worker included."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.visiting import DESK, PHONE

COMMAND = Path(sys.executable).parent / "commonplace"
START_S = 30

expect.set_options(timeout=15_000)  # ms; a machine that does much else at once shows a page late


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what shows nothing new: without scripts, a desk is to a page what a phone is."""
    items[:] = [item for item in items if "desk-without-scripts" not in item.nodeid]


@dataclass(frozen=True)
class Site:
    """Where a running site is, and its data folder."""

    url: str
    data_dir: Path

    def run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command beside the site."""
        environment = os.environ | {"COMMONPLACE_DATA_DIR": str(self.data_dir), "COMMONPLACE_SITE_URL": self.url}
        return subprocess.run([COMMAND, *arguments], input=given, capture_output=True, env=environment, check=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site, empty at first; its end is part of the test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = Site(f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("site") / "data")
    environment = os.environ | {"COMMONPLACE_DATA_DIR": str(site.data_dir), "COMMONPLACE_SITE_URL": site.url}
    process = subprocess.Popen([COMMAND, "run", "--port", str(port)], env=environment)
    try:
        wait_until_it_answers(port, process)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once the site is alive."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail("the site did not start")


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def viewport(request):
    return request.param


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
def has_scripts(request):
    return request.param


def is_fault(message):
    """Tell whether the console complains of more than a page that is rightly not there."""
    return message.type == "error" and "404" not in message.text


@pytest.fixture
def visitor(browser, viewport, has_scripts):
    context = browser.new_context(viewport=viewport, java_script_enabled=has_scripts)
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    page.on("request", lambda request: faults.append(request.url) if "127.0.0.1" not in request.url else None)
    yield page
    context.close()
    assert faults == []
