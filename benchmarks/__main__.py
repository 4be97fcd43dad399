"""Measures Snap and prints the tables; with `--write`, writes them to `docs/performance.md` too."""

import argparse
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks import peers, report
from benchmarks.floor import start_floor
from benchmarks.goals import Facts, list_goals
from benchmarks.measures import ORDER, measures_of_floor, measures_of_peer, measures_of_site
from benchmarks.page import put
from benchmarks.rounds import Measure, run_rounds
from benchmarks.site import Site, weigh_page

STARTS = 5
IDLE_S = 5.0


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how many rounds of all measures (default: 15)")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        part = measure_all(Path(name), options.rounds)
    print(part)
    if options.write:
        put(part)


def measure_all(folder: Path, rounds: int) -> str:
    """Return the part of the page with all that was measured."""
    site = Site(folder)
    with site.start() as server:
        first_start = server.seconds_to_answer
        site.fill(server)
        facts = Facts(first_start, weigh_page(server, site.path))
    for _ in range(STARTS):
        with site.start() as server:
            facts.starts.append(server.seconds_to_answer)
    measures, peer = _measure_requests(site, folder, facts, rounds)
    return report.compose(measures, list(list_goals(measures, facts)), site.profile(), peer)


def _measure_requests(site: Site, folder: Path, facts: Facts, rounds: int) -> tuple[dict[str, Measure], str]:
    """Return what was measured by name, and a sentence on the peer, or why there was none."""
    with ExitStack() as running:
        ours = running.enter_context(site.start())
        time.sleep(IDLE_S)
        facts.megabytes = ours.megabytes
        floor = running.enter_context(start_floor(folder))
        found = [*measures_of_floor(floor), *measures_of_site(ours, site)]
        try:
            peers.install()
        except peers.NoPeer as missing:
            peer = f"{missing}."
        else:
            peer = peers.describe()
            found += measures_of_peer(running.enter_context(peers.start_pinnwand(folder)))
        measures = dict(sorted(((each.name, each) for each in found), key=lambda item: ORDER.index(item[0])))
        run_rounds(list(measures.values()), rounds)
        time.sleep(IDLE_S)
        facts.megabytes_after = ours.megabytes
    return measures, peer


if __name__ == "__main__":
    main()
