"""Measures the feed and prints the tables; with `--write`, writes them to `docs/performance.md` too."""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import feed_report
from benchmarks.feed_data.keeping import NoServer, keep_postgresql, keep_sqlite
from benchmarks.feed_data.size import LARGE, MIDDLE, SITE, SMALL_LARGE, SMALL_MIDDLE, Size
from benchmarks.feed_goals import POSTGRESQL, SQLITE
from benchmarks.feed_measures.answers import FeedSite, measure_readers, measure_site
from benchmarks.feed_measures.databases import Kept, measure_database
from benchmarks.feed_measures.houses import our_redis
from benchmarks.feed_measures.sorting import measure_sorting
from benchmarks.feed_results import Answers, Results
from benchmarks.page import put


@dataclass(frozen=True)
class Scope:
    """How much is measured."""

    large: Size
    middle: Size
    pairs: int
    rounds: int
    rounds_of_answers: int


WHOLE = Scope(LARGE, MIDDLE, pairs=20_000_000, rounds=11, rounds_of_answers=10)
SMALL = Scope(SMALL_LARGE, SMALL_MIDDLE, pairs=1_000_000, rounds=3, rounds_of_answers=3)


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed", description=__doc__)
    parser.add_argument("--small", action="store_true", help="less of everything, for a quick look")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its picture too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        results = measure_all(Path(name), SMALL if options.small else WHOLE)
    part = feed_report.compose(results)
    print(part)
    if options.write:
        put(part)
        feed_report.PICTURE.write_text(feed_report.picture(results), encoding="utf-8")


def measure_all(folder: Path, scope: Scope) -> Results:
    """Return all that could be measured."""
    results = Results()
    try:
        with our_redis() as redis_url:
            _tell(f"{POSTGRESQL}, {scope.large.entries:,} entries")
            kept = Kept(POSTGRESQL, keep_postgresql(scope.large), scope.large, redis_url)
            pages, results.fan_out = measure_database(kept, folder, scope.rounds, scope.rounds_of_answers)
            results.pages.append(pages)
            results.answers.append(_measure_readers(kept, folder, scope))
    except NoServer as missing:
        results.missing.append(str(missing))
    _tell(f"{SQLITE}, {scope.middle.entries:,} entries")
    kept = Kept(SQLITE, keep_sqlite(scope.middle), scope.middle)
    results.pages.append(measure_database(kept, folder, scope.rounds, scope.rounds_of_answers)[0])
    _tell("whole answers")
    site, reader = FeedSite(folder / "site", keep_sqlite(SITE)), SITE.readers[0]
    title = f"{SQLITE}, {SITE.entries:,} entries, {reader.name} followed"
    results.answers.append(measure_site(site, folder, reader, title, scope.rounds_of_answers))
    _tell("sorting")
    results.sorts = measure_sorting(scope.large, scope.pairs)
    return results


def _measure_readers(kept: Kept, folder: Path, scope: Scope) -> Answers:
    """Return the rates of the page of whom follows fewest, and of whom follows most."""
    _tell(f"{POSTGRESQL}: whole pages")
    readers = [reader for reader in kept.size.readers if not reader.is_quiet]
    site = FeedSite(folder / "large-site", kept.url, {"COMMONPLACE_REDIS_URL": kept.redis_url})
    return measure_readers(
        site, [readers[0], readers[-1]], f"{kept.sort}, {kept.size.entries:,} entries", scope.rounds_of_answers
    )


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
