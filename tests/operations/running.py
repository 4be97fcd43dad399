"""A site that runs as people run it, in processes of its own that a test may kill, and a program that talks to it."""

import http.client
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from commonplace.users.service_tokens import create_token
from tests.commands import begin
from tests.factories import make_user
from tests.operations.filled import opened

PATIENCE_S = 60.0


class Running:
    """The command `run` on a data folder; after its supervisor was killed, it can be started again."""

    def __init__(self, data_dir: Path, database_url: str = "", **settings: str) -> None:
        """Start it on a free port with those settings, with a user `ada` and a token of hers."""
        with opened(database_url, data_dir) as house, house.database.writing() as session:
            ada = make_user(session, "ada")
            self.token = create_token(session, ada, label="test", scopes=["write", "read"], expires_on=None)[1]
        self._data_dir, self._database_url, self.port = data_dir, database_url, 0
        self._settings = {"site_name": "Killed"} | settings
        self.start()

    def start(self) -> None:
        """Start the command, where it was before."""
        self._process = begin(
            self._data_dir, "run", "--port", str(self.port), database_url=self._database_url, **self._settings
        )
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        line = self._process.stdout.readline().decode()
        found = re.fullmatch(r"Commonplace is at (\S+)\n", line)
        assert found, line + self._process.stderr.read().decode()
        self.port = urlsplit(found[1]).port

    def post(self, key: str, **values: str) -> tuple[int, dict[str, object]]:
        """Share a snap; raises OSError or HTTPException where no whole answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        try:
            connection.request("POST", "/api/v1/snaps", json.dumps(values), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def post_until_answered(self, key: str, **values: str) -> dict[str, object]:
        """Share a snap, again with the same key until the answer comes; return what was answered."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException, ValueError):
                status, answer = self.post(key, **values)
                if status == 201:
                    return answer
                assert status >= 500, answer
            time.sleep(0.05)
        raise AssertionError(f"{key} was not answered within {PATIENCE_S:.0f} s")

    def children(self) -> list[int]:
        """Return the ids of all processes below the supervisor."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.splitlines())}
        found = {self._process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return sorted(found - {self._process.pid})

    def kill_child(self, number: int) -> None:
        """Kill one of the processes below the supervisor, at once."""
        children = self.children()
        if children:
            with suppress(ProcessLookupError):
                os.kill(children[number % len(children)], signal.SIGKILL)

    def kill_supervisor(self) -> None:
        """Kill the supervisor, at once, and start the site again as a service manager would."""
        self._process.kill()
        self._close()
        self.start()

    def stop(self) -> None:
        """End the site, by force where it does not end by itself."""
        children = self.children()
        self._process.terminate()
        try:
            self._process.wait(20)
        finally:
            for pid in [self._process.pid, *children]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._close()

    def _close(self) -> None:
        self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()


@contextmanager
def running(data_dir: Path, database_url: str = "", **settings: str) -> Iterator[Running]:
    """Yield a site that runs, and end it."""
    site = Running(data_dir, database_url, **settings)
    try:
        yield site
    finally:
        site.stop()
