"""How far a value may be from the reference's.

An entry is right when |a - b| <= RTOL |b| + CATOL max|b| + FLOOR, with b the reference. That lets a right algorithm
in float32 keep its points, and a true zero be zero up to rounding; bugs are made large by the inputs instead.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.checks.run import find_run

RTOL = CATOL = 1e-5
FLOOR = 1e-12

Array = np.ndarray[Any, Any]


def judge(actual: Array, expected: Array) -> Array:
    """Find the wrong entries, and note the largest error in the current run."""
    errors = _measure_errors(actual, expected)
    run = find_run()
    if run is not None:
        run.errors.append(float(errors[np.isfinite(expected)].max(initial=0.0)))
    return _find_wrong(actual, expected, errors)


def find_wrong(actual: Array, expected: Array) -> Array:
    """Which entries lie outside the tolerance; those that are not finite must be the same."""
    return _find_wrong(actual, expected, _measure_errors(actual, expected))


def _measure_errors(actual: Array, expected: Array) -> Array:
    """The error of each entry, in units of the tolerance."""
    a, b = actual.astype(float), expected.astype(float)
    largest = np.abs(b[np.isfinite(b)]).max(initial=0.0)
    errors: Array = np.abs(a - b) / (RTOL * np.abs(b) + CATOL * largest + FLOOR)
    return errors


def _find_wrong(actual: Array, expected: Array, errors: Array) -> Array:
    a, b = actual.astype(float), expected.astype(float)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    wrong: Array = ~np.where(np.isfinite(b), errors <= 1, same)
    return wrong
