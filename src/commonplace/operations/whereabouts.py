"""Where the site of a data folder can be reached while it runs, so that commands print links that lead there."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

NOTE = "address"
PREDECESSOR_S = 2.0
PAUSE_S = 0.1


def note_address(data_dir: Path, address: str) -> None:
    """Note the address for as long as this process or a child of it lives, however they end."""
    note = os.open(data_dir / NOTE, os.O_RDWR | os.O_CREAT, 0o600)  # never closed: its lock is the sign of life
    until = time.monotonic() + PREDECESSOR_S
    while not _lock(note) and time.monotonic() < until:
        time.sleep(PAUSE_S)  # children of one that was killed live on for a moment
    os.truncate(note, 0)
    os.write(note, address.encode())


def find_address(data_dir: Path) -> str | None:
    """Return the address of the site that runs on that data folder, or None where none does."""
    with suppress(FileNotFoundError, NotADirectoryError), (data_dir / NOTE).open("rb") as note:
        if not _lock(note.fileno()):
            return note.read().decode()
    return None


def _lock(note: int) -> bool:
    try:
        fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
