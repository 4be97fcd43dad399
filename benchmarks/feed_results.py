"""What the measures of the feed found, as plain numbers: the report, the goals and the plot are made of these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from benchmarks.feed_data.size import Reader, Size

Strategy = Literal["read", "write", "hybrid"]
STRATEGIES: tuple[Strategy, ...] = ("read", "write", "hybrid")
NAIVE = "the naive join"


@dataclass(frozen=True)
class Times:
    """What a page took in microseconds, and how many times as long as the floor; `statements` is how many it asked."""

    microseconds: float
    to_floor: float
    statements: int


@dataclass(frozen=True)
class PageRow:
    """One page of one reader by every strategy, and by the naive join."""

    reader: Reader
    number: int
    floor_microseconds: float
    times: Mapping[str, Times]

    @property
    def is_first(self) -> bool:
        """Whether it is the newest page."""
        return self.number == 1


@dataclass(frozen=True)
class Rebuild:
    """All feeds written anew: how many entries in all of them, and how long that took."""

    store: str
    readers: int
    pairs: int
    seconds: float

    @property
    def pairs_per_second(self) -> float:
        """How many entries found their reader in a second."""
        return self.pairs / self.seconds


@dataclass(frozen=True)
class Pages:
    """What was measured of pages on one database, in so many rounds."""

    database: str
    size: Size
    rounds: int
    rows: Sequence[PageRow]
    first_calls: Mapping[str, float]
    """Milliseconds of the first page of a process, by strategy."""
    rebuild: Rebuild | None
    pulled: int
    """How many authors `hybrid` does not push."""


@dataclass(frozen=True)
class Answer:
    """Whole answers by the real server: the middle rate, and the time compared with another's of the same round."""

    name: str
    rate: float
    slowest: float
    fastest: float
    busy_microseconds: float
    to_base: float


@dataclass(frozen=True)
class Answers:
    """Answers measured in the same rounds; the first is what the others are compared with."""

    title: str
    rows: Sequence[Answer]

    def find(self, name: str) -> Answer | None:
        """Return the row of that name."""
        return next((row for row in self.rows if row.name == name), None)


@dataclass(frozen=True)
class FanOut:
    """One entry brought to all followers of its author, and the same bytes written to Redis and nothing else done."""

    followers: int
    bytes_each: int
    per_second: float
    bare_per_second: float
    to_bare: float
    """The product's rate over the bare one, of the same rounds."""


@dataclass(frozen=True)
class SortWay:
    """One way to order pairs by reader and time: its milliseconds, and NumPy's default in the same rounds over its."""

    name: str
    milliseconds: float
    times_as_fast: float


@dataclass(frozen=True)
class Sorts:
    """All ways, on the same pairs."""

    pairs: int
    readers: int
    rows: Sequence[SortWay]


@dataclass
class Results:
    """Everything; what could not be measured is missing, and `missing` says why."""

    pages: list[Pages] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)
    fan_out: FanOut | None = None
    sorts: Sorts | None = None
    missing: list[str] = field(default_factory=list)
