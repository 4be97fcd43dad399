"""Who follows whom: a few are followed by very many and most by a few, as a power law has it.

A person is a number from 0; the readers come first. Popularity and productivity are Zipf distributions over the
persons in two orders that agree only by tendency: the popular share more, but not only they.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.feed_data.size import Reader, Size

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]
POPULARITY = 0.85
PRODUCTIVITY = 0.9
"""Exponents: the n-th has n to minus that of what the first has."""
FOLLOWED_MEDIAN, FOLLOWED_SPREAD = 20, 1.2
"""How many an ordinary person follows, as a log-normal distribution."""


@dataclass(frozen=True)
class People:
    """The follows, ordered by follower, and how much each person shares, in sum 1."""

    follower: Numbers
    followed: Numbers
    productivity: Weights


def make_people(size: Size) -> People:
    """Return the people of that size and seed."""
    rng = np.random.default_rng([size.seed, 1])
    popularity = rng.permutation(_zipf(size.people, POPULARITY))
    productivity = _make_productivity(popularity, rng)
    _quieten(productivity, len(size.readers))
    ordinary = _draw_follows(size, popularity, rng)
    special = [
        number * size.people + _choose(reader, number, popularity, productivity, rng)
        for number, reader in enumerate(size.readers)
    ]
    follower, followed = np.divmod(np.sort(np.concatenate([*special, ordinary])), size.people)
    return People(follower, followed, productivity)


def _zipf(people: int, exponent: float) -> Weights:
    weights: Weights = np.arange(1, people + 1, dtype=np.float64) ** -exponent
    weights /= weights.sum()
    return weights


def _make_productivity(popularity: Weights, rng: Generator) -> Weights:
    score = np.log(popularity) / 2 + rng.normal(size=popularity.size)
    productivity = np.empty_like(popularity)
    productivity[np.argsort(-score)] = _zipf(popularity.size, PRODUCTIVITY)
    return productivity


def _quieten(productivity: Weights, readers: int) -> None:
    """Let the readers, whose feeds hold what they share themselves, be those who share least."""
    for number, quiet in enumerate(np.argsort(productivity)[:readers]):
        productivity[[number, quiet]] = productivity[[quiet, number]]


def _draw_follows(size: Size, popularity: Weights, rng: Generator) -> Numbers:
    """Return whom all but the readers follow: each pair once, as follower x people + followed."""
    readers = len(size.readers)
    drawn = rng.lognormal(np.log(FOLLOWED_MEDIAN), FOLLOWED_SPREAD, size.people - readers)
    wanted = np.clip(drawn, 1, size.people // 4).astype(np.int64)
    follower = np.repeat(np.arange(readers, size.people), wanted)
    followed = np.searchsorted(np.cumsum(popularity)[:-1], rng.random(follower.size))
    is_other = follower != followed
    pairs: Numbers = np.unique(follower[is_other] * size.people + followed[is_other])
    return pairs


def _choose(reader: Reader, number: int, popularity: Weights, productivity: Weights, rng: Generator) -> Numbers:
    if reader.is_quiet:
        weights = np.zeros_like(popularity)
        weights[np.argsort(productivity, kind="stable")[: popularity.size // 2]] = 1
    else:
        weights = popularity.copy()
    weights[number] = 0
    chosen: Numbers = rng.choice(weights.size, reader.followed, replace=False, p=weights / weights.sum())
    return chosen
