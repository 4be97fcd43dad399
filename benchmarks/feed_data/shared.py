"""What people share: entries in the order of time, most of them by few authors, a tenth and more of them replies."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.feed_data.people import Numbers, People
from benchmarks.feed_data.size import Size
from commonplace.core.ids import IDS_PER_MILLISECOND, first_id_at
from commonplace.entries.models import AUDIENCES, Audience

START, END = datetime(2023, 1, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)
SHARES: dict[Audience, float] = {"members": 0.62, "public": 0.25, "followers": 0.08, "unlisted": 0.03, "private": 0.02}
SNAPS, REPLIES, DELETED = 0.2, 0.15, 0.01
ANSWERED_WITHIN = 2_000
"""How many entries at most lie between a reply and what it answers."""
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Shared:
    """All entries, one at each place of every array; `parent` is a place, or -1, and `audience` one in `AUDIENCES`."""

    id: Numbers
    author: Numbers
    audience: Numbers
    parent: Numbers
    is_snap: Truths
    is_deleted: Truths


def make_shared(size: Size, people: People) -> Shared:
    """Return what these people share; of two entries at the same moment there are none."""
    rng = np.random.default_rng([size.seed, 2])
    count = size.entries
    author = np.searchsorted(np.cumsum(people.productivity)[:-1], rng.random(count))
    audience = rng.choice([AUDIENCES.index(name) for name in SHARES], count, p=list(SHARES.values()))
    is_deleted = rng.random(count) < DELETED
    parent = _choose_parents(audience, is_deleted, rng)
    is_reply = parent >= 0
    audience[is_reply] = audience[parent[is_reply]]
    is_snap = (rng.random(count) < SNAPS) & ~is_reply
    return Shared(_make_ids(count, rng), author, audience, parent, is_snap, is_deleted)


def _make_ids(count: int, rng: Generator) -> Numbers:
    first, after = (first_id_at(moment) // IDS_PER_MILLISECOND for moment in (START, END))
    milliseconds = np.unique(rng.integers(first, after, count))
    while milliseconds.size < count:
        more = rng.integers(first, after, count - milliseconds.size)
        milliseconds = np.unique(np.concatenate([milliseconds, more]))
    ids: Numbers = milliseconds * IDS_PER_MILLISECOND
    return ids


def _choose_parents(audience: Numbers, is_deleted: Truths, rng: Generator) -> Numbers:
    """Return for each entry the place of what it answers, which all members see and which is no reply, or -1."""
    count = audience.size
    parent = np.arange(count) - rng.integers(1, ANSWERED_WITHIN + 1, count)
    is_reply = (rng.random(count) < REPLIES) & (parent >= 0)
    is_open = np.isin(audience, [AUDIENCES.index("members"), AUDIENCES.index("public")]) & ~is_deleted & ~is_reply
    is_reply[is_reply] = is_open[parent[is_reply]]
    return np.where(is_reply, parent, -1)
