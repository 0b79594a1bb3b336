"""Likely causes of another shape: transposed, not reduced, reduced too far, a table in place of a line."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.checks.alike import agree, is_plain

Array = np.ndarray[Any, Any]


def explain_transposed(actual: Array, expected: Array) -> str:
    """The right numbers with rows and columns swapped."""
    if expected.ndim == 2 and actual.shape == expected.T.shape and agree(actual, expected.T):
        return "yours is the transpose of what was expected: rows and columns are swapped"
    return ""


def explain_not_reduced(actual: Array, expected: Array) -> str:
    """One axis too many: the sum or mean over it is missing, or its length is 1."""
    if actual.ndim != expected.ndim + 1:
        return ""
    for axis in range(actual.ndim):
        if actual.shape[axis] == 1 and agree(actual.squeeze(axis), expected):
            return f"the numbers are right, but there is an axis of length 1 too many (axis {axis})"
        for name, reduced in (("sum", actual.sum(axis)), ("mean", actual.mean(axis))):
            if agree(reduced, expected):
                over = "all entries" if expected.ndim == 0 else f"axis {axis}"
                return f"the {name} over {over} is missing at the end"
    return ""


def explain_squeezed(actual: Array, expected: Array) -> str:
    """Axes of length 1 are gone."""
    if actual.ndim < expected.ndim and expected.size > 1 and agree(actual.squeeze(), expected.squeeze()):
        return "the numbers are right, but an axis of length 1 is missing"
    return ""


def explain_whole_table(actual: Array, expected: Array) -> str:
    """A table of which one row, one column or the diagonal is what was asked for."""
    if actual.ndim != 2 or expected.ndim != 1 or is_plain(expected):
        return ""
    for axis, what in ((1, "column"), (0, "row")):
        lines = np.moveaxis(actual, axis, 0)
        right = [number for number, line in enumerate(lines) if agree(line, expected)]
        if len(right) == 1 and len(lines) > 1:
            return f"only {what} {right[0]} of yours was asked for (they are counted from 0)"
    if actual.shape[0] == actual.shape[1] and agree(np.diagonal(actual), expected):
        return "only the diagonal of yours was asked for: each row was combined with every other row"
    return ""


def explain_reduced(actual: Array, expected: Array) -> str:
    """The sum or mean of what was asked for."""
    if actual.ndim >= expected.ndim or expected.size < 2 or is_plain(expected):
        return ""
    for axis in (*range(expected.ndim), None):
        for name, reduced in (("sum", expected.sum(axis)), ("mean", expected.mean(axis)), ("max", expected.max(axis))):
            if agree(actual, np.asarray(reduced)):
                where = "all entries" if axis is None or expected.ndim == 1 else f"axis {axis}"
                return f"yours is the {name} over {where} of what was asked for"
    return ""
