"""When two arrays are alike enough for a rule to speak of them."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


TOLERANCE = 1e-5


def agree(a: Array, b: Array) -> bool:
    """Whether two arrays have one shape and agree as well as two right answers do."""
    return bool(a.shape == b.shape and a.size and np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE * measure(b)))


def measure(array: Array) -> float:
    """The largest finite entry's size."""
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max(initial=0.0))


def varies(array: Array) -> bool:
    """Whether there are different numbers in it."""
    return array.size > 1 and bool(np.ptp(array) > TOLERANCE * measure(array))


def is_plain(array: Array) -> bool:
    """Too few different numbers to recognise anything by them, such as the 0 and 1 of a gate."""
    return len(np.unique(array)) < 3
