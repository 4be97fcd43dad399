"""Where the time of a view goes, part by part: `python -m benchmarks.parts PATH` prints it as JSON.

The application is called without a server and profiled; each part's share is then taken of the time that the page
takes unprofiled. Time in C functions counts for the part that calls them, but for SQLite's own.
"""

import cProfile
import json
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from werkzeug.test import EnvironBuilder, run_wsgi_app

import commonplace
from benchmarks.snippet import SNIPPET
from commonplace.app import create_app
from commonplace.core.highlight import highlight_lines

OURS = str(Path(commonplace.__file__).parent)
REQUESTS = 300
HIGHLIGHTINGS = 30
Function = tuple[str, int, str]


def list_parts(path: str) -> dict[str, float]:
    """Return the microseconds of a page by part, the longest first."""
    app = create_app()
    environ = EnvironBuilder(path).get_environ()

    def answer_all() -> None:
        for _ in range(REQUESTS):
            status = run_wsgi_app(app.wsgi_app, dict(environ), buffered=True)[1]
            assert status == "200 OK", status

    answer_all()
    microseconds = 1e6 * _seconds_for(answer_all) / REQUESTS
    return {part: microseconds * share for part, share in _profile(answer_all).most_common()}


def highlighting() -> float:
    """Return the microseconds that highlighting the snippet takes, which is done once."""

    def highlight_all() -> None:
        for _ in range(HIGHLIGHTINGS):
            highlight_lines(SNIPPET, "python")

    highlight_all()
    return 1e6 * _seconds_for(highlight_all) / HIGHLIGHTINGS


def _seconds_for(run: Callable[[], None]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def _profile(run: Callable[[], None]) -> Counter[str]:
    profile = cProfile.Profile()
    profile.runcall(run)
    times: Counter[str] = Counter()
    # pstats keeps for each function: calls, primitive calls, own time, time with callees, and the same by caller
    for function, (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if function[0] == "~" and "sqlite3" not in function[2]:
            for caller, (_, _, own_for_caller, _) in callers.items():
                times[_part_of(caller)] += own_for_caller
        else:
            times[_part_of(function)] += own
    total = times.total()
    return Counter({part: spent / total for part, spent in times.items()})


def _part_of(function: Function) -> str:
    file, _, name = function
    if "sqlite3" in name:
        return "SQLite"
    if file.startswith(OURS):
        return "our templates" if file.endswith(".html") else "our code"
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    return "Python's library"


if __name__ == "__main__":
    print(json.dumps({"parts": list_parts(sys.argv[1]), "highlighting": highlighting()}))
