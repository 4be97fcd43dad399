"""Pages of the feed, found and loaded: strategy by strategy, each beside the floor in the same rounds."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import event
from sqlalchemy.orm import Session

from benchmarks.feed_measures.cases import KINDS, LIMIT, Case, load_floor, load_naively
from benchmarks.feed_results import NAIVE, Strategy, Times
from benchmarks.load import WrongAnswer
from benchmarks.rounds import Call, run_rounds
from commonplace.core.house import House
from commonplace.entries.models import Entry
from commonplace.timeline.making import make_feed

REPEATS = 5
Load = Callable[[Session, Case], Sequence[Entry]]


@dataclass(frozen=True)
class CaseTimes:
    """One page by one strategy, with `read` also by the naive join; and the floor below both."""

    floor_microseconds: float
    times: Mapping[str, Times]


def measure_strategy(
    house: House, strategy: Strategy, cases: Sequence[Case], rounds: int
) -> tuple[float, dict[Case, CaseTimes]]:
    """Return the milliseconds of the first page of all, then what each page takes once that is past.

    Raises WrongAnswer where a page does not hold the entries that it must.
    """
    load = _load_by(house)
    started = time.perf_counter()
    _ask(house, load, cases[0])
    first = 1000 * (time.perf_counter() - started)
    loads: dict[str, Load] = {strategy: load} | ({NAIVE: load_naively} if strategy == "read" else {})
    trials = [_Trial(house, case, loads) for case in cases]
    run_rounds([call for trial in trials for call in (trial.floor, *trial.calls.values())], rounds)
    return first, {trial.case: trial.times() for trial in trials}


class _Trial:
    """The calls that load one page in every way."""

    def __init__(self, house: House, case: Case, loads: Mapping[str, Load]) -> None:
        self.case = case
        self.floor = Call(partial(_ask, house, load_floor, case), REPEATS)
        self.calls = {
            name: Call(partial(_ask, house, load, case), 1 if name == NAIVE else REPEATS)
            for name, load in loads.items()
        }
        self._statements = {name: _check(house, load, case) for name, load in loads.items()}

    def times(self) -> CaseTimes:
        times = {
            name: Times(call.microseconds, call.times_as_long_as(self.floor), self._statements[name])
            for name, call in self.calls.items()
        }
        return CaseTimes(self.floor.microseconds, times)


def _load_by(house: House) -> Load:
    feed = make_feed(house)
    return lambda session, case: feed.list_entries(session, case.user, KINDS, cursor=case.cursor, limit=LIMIT).items


def _ask(house: House, load: Load, case: Case) -> list[tuple[int, str]]:
    """Load a page as a request does: in a session and a transaction of its own."""
    with house.database.reading() as session:
        return [(entry.id, entry.author.username) for entry in load(session, case)]


def _check(house: House, load: Load, case: Case) -> int:
    """Return with how many statements a page is loaded, once it was loaded before; raises WrongAnswer."""
    statements: list[str] = []
    engine = house.database.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lower().startswith("begin"):
            statements.append(statement)

    _ask(house, load, case)
    event.listen(engine, "before_cursor_execute", note)
    ids = tuple(id_ for id_, _ in _ask(house, load, case))
    event.remove(engine, "before_cursor_execute", note)
    if ids != case.ids:
        raise WrongAnswer(f"{case.reader.name}, page {case.number}: expected {case.ids}, got {ids}")
    return len(statements)
