"""Rounds: every measure in turn, over and over, so that what disturbs the machine disturbs all of them alike."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol, Self

from benchmarks.load import seconds_for
from benchmarks.processes import Server


class Measured(Protocol):
    """What takes part in rounds; `seconds` holds a number for each."""

    seconds: list[float]

    def warm_up(self) -> None:
        """Do it unmeasured."""

    def run(self) -> None:
        """Measure one round."""


@dataclass
class Measure:
    """One sort of request to one server, and what was measured of it: a number for each round."""

    name: str
    server: Server
    requests: Sequence[bytes]
    status: int
    marker: bytes
    seconds: list[float] = field(default_factory=list)
    busy_seconds: float = 0.0

    def warm_up(self) -> None:
        """Answer the requests once, unmeasured."""
        seconds_for(self.server.port, self.requests, self.status, self.marker)

    def run(self) -> None:
        """Measure one round."""
        busy = self.server.busy_seconds
        took = seconds_for(self.server.port, self.requests, self.status, self.marker)
        self.busy_seconds += self.server.busy_seconds - busy
        self.seconds.append(took / len(self.requests))

    @property
    def rates(self) -> list[float]:
        """Answers per second, round by round, the slowest first."""
        return sorted(1 / seconds for seconds in self.seconds)

    @property
    def busy_microseconds(self) -> float:
        """The processor time that an answer took in the server."""
        return 1e6 * self.busy_seconds / (len(self.seconds) * len(self.requests))

    def times_as_long_as(self, other: Self) -> float:
        """Return the median of the rounds' ratios: how many times as long as the other's an answer took."""
        return times_as_long(self.seconds, other.seconds)


@dataclass
class Call:
    """A call in this process, made several times in a round, of which the quickest counts: it was disturbed least."""

    call: Callable[[], object]
    repeats: int
    seconds: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Make the calls once, unmeasured."""
        for _ in range(self.repeats):
            self.call()

    def run(self) -> None:
        """Measure one round."""
        self.seconds.append(min(_seconds_of(self.call) for _ in range(self.repeats)))

    @property
    def microseconds(self) -> float:
        """What a call took: the middle of all rounds."""
        return 1e6 * median(self.seconds)

    def times_as_long_as(self, other: Self) -> float:
        """Return the median of the rounds' ratios: how many times as long as the other's a call took."""
        return times_as_long(self.seconds, other.seconds)


def times_as_long(seconds: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the ratios of what was measured in the same rounds."""
    return median(mine / other for mine, other in zip(seconds, others, strict=True))


def _seconds_of(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def run_rounds(measures: Sequence[Measured], rounds: int) -> None:
    """Warm everything up, then measure so many rounds."""
    for measure in measures:
        measure.warm_up()
    for _ in range(rounds):
        for measure in measures:
            measure.run()
