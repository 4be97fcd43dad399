"""All that is measured within one process on one database: pages by every strategy, rebuilding and fan-out."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.feed_data.size import Size
from benchmarks.feed_measures.cases import Case, list_cases
from benchmarks.feed_measures.houses import feed_house
from benchmarks.feed_measures.pages import CaseTimes, measure_strategy
from benchmarks.feed_measures.pushing import measure_fan_out, measure_rebuild, pull_popular, tidy_up
from benchmarks.feed_results import STRATEGIES, FanOut, PageRow, Pages, Rebuild, Strategy


@dataclass(frozen=True)
class Kept:
    """A database that is kept, by the name of its sort, and the Redis of the houses on it, if they have one."""

    sort: str
    url: str
    size: Size
    redis_url: str = ""


def measure_database(kept: Kept, folder: Path, rounds: int, rounds_of_fan_out: int) -> tuple[Pages, FanOut | None]:
    """Return what was measured; of fan-out only where it goes to Redis."""
    with feed_house(folder, kept.url, "read") as house:
        tidy_up(house)
        with house.database.reading() as session:
            cases = list_cases(session, kept.size.readers)
    first_calls: dict[str, float] = {}
    found: dict[Strategy, Mapping[Case, CaseTimes]] = {}
    rebuild: Rebuild | None = None
    fan_out: FanOut | None = None
    pulled = 0
    for strategy in STRATEGIES:
        print(f"{kept.sort}: {strategy}", file=sys.stderr, flush=True)
        with feed_house(folder, kept.url, strategy, kept.redis_url) as house:
            if strategy == "write":
                rebuild = measure_rebuild(house)
            elif strategy == "hybrid":
                pulled = pull_popular(house)
            first_calls[strategy], found[strategy] = measure_strategy(house, strategy, cases, rounds)
            if strategy == "write" and kept.redis_url:
                fan_out = measure_fan_out(house, kept.redis_url, rounds_of_fan_out)
            elif strategy == "hybrid":
                tidy_up(house)
    return Pages(kept.sort, kept.size, rounds, _rows(cases, found), first_calls, rebuild, pulled), fan_out


def _rows(cases: Sequence[Case], found: Mapping[Strategy, Mapping[Case, CaseTimes]]) -> list[PageRow]:
    rows = []
    for case in cases:
        times = {name: each for strategy in found for name, each in found[strategy][case].times.items()}
        rows.append(PageRow(case.reader, case.number, found["read"][case].floor_microseconds, times))
    return rows
