"""What it costs to bring (reader, entry) pairs, which come in the order of time, into the order of readers."""

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.feed_data.people import People, make_people
from benchmarks.feed_data.shared import make_shared
from benchmarks.feed_data.size import Size
from benchmarks.feed_results import Sorts, SortWay
from benchmarks.radix import Keys, sort_by_bits
from benchmarks.rounds import Call, run_rounds

DEFAULT = "NumPy's default sort"
BY_READER = "a radix sort by reader alone, for time is in order already"
ROUNDS = 5


def measure_sorting(size: Size, pairs: int) -> Sorts:
    """Return what each way takes for as many pairs, or somewhat fewer: those of the newest entries."""
    people = make_people(size)
    keys, entry_bits = pack_pairs(people, make_shared(size, people).author, pairs)
    bits = entry_bits + int(size.people - 1).bit_length()
    ways: dict[str, Callable[[], Keys]] = {
        DEFAULT: partial(np.sort, keys),
        "NumPy's stable sort, which merges runs": partial(np.sort, keys, kind="stable"),
        "a radix sort of the whole key": partial(sort_by_bits, keys, 0, bits),
        BY_READER: partial(sort_by_bits, keys, entry_bits, bits),
    }
    expected = ways[DEFAULT]()
    assert all(np.array_equal(way(), expected) for way in ways.values())
    calls = {name: Call(way, repeats=1) for name, way in ways.items()}
    run_rounds(list(calls.values()), ROUNDS)
    rows = [
        SortWay(name, call.microseconds / 1000, calls[DEFAULT].times_as_long_as(call)) for name, call in calls.items()
    ]
    return Sorts(keys.size, size.people, rows)


def pack_pairs(people: People, authors: "np.ndarray[tuple[int], np.dtype[np.int64]]", pairs: int) -> tuple[Keys, int]:
    """Return the pairs of followers and the newest entries in the order of time, and how many low bits are the entry.

    The high bits are the reader. An entry is its place among those that are packed, the oldest first.
    """
    by_followed = np.argsort(people.followed, kind="stable")
    followers = people.follower[by_followed]
    first = np.searchsorted(people.followed[by_followed], np.arange(people.productivity.size + 1))
    counts = np.diff(first)[authors]
    is_packed = np.cumsum(counts[::-1])[::-1] <= pairs
    authors, counts = authors[is_packed], counts[is_packed]
    entry = np.repeat(np.arange(authors.size), counts)
    place_in_list = np.arange(entry.size) - np.repeat(np.cumsum(counts) - counts, counts)
    reader = followers[first[authors][entry] + place_in_list]
    bits = max(int(authors.size - 1).bit_length(), 1)
    return (reader.astype(np.uint64) << np.uint64(bits)) | entry.astype(np.uint64), bits
