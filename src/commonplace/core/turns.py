"""One at a time, in the order in which they came.

A lock alone lets whoever just left in again before those who wait, and so do SQLite's writers, who sleep and try
anew: eight that write without a pause are served one after the other, and the last gives up.
"""

from collections import deque
from threading import Lock, RLock, get_ident


class Turns:
    """Lets one thread through at a time; whoever waits longest is next."""

    def __init__(self) -> None:
        """Make it; nobody has the turn."""
        self._lock = RLock()  # a collected session may give its turn within any line of this thread
        self._holder: int | None = None
        self._waiting: deque[tuple[Lock, int]] = deque()

    def take(self, timeout: float) -> bool:
        """Wait for so many seconds at most, and tell whether the caller's thread has the turn now.

        Raises RuntimeError where it has it already, and would wait for itself.
        """
        thread = get_ident()
        called = Lock(), thread
        called[0].acquire()
        with self._lock:
            if self._holder is None:
                self._holder = thread
                return True
            if self._holder == thread:
                raise RuntimeError("this thread has the turn already")
            self._waiting.append(called)
        try:
            if called[0].acquire(timeout=timeout):
                return True
        except BaseException:  # such as KeyboardInterrupt: nobody may be called who is not there
            if not self._leave(called):
                self.give()
            raise
        return not self._leave(called)

    def _leave(self, called: tuple[Lock, int]) -> bool:
        """Wait no longer; tell whether that was before the call came."""
        with self._lock:
            if called not in self._waiting:
                return False
            self._waiting.remove(called)
            return True

    def give(self) -> None:
        """Hand the turn to whoever is next."""
        with self._lock:
            self._holder = None
            if self._waiting:
                called, self._holder = self._waiting.popleft()
                called.release()
