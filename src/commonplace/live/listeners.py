"""Listeners: the open connections of this process, whose they are, and which of them are in a room."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from commonplace.live.lines import Line
from commonplace.live.rooms import Rooms

PER_USER = 20


@dataclass(eq=False)
class Listener:
    """One open connection of a signed-in user."""

    line: Line
    user_id: int
    rooms: Rooms
    environ: dict[str, str]
    """The request that opened it, cookie included."""
    sid: str | None = None
    """Its name while Socket.IO is spoken over it."""
    is_dismissed: bool = False
    is_mute: bool = False


class Listeners:
    """All of them, up to a number."""

    def __init__(self, limit: int) -> None:
        """Start with none."""
        self._limit = limit
        self._present: set[Listener] = set()
        self._lock = Lock()

    def __iter__(self) -> Iterator[Listener]:
        """Go through those of this moment."""
        with self._lock:
            return iter(list(self._present))

    def __len__(self) -> int:
        return len(self._present)

    def has_room_for(self, user_id: int) -> bool:
        """Tell whether one more of that user's pages may listen; one user alone leaves room for the others."""
        return len(self) < self._limit and sum(listener.user_id == user_id for listener in self) < PER_USER

    def add(self, listener: Listener) -> None:
        """Count one more."""
        with self._lock:
            self._present.add(listener)

    def discard(self, listener: Listener) -> None:
        """Forget one."""
        with self._lock:
            self._present.discard(listener)

    def in_room(self, room: str) -> list[str]:
        """Return the names of those in the room that speak Socket.IO."""
        return [listener.sid for listener in self if listener.sid is not None and room in listener.rooms]
