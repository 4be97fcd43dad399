"""Pairs of readers and entries are those of the follows."""

import numpy as np
from benchmarks.feed_data.people import People
from benchmarks.feed_measures.sorting import pack_pairs
from hypothesis import given
from hypothesis import strategies as st

PEOPLE = 6
FOLLOWS = st.sets(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)), min_size=1).map(sorted)
AUTHORS = st.lists(st.integers(0, PEOPLE - 1), min_size=1, max_size=12)


@given(FOLLOWS, AUTHORS, st.integers(1, 40))
def test_every_follower_gets_the_newest_entries_in_the_order_of_time(follows, authors, most):
    follower, followed = (np.array(column) for column in zip(*follows, strict=True))
    people = People(follower, followed, np.ones(PEOPLE))
    keys, bits = pack_pairs(people, np.array(authors), most)
    readers_of = [[reader for reader, author in follows if author == each] for each in authors]
    packed = 0
    while packed < len(authors) and sum(map(len, readers_of[len(authors) - packed - 1 :])) <= most:
        packed += 1
    newest = readers_of[len(authors) - packed :]
    expected = [(place, reader) for place, readers in enumerate(newest) for reader in readers]
    assert [(int(key) & (1 << bits) - 1, int(key) >> bits) for key in keys] == expected
