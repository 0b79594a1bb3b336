"""How far a value may be from the reference's.

An entry is right when |a - b| <= RTOL |b| + CATOL max|b| + FLOOR, with b the reference. That lets a right algorithm
in float32 keep its points, and a true zero be zero up to rounding; bugs are made large by the inputs instead.
"""

from __future__ import annotations

from typing import Any

import numpy as np

RTOL = CATOL = 1e-5
FLOOR = 1e-12

Array = np.ndarray[Any, Any]


def find_wrong(actual: Array, expected: Array, errors: Array | None = None) -> Array:
    """Find the entries outside the tolerance; those that are not finite must be the same.

    `errors` are those that `measure_errors` gives, where they are known already.
    """
    a, b = actual.astype(float), expected.astype(float)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    near = (measure_errors(actual, expected) if errors is None else errors) <= 1
    wrong: Array = ~np.where(np.isfinite(b), near, same)
    return wrong


def measure_errors(actual: Array, expected: Array) -> Array:
    """The error of each entry, in units of the tolerance."""
    a, b = actual.astype(float), expected.astype(float)
    largest = np.abs(b[np.isfinite(b)]).max(initial=0.0)
    errors: Array = np.abs(a - b) / (RTOL * np.abs(b) + CATOL * largest + FLOOR)
    return errors
