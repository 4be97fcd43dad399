"""A radix sort of packed keys: the lowest digit first, by NumPy alone.

NumPy orders 16-bit numbers stably by counting them, digit for digit (its own radix sort). Wider keys are a pass for
every 16 bits. Source: Knuth, The Art of Computer Programming, vol. 3, 5.2.5.
"""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
DIGIT = 16


def sort_by_bits(keys: Keys, low: int, high: int) -> Keys:
    """Return the keys ordered by their bits from `low` up to `high`; those that agree there stay in their order."""
    for shift in range(low, high, DIGIT):
        width = min(DIGIT, high - shift)
        digits = (keys >> np.uint64(shift)) & np.uint64((1 << width) - 1)
        keys = keys[np.argsort(digits.astype(np.uint16), kind="stable")]
    return keys
