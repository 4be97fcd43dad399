"""What was measured of the feed, as a part of `docs/performance.md` and as a picture."""

from collections.abc import Callable, Iterator

from benchmarks.feed_goals import list_goals
from benchmarks.feed_measures.answers import REQUESTS
from benchmarks.feed_measures.cases import DEEP, LIMIT
from benchmarks.feed_measures.pages import REPEATS
from benchmarks.feed_measures.sorting import BY_READER
from benchmarks.feed_results import NAIVE, STRATEGIES, Answers, FanOut, PageRow, Pages, Rebuild, Results, Sorts
from benchmarks.load import CLIENTS
from benchmarks.plot import Line, Panel, draw
from benchmarks.processes import ROOT
from benchmarks.report import goal_table, machine
from commonplace.timeline.tasks import MANY_FOLLOWERS

PICTURE = ROOT / "docs" / "images" / "feed.svg"
PICTURE_TITLE = "Finding and loading a page of the feed"
FIRST_LINE = "<!-- Written by `.venv/bin/python -m benchmarks.feed --write`: measure again rather than edit. -->"
HOW_PAGES = """\
A page is {limit} entries with their authors, found and loaded in a session and a transaction of its own, in one
process, by one reader after another who follow so many of all people, or so many of the quiet half, who share least.
In each of {rounds} rounds every page is loaded in turn, {repeats} times, of which the quickest counts (by the naive
join once); times are the middle of all rounds, and in brackets stands how many times as long that is as the floor in
the same round. Every page is checked to hold the entries that it must. The deep page is number {deep}, or the last that
is full.

- The floor loads the same entries with their authors by primary key, through the same session and the same mapping.
- The naive join sorts all that the followed share by its time and skips to the page with OFFSET.
- Readers come back: what a process or a store keeps for them is there. The first page of all in a process took,
  in milliseconds: {first_calls}.
- `write` reads what was pushed, from Redis on PostgreSQL and from a table on SQLite; `hybrid` looks up what authors
  with more than {threshold:,} followers share, who are {pulled}.
"""
HOW_ANSWERS = """\
As for Snap: {clients} clients on kept connections, {requests} requests in each round, every row in turn; each client's
first answer must hold the newest entry.
"""
HOW_FAN_OUT = """\
An entry of an author with {followers:,} followers is brought to all of them by the job that does it:
{per_second:,.0f} followers a second, from the database to Redis. To append the same {bytes_each} bytes for each to keys
of Redis, a thousand in a pipeline and nothing else, comes to {bare:,.0f} a second.
"""
HOW_SORTING = """\
To write all feeds anew is to bring (reader, entry) pairs, which come in the order of time, into the order of
readers. {pairs:,} pairs of {readers:,} readers, each packed into 64 bits:
"""
AGAIN = """\
`make bench` prints all of this page; `.venv/bin/python -m benchmarks.feed --write` writes this part, and needs a
PostgreSQL and a Redis on this machine (or where `BENCH_POSTGRESQL` and `BENCH_REDIS` say). `--small` takes a minute or
two. What is measured is made once, by a seed, and kept: files in the folder `.benchmarks`, and databases whose names
begin with `commonplace_bench_feed`.
"""


def compose(results: Results) -> str:
    """Return the part of the page."""
    return "\n\n".join(block.rstrip() for block in _blocks(results)) + "\n"


def picture(results: Results) -> str:
    """Return the SVG of all pages."""
    pages_of: tuple[tuple[str, Callable[[PageRow], bool]], ...] = (
        ("first page", lambda row: row.is_first and not row.reader.is_quiet),
        (f"page {DEEP}, or the last full one", lambda row: not row.is_first and not row.reader.is_quiet),
        ("first page, quiet followed", lambda row: row.is_first and row.reader.is_quiet),
    )
    rows = [[_panel(pages, title, chosen) for title, chosen in pages_of] for pages in results.pages]
    return draw(PICTURE_TITLE, rows, "people followed", "time for a page")


def _panel(pages: Pages, title: str, is_chosen: Callable[[PageRow], bool]) -> Panel:
    rows = [row for row in pages.rows if is_chosen(row)]
    lines = [Line("the floor", [(row.reader.followed, row.floor_microseconds) for row in rows])]
    for name in (*STRATEGIES, NAIVE):
        points = [(row.reader.followed, row.times[name].microseconds) for row in rows if name in row.times]
        lines.append(Line(name, points))
    return Panel(f"{pages.database}: {title}", [line for line in lines if line.points])


def _blocks(results: Results) -> Iterator[str]:
    yield FIRST_LINE
    yield "## The feed"
    yield f"Measured on {machine()}. Read the ratios here too."
    yield "\n".join(goal_table(list(list_goals(results))))
    yield from (f"Not measured: {reason}." for reason in results.missing)
    yield from _page_blocks(results)
    if results.answers:
        yield "### Whole answers"
        yield HOW_ANSWERS.format(clients=CLIENTS, requests=REQUESTS)
        yield "\n\n".join("\n".join(_answer_table(answers)) for answers in results.answers)
    yield "### Writing feeds"
    yield from _writing_blocks(results)
    yield "### Measure the feed again"
    yield AGAIN


