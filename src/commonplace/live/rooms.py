"""Rooms: the names under which a connection is spoken to, its own user's and those of topics."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable


def user_room(user_id: int) -> str:
    """Return the room of all of a user's connections."""
    return f"user:{user_id}"


class Rooms:
    """The rooms that one connection is in, in eight bytes each: thousands of topics stay cheap.

    Kept are Python's own hashes of the names, keyed by a secret of the process, sorted.
    """

    __slots__ = ("_hashes",)

    def __init__(self, names: Iterable[str]) -> None:
        """Be in these rooms."""
        self._hashes = array("q", sorted({hash(name) for name in names}))

    def __contains__(self, name: str) -> bool:
        """Tell whether that is one of them."""
        place = bisect_left(self._hashes, hash(name))
        return place < len(self._hashes) and self._hashes[place] == hash(name)

    def __len__(self) -> int:
        return len(self._hashes)
