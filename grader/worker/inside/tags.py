"""The types of values that may cross the pipe, and the limits they keep. An allow-list: what is not here cannot."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

MAX_HEADER = 1 << 20
MAX_BODY = 64 << 20
MAX_TEXT = 64 << 10
MAX_DEPTH = 16
MAX_NODES = 100_000
MAX_KEYS = 1_000  # of one dict: numbers can be chosen so that all of them have one hash
MAX_DIMENSIONS = 8
MAX_DIGITS = 100


class ProtocolError(Exception):
    """A frame that is not one of ours."""


class Unsupported(Exception):
    """A value that is no plain data. Its text is a code and a detail: `type set`, `array-size 64`.

    The codes are those of `grader.explain.replies`, which has the words for them; no word for a person is said here.
    """

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code} {detail}".rstrip())


class CallbackFailed(RuntimeError):
    """A function that the student's code was handed could not be evaluated. Student code may catch it."""

    def __init__(self) -> None:
        super().__init__("the function that was passed in could not be evaluated with these arguments")


@dataclass(frozen=True, slots=True)
class Handle:
    """A value that stays in the worker (a cache), known outside by its number only."""

    number: int

    def __repr__(self) -> str:
        """As a student reads it, where it is an argument of the call that failed."""
        return "what your own function returned"


@dataclass(frozen=True, slots=True)
class Callback:
    """A function that stays in the harness, known inside by its number only."""

    number: int


class Layout(IntEnum):
    """How an array lies in the worker's memory. Every other array arrives C-contiguous, writable and unshared."""

    PLAIN = 0
    COLUMNS = 1  # Fortran order, as of a transposed table
    STRIDED = 2  # every other entry of an array that is longer along its last axis
    REVERSED = 3  # read backwards along its first axis: negative strides
    READ_ONLY = 4
    REPEATED = 5  # one row, read again for every row: stride 0, read-only as numpy.broadcast_to makes it


@dataclass(frozen=True, slots=True, eq=False)
class LaidOut:
    """An array on its way to a worker in a given layout; one object sent twice in a call arrives as one array."""

    array: np.ndarray[Any, Any]
    layout: Layout
    number: int = 0  # which of a frame's laid-out arrays it is; set by `packing`


class Tag(IntEnum):
    """The types of values."""

    NONE = 0
    FALSE = 1
    TRUE = 2
    INT = 3
    BIGINT = 4
    FLOAT = 5
    COMPLEX = 6
    STR = 7
    BYTES = 8
    LIST = 9
    TUPLE = 10
    DICT = 11
    ARRAY = 12
    SCALAR = 13
    HANDLE = 14
    GENERATOR = 15
    CALLBACK = 16
    LAID_OUT = 17


DTYPES = tuple(
    np.dtype(code)
    for code in (
        "?",
        "<i1",
        "<i2",
        "<i4",
        "<i8",
        "<u1",
        "<u2",
        "<u4",
        "<u8",
        "<f2",
        "<f4",
        "<f8",
        "<c8",
        "<c16",
    )
)
GENERATOR = struct.Struct("<16s16sBI")  # PCG64: state, increment, has_uint32, uinteger
LENGTH = struct.Struct("<I")
