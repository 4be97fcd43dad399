"""Worker processes for tests, and how to wait for what they do."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
QUICK_LEASE = {"lease": 2.0}


@contextmanager
def worker(
    data_dir: Path,
    *,
    broker_url: str = "",
    options: Mapping[str, Any] = QUICK_LEASE,
    queues: str = "interactive,bulk",
    database_url: str = "",
) -> Iterator[subprocess.Popen[str]]:
    """Run a worker with those options of its broker, and kill it at the end unless it ended before."""
    program = [sys.executable, "-m", "tests.jobs.worker_process"]
    command = [*program, str(data_dir), broker_url, json.dumps(options), queues]
    environment = os.environ | {"COMMONPLACE_DATABASE_URL": database_url}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until it is so; fail when it takes too long."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"not so after {seconds} s"
        time.sleep(0.02)


@contextmanager
def held(data_dir: Path) -> Iterator[None]:
    """Let no job get done within."""
    (data_dir / "hold").touch()
    try:
        yield
    finally:
        (data_dir / "hold").unlink()


def done(data_dir: Path) -> dict[str, int]:
    """Return how often each job was done, by name."""
    return {path.name.removeprefix("done-"): len(path.read_text()) for path in data_dir.glob("done-*")}


def begun(data_dir: Path) -> set[str]:
    """Return which jobs were begun."""
    return {path.name.removeprefix("begun-") for path in data_dir.glob("begun-*")}
