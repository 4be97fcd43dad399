"""Containers: each reader's feed, pushed there when something is shared. They only save time, and may be lost.

A container belongs to one version of its reader, so that after a follow or a mute it is another. It is whole from some
id on: it was filled from the database, and everything committed since was pushed to it, or is `pending` still.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

CAPACITY = 800
"""How many ids a container is filled with; what is older is looked up."""
SLACK = 200
"""How many more it may hold before the oldest are dropped."""
CHUNK = 1_000
"""How many readers are pushed to at a time."""


@dataclass(frozen=True)
class Contents:
    """Ids in a container, newest first; with none left out down to `floor_id`, which is 0 at the beginning."""

    ids: Sequence[int]
    floor_id: int


@dataclass(frozen=True)
class Filling:
    """A container that is being filled; its random number tells it from any other filling of the same."""

    reader_id: int
    version: int
    number: int


class ContainersLost(Exception):
    """What was pushed is not all there: no container of this log can be relied on."""


class Containers(Protocol):
    """Where containers are; whatever fails there is logged, and answered as if nothing were there."""

    def find(
        self, session: Session, reader_id: int, version: int, *, pushed: int, before: int, number: int
    ) -> Contents | None:
        """Return so many below `before`, newest first; None where there is no container, or no whole one.

        So many additions were `pushed` to everybody: raises ContainersLost where fewer are known.
        """

    def begin_filling(self, reader_id: int, version: int) -> Filling | None:
        """Make an empty container that takes what is pushed from now on; None where that is not for us to fill."""

    def end_filling(self, filling: Filling, contents: Contents) -> None:
        """Add what the database held after that, and call it whole, unless another has taken its place."""

    def identity(self) -> str:
        """Return what is the same as long as nothing that was pushed is lost; raises OSError where that failed."""

    def push(self, reader_ids: Sequence[int], entry_id: int) -> None:
        """Add an entry to those of these readers' containers that are there.

        Raises OSError where that failed, so that it is tried again.
        """

    def finish(self, pushed: int, identity: str) -> int:
        """Note that one more than so many additions were pushed, under that identity; return how many those are now.

        Raises ContainersLost where another number is known here, or somewhere else; OSError where the identity is
        another by now, or where that failed.
        """

    def clear(self, session: Session) -> None:
        """Drop all containers, within the session's transaction or at once; raises OSError where that failed."""
