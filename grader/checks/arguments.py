"""Arguments with a chosen memory layout, or shared within one call.

A suite may send them to a student's function in place of plain arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.worker.inside.tags import LaidOut, Layout

Array = np.ndarray[Any, Any]


def laid_out(array: Array, layout: str) -> LaidOut:
    """Wrap an array so that it has a given memory layout in the worker.

    `layout` is one of these names:

    * "columns": column by column, as a transposed table is;
    * "strided": every other entry of a longer array;
    * "reversed": read backwards, with negative strides;
    * "read-only";
    * "repeated": one row that is read again for every row, as `np.broadcast_to` gives. The rows must be equal.

    The worker's array has the values of `array`. The oracle receives the plain `array`. Raises `ValueError` for another
    layout, or for "repeated" and rows that differ.
    """
    chosen = Layout[layout.upper().replace("-", "_")] if layout in _NAMES else None
    if chosen is None:
        raise ValueError(f"there is no layout {layout!r}; known are {', '.join(_NAMES)}")
    if chosen is Layout.REPEATED and not (array == array[:1]).all():
        raise ValueError("an array laid out as 'repeated' has equal rows")
    return LaidOut(array, chosen)


def shared(array: Array) -> LaidOut:
    """Wrap an array so that it arrives as one array wherever it is given.

    With `x = shared(x)`, the call `f(x, x)` passes the same array twice. Without `shared`, every argument is a separate
    array in the worker.
    """
    return LaidOut(array, Layout.PLAIN)


_NAMES = ("columns", "strided", "reversed", "read-only", "repeated")
