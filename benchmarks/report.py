"""What was measured, as a page in Markdown: for the terminal, and for `docs/performance.md`."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from benchmarks.goals import Goal
from benchmarks.load import CLIENTS
from benchmarks.measures import FLOOR, READS, WRITES
from benchmarks.rounds import Measure
from benchmarks.site import Profile
from benchmarks.snippet import SNIPPET

TEMPLATE = """\
<!-- Written by `.venv/bin/python -m benchmarks --write`: measure again rather than edit. -->

# Performance

Measured on {machine}. Read the ratios: the rest is that machine's, and of what else ran on it.

{goals}

## Requests

{speed}

In each of {rounds} rounds, every row in turn answers {reads} reads or {writes} writes of the same {size:,} bytes. The
load is {clients} clients on kept connections in one Python process with plain sockets, over loopback; the status of
every answer is checked. Rates are the middle of all rounds; a time is compared with the floor's of the same round;
processor time is the server's for one answer.

- The floor is Flask, an SQLAlchemy session and one SELECT by primary key, answered as text, and served by what serves
  Commonplace: gunicorn with one process of 16 threads.
- A view is the whole page of a public snap, for somebody who is not signed in. A create is JSON with a token.
- Commonplace highlights a text when it is first viewed, which took {highlighting} ms and is not in these times.
- {peer}

## Where the time of a view goes

Profiled without a server; a part's time holds that of the C functions it calls.

{parts}

## Measure it again

`make bench` prints this page; `.venv/bin/python -m benchmarks --write` writes it. What is measured, and how, is in
`benchmarks/`.
"""


def compose(measures: Mapping[str, Measure], goals: Sequence[Goal], profile: Profile, peer: str) -> str:
    """Return the page; `peer` is a sentence about it, or why there is none."""
    return TEMPLATE.format(
        machine=machine(),
        goals="\n".join(goal_table(goals)),
        speed="\n".join(_speed_table(measures)),
        rounds=len(measures[FLOOR].seconds),
        reads=READS,
        writes=WRITES,
        size=len(SNIPPET.encode()),
        clients=CLIENTS,
        peer=peer,
        parts="\n".join(_part_table(profile.parts)),
        highlighting=f"{profile.highlighting / 1000:.1f}",
    )


def _speed_table(measures: Mapping[str, Measure]) -> Iterator[str]:
    yield "| request | answers/s | slowest to fastest round | time, floor = 1 | processor time |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, measure in measures.items():
        rates = measure.rates
        yield (
            f"| {name} | {rates[len(rates) // 2]:,.0f} | {rates[0]:,.0f} to {rates[-1]:,.0f} "
            f"| {measure.times_as_long_as(measures[FLOOR]):.2f} | {measure.busy_microseconds:,.0f} µs |"
        )


def goal_table(goals: Sequence[Goal]) -> Iterator[str]:
    """Yield the lines of a table of goals."""
    words = {True: "yes", False: "**no**", None: "not measured"}
    yield "| goal | measured | reached |"
    yield "| --- | --- | --- |"
    for goal in goals:
        yield f"| {goal.aim} | {goal.measured} | {words[goal.is_reached]} |"


def _part_table(parts: Mapping[str, float]) -> Iterator[str]:
    total = sum(parts.values())
    shown = {part: spent for part, spent in parts.items() if spent >= total / 50}
    yield "| part | time | share |"
    yield "| --- | ---: | ---: |"
    for part, spent in {**shown, "all others": total - sum(shown.values())}.items():
        yield f"| {part} | {spent:,.0f} µs | {spent / total:.0%} |"


def machine() -> str:
    """Return in short on what is measured, and when."""
    cores = os.cpu_count()
    today = date.today()  # noqa: DTZ011 - the day here
    return f"{cores} cores ({platform.machine()}) with Python {platform.python_version()}, on {today:%-d %B %Y}"
