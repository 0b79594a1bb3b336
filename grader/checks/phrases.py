"""The words for values that differ from the reference."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from grader.values import describe_shape, describe_value

Array = np.ndarray[Any, Any]


def find_worst(actual: Array, expected: Array, wrong: Array) -> tuple[int, ...]:
    """The place of the largest difference among the wrong entries."""
    difference = np.nan_to_num(np.abs(actual.astype(float) - expected.astype(float)), nan=np.inf)
    flat = int(np.argmax(np.where(wrong, difference, -1.0)))
    return tuple(int(i) for i in np.unravel_index(flat, expected.shape))


def describe_difference(actual: Array, expected: Array, wrong: Array) -> str:
    """What is wrong with an array: a small one with its wrong entries marked, of a large one share and worst entry."""
    worst = find_worst(actual, expected, wrong)
    if actual.size > 12:
        share = f"{int(wrong.sum())} of {wrong.size} entries differ"
        return f"{share}; worst{say_place(worst)}: yours {actual[worst]:.6g}, expected {expected[worst]:.6g}"
    shown = describe_value(actual)
    if describe_value(actual.astype(float)) != describe_value(expected.astype(float)):
        return shown if wrong.all() else f"{_mark(shown, wrong)}   (* differs)"
    return f"{shown}, off by {abs(float(actual[worst]) - float(expected[worst])):.2g}{say_place(worst)}"


def _mark(shown: str, wrong: Array) -> str:
    """An array as it is shown, with a star behind each wrong entry."""
    flags = iter(wrong.flat)
    return re.sub(r"[^\s\[\]]+", lambda entry: entry[0] + "*" * bool(next(flags)), shown)


def say_place(place: tuple[int, ...]) -> str:
    """The place of an entry in words, or nothing for a single number."""
    return f" at {list(place)}" if place else ""


def say_shape(value: Any) -> str:
    """The shape in words."""
    return f"shape {describe_shape(value)}" if np.shape(value) else describe_shape(value)


def describe_expected(expected: Any) -> str:
    """What kind of value was expected."""
    shape = np.shape(expected)
    return f"an array of numbers of shape {describe_shape(expected)}" if shape else "a number"


def describe_wrong(actual: Any) -> str:
    """What kind of value came instead of numbers."""
    if actual is None:
        return "None"
    if isinstance(actual, str):
        return f"the text {actual[:40]!r}"
    if isinstance(actual, (complex, np.complexfloating)) or (
        isinstance(actual, np.ndarray) and actual.dtype.kind == "c"
    ):
        return "complex numbers"
    if isinstance(actual, (list, tuple)):
        return f"a {type(actual).__name__} of {len(actual)} that is no array of numbers"
    return describe_value(actual)
