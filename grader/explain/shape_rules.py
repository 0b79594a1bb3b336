"""Rules for values of another shape than the reference's.

The value is transposed, not reduced, reduced too far, or a table in place of a line.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.explain.alike import agree, is_plain
from grader.explain.causes import Cause, find_cause
from grader.language import say

Array = np.ndarray[Any, Any]

MAX_LINES = 1_000  # rows or columns of a table that is searched line by line


def explain_transposed(actual: Array, expected: Array) -> Cause | None:
    """Explain the right numbers with rows and columns swapped."""
    if expected.ndim == 2 and actual.shape == expected.T.shape and agree(actual, expected.T):
        return find_cause("transposed")
    return None


def explain_not_reduced(actual: Array, expected: Array) -> Cause | None:
    """Explain one axis too many.

    The sum or mean over the axis is missing, or the length of the axis is 1.
    """
    if actual.ndim != expected.ndim + 1:
        return None
    for axis in range(actual.ndim):
        if actual.shape[axis] == 1 and agree(actual.squeeze(axis), expected):
            return find_cause("extra-axis", axis=axis)
        for name, reduced in ((say("sum"), actual.sum(axis)), (say("mean"), actual.mean(axis))):
            if agree(reduced, expected):
                where = _say_axis(None if expected.ndim == 0 else axis)
                return find_cause("not-reduced", name=name, where=where)
    return None


def _say_axis(axis: int | None) -> str:
    return say("all entries") if axis is None else say("axis {axis}", axis=axis)


def explain_squeezed(actual: Array, expected: Array) -> Cause | None:
    """Explain a value whose axes of length 1 are gone."""
    if actual.ndim < expected.ndim and expected.size > 1 and agree(actual.squeeze(), expected.squeeze()):
        return find_cause("lost-axis")
    return None


def explain_whole_table(actual: Array, expected: Array) -> Cause | None:
    """Explain a table of which only one line was asked for.

    The line is one row, one column or the diagonal.
    """
    if actual.ndim != 2 or max(actual.shape) > MAX_LINES or expected.ndim != 1 or is_plain(expected):
        return None
    for axis, line in ((1, say("column")), (0, say("row"))):
        lines = np.moveaxis(actual, axis, 0)
        right = [number for number, part in enumerate(lines) if agree(part, expected)]
        if len(right) == 1 and len(lines) > 1:
            return find_cause("one-line-of-table", line=line, number=right[0])
    if actual.shape[0] == actual.shape[1] and agree(np.diagonal(actual), expected):
        return find_cause("diagonal-of-table")
    return None


def explain_reduced(actual: Array, expected: Array) -> Cause | None:
    """Explain the sum, mean or maximum of the value that was asked for."""
    if actual.ndim >= expected.ndim or expected.size < 2 or is_plain(expected):
        return None
    reductions = ((say("sum"), np.sum), (say("mean"), np.mean), (say("max"), np.max))
    for axis in (*range(expected.ndim), None):
        for name, reduce in reductions:
            if agree(actual, np.asarray(reduce(expected, axis))):
                where = _say_axis(None if expected.ndim == 1 else axis)
                return find_cause("reduced-too-far", name=name, where=where)
    return None
