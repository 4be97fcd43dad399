"""The feed's goals, each beside what was measured."""

from collections.abc import Iterator, Sequence

from benchmarks.feed_measures.answers import API, PAGE
from benchmarks.feed_results import STRATEGIES, Answers, FanOut, PageRow, Pages, Results
from benchmarks.goals import Goal

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
DEFAULT = "read"
SQLITE_LIMIT = 2.5
LIMIT, MANY, LIMIT_OF_MANY = 2.0, 1_000, 4.0
ANSWERS_TO_FLOOR = 0.35
MANY_TO_FEW = 1.3
FAN_OUT_TO_BARE = 0.5
FAN_OUT_RATE = 200_000


def list_goals(results: Results) -> Iterator[Goal]:
    """Yield all goals of what was measured."""
    for pages in results.pages:
        yield from _page_goals(pages)
        yield _statement_goal(pages)
    for answers in results.answers:
        yield from _answer_goals(answers)
    if results.fan_out is not None:
        yield from _fan_out_goals(results.fan_out)


def limit_of(database: str, row: PageRow) -> float:
    """Return how many times as long as the floor that page may take."""
    if database == POSTGRESQL:
        return LIMIT if row.reader.followed <= MANY else LIMIT_OF_MANY
    return SQLITE_LIMIT


def _page_goals(pages: Pages) -> Iterator[Goal]:
    for is_first in (True, False):
        for is_quiet in (False, True):
            rows = [row for row in pages.rows if (row.is_first, row.reader.is_quiet) == (is_first, is_quiet)]
            if rows:
                what = f"{'first' if is_first else 'deep'} page{', quiet people followed' if is_quiet else ''}"
                yield _page_goal(pages.database, what, rows)


def _page_goal(database: str, what: str, rows: Sequence[PageRow]) -> Goal:
    limits = sorted({limit_of(database, row) for row in rows})
    most = f"at most {limits[0]:g} times the floor's time"
    if len(limits) > 1:
        most += f", {limits[1]:g} from more than {MANY:,} followed on"
    measured = ", ".join(f"{row.times[DEFAULT].to_floor:.2f} for {row.reader.followed:,}" for row in rows)
    is_reached = all(row.times[DEFAULT].to_floor <= limit_of(database, row) for row in rows)
    return Goal(f"{database}, {what}: {most}", measured, is_reached)


def _statement_goal(pages: Pages) -> Goal:
    first = [row for row in pages.rows if row.is_first]
    fewest = min(row.reader.followed for row in first)
    told, is_reached = [], True
    for strategy in STRATEGIES:
        rows = [row for row in first if strategy in row.times]
        numbers = sorted({row.times[strategy].statements for row in rows})
        if numbers:
            told.append(f"{' or '.join(map(str, numbers))} by `{strategy}`")
            of_few = [row.times[strategy].statements for row in rows if row.reader.followed == fewest]
            is_reached &= numbers[-1] <= max(of_few)
    aim = f"{pages.database}, queries of a first page: no more for many followed than for {fewest}"
    return Goal(aim, ", ".join(told), is_reached)


def _answer_goals(answers: Answers) -> Iterator[Goal]:
    for name in (PAGE, API):
        if row := answers.find(name):
            rate = 1 / row.to_base
            aim = f"{answers.title}: {name} comes at {ANSWERS_TO_FLOOR} times the floor's rate"
            yield Goal(aim, f"{rate:.2f} times; {row.rate:,.0f}/s", rate >= ANSWERS_TO_FLOOR)
    few, *others = answers.rows
    for row in others:
        if row.name not in (PAGE, API):
            aim = f"{answers.title}: {row.name} takes at most {MANY_TO_FEW} times as long as {few.name}"
            yield Goal(aim, f"{row.to_base:.2f} times", row.to_base <= MANY_TO_FEW)


def _fan_out_goals(fan_out: FanOut) -> Iterator[Goal]:
    aim = f"fan-out reaches followers at {FAN_OUT_TO_BARE} times the rate of a bare pipelined write to Redis"
    yield Goal(aim, f"{fan_out.to_bare:.2f} times", fan_out.to_bare >= FAN_OUT_TO_BARE)
    aim = f"fan-out reaches {FAN_OUT_RATE:,} followers a second"
    yield Goal(aim, f"{fan_out.per_second:,.0f} a second", fan_out.per_second >= FAN_OUT_RATE)
