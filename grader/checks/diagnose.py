"""The likely cause of a wrong value: an ordered list of pure rules, each silent unless it fits.

A rule sees the student's value and the reference's and says what was observed and what that points to, never how
to mend it. The first that speaks is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


def _varies(array: Array) -> bool:
    return array.size > 1 and bool(np.ptp(array) > _TOLERANCE * _scale(array))


def _is_plain(array: Array) -> bool:
    """Too few different numbers to recognise anything by them, such as the 0 and 1 of a gate."""
    return len(np.unique(array)) < 3


# ---------------------------------------------------------------- another shape


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


def explain_whole_table(actual: Array, expected: Array) -> str:
    """A table of which one row, one column or the diagonal is what was asked for."""
    if actual.ndim != 2 or expected.ndim != 1 or _is_plain(expected):
        return ""
    for axis, what in ((1, "column"), (0, "row")):
        lines = np.moveaxis(actual, axis, 0)
        right = [number for number, line in enumerate(lines) if _agree(line, expected)]
        if len(right) == 1 and len(lines) > 1:
            return f"only {what} {right[0]} of yours was asked for (they are counted from 0)"
    if actual.shape[0] == actual.shape[1] and _agree(np.diagonal(actual), expected):
        return "only the diagonal of yours was asked for: each row was combined with every other row"
    return ""


def explain_reduced(actual: Array, expected: Array) -> str:
    """The sum or mean of what was asked for."""
    if actual.ndim >= expected.ndim or expected.size < 2 or _is_plain(expected):
        return ""
    for axis in (*range(expected.ndim), None):
        for name, reduced in (("sum", expected.sum(axis)), ("mean", expected.mean(axis)), ("max", expected.max(axis))):
            if _agree(actual, np.asarray(reduced)):
                where = "all entries" if axis is None or expected.ndim == 1 else f"axis {axis}"
                return f"yours is the {name} over {where} of what was asked for"
    return ""


# ---------------------------------------------------------------- wrong everywhere, in the same way


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
    known = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 100, np.log(2), np.log(10))
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


def explain_ratio_by_line(actual: Array, expected: Array) -> str:
    """Each row, or each column, is a multiple of its own of the reference's."""
    if actual.shape != expected.shape or expected.ndim != 2 or min(expected.shape) < 2 or not actual.any():
        return ""
    for axis, what in ((0, "column"), (1, "row")):
        across = np.sum(actual * expected, axis, keepdims=True) / np.sum(expected**2, axis, keepdims=True)
        if _varies(across) and _agree(actual, across * expected):
            return (
                f"each {what} of yours is the expected one times a factor of its own: a factor is missing or too many"
            )
        shift = np.mean(actual - expected, axis, keepdims=True)
        if _varies(shift) and _agree(actual, expected + shift):
            return f"each {what} of yours differs from the expected one by a number of its own: a term is missing"
    return ""


def explain_offset(actual: Array, expected: Array) -> str:
    """The same amount too much everywhere."""
    if actual.shape != expected.shape or expected.size < 2 or not np.isfinite(actual).all():
        return ""
    offset = float(np.median(actual - expected))
    if abs(offset) > 1e-3 * _scale(expected) and _agree(actual, expected + offset):
        return f"yours is {abs(offset):.4g} too {'large' if offset > 0 else 'small'} everywhere"
    return ""


_FUNCTIONS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("1 minus the expected value", lambda right: 1 - right),
    ("the expected value without its sign", np.abs),
    ("the square of the expected value", np.square),
    ("the square root of the expected value", np.sqrt),
    ("e to the power of the expected value", np.exp),
    ("the natural logarithm of the expected value", np.log),
    ("1 divided by the expected value", np.reciprocal),
)


def explain_function(actual: Array, expected: Array) -> str:
    """A well-known function of the reference: a step too many, or one too few."""
    if (
        actual.shape != expected.shape
        or np.isin(expected, (0, 1)).all()
        or not (_varies(expected) or not expected.ndim)
    ):
        return ""
    for name, function in _FUNCTIONS:
        if _agree(actual, function(expected)):
            return f"yours is {name}"
    return ""


def explain_other_order(actual: Array, expected: Array) -> str:
    """The right numbers in other places."""
    if actual.shape != expected.shape or expected.ndim == 0 or _is_plain(expected):
        return ""
    for axis in range(expected.ndim):
        if _agree(actual, np.flip(expected, axis)):
            return "the numbers are right, but in reverse order"
    for axis in range(expected.ndim):
        for by in (1, -1):
            if _agree(actual, np.roll(expected, by, axis)):
                return "the numbers are right, but each stands one place beside its own"
    if not _agree(actual.T, expected) and _agree(np.sort(actual, axis=None), np.sort(expected, axis=None)):
        return "the numbers are right, but in other places"
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
    if actual.shape != expected.shape or expected.size < 2 or not _varies(expected):
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


