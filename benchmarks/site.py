"""The site itself: `commonplace run` on a folder of its own, with one user, one token and one public snap."""

import gzip
import json
import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.load import make_request
from benchmarks.processes import ROOT, Server, clean_environment, free_port, start
from benchmarks.snippet import SNIPPET

COMMAND = str(Path(sys.executable).with_name("commonplace"))
USERNAME, PASSWORD = "reader", "a long walk by the sea"
CREATE_PATH = "/api/v1/snaps"
SNAP = {"name": "shelf.py", "content": SNIPPET, "audience": "public"}


@dataclass(frozen=True)
class Profile:
    """The microseconds of a view by part, and those of highlighting its text, which only the first view needs."""

    parts: dict[str, float]
    highlighting: float


@dataclass
class Site:
    """A data folder, the token of its one user, and the path of its first snap."""

    folder: Path
    token: str = ""
    path: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The settings, beside which there are none."""
        return clean_environment() | {"COMMONPLACE_DATA_DIR": str(self.folder / "data")}

    def start(self) -> Server:
        """Start it on a free port; the folder is made ready the first time."""
        port = free_port()
        log = self.folder / "commonplace.log"
        command = [COMMAND, "run", "--port", str(port)]
        return start(command, port, path="/healthz", log=log, environment=self.environment)

    def fill(self, server: Server) -> None:
        """Make the user, the token and the snap."""
        create = [COMMAND, "users", "create", USERNAME, "--email", "reader@commonplace.example", "--password-stdin"]
        subprocess.run(create, input=PASSWORD, text=True, env=self.environment, check=True, capture_output=True)
        basic = "Basic " + b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        asked = {"label": "benchmark", "scopes": ["read", "write"]}
        self.token = _post(server, "/api/v1/users/me/tokens", basic, asked)["token"]
        url: str = _post(server, CREATE_PATH, f"Bearer {self.token}", SNAP)["url"]
        self.path = url[url.index("/snaps/") :]

    def profile(self) -> Profile:
        """Return where the time of the snap's page goes."""
        command = [sys.executable, "-m", "benchmarks.parts", self.path]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)
        return Profile(**json.loads(done.stdout))

    def create_request(self) -> bytes:
        """Return the request that shares the snippet by the JSON API."""
        headers = {"Content_Type": "application/json", "Authorization": f"Bearer {self.token}"}
        return make_request("POST", CREATE_PATH, json.dumps(SNAP).encode(), **headers)


@dataclass(frozen=True)
class PageSize:
    """The bytes of the snap's page: as it is, compressed, and compressed with all that a browser loads with it."""

    html: int
    compressed: int
    with_assets: int


def weigh_page(server: Server, path: str) -> PageSize:
    """Return what a first visit to the page transfers, the page itself compressed as a proxy does it (gzip -6)."""
    html = server.ask("GET", path)
    compressed = len(gzip.compress(html, 6))
    wanted = re.findall(r'(?:src|href)="(/assets/[^"]+)"', html.decode())
    sizes: dict[str, int] = {}
    while wanted:
        asset = wanted.pop()
        if asset not in sizes:
            content = server.ask("GET", asset, Accept_Encoding="gzip")
            sizes[asset] = len(content)
            wanted += _list_imports(asset, content)
    return PageSize(len(html), compressed, compressed + sum(sizes.values()))


def _list_imports(script: str, content: bytes) -> list[str]:
    """Return the modules that a script may load, by their paths."""
    if not script.endswith(".js"):
        return []
    names = re.findall(r'"\./([\w-]+\.js)"', gzip.decompress(content).decode())
    return [f"{script.rpartition('/')[0]}/{name}" for name in names]


def _post(server: Server, path: str, authorization: str, values: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": authorization, "Content_Type": "application/json"}
    made: dict[str, Any] = json.loads(server.ask("POST", path, json.dumps(values).encode(), **headers))
    return made
