"""A supervisor as a process of its own: `python -m tests.operations.supervised FOLDER`.

Its children leave their ids in the folder, a line each time they are started: `steady` stays until it is told to
end, `brief` ends at once each time, `once` ends and is not wanted again, `stubborn` does not listen.
"""

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import click

from commonplace.core.logs import start_logging
from commonplace.operations import supervisor
from commonplace.operations.processes import follow
from commonplace.operations.supervisor import Child, Supervisor


def note(folder: Path, name: str) -> None:
    with (folder / name).open("a") as file:
        file.write(f"{os.getpid()}\n")


def steady(folder: Path, parent: int) -> int:
    follow(parent)
    note(folder, "steady")
    signal.pause()
    return 0


def brief(folder: Path) -> int:
    note(folder, "brief")
    raise SystemExit(3)


def once(folder: Path) -> int:
    note(folder, "once")
    return 0


def stubborn(folder: Path) -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note(folder, "stubborn")
    time.sleep(60)
    return 0


if __name__ == "__main__":
    start_logging()
    folder, *names = Path(sys.argv[1]), *sys.argv[2:]
    supervisor.GRACE_S = 1.0
    runs = {
        "steady": partial(steady, folder, os.getpid()),
        "brief": partial(brief, folder),
        "once": partial(once, folder),
        "stubborn": partial(stubborn, folder),
    }
    children = [Child(name, runs[name], once=name == "once") for name in names]
    click.echo("started")
    sys.exit(Supervisor(children).run())
