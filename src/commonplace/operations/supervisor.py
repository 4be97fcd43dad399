"""A small supervisor: it forks children, starts again those that end, and ends them all when it ends itself."""

import gc
import logging
import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from commonplace.operations.processes import STOPPING, fork

log = logging.getLogger(__name__)
GRACE_S = 10.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
LONG_LIFE_S = 60.0


@dataclass
class Child:
    """A process: `run` is all it does, and returns its exit status. It is started again unless it runs `once`."""

    name: str
    run: Callable[[], int]
    once: bool = False
    pid: int | None = None
    started_on: float = 0.0
    pause: float = 0.0

    @property
    def due_on(self) -> float:
        """When it may be started, on the monotonic clock."""
        return self.started_on + self.pause


class Supervisor:
    """Keeps children alive until a signal ends it; to be used in a process without threads and connections."""

    def __init__(self, children: Sequence[Child]) -> None:
        """Take the children, none of which runs yet."""
        self._children = list(children)
        self._is_stopping = False

    def run(self) -> int:
        """Keep the children alive until SIGTERM, SIGINT or SIGHUP comes; return the exit status."""
        gc.freeze()  # what is loaded so far is never scanned again, so that its pages stay shared
        with _wakeups(self._stop) as wakeup:
            while not self._is_stopping:
                self._start_due()
                _wait(wakeup, self._seconds_to_next_start())
                self._reap()
            self._end_children(wakeup)
        return 0

    def _stop(self, _number: int, _frame: object) -> None:
        self._is_stopping = True

    def _start_due(self) -> None:
        for child in self._children:
            if child.pid is None and time.monotonic() >= child.due_on:
                child.started_on = time.monotonic()
                child.pid = fork(child.run)

    def _seconds_to_next_start(self) -> float | None:
        waiting = [child.due_on for child in self._children if child.pid is None]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    def _reap(self) -> None:
        while (pid := _find_ended()) is not None:
            for child in [child for child in self._children if child.pid == pid]:
                self._note_end(child)

    def _note_end(self, child: Child) -> None:
        if child.once or self._is_stopping:
            self._children.remove(child)
            return
        child.pid = None
        lived = time.monotonic() - child.started_on
        longer = min(max(child.pause * 2, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        child.pause = FIRST_PAUSE_S if lived > LONG_LIFE_S else longer
        log.error("%s ended after %.0f s and is started again", child.name, lived)

    def _end_children(self, wakeup: int) -> None:
        self._children = [child for child in self._children if child.pid is not None]
        self._signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_S
        while self._children and time.monotonic() < until:
            _wait(wakeup, until - time.monotonic())
            self._reap()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        for child in self._children:
            if child.pid is not None:
                os.kill(child.pid, number)


def _find_ended() -> int | None:
    try:
        pid, _ = os.waitpid(-1, os.WNOHANG)  # in a container, orphans of others come to us as well
    except ChildProcessError:
        return None
    return pid or None


@contextmanager
def _wakeups(stop: Callable[[int, object], None]) -> Iterator[int]:
    """Yield a file that can be read after each signal, so that a wait for it misses none."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in STOPPING:
        signal.signal(number, stop)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(-1)
        for number in (*STOPPING, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.close(reader)
        os.close(writer)


def _wait(wakeup: int, seconds: float | None) -> None:
    if select.select([wakeup], [], [], seconds)[0]:
        os.read(wakeup, 4096)
