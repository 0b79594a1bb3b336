"""Sentences about values that differ from the reference's."""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np

from grader.explain.values import SMALL, describe_shape, describe_value
from grader.language import say, say_number

Array = np.ndarray[Any, Any]


def find_worst(actual: Array, expected: Array, wrong: Array) -> tuple[int, ...]:
    """Find the index of the largest difference among the wrong entries.

    `actual`, `expected` and `wrong` have one shape; `wrong` is True at each wrong entry. A difference of nan counts as
    infinite. Returns `()` for a single number.
    """
    difference = np.nan_to_num(np.abs(actual.astype(float) - expected.astype(float)), nan=np.inf)
    flat = int(np.argmax(np.where(wrong, difference, -1.0)))
    return tuple(int(i) for i in np.unravel_index(flat, expected.shape))


def describe_difference(actual: Array, expected: Array, wrong: Array) -> str:
    """Describe how an array differs from the expected one.

    A small array is shown in full, with a star behind each wrong entry. If its text is equal to the text of the
    expected one, the size of the error is added. For a large array, the sentence has the number of wrong entries and
    the worst entry. `wrong` is True at each wrong entry.
    """
    worst = find_worst(actual, expected, wrong)
    if actual.size > SMALL:
        return say(
            "{wrong} of {count} entries differ; {worst}: yours {yours:.6g}, expected {expected:.6g}",
            wrong=int(wrong.sum()),
            count=wrong.size,
            worst=_say_worst(worst),
            yours=actual[worst],
            expected=expected[worst],
        )
    shown = describe_value(actual)
    if describe_value(actual.astype(float)) != describe_value(expected.astype(float)):
        return shown if wrong.all() else say("{array}   (* differs)", array=_mark(shown, wrong))
    error = abs(float(actual[worst]) - float(expected[worst]))
    if worst:
        return say("{value}, off by {error:.2g} at {place}", value=shown, error=error, place=list(worst))
    return say("{value}, off by {error:.2g}", value=shown, error=error)


def describe_gradient(actual: Array, expected: Array, wrong: Array, allowed: float) -> str:
    """Describe how far a gradient is from the reference's.

    The sentence has the relative error of the whole gradient and the entry that is furthest from the reference's.
    `allowed` is the relative error that the sentence gives as the limit.
    """
    worst = find_worst(actual, expected, wrong)
    return say(
        "relative error {error:.3g} (allowed {allowed:g}); {worst}: yours {yours:.4g}, reference {reference:.4g}",
        error=_relative_error(actual, expected),
        allowed=allowed,
        worst=_say_worst(worst),
        yours=actual[worst],
        reference=expected[worst],
    )


def _relative_error(actual: Array, expected: Array) -> float:
    """Compute ||a - b|| / ||b||, or ||a|| where the reference b is zero."""
    size = float(np.linalg.norm(expected))
    return float(np.linalg.norm(actual - expected)) / (size or 1.0)


def describe_not_finite(actual: Array, wrong: Array) -> str:
    """Describe which of nan, inf and -inf came.

    The sentence also has the number of such entries and the place of the first. `wrong` is True at each of them.
    """
    bad = actual[wrong].astype(float)
    kinds = {"nan": np.isnan(bad), "inf": bad == np.inf, "-inf": bad == -np.inf}
    names = [kind for kind, are in kinds.items() if are.any()] or [describe_value(actual[wrong][0])]
    found = functools.reduce(lambda one, other: say("{one} and {other}", one=one, other=other), names)
    if not actual.ndim:
        return found
    return say(
        "{found} in {wrong} of {count} entries; first at {place}",
        found=found,
        wrong=int(wrong.sum()),
        count=wrong.size,
        place=np.argwhere(wrong)[0].tolist(),
    )


def _mark(shown: str, wrong: Array) -> str:
    """Put a star behind each wrong entry of an array that is text already."""
    flags = iter(wrong.flat)
    return re.sub(r"[^\s\[\]]+", lambda entry: entry[0] + "*" * bool(next(flags)), shown)


def _say_worst(place: tuple[int, ...]) -> str:
    return say("worst at {place}", place=list(place)) if place else say("worst")


def say_shape(value: Any) -> str:
    """Describe the shape of a value in words."""
    return say("shape {shape}", shape=describe_shape(value)) if np.shape(value) else describe_shape(value)


def describe_expected(expected: Any) -> str:
    """Describe the kind of value that was expected."""
    if not np.shape(expected):
        return say("a number")
    return say("an array of numbers of shape {shape}", shape=describe_shape(expected))


def describe_kind(answer: Any) -> str:
    """Describe an answer that should have been several values.

    The sentence says how many values came, or which single value.
    """
    if isinstance(answer, (tuple, list)):
        return say_number("{number} value", "{number} values", len(answer))
    if isinstance(answer, np.ndarray) and answer.ndim:
        return say("one array of shape {shape}", shape=describe_shape(answer))
    if answer is None or isinstance(answer, (str, dict)):
        return describe_wrong(answer)
    return say("a single {kind}", kind=type(answer).__name__)


def describe_wrong(actual: Any) -> str:
    """Describe the kind of value that came in place of numbers."""
    if actual is None:
        return "None"
    if isinstance(actual, str):
        return say("the text {text!r}", text=actual[:40])
    if isinstance(actual, (complex, np.complexfloating)) or (
        isinstance(actual, np.ndarray) and actual.dtype.kind == "c"
    ):
        return say("complex numbers")
    if isinstance(actual, (list, tuple)):
        kind = type(actual).__name__
        return say("a {kind} of {count} that is no array of numbers", kind=kind, count=len(actual))
    return describe_value(actual)
