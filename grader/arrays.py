"""Look into a student's value: its parts, and the array of numbers that it stands for.

numpy makes every entry of an array as wide as the widest entry, so it needs gigabytes for a list of a thousand letters
and one long text. `to_array` therefore checks kinds and sizes before numpy sees the value: it walks a list
first, and never converts a list that is not a table of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

MAX_ENTRIES = 16 << 20  # in a list of arrays; the wire format already keeps a list of numbers shorter than that
MAX_DEPTH = 32  # levels of nested lists
NUMBERS = "biufc"  # kinds of numpy dtypes: bools, integers (signed and unsigned), floats, complex numbers
_SINGLE = (bool, int, float, complex, np.generic)

Array = np.ndarray[Any, Any]


def iter_leaves(value: Any) -> Iterator[Any]:
    """Yield the parts of nested lists, tuples and dicts that are none of these."""
    if isinstance(value, dict):
        yield from iter_leaves([*value.values()])
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from iter_leaves(part)
    else:
        yield value


def to_array(value: Any) -> Array | None:
    """Convert a student's value to an array of numbers, or return None.

    `value` may be a number, an array, or nested lists and tuples of them that form a table. Complex numbers count as
    numbers. Whole numbers too large for int64 become floats.

    Returns None for every other value, such as a text, lists of different lengths, or more than `MAX_ENTRIES` entries
    in a list of arrays.
    """
    if not isinstance(value, (np.ndarray, *_SINGLE)) and not (isinstance(value, (list, tuple)) and _is_table(value)):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        return None
    return array if array.dtype.kind in NUMBERS else _widen(array)


def find_shape(value: Any) -> tuple[int, ...] | None:
    """Find the shape of a student's value.

    Returns `()` for a single number, and None for a value that is not an array of numbers.
    """
    array = to_array(value)
    return None if array is None else array.shape


def _is_table(value: Any) -> bool:
    """Tell whether nested lists form a table of numbers.

    All lists of one level must have the same length. The bottom must be numbers, or arrays of one shape.
    """
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
    """Tell whether a part is an array that may stand beside lists."""
    return isinstance(part, np.ndarray) and part.ndim > 0


def _is_uniform(parts: list[Any]) -> bool:
    """Tell whether all parts are numbers, or all are arrays of one shape.

    The arrays must not hold objects, and all parts together must not have more than `MAX_ENTRIES` entries.
    """
    for part in parts:
        if not isinstance(part, (np.ndarray, *_SINGLE)) or getattr(getattr(part, "dtype", None), "kind", "i") == "O":
            return False
    first = np.shape(parts[0])
    return all(np.shape(part) == first for part in parts) and len(parts) * int(np.prod(first)) <= MAX_ENTRIES


def _widen(array: Array) -> Array | None:
    """Convert an object array of large integers to floats, or return None.

    numpy stores whole numbers too large for int64 as objects; as floats they can be compared. Returns None for any
    other array, and for a number that is too large for a float.
    """
    if array.dtype.kind != "O" or not all(isinstance(part, (int, float)) for part in array.flat):
        return None
    try:
        return array.astype(float)
    except OverflowError:
        return None
