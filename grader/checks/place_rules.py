"""Likely causes of values that are right in some places and wrong in others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.checks.alike import TOLERANCE, is_plain, measure
from grader.checks.run import is_quiet
from grader.checks.tolerance import find_wrong
from grader.language import say

Array = np.ndarray[Any, Any]


def explain_probabilities(actual: Array, expected: Array) -> str:
    """Rows that should sum to 1 do not, and what does instead."""
    if actual.shape != expected.shape or expected.ndim == 0 or not _sum_to_one(expected, -1):
        return ""
    if np.isin(expected, (0, 1)).all():  # labels, whose sum means nothing
        return ""
    if _sum_to_one(actual, -1):
        return ""
    if expected.ndim == 2 and _sum_to_one(actual, 0):
        return say("the columns of yours sum to 1; the rows should: the axis is the other one")
    if expected.ndim == 2 and abs(actual.sum() - 1) < TOLERANCE:
        return say("all entries of yours together sum to 1; each row should: the sum runs over the whole array")
    return say("the rows of yours do not sum to 1")


def _sum_to_one(table: Array, axis: int) -> bool:
    return bool((table >= 0).all() and np.allclose(table.sum(axis), 1, atol=TOLERANCE) and table.shape[axis] > 1)


def explain_limited(actual: Array, expected: Array) -> str:
    """Right up to a limit, and at that limit beyond it."""
    if actual.shape != expected.shape or expected.size < 3 or not np.isfinite(actual).all():
        return ""
    wrong = np.abs(actual - expected) > TOLERANCE * (np.abs(expected) + 1e-9 * measure(expected))
    if wrong.sum() < 2 or wrong.all() or np.ptp(actual[wrong]) > 1e-3 * abs(actual[wrong][0]):
        return ""
    limit = float(actual[wrong][0])
    shown = say("a certain number") if is_quiet() else f"{limit:.4g}"
    if (expected[wrong] < actual[wrong]).all() and (actual[~wrong] > limit).all():
        return say(
            "yours never goes below {limit}: a limit, or a small number added on the way, keeps it there", limit=shown
        )
    if (expected[wrong] > actual[wrong]).all() and (actual[~wrong] < limit).all():
        return say("yours never goes above {limit}: a limit on the way keeps it there", limit=shown)
    return ""


def explain_one_sign(actual: Array, expected: Array) -> str:
    """Right for all positive answers, or for all negative ones, and wrong for the rest."""
    if actual.shape != expected.shape or expected.size < 4:
        return ""
    right = np.isclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE * measure(expected))
    positive = expected > TOLERANCE * measure(expected)
    negative = expected < -TOLERANCE * measure(expected)
    if positive.sum() < 2 or negative.sum() < 2:
        return ""
    if right[positive].all() and not right[negative].any():
        return say(
            "where the answer is positive yours is right; where it is negative yours is {wrong}",
            wrong=_say_wrong(actual[negative]),
        )
    if right[negative].all() and not right[positive].any():
        return say(
            "where the answer is negative yours is right; where it is positive yours is {wrong}",
            wrong=_say_wrong(actual[positive]),
        )
    return ""


def _say_wrong(values: Array) -> str:
    if np.ptp(values) >= 1e-9:
        return say("wrong everywhere")
    return say("the same everywhere") if is_quiet() else say("{value} everywhere", value=f"{values[0]:.4g}")


def explain_some_lines(actual: Array, expected: Array) -> str:
    """Whole rows, columns or entries are right and the others are zero."""
    if actual.shape != expected.shape or expected.ndim == 0 or is_plain(expected) or not np.isfinite(actual).all():
        return ""
    right = ~find_wrong(actual, expected)
    if right.all() or not right.any():
        return ""
    if (actual[~right] == 0).all() and right.mean() > 0.2:
        if is_quiet():
            return say("yours is 0 in some entries, and right in the others")
        return say(
            "yours is 0 in {wrong} of {count} entries, and right in the others",
            wrong=(~right).sum(),
            count=right.size,
        )
    for axis in range(expected.ndim):
        for line, sentence in _list_ends(expected, axis):
            if not np.take(right, line, axis).any() and np.delete(right, line, axis).all():
                return sentence
    return ""


def _list_ends(table: Array, axis: int) -> Iterator[tuple[int, str]]:
    """The first and the last of its lines along an axis, and what is said where only that one is wrong."""
    what = (say("row") if axis == 0 else say("column")) if table.ndim == 2 else say("entry")
    if table.shape[axis] > 2:
        yield 0, say("only the first {line} is wrong", line=what)
        yield table.shape[axis] - 1, say("only the last {line} is wrong", line=what)
