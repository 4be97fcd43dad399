"""Servers as processes of their own: started on a free port, waited for, weighed, and ended by their id."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
ROOT = Path(__file__).parents[1]
PROC = Path("/proc")


def free_port() -> int:
    """Return a port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class Server:
    """A running server; as a context manager it ends at the end."""

    process: subprocess.Popen[bytes]
    port: int
    seconds_to_answer: float

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
        """Return the body of the answer to one request; raises RuntimeError where it is an error."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT_S)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {answer.status}, {content[:1000]!r}")
        return content

    @property
    def busy_seconds(self) -> float:
        """The processor time that the process and all below it have used so far; 0 where that cannot be told."""
        if not (PROC / "self/stat").exists():
            return 0.0
        return sum(_ticks(pid) for pid in _family(self.process.pid)) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float | None:
        """The memory of the process and all below it, shared pages counted once; None where that cannot be told."""
        if not (PROC / "self/smaps_rollup").exists():
            return None
        return sum(_kilobytes(pid) for pid in _family(self.process.pid)) * 1024 / 1e6


def start(command: Sequence[str], port: int, *, path: str, log: Path, environment: Mapping[str, str]) -> Server:
    """Start a server and wait until it answers GET `path` with 200; raises RuntimeError where it does not."""
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=output, stderr=subprocess.STDOUT)
    while time.perf_counter() < started + START_TIMEOUT_S and process.poll() is None:
        if _answers(port, path):
            return Server(process, port, time.perf_counter() - started)
        time.sleep(0.005)
    process.kill()
    process.wait()
    raise RuntimeError(f"{' '.join(command)} did not start: {log.read_text(errors='replace')[-2000:]}")


def _answers(port: int, path: str) -> bool:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=START_TIMEOUT_S) as connection:
            connection.sendall(request)
            return connection.recv(13)[9:12] == b"200"
    except OSError:
        return False


def _family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents = {}
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _ticks(pid: int) -> int:
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _kilobytes(pid: int) -> int:
    rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def clean_environment() -> dict[str, str]:
    """Return this process's environment without settings of a Commonplace or a pinnwand."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("COMMONPLACE_", "PINNWAND_"))}
