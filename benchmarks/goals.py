"""The goals, each beside what was measured."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from benchmarks.measures import CREATE, FLOOR, PEER_CREATE, PEER_VIEW, RAW, VIEW
from benchmarks.rounds import Measure
from benchmarks.site import PageSize

VIEW_TO_FLOOR = 1.2
VIEW_TO_PEER = 2.0
CREATE_TO_PEER = 5.0
PAGE_BYTES = 15_000
START_SECONDS = 1.5
MEGABYTES = 150


@dataclass
class Facts:
    """What is measured of the site besides its answers to requests."""

    first_start: float
    page: PageSize
    starts: list[float] = field(default_factory=list)
    megabytes: float | None = None
    megabytes_after: float | None = None


@dataclass(frozen=True)
class Goal:
    """What is aimed at, what was measured, and whether that is reached; None where it could not be measured."""

    aim: str
    measured: str
    is_reached: bool | None


def list_goals(measures: Mapping[str, Measure], facts: Facts) -> Iterator[Goal]:
    """Yield all goals."""
    yield _within_floor(measures, VIEW, f"a view takes at most {VIEW_TO_FLOOR} times the floor's time", VIEW_TO_FLOOR)
    yield _within_floor(measures, RAW, "raw text is faster than the floor", 1.0)
    yield _faster_than_peer(measures, "views", VIEW, PEER_VIEW, VIEW_TO_PEER)
    yield _faster_than_peer(measures, "creates", CREATE, PEER_CREATE, CREATE_TO_PEER)
    yield from _other_goals(facts)


def _within_floor(measures: Mapping[str, Measure], name: str, aim: str, limit: float) -> Goal:
    ratio = measures[name].times_as_long_as(measures[FLOOR])
    return Goal(aim, f"{ratio:.2f} times its time", ratio <= limit)


def _faster_than_peer(measures: Mapping[str, Measure], what: str, mine: str, theirs: str, times: float) -> Goal:
    aim = f"{what} come at {times:.0f} times pinnwand's rate"
    if theirs not in measures:
        return Goal(aim, "no pinnwand", None)
    rate = measures[theirs].times_as_long_as(measures[mine])
    return Goal(aim, f"{rate:.1f} times", rate >= times)


def _other_goals(facts: Facts) -> Iterator[Goal]:
    page = facts.page
    yield Goal(
        f"the page is under {PAGE_BYTES / 1000:.0f} KB compressed",
        f"{page.compressed / 1000:.1f} KB ({page.html / 1000:.1f} KB before); "
        f"{page.with_assets / 1000:.1f} KB with style sheet, all scripts and logo",
        page.compressed < PAGE_BYTES,
    )
    seconds = median(facts.starts)
    yield Goal(
        f"the first answer comes within {START_SECONDS} s of the start",
        f"{seconds:.2f} s ({min(facts.starts):.2f} to {max(facts.starts):.2f}); "
        f"{facts.first_start:.2f} s on an empty folder",
        seconds < START_SECONDS,
    )
    aim = f"web server and worker are under {MEGABYTES} MB when idle"
    if facts.megabytes is None or facts.megabytes_after is None:
        yield Goal(aim, "this system does not tell", None)
        return
    measured = f"{facts.megabytes:.0f} MB; {facts.megabytes_after:.0f} MB after all these requests"
    yield Goal(aim, measured, facts.megabytes < MEGABYTES)
