"""The types of values that may cross the pipe.

This is an allow-list: a value of any other type cannot cross.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

MAX_REASON = 2_000  # characters of an exception's text


class ProtocolError(Exception):
    """A frame that the grader would not have sent."""


class Unsupported(Exception):
    """A value that is not plain data, so that it cannot be sent.

    The text of this exception is a code and a detail, such as `type set` or `array-size 64`. The codes are those of
    `grader.explain.replies`, which has the sentences for them; this module has no words for people.
    """

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code} {detail}".rstrip())


class CallbackFailed(RuntimeError):
    """A function that was passed to student code could not be evaluated.

    Student code may catch this exception.
    """

    def __init__(self) -> None:
        super().__init__("the function that was passed in could not be evaluated with these arguments")


@dataclass(frozen=True, slots=True)
class Handle:
    """A value that stays in the worker (a cache); outside it is only a number."""

    number: int

    def __repr__(self) -> str:
        """Return the text that a student reads where a failed call has a handle."""
        return "what your own function returned"


@dataclass(frozen=True, slots=True)
class Callback:
    """A function that stays in the harness; the worker knows only its number."""

    number: int


class Layout(IntEnum):
    """The memory layout of an array in the worker.

    An array that is not sent with a layout arrives C-contiguous, writable and unshared.
    """

    PLAIN = 0
    COLUMNS = 1  # Fortran order, which a transposed table has
    STRIDED = 2  # every other entry of an array that is longer along its last axis
    REVERSED = 3  # read backwards along its first axis: negative strides
    READ_ONLY = 4
    REPEATED = 5  # one row, read again for every row: stride 0, and read-only as numpy.broadcast_to makes it


@dataclass(frozen=True, slots=True, eq=False)
class LaidOut:
    """An array on its way to a worker in a given layout.

    One object that is sent twice in a call arrives as one array.
    """

    array: np.ndarray[Any, Any]
    layout: Layout
    number: int = 0  # which of a frame's laid-out arrays it is; `wire` counts them


class Tag(IntEnum):
    """The type of a value, as a header names it.

    None, bools, ints and floats need no tag.
    """

    LIST = 0
    TUPLE = 1
    DICT = 2
    TEXT = 3
    BYTES = 4
    COMPLEX = 5
    ARRAY = 6
    SCALAR = 7
    LAID_OUT = 8
    GENERATOR = 9
    HANDLE = 10
    CALLBACK = 11


_CODES = ("?", "<i1", "<i2", "<i4", "<i8", "<u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
DTYPES = tuple(map(np.dtype, _CODES))
