"""Rules for values that are wrong everywhere in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.explain.alike import agree, is_plain, measure, varies
from grader.explain.causes import Cause, find_cause
from grader.language import say

Array = np.ndarray[Any, Any]


def explain_not_finite(actual: Array, expected: Array) -> Cause | None:
    """Explain nan and infinite entries where all should be finite.

    They come from overflow, the log of zero, or 0/0.
    """
    if not np.isfinite(expected).all() or np.isfinite(actual).all():
        return None
    if np.isnan(actual).any():
        return find_cause("nan")
    return find_cause("infinite")


def explain_ratio(actual: Array, expected: Array) -> Cause | None:
    """Explain a value that is a multiple of the reference's everywhere."""
    if actual.shape != expected.shape or not np.isfinite(actual).all():
        return None
    large = np.abs(expected) > 1e-3 * measure(expected)
    if not large.any() or not measure(expected):
        return None
    ratio = float(np.median(actual[large] / expected[large]))
    if not 1e-6 < abs(ratio) < 1e6 or abs(ratio - 1) < 1e-3 or not agree(actual, ratio * expected):
        return None
    if not varies(np.abs(expected[large])) and not _is_telling(ratio):
        return None
    if abs(ratio + 1) < 1e-3:
        return find_cause("negated")
    # Both are only quoted to who knows the input: 1/4 of an array tells how many samples a hidden one has, and a wrong
    # accuracy of 1/4 is a third of 3/4.
    if expected.size == 1:
        return find_cause("simple-multiple", ratio=_write_ratio(ratio))
    return find_cause("multiple", ratio=_write_ratio(ratio))


def _is_telling(ratio: float) -> bool:
    """Tell whether a ratio is well known, such as 2, ln 2 or -1.

    For a single number, and for entries c and -c, every wrong value has a constant ratio, so only a well-known ratio
    means something.
    """
    known = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 100, np.log(2), np.log(10))
    return any(abs(abs(r) - k) < 1e-4 * k for r in (ratio, 1 / ratio) for k in known) or abs(ratio + 1) < 1e-4


def _write_ratio(ratio: float) -> str:
    sign, size = "-" if ratio < 0 else "", abs(ratio)
    for value, name in ((np.log(2), "ln 2"), (np.log(10), "ln 10")):
        if abs(size - value) < 1e-3:
            return f"{sign}{name}"
        if abs(1 / size - value) < 1e-3:
            return f"{sign}1/({name})"
    if size < 1 and abs(1 / size - round(1 / size)) < 1e-3:
        return f"{sign}1/{round(1 / size)}"
    return f"{ratio:.4g}"


def explain_ratio_by_line(actual: Array, expected: Array) -> Cause | None:
    """Explain rows or columns that have a factor or term of their own.

    Each row, or each column, is the reference's times a number or plus a number, and the numbers differ.
    """
    if actual.shape != expected.shape or expected.ndim != 2 or not np.isfinite(expected).all():
        return None
    if np.linalg.matrix_rank(expected) < 2:  # if all rows are multiples of one row, this rule fits too much
        return None
    for axis, line in ((0, say("column")), (1, say("row"))):
        across = np.sum(actual * expected, axis, keepdims=True) / np.sum(expected**2, axis, keepdims=True)
        if varies(across) and (np.abs(across) > 1e-6).all() and agree(actual, across * expected):
            return find_cause("factor-by-line", line=line)
        shift = np.mean(actual - expected, axis, keepdims=True)
        if varies(shift) and agree(actual, expected + shift):
            return find_cause("term-by-line", line=line)
    return None


def explain_offset(actual: Array, expected: Array) -> Cause | None:
    """Explain a value that is off by the same amount everywhere."""
    if actual.shape != expected.shape or expected.size < 2 or not np.isfinite(actual).all():
        return None
    offset = float(np.median(actual - expected))
    if abs(offset) <= 1e-3 * measure(expected) or not agree(actual, expected + offset):
        return None
    cause = find_cause("offset", amount=offset)
    if offset < 0:
        cause = cause._replace(quoted=say("yours is {amount:.4g} too small everywhere", amount=-offset))
    return cause


def explain_function(actual: Array, expected: Array) -> Cause | None:
    """Explain a value that is a well-known function of the reference's.

    The student's code does one step too many, or one too few.
    """
    if actual.shape != expected.shape or np.isin(expected, (0, 1)).all() or not (varies(expected) or not expected.ndim):
        return None
    return next((cause for cause, value in _list_functions(expected) if agree(actual, value)), None)


def _list_functions(right: Array) -> Iterator[tuple[Cause, Array]]:
    yield find_cause("one-minus"), 1 - right
    yield find_cause("without-sign"), np.abs(right)
    yield find_cause("squared"), np.square(right)
    yield find_cause("square-root"), np.sqrt(right)
    yield find_cause("exponential"), np.exp(right)
    yield find_cause("logarithm"), np.log(right)
    yield find_cause("reciprocal"), np.reciprocal(right)


def explain_other_order(actual: Array, expected: Array) -> Cause | None:
    """Explain the right numbers in other places."""
    if actual.shape != expected.shape or expected.ndim == 0 or is_plain(expected):
        return None
    for axis in range(expected.ndim):
        if agree(actual, np.flip(expected, axis)):
            return find_cause("reversed")
    for axis in range(expected.ndim):
        for by in (1, -1):
            if agree(actual, np.roll(expected, by, axis)):
                return find_cause("shifted")
    if not agree(actual.T, expected) and agree(np.sort(actual, axis=None), np.sort(expected, axis=None)):
        return find_cause("other-places")
    return None


def explain_truncated(actual: Array, expected: Array) -> Cause | None:
    """Explain an array whose decimals are cut off."""
    if actual.shape != expected.shape or expected.size < 2 or np.array_equal(expected, np.trunc(expected)):
        return None
    # 0.3 may become 0 in many ways, so an entry above 1 must have lost its decimals, too.
    telling = (np.abs(expected) > 1) & (expected != np.trunc(expected))
    if telling.any() and np.array_equal(actual, np.trunc(expected)):
        return find_cause("decimals-cut")
    return None


def explain_constant(actual: Array, expected: Array) -> Cause | None:
    """Explain one number everywhere in place of values that vary."""
    if actual.shape != expected.shape or expected.size < 2 or not varies(expected):
        return None
    if np.isfinite(actual).all() and np.ptp(actual) == 0:
        return find_cause("constant", value=actual.flat[0])
    return None


def explain_complement(actual: Array, expected: Array) -> Cause | None:
    """Explain 0 where 1 was expected, and 1 where 0 was."""
    binary = np.isin(expected, (0, 1)).all() and expected.size > 1
    if binary and actual.shape == expected.shape and np.array_equal(actual, 1 - expected):
        return find_cause("opposite")
    return None
