"""gunicorn's worker of threads, few of which are at work at a time.

Threads that all want the interpreter hinder one another: with sixteen at work, a page takes half as much processor time
again as with one. So requests stand in line for one thread, or a few. Whichever is at the same request for longer than
a moment is relieved by another: it is taken to wait, for a client, a server or a lock.
"""

import math
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

MOMENT_S = 0.01


@dataclass(eq=False)
class _Shift:
    """A thread's time at work; `since` is when it took its present request, if it has one."""

    since: float = math.inf


class RelievedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Lets only so many threads work at a time as there are `places`."""

    places = 1

    def init_process(self) -> None:
        """Begin with nobody in line, and nobody at work."""
        self._line: SimpleQueue[tuple[TConn, Future[Any]] | None] = SimpleQueue()
        self._shifts: set[_Shift] = set()
        self._lock = threading.Lock()  # for the shifts
        super().init_process()

    def run(self) -> None:
        """Answer requests until told to end; then send the threads home."""
        self._fill_places()
        try:
            super().run()
        finally:
            for _ in range(self.cfg.threads):
                self._line.put(None)

    def enqueue_req(self, conn: TConn) -> None:
        """Put the request in line."""
        future: Future[Any] = Future()
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))
        self._line.put((conn, future))

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Do what gunicorn does, and relieve who needs it while others stand in line."""
        super().wait_for_and_dispatch_events(timeout if self._line.empty() else min(timeout, MOMENT_S))
        if not self._line.empty():
            self._relieve()

    def _relieve(self) -> None:
        moment_ago = time.monotonic() - MOMENT_S
        with self._lock:
            self._shifts -= {shift for shift in self._shifts if shift.since < moment_ago}
        self._fill_places()

    def _fill_places(self) -> None:
        with self._lock:
            while len(self._shifts) < self.places:
                shift = _Shift()
                self._shifts.add(shift)
                self.tpool.submit(self._work, shift)

    def _work(self, shift: _Shift) -> None:
        while self._has_place(shift) and (first := self._line.get()) is not None:
            shift.since = time.monotonic()
            conn, future = first
            try:
                answer = self.handle(conn)
            except BaseException as error:  # noqa: BLE001 - raised by whoever asks the future, as an executor does it
                future.set_exception(error)
            else:
                future.set_result(answer)

    def _has_place(self, shift: _Shift) -> bool:
        """Tell whether the thread goes on: also one that was relieved takes a place that is free."""
        with self._lock:
            shift.since = math.inf
            if shift not in self._shifts and len(self._shifts) < self.places:
                self._shifts.add(shift)
            return shift in self._shifts
