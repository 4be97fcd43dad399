"""One at a time, in the order in which they came.

A lock alone lets whoever just left in again before those who wait, and so do SQLite's writers, who sleep and try
anew: eight that write without a pause are served one after the other, and the last gives up.
"""

from collections import deque
from threading import Lock


class Turns:
    """Lets one thread through at a time; whoever waits longest is next."""

    def __init__(self) -> None:
        """Make it; nobody has the turn."""
        self._lock = Lock()
        self._is_taken = False
        self._waiting: deque[Lock] = deque()

    def take(self, timeout: float) -> bool:
        """Wait for so many seconds at most, and tell whether the caller has the turn now."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=timeout):
            return True
        with self._lock:
            if called in self._waiting:
                self._waiting.remove(called)
                return False
            return True  # called at the last moment

    def give(self) -> None:
        """Hand the turn to whoever is next."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
