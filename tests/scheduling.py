"""Which tests go to the same process: those of a file that share a running site, or what takes long to make.

(pytest-xdist's own groups say nothing under the present pytest: it gives an item's id to nobody to change.)
"""

from xdist.scheduler import LoadScopeScheduling

SHARING = ("tests/journeys/", "tests/operations/test_backup_damage.py", "tests/benchmarks/test_feed_data.py")


class SharingScheduling(LoadScopeScheduling):
    """One test at a time to whoever is free; files that share something whole, and first."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith(SHARING) else nodeid
