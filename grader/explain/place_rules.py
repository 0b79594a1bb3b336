"""Rules for values that are right in some places and wrong in others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.explain.alike import TOLERANCE, is_plain, measure
from grader.explain.causes import Cause, find_cause
from grader.language import say
from grader.tolerance import find_wrong

Array = np.ndarray[Any, Any]


def explain_probabilities(actual: Array, expected: Array) -> Cause | None:
    """Explain rows that should sum to 1 and do not.

    The cause says whether the columns or all entries together sum to 1 instead.
    """
    if actual.shape != expected.shape or expected.ndim == 0 or not _sum_to_one(expected, -1) or _sum_to_one(actual, -1):
        return None
    if np.isin(expected, (0, 1)).all():  # entries of 0 and 1 are labels, and the sum of labels means nothing
        return None
    if expected.ndim == 2 and _sum_to_one(actual, 0):
        return find_cause("sums-down-columns")
    if expected.ndim == 2 and abs(actual.sum() - 1) < TOLERANCE:
        return find_cause("sums-over-all")
    return find_cause("rows-not-one")


def _sum_to_one(table: Array, axis: int) -> bool:
    return bool((table >= 0).all() and np.allclose(table.sum(axis), 1, atol=TOLERANCE) and table.shape[axis] > 1)


def explain_limited(actual: Array, expected: Array) -> Cause | None:
    """Explain values that are right up to a limit and equal to it beyond."""
    if actual.shape != expected.shape or expected.size < 3 or not np.isfinite(actual).all():
        return None
    wrong = np.abs(actual - expected) > TOLERANCE * (np.abs(expected) + 1e-9 * measure(expected))
    if wrong.sum() < 2 or wrong.all() or np.ptp(actual[wrong]) > 1e-3 * abs(actual[wrong][0]):
        return None
    limit = float(actual[wrong][0])
    if (expected[wrong] < actual[wrong]).all() and (actual[~wrong] > limit).all():
        return find_cause("never-below", limit=limit)
    if (expected[wrong] > actual[wrong]).all() and (actual[~wrong] < limit).all():
        return find_cause("never-above", limit=limit)
    return None


def explain_one_sign(actual: Array, expected: Array) -> Cause | None:
    """Explain values that are right for answers of one sign only.

    All positive answers are right and all negative ones wrong, or the other way round.
    """
    if actual.shape != expected.shape or expected.size < 4:
        return None
    right = np.isclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE * measure(expected))
    positive = expected > TOLERANCE * measure(expected)
    negative = expected < -TOLERANCE * measure(expected)
    if positive.sum() < 2 or negative.sum() < 2:
        return None
    for good, bad, describe in ((positive, negative, _say_negative_wrong), (negative, positive, _say_positive_wrong)):
        if right[good].all() and not right[bad].any():
            return Cause("one-sign", *map(describe, _describe_wrong(actual[bad])))
    return None


def _say_negative_wrong(wrong: str) -> str:
    return say("where the answer is positive yours is right; where it is negative yours is {wrong}", wrong=wrong)


def _say_positive_wrong(wrong: str) -> str:
    return say("where the answer is negative yours is right; where it is positive yours is {wrong}", wrong=wrong)


def _describe_wrong(values: Array) -> tuple[str, ...]:
    """Describe wrong values in a text without numbers, and one with.

    The second text is there only if all values are the same number.
    """
    if np.ptp(values) >= 1e-9:
        return (say("wrong everywhere"),)
    return say("the same everywhere"), say("{value:.4g} everywhere", value=values[0])


def explain_some_lines(actual: Array, expected: Array) -> Cause | None:
    """Explain zeros among right entries, or one wrong line at an end.

    Either all wrong entries are zero, or only the first or the last row, column or entry is wrong.
    """
    if actual.shape != expected.shape or expected.ndim == 0 or is_plain(expected) or not np.isfinite(actual).all():
        return None
    right = ~find_wrong(actual, expected)
    if right.all() or not right.any():
        return None
    if (actual[~right] == 0).all() and right.mean() > 0.2:
        return find_cause("zeros", wrong=(~right).sum(), count=right.size)
    for axis in range(expected.ndim):
        for line, sentence in _list_ends(expected, axis):
            if not np.take(right, line, axis).any() and np.delete(right, line, axis).all():
                return Cause("first-or-last", sentence)
    return None


def _list_ends(table: Array, axis: int) -> Iterator[tuple[int, str]]:
    """Yield the first and the last line along an axis, with a sentence.

    The sentence is for the case that only this line is wrong. Yields nothing for an axis of one or two lines.
    """
    what = (say("row") if axis == 0 else say("column")) if table.ndim == 2 else say("entry")
    if table.shape[axis] > 2:
        yield 0, say("only the first {line} is wrong", line=what)
        yield table.shape[axis] - 1, say("only the last {line} is wrong", line=what)
