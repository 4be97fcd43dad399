"""The radix sort orders as any other sort does, and what agrees stays as it was."""

import numpy as np
from benchmarks.radix import sort_by_bits
from hypothesis import given
from hypothesis import strategies as st

KEYS = st.lists(st.integers(0, 2**40 - 1), max_size=60).map(lambda keys: np.array(keys, np.uint64))


@given(KEYS)
def test_by_all_bits_it_is_a_sort(keys):
    assert sort_by_bits(keys, 0, 40).tolist() == sorted(keys.tolist())


@given(KEYS, st.integers(0, 20), st.integers(21, 40))
def test_by_some_bits_it_is_stable(keys, low, high):
    def digits(key):
        return key >> low & (1 << high - low) - 1

    assert sort_by_bits(keys, low, high).tolist() == sorted(keys.tolist(), key=digits)
