"""Build arrays in the worker in a given memory layout.

The layouts are by columns, with gaps, backwards, read-only, and one row repeated.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.worker.inside.tags import LaidOut, Layout

Array = np.ndarray[Any, Any]


def lay_out(sent: LaidOut) -> Array:
    """Build the array that a student's function receives.

    It has the entries of `sent`, in the layout of `sent`. The gaps between the entries of a strided array are nan (0
    for whole numbers), so that a function that reads its argument's buffer instead of its entries gives another answer.
    """
    array = sent.array
    if sent.layout is Layout.COLUMNS:
        return np.asfortranarray(array)
    if sent.layout is Layout.STRIDED and array.ndim:
        wide = np.full((*array.shape[:-1], 2 * array.shape[-1]), np.nan if array.dtype.kind in "fc" else 0, array.dtype)
        wide[..., ::2] = array
        return wide[..., ::2]
    if sent.layout is Layout.REVERSED and array.ndim:
        return np.ascontiguousarray(array[::-1])[::-1]
    if sent.layout is Layout.REPEATED and len(array):
        return np.broadcast_to(array[0].copy(), array.shape)
    if sent.layout is Layout.READ_ONLY:
        array.flags.writeable = False
    return array
