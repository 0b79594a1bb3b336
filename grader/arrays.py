"""A student's value as an array of numbers. Kinds and sizes are looked at before numpy sees the value.

numpy makes one table of whatever it is given, every entry as wide as the widest: a list of a thousand letters and one
long text becomes gigabytes. So a list is walked first, and one that is no table of numbers is never converted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_ENTRIES = 16 << 20  # of a list of arrays; a list of numbers cannot be that long on the wire
MAX_DEPTH = 32
NUMBERS = "biufc"
_SINGLE = (bool, int, float, complex, np.generic)

Array = np.ndarray[Any, Any]


def to_array(value: Any) -> Array | None:
    """A student's value as an array of numbers (complex among them), or None where it is no such thing."""
    if not isinstance(value, (np.ndarray, *_SINGLE)) and not (isinstance(value, (list, tuple)) and _is_table(value)):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        return None
    return array if array.dtype.kind in NUMBERS else _widen(array)


def find_shape(value: Any) -> tuple[int, ...] | None:
    """The shape of a student's value: () for a number, None for what is no array of numbers."""
    array = to_array(value)
    return None if array is None else array.shape


def _is_table(value: Any) -> bool:
    """Whether nested lists are equally long on every level, with numbers or arrays of one shape at the bottom."""
    level = [value]
    for _ in range(MAX_DEPTH):
        if not level:
            return True
        if not any(isinstance(part, (list, tuple)) for part in level):
            return _is_uniform(level)
        if not all(isinstance(part, (list, tuple)) or _is_row(part) for part in level):
            return False
        if len({len(part) for part in level}) > 1:
            return False
        level = [entry for part in level for entry in part]
    return False


def _is_row(part: Any) -> bool:
    """Whether it is an array that may stand beside lists."""
    return isinstance(part, np.ndarray) and part.ndim > 0


def _is_uniform(parts: list[Any]) -> bool:
    """Whether all are numbers, or arrays of numbers of one shape."""
    for part in parts:
        if not isinstance(part, (np.ndarray, *_SINGLE)) or getattr(getattr(part, "dtype", None), "kind", "i") == "O":
            return False
    first = np.shape(parts[0])
    return all(np.shape(part) == first for part in parts) and len(parts) * int(np.prod(first)) <= MAX_ENTRIES


def _widen(array: Array) -> Array | None:
    """Whole numbers too large for int64 arrive as objects; as floats they can be compared."""
    if array.dtype.kind != "O" or not all(isinstance(part, (int, float)) for part in array.flat):
        return None
    try:
        return array.astype(float)
    except OverflowError:
        return None
