"""Descriptions of values in a student's words.

A description is short, exact, and the same on every run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.language import join, say

SMALL = 12  # entries of the largest array that is shown in full


def describe_value(value: object) -> str:
    """Describe a value in words.

    A small value is shown in full, and a large array by its dtype, its shape and its range.
    """
    if isinstance(value, np.ndarray):
        return _describe_array(value)
    if isinstance(value, np.generic):
        return describe_value(value.item())
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return _describe_sequence(value)
    if isinstance(value, dict):
        return say("a dict with the keys {keys}", keys=", ".join(repr(key)[:30] for key in list(value)[:8]))
    if isinstance(value, np.random.Generator):  # its repr has a memory address, which differs from run to run
        return say("a random generator")
    if callable(value):
        return say("a function")
    kind = type(value).__name__  # a name, as the worker's types live a floor above and cannot be imported
    if kind == "Handle":
        return say("what your own function returned")
    if kind == "LaidOut":
        return _describe_laid_out(value)
    return repr(value[:80] if isinstance(value, (str, bytes)) else value)[:80]


def _describe_laid_out(value: Any) -> str:
    layouts = {
        "COLUMNS": say("column by column in memory, as a transpose is"),
        "STRIDED": say("every other entry of a longer array"),
        "REVERSED": say("stored backwards in memory"),
        "READ_ONLY": say("read-only"),
        "REPEATED": say("one row repeated, read-only"),
    }
    shown, layout = describe_value(value.array), layouts.get(value.layout.name)
    return say("{value} ({layout})", value=shown, layout=layout) if layout else shown


def _describe_array(array: np.ndarray[Any, Any]) -> str:
    if array.ndim == 0:
        return describe_value(array.item())
    if 0 < array.size <= SMALL:
        return " ".join(np.array2string(array, precision=4, suppress_small=True, threshold=SMALL).split())
    kind = f"{array.dtype.name} {_shape(array.shape)}"
    if array.size == 0 or array.dtype.kind not in "iuf":
        return kind
    finite = array[np.isfinite(array)]
    if finite.size == 0:
        return say("{kind}, no finite entry", kind=kind)
    low, high = describe_value(finite.min()), describe_value(finite.max())
    return say("{kind}, entries from {low} to {high}", kind=kind, low=low, high=high)


def _describe_sequence(values: Sequence[Any]) -> str:
    kind = type(values).__name__
    flat = all(isinstance(value, (bool, int, float, np.generic)) for value in values)
    if flat and len(values) <= SMALL:
        inside = ", ".join(describe_value(value) for value in values)
        return f"[{inside}]" if kind == "list" else f"({inside})"
    return say("a {kind} of {count}", kind=kind, count=len(values))


def _shape(shape: tuple[int, ...]) -> str:
    return str(tuple(int(length) for length in shape))


def describe_shape(value: Any) -> str:
    """Describe the shape of a value: `(3, 5)`, or `a single number`."""
    shape = np.shape(value)
    return _shape(shape) if shape else say("a single number")


def describe_call(name: str, parameters: Sequence[str], args: Sequence[object], kwargs: Mapping[str, object]) -> str:
    """Describe a call as the student would write it.

    `parameters` are the names of the function's parameters. Below the call there is a line for each argument that is
    not a number or a text:

        softmax(z, axis=0)
        z is [1. 2. 3.]
    """
    named = [*zip(_argument_names(parameters, len(args)), args, strict=True), *kwargs.items()]
    inline, lines = [], []
    first: dict[int, str] = {}  # by an object's identity: the first argument that it was given as
    for argument, value in named:
        if isinstance(value, (bool, int, float, str, np.generic)):
            inline.append(f"{argument}={describe_value(value)}")
            continue
        inline.append(argument)
        if (other := first.setdefault(id(value), argument)) != argument and type(value).__name__ == "LaidOut":
            lines.append(say("{argument} is the same array as {other}", argument=argument, other=other))
        else:
            lines.append(say("{argument} is {value}", argument=argument, value=describe_value(value)))
    return join("\n", [f"{name}({', '.join(inline)})", *lines])


def _argument_names(parameters: Sequence[str], count: int) -> list[str]:
    unnamed = range(len(parameters) + 1, count + 1)
    return [*parameters[:count], *(say("argument {number}", number=number) for number in unnamed)]
