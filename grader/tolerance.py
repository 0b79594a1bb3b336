"""Tolerance between a student's value and the reference's value.

An entry a is right when |a - b| <= RTOL |b| + CATOL max|b| + FLOOR, where b is the reference's entry. With this
tolerance a right algorithm in float32 keeps its points, and rounding noise passes where the right value is zero. The
tolerance need not be smaller, because the inputs of checks are chosen so that a bug causes a large error.
"""

from __future__ import annotations

from typing import Any

import numpy as np

RTOL = CATOL = 1e-5
FLOOR = 1e-12

Array = np.ndarray[Any, Any]


def find_wrong(actual: Array, expected: Array, errors: Array | None = None) -> Array:
    """Find the entries of `actual` that lie outside the tolerance.

    `actual` and `expected` are arrays of real numbers of one shape. `errors` is the result of `measure_errors` for
    them, if the caller has it already.

    Returns an array of bools, True at each wrong entry. Where `expected` is nan or infinite, `actual` must be the same.
    """
    a, b = actual.astype(float), expected.astype(float)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    near = (measure_errors(actual, expected) if errors is None else errors) <= 1
    wrong: Array = ~np.where(np.isfinite(b), near, same)
    return wrong


def measure_errors(actual: Array, expected: Array) -> Array:
    """Measure the error of each entry in units of the tolerance.

    An error of 1 is exactly at the edge of the tolerance. The errors mean nothing where `expected` is nan or infinite.
    """
    a, b = actual.astype(float), expected.astype(float)
    largest = np.abs(b[np.isfinite(b)]).max(initial=0.0)
    errors: Array = np.abs(a - b) / (RTOL * np.abs(b) + CATOL * largest + FLOOR)
    return errors