def _page_blocks(results: Results) -> Iterator[str]:
    if not results.pages:
        return
    yield "### Finding and loading a page"
    yield f"![{PICTURE_TITLE}](images/{PICTURE.name})"
    for pages in results.pages:
        yield f"{pages.database}, {pages.size.people:,} people and {pages.size.entries:,} entries:"
        yield "\n".join(_page_table(pages))
    yield _how_pages(results)


def _writing_blocks(results: Results) -> Iterator[str]:
    if results.fan_out is not None:
        yield _how_fan_out(results.fan_out)
    if rebuilt := list(_rebuild_table(results)):
        yield "\n".join(rebuilt)
    if results.sorts is not None:
        yield HOW_SORTING.format(pairs=results.sorts.pairs, readers=results.sorts.readers)
        yield "\n".join(_sorting_table(results.sorts))
        yield _verdict(results.sorts)
        if rebuild := next((pages.rebuild for pages in results.pages if pages.rebuild is not None), None):
            yield _share_of_sorting(results.sorts, rebuild)


def _page_table(pages: Pages) -> Iterator[str]:
    names = [name for name in (*STRATEGIES, NAIVE) if any(name in row.times for row in pages.rows)]
    yield f"| follows | page | the floor | {' | '.join(names)} |"
    yield f"| ---: | ---: | ---: |{' ---: |' * len(names)}"
    for row in pages.rows:
        cells = (
            f"{_duration(times.microseconds)} ({times.to_floor:,.3g})" if (times := row.times.get(name)) else ""
            for name in names
        )
        yield f"| {row.reader.name} | {row.number} | {_duration(row.floor_microseconds)} | {' | '.join(cells)} |"


def _how_pages(results: Results) -> str:
    calls = (
        f"{milliseconds:,.0f} by `{strategy}` on {pages.database}"
        for pages in results.pages
        for strategy, milliseconds in pages.first_calls.items()
    )
    return HOW_PAGES.format(
        limit=LIMIT,
        rounds=results.pages[0].rounds,
        repeats=REPEATS,
        deep=DEEP,
        first_calls=", ".join(calls),
        threshold=MANY_FOLLOWERS,
        pulled=" and ".join(f"{pages.pulled} on {pages.database}" for pages in results.pages),
    )


def _answer_table(answers: Answers) -> Iterator[str]:
    yield f"| {answers.title} | answers/s | slowest to fastest round | time, first row = 1 | processor time |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for row in answers.rows:
        yield (
            f"| {row.name} | {row.rate:,.0f} | {row.slowest:,.0f} to {row.fastest:,.0f} "
            f"| {row.to_base:.2f} | {row.busy_microseconds:,.0f} µs |"
        )


def _how_fan_out(fan_out: FanOut) -> str:
    return HOW_FAN_OUT.format(
        followers=fan_out.followers,
        per_second=fan_out.per_second,
        bytes_each=fan_out.bytes_each,
        bare=fan_out.bare_per_second,
    )


def _rebuild_table(results: Results) -> Iterator[str]:
    rebuilds = [(pages.database, pages.rebuild) for pages in results.pages if pages.rebuild is not None]
    if rebuilds:
        yield "| all feeds written anew | readers | pairs | seconds | pairs/s |"
        yield "| --- | ---: | ---: | ---: | ---: |"
    for database, rebuild in rebuilds:
        numbers = f"{rebuild.seconds:.1f} | {rebuild.pairs_per_second:,.0f}"
        yield f"| from {database} to {rebuild.store} | {rebuild.readers:,} | {rebuild.pairs:,} | {numbers} |"


def _sorting_table(sorts: Sorts) -> Iterator[str]:
    yield "| way | time | pairs/s | times as fast as the default |"
    yield "| --- | ---: | ---: | ---: |"
    for row in sorts.rows:
        rate = 1000 * sorts.pairs / row.milliseconds
        yield f"| {row.name} | {row.milliseconds:,.0f} ms | {rate / 1e6:,.0f} million | {row.times_as_fast:.2f} |"


def _verdict(sorts: Sorts) -> str:
    best = max(sorts.rows, key=lambda row: row.times_as_fast)
    return f"The fastest here is {best.name}: {best.times_as_fast:.1f} times as fast as the default."


def _share_of_sorting(sorts: Sorts, rebuild: Rebuild) -> str:
    by_reader = next(row for row in sorts.rows if row.name == BY_READER)
    seconds = rebuild.pairs * by_reader.milliseconds / 1000 / sorts.pairs
    return (
        f"Sorted so by reader alone, the {rebuild.pairs:,} pairs of the first rebuild above take {seconds:.1f} s: "
        f"{seconds / rebuild.seconds:.0%} of it."
    )


def _duration(microseconds: float) -> str:
    return f"{microseconds:,.0f} µs" if microseconds < 10_000 else f"{microseconds / 1000:,.0f} ms"