# ---------------------------------------------------------------- wrong in some places


def explain_probabilities(actual: Array, expected: Array) -> str:
    """Rows that should sum to 1 do not, and what does instead."""
    if actual.shape != expected.shape or expected.ndim == 0 or not _sum_to_one(expected, -1):
        return ""
    if _sum_to_one(actual, -1):
        return ""
    if expected.ndim == 2 and _sum_to_one(actual, 0):
        return "the columns of yours sum to 1; the rows should: the axis is the other one"
    if expected.ndim == 2 and abs(actual.sum() - 1) < _TOLERANCE:
        return "all entries of yours together sum to 1; each row should: the sum runs over the whole array"
    return "the rows of yours do not sum to 1"


def _sum_to_one(table: Array, axis: int) -> bool:
    return bool((table >= 0).all() and np.allclose(table.sum(axis), 1, atol=_TOLERANCE) and table.shape[axis] > 1)


def explain_limited(actual: Array, expected: Array) -> str:
    """Right up to a limit, and at that limit beyond it."""
    if actual.shape != expected.shape or expected.size < 3 or not np.isfinite(actual).all():
        return ""
    wrong = np.abs(actual - expected) > _TOLERANCE * (np.abs(expected) + 1e-9 * _scale(expected))
    if wrong.sum() < 2 or wrong.all() or np.ptp(actual[wrong]) > 1e-3 * abs(actual[wrong][0]):
        return ""
    limit, low = float(actual[wrong][0]), bool((expected[wrong] < actual[wrong]).all())
    if low and (actual[~wrong] > limit).all():
        return f"yours never goes below {limit:.4g}: a limit, or a small number added on the way, keeps it there"
    if (expected[wrong] > actual[wrong]).all() and (actual[~wrong] < limit).all():
        return f"yours never goes above {limit:.4g}: a limit on the way keeps it there"
    return ""


def explain_one_sign(actual: Array, expected: Array) -> str:
    """Right for all positive answers, or for all negative ones, and wrong for the rest."""
    if actual.shape != expected.shape or expected.size < 4:
        return ""
    right = np.isclose(actual, expected, rtol=_TOLERANCE, atol=_TOLERANCE * _scale(expected))
    positive = expected > _TOLERANCE * _scale(expected)
    negative = expected < -_TOLERANCE * _scale(expected)
    if positive.sum() < 2 or negative.sum() < 2:
        return ""
    if right[positive].all() and not right[negative].any():
        return (
            f"where the answer is positive yours is right; where it is negative yours is {_say_wrong(actual[negative])}"
        )
    if right[negative].all() and not right[positive].any():
        return (
            f"where the answer is negative yours is right; where it is positive yours is {_say_wrong(actual[positive])}"
        )
    return ""


def _say_wrong(values: Array) -> str:
    return f"{values[0]:.4g} everywhere" if np.ptp(values) < 1e-9 else "wrong everywhere"


def explain_some_lines(actual: Array, expected: Array) -> str:
    """Whole rows, columns or entries are right and the others are zero."""
    if actual.shape != expected.shape or expected.ndim == 0 or _is_plain(expected) or not np.isfinite(actual).all():
        return ""
    right = np.isclose(actual, expected, rtol=_TOLERANCE, atol=_TOLERANCE * _scale(expected))
    if right.all() or not right.any():
        return ""
    if (actual[~right] == 0).all() and right.mean() > 0.2:
        return f"yours is 0 in {int((~right).sum())} of {right.size} entries, and right in the others"
    for axis in range(expected.ndim):
        for where, line in _list_ends(expected.shape[axis]):
            if not np.take(right, line, axis).any() and np.delete(right, line, axis).all():
                what = ("row" if axis == 0 else "column") if expected.ndim == 2 else "entry"
                return f"only the {where} {what} is wrong"
    return ""


def _list_ends(length: int) -> Iterator[tuple[str, int]]:
    if length > 2:
        yield "first", 0
        yield "last", length - 1


RULES: tuple[Rule, ...] = (
    explain_transposed,
    explain_not_reduced,
    explain_whole_table,
    explain_reduced,
    explain_not_finite,
    explain_complement,
    explain_constant,
    explain_truncated,
    explain_ratio,
    explain_offset,
    explain_function,
    explain_other_order,
    explain_probabilities,
    explain_ratio_by_line,
    explain_limited,
    explain_one_sign,
    explain_some_lines,
)
