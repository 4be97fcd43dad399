"""What a feed is made of before anybody asks who may see it: ids of listed entries by the reader and whom they follow.

A source gives them newest first and leaves out none, but may give too many: whatever stands in a feed passes through
`hydration`, where SQL decides. So a source that is behind the times costs time, and never privacy or completeness.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

NEWEST = (1 << 63) - 1
"""Above every id."""


@dataclass(frozen=True)
class Candidates:
    """Ids, newest first, with none left out between them; `is_end` where nothing older is left."""

    ids: Sequence[int]
    is_end: bool


class Source(Protocol):
    """Where candidates come from."""

    def find_newest(
        self, session: Session, reader_id: int, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates | None:
        """Return the newest below `before`, about `number` of them; None where this source cannot tell.

        `kinds` are those asked for, None for all.
        """


class FullSource(Source, Protocol):
    """A source that can always tell, for it asks the entries themselves."""

    def find_newest(
        self, session: Session, reader_id: int, *, before: int, number: int, kinds: Collection[str] | None
    ) -> Candidates:
        """Return the newest below `before`."""

    def find_newest_pulled(self, session: Session, reader_id: int, *, before: int, number: int) -> Candidates:
        """Return the newest of those authors alone that are not pushed."""
