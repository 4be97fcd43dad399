"""The peer: pinnwand from the package index, in an environment of its own, set up as its documentation has it."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.load import make_request
from benchmarks.processes import ROOT, Server, clean_environment, free_port, start
from benchmarks.snippet import SNIPPET

LOCK = Path(__file__).parent / "pinnwand.txt"
ENVIRONMENT = ROOT / ".venv-peers"
PYTHON = str(ENVIRONMENT / "bin" / "python")
INSTALL_TIMEOUT_S = 600
CREATE_PATH = "/api/v1/paste"
PASTE = json.dumps({"expiry": "1week", "files": [{"name": "shelf.py", "lexer": "python", "content": SNIPPET}]}).encode()
BEYOND_REACH = {"capacity": 10**9, "consume": 1, "refill": 10**9}


class NoPeer(Exception):
    """The peer cannot be had; the message says why."""


def install() -> None:
    """Make the peer's environment where it is not there or older than its lock file; raises NoPeer."""
    stamp = ENVIRONMENT / ".installed"
    if stamp.exists() and stamp.stat().st_mtime >= LOCK.stat().st_mtime:
        return
    for command in (
        [sys.executable, "-m", "venv", str(ENVIRONMENT)],
        [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--requirement", str(LOCK)],
    ):
        try:
            subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=True)
        except subprocess.SubprocessError as error:
            told = getattr(error, "stderr", None) or str(error)
            raise NoPeer(f"pinnwand could not be installed: {told.strip().splitlines()[-1]}") from error
    stamp.touch()


def describe() -> str:
    """Return in a sentence which pinnwand it is, and how it runs."""
    pins = (line.split()[0] for line in LOCK.read_text().splitlines())
    version = next(pin.replace("==", " ") for pin in pins if pin.startswith("pinnwand=="))
    return (
        f"The peer is {version}, run by its own command on an SQLite file, with its rate limits lifted. "
        "It highlights a text when it is shared."
    )


def start_pinnwand(folder: Path) -> Server:
    """Start it with its pastes in an SQLite file in the folder, and without its limit of two views a second."""
    port = free_port()
    settings = {
        "PINNWAND_DATABASE_URI": f"sqlite:///{folder / 'pinnwand.sqlite3'}",
        "PINNWAND_RATELIMIT": repr(dict.fromkeys(("read", "create", "delete"), BEYOND_REACH)),
    }
    command = [PYTHON, "-m", "benchmarks.pinnwand_server", str(port)]
    return start(command, port, path="/about", log=folder / "pinnwand.log", environment=clean_environment() | settings)


def create_request() -> bytes:
    """Return the request that shares the snippet."""
    return make_request("POST", CREATE_PATH, PASTE, Content_Type="application/json")


def share(server: Server) -> str:
    """Share the snippet; return the path of its page."""
    link: str = json.loads(server.ask("POST", CREATE_PATH, PASTE))["link"]
    return link[link.rindex("/") :]
