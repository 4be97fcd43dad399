"""How much is made, and the readers by whom feeds are measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reader:
    """Somebody who follows exactly so many: whoever is popular, or only the quiet, who share least."""

    followed: int
    is_quiet: bool = False

    @property
    def name(self) -> str:
        """How tables call them."""
        return f"{self.followed:,}{' quiet' if self.is_quiet else ''}"

    @property
    def username(self) -> str:
        """The name of their account."""
        return f"{'quiet' if self.is_quiet else 'reader'}-{self.followed}"


@dataclass(frozen=True)
class Size:
    """How many people share how many entries, and whom some of them, the readers, follow."""

    people: int
    entries: int
    followed: tuple[int, ...]
    quiet_followed: tuple[int, ...]
    seed: int = 1

    @property
    def readers(self) -> tuple[Reader, ...]:
        """The readers, who are the first of all users."""
        return (*map(Reader, self.followed), *(Reader(followed, is_quiet=True) for followed in self.quiet_followed))

    @property
    def name(self) -> str:
        """A name for the database that holds it."""
        return f"commonplace_bench_feed_{self.people}_{self.entries}_{self.seed}"


LARGE = Size(50_000, 2_000_000, followed=(10, 100, 1_000, 5_000), quiet_followed=(10, 1_000, 5_000))
MIDDLE = Size(1_000, 200_000, followed=(10, 100, 300, 900), quiet_followed=(10, 100, 400))
SITE = Size(1_000, 20_000, followed=(100,), quiet_followed=())
"""For whole answers, as the peers were measured with."""
SMALL_LARGE = Size(6_000, 60_000, followed=(10, 100, 1_000, 5_000), quiet_followed=(10, 1_000, 2_500))
SMALL_MIDDLE = Size(500, 20_000, followed=(10, 100, 400), quiet_followed=(10, 200))
