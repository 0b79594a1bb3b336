"""Arguments with a chosen memory layout, or shared within one call.

A suite may send them to a student's function in place of plain arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.worker.inside.tags import LaidOut, Layout

Array = np.ndarray[Any, Any]


def laid_out(value: Any, layout: str) -> Any:
    """Wrap an array so that it has a given memory layout in the worker.

    In a list, tuple or dict, such as the parameters of a network, every array is wrapped, however deep it lies; numbers
    and texts stay as they are. `layout` is one of these names:

    * "columns": column by column, as a transposed table is;
    * "strided": every other entry of a longer array;
    * "reversed": read backwards, with negative strides;
    * "read-only";
    * "repeated": one row that is read again for every row, as `np.broadcast_to` gives. The rows must be equal.

    The worker's array has the values of `value`. The oracle receives the plain array. Raises `ValueError` for another
    layout, or for "repeated" and rows that differ.
    """
    if layout not in _NAMES:
        raise ValueError(f"there is no layout {layout!r}; known are {', '.join(_NAMES)}")
    return _wrap(value, Layout[layout.upper().replace("-", "_")])


def _wrap(value: Any, layout: Layout) -> Any:
    if isinstance(value, dict):
        return {key: _wrap(part, layout) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_wrap(part, layout) for part in value)
    if not isinstance(value, np.ndarray):
        return value
    if layout is Layout.REPEATED and not (value == value[:1]).all():
        raise ValueError("an array laid out as 'repeated' has equal rows")
    return LaidOut(value, layout)


def in_layouts(*arrays: Array) -> Iterator[tuple[Any, ...]]:
    """Yield arguments with the same values again and again: plain, and laid out.

    One of the arrays at a time is laid out, in every layout but "repeated".

        for given in in_layouts(y, p):
            assert_close(assert_unchanged(student.cross_entropy, *given), oracle.cross_entropy(y, p))
    """
    yield arrays
    for layout in _NAMES[:-1]:
        for place, array in enumerate(arrays):
            yield *arrays[:place], laid_out(array, layout), *arrays[place + 1 :]


def shared(array: Array) -> LaidOut:
    """Wrap an array so that it arrives as one array wherever it is given.

    With `x = shared(x)`, the call `f(x, x)` passes the same array twice. Without `shared`, every argument is a separate
    array in the worker.
    """
    return LaidOut(array, Layout.PLAIN)


_NAMES = ("columns", "strided", "reversed", "read-only", "repeated")
