"""The likely cause of a wrong value: an ordered list of pure rules, each silent unless it fits.

A rule sees the student's value and the reference's and says what was observed and what that points to, never how
to mend it. The first that speaks is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Rule = Callable[[Array, Array], str]

_TOLERANCE = 1e-4


def diagnose(actual: Any, expected: Array) -> str:
    """The likely cause in a sentence, or an empty string."""
    try:
        numbers = np.asarray(actual)
    except ValueError:  # rows of different lengths
        return ""
    if numbers.dtype.kind not in "biuf" or not numbers.size:
        return ""
    yours, right = numbers.astype(float), expected.astype(float)
    with np.errstate(all="ignore"):
        if _agree(yours, right):
            return ""
        return next((text for rule in RULES if (text := rule(yours, right))), "")


def _agree(a: Array, b: Array) -> bool:
    return bool(a.shape == b.shape and a.size and np.allclose(a, b, rtol=_TOLERANCE, atol=_TOLERANCE * _scale(b)))


def _scale(array: Array) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max(initial=0.0))


def explain_transposed(actual: Array, expected: Array) -> str:
    """The right numbers with rows and columns swapped."""
    if expected.ndim == 2 and actual.shape == expected.T.shape and _agree(actual, expected.T):
        return "yours is the transpose of what was expected: rows and columns are swapped"
    return ""


def explain_not_reduced(actual: Array, expected: Array) -> str:
    """One axis too many: the sum or mean over it is missing, or its length is 1."""
    if actual.ndim != expected.ndim + 1:
        return ""
    for axis in range(actual.ndim):
        if actual.shape[axis] == 1 and _agree(actual.squeeze(axis), expected):
            return f"the numbers are right, but there is an axis of length 1 too many (axis {axis})"
        for name, reduced in (("sum", actual.sum(axis)), ("mean", actual.mean(axis))):
            if _agree(reduced, expected):
                over = "all entries" if expected.ndim == 0 else f"axis {axis}"
                return f"the {name} over {over} is missing at the end"
    return ""


def explain_not_finite(actual: Array, expected: Array) -> str:
    """Overflow, log of zero, or 0/0."""
    if not np.isfinite(expected).all() or np.isfinite(actual).all():
        return ""
    if np.isnan(actual).any():
        return "nan comes from inf - inf, inf / inf, 0 / 0 or 0 * inf: something overflowed or vanished on the way"
    return "inf comes from exp of a large number, log(0) or a division by zero"


def explain_ratio(actual: Array, expected: Array) -> str:
    """The same multiple of the reference everywhere."""
    if actual.shape != expected.shape or not np.isfinite(actual).all():
        return ""
    large = np.abs(expected) > 1e-3 * _scale(expected)
    if not large.any() or not _scale(expected):
        return ""
    ratio = float(np.median(actual[large] / expected[large]))
    if not 1e-6 < abs(ratio) < 1e6 or abs(ratio - 1) < 1e-3 or not _agree(actual, ratio * expected):
        return ""
    if expected.size == 1 and not _is_telling(ratio):
        return ""
    return f"yours is {_say_ratio(ratio)} the expected value everywhere"


def _is_telling(ratio: float) -> bool:
    """For a single number every ratio is constant: only the well-known ones mean something."""
    known = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16, np.log(2), np.log(10))
    return any(abs(abs(r) - k) < 1e-4 * k for r in (ratio, 1 / ratio) for k in known) or abs(ratio + 1) < 1e-4


def _say_ratio(ratio: float) -> str:
    if abs(ratio + 1) < 1e-3:
        return "minus"
    sign, size = "-" if ratio < 0 else "", abs(ratio)
    for value, name in ((np.log(2), "ln 2"), (np.log(10), "ln 10")):
        if abs(size - value) < 1e-3:
            return f"{sign}{name} times"
        if abs(1 / size - value) < 1e-3:
            return f"{sign}1/({name}) times"
    if size < 1 and abs(1 / size - round(1 / size)) < 1e-3:
        return f"{sign}1/{round(1 / size)} times"
    return f"{ratio:.4g} times"


def explain_offset(actual: Array, expected: Array) -> str:
    """The same amount too much everywhere."""
    if actual.shape != expected.shape or expected.size < 2 or not np.isfinite(actual).all():
        return ""
    offset = float(np.median(actual - expected))
    if abs(offset) > 1e-3 * _scale(expected) and _agree(actual, expected + offset):
        return f"yours is {abs(offset):.4g} too {'large' if offset > 0 else 'small'} everywhere"
    return ""


def explain_truncated(actual: Array, expected: Array) -> str:
    """The decimals of an array are gone."""
    if actual.shape != expected.shape or expected.size < 2 or np.array_equal(expected, np.trunc(expected)):
        return ""
    if actual.any() and np.array_equal(actual, np.trunc(expected)):
        return "the decimals are cut off: an array of whole numbers was filled with results"
    return ""


def explain_constant(actual: Array, expected: Array) -> str:
    """The same number everywhere where the reference varies."""
    if actual.shape != expected.shape or expected.size < 2 or np.ptp(expected) <= _TOLERANCE * _scale(expected):
        return ""
    if np.isfinite(actual).all() and np.ptp(actual) == 0:
        return f"every entry of yours is {actual.flat[0]:.4g}"
    return ""


def explain_complement(actual: Array, expected: Array) -> str:
    """0 where 1 was expected, and 1 where 0 was."""
    binary = np.isin(expected, (0, 1)).all() and expected.size > 1
    if binary and actual.shape == expected.shape and np.array_equal(actual, 1 - expected):
        return "yours is the opposite everywhere: 0 where 1 was expected, and 1 where 0 was"
    return ""


RULES: tuple[Rule, ...] = (
    explain_transposed,
    explain_not_reduced,
    explain_not_finite,
    explain_complement,
    explain_constant,
    explain_truncated,
    explain_ratio,
    explain_offset,
)
