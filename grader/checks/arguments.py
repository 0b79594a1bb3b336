"""Arguments in another memory layout, or given twice: what a suite may send beside plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.worker.inside.tags import LaidOut, Layout

Array = np.ndarray[Any, Any]


def laid_out(array: Array, layout: str) -> LaidOut:
    """Make an argument with the values of `array` that lies in the worker's memory in this layout.

    `layout` is "columns" (as a transposed table), "strided" (every other entry of a longer array), "reversed"
    (negative strides), "read-only", or "repeated" (one row for all, as np.broadcast_to gives; the rows must be equal).
    Raises `ValueError` for another layout or for rows that differ. The oracle takes it for the plain array.
    """
    chosen = Layout[layout.upper().replace("-", "_")] if layout in _NAMES else None
    if chosen is None:
        raise ValueError(f"there is no layout {layout!r}; known are {', '.join(_NAMES)}")
    if chosen is Layout.REPEATED and not (array == array[:1]).all():
        raise ValueError("an array laid out as 'repeated' has equal rows")
    return LaidOut(array, chosen)


def shared(array: Array) -> LaidOut:
    """Make an argument that is one and the same array wherever it stands in a call: `f(x, x)` for `x = shared(x)`.

    Without it every argument is an array of its own in the worker.
    """
    return LaidOut(array, Layout.PLAIN)


_NAMES = ("columns", "strided", "reversed", "read-only", "repeated")
