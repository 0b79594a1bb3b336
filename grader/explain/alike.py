"""Comparisons that tell a rule whether two arrays are alike enough."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


TOLERANCE = 1e-5


def agree(a: Array, b: Array) -> bool:
    """Tell whether two arrays have one shape and nearly equal entries.

    The entries differ no more than those of two right answers. Empty arrays do not agree.
    """
    return bool(a.shape == b.shape and a.size and np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE * measure(b)))


def measure(array: Array) -> float:
    """Find the largest absolute value of the finite entries; 0 for none."""
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max(initial=0.0))


def varies(array: Array) -> bool:
    """Tell whether an array holds different numbers."""
    return array.size > 1 and bool(np.ptp(array) > TOLERANCE * measure(array))


def is_plain(array: Array) -> bool:
    """Tell whether an array has too few different numbers to be recognised.

    An example is the output of a gate, which has only 0 and 1.
    """
    return len(np.unique(array)) < 3
