"""Frames: how plain values cross the pipe between harness and worker.

    magic 4 | version u8 | kind u8 | call id u64 | header length u32 | body length u64 | header | body

The header is the tree of a value in tags and sizes, the body has its buffers in the same order. Integers are
little-endian. A student may have forged every frame that arrives. A frame carries values; no bit of it means "passed".

Errors: `ProtocolError` for a frame that cannot be read, `Unsupported` for a value that cannot be sent.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

from grader.worker.inside.packing import pack
from grader.worker.inside.tags import MAX_BODY, MAX_HEADER, ProtocolError
from grader.worker.inside.unpacking import build, read_header

MAGIC = b"nngr"
VERSION = 1
PREFIX = struct.Struct("<4sBBQIQ")


class Kind(IntEnum):
    """The purpose of a frame.

    The harness sends the kinds up to SURVEY, the worker those from READY on.
    """

    START = 1
    LOAD = 2
    CALL = 3
    ANSWER = 4  # to INVOKE
    BIND = 5
    SURVEY = 6  # asks about the file before it runs
    READY = 11
    LOADED = 12
    RETURNED = 13
    RAISED = 14
    INVOKE = 15  # calls a callback
    BOUND = 16
    SURVEYED = 17


class Prefix(NamedTuple):
    """The fixed part of a frame; `header` and `body` are lengths in bytes."""

    kind: Kind
    call: int
    header: int
    body: int


def limit_reply(request: int) -> int:
    """Return how many bytes the body of a reply may have.

    `request` is the size of the request in bytes: answers are about as large as questions.
    """
    return min(MAX_BODY, 4 * request + (1 << 20))


def encode(kind: Kind, call: int, value: object, *, limit: int = MAX_BODY) -> bytes:
    """Return one frame with `value` in it.

    The body has at most `limit` bytes. Raises `Unsupported` for a value that is larger or cannot be sent.
    """
    header, buffers = pack(value, limit)
    prefix = PREFIX.pack(MAGIC, VERSION, kind, call, len(header), sum(map(len, buffers)))
    return b"".join((prefix, header, *buffers))


def read_prefix(data: bytes, *, limit: int = MAX_BODY) -> Prefix:
    """Check the fixed part of a frame and return it.

    This happens before anything is allocated for the rest of the frame. Raises `ProtocolError`, also if the body is
    larger than `limit` bytes.
    """
    magic, version, kind, call, header, body = PREFIX.unpack(data)
    if magic != MAGIC or version != VERSION:
        raise ProtocolError("not a frame")
    if kind not in Kind.__members__.values():
        raise ProtocolError(f"unknown kind {kind}")
    if header > MAX_HEADER or body > min(limit, MAX_BODY):
        raise ProtocolError(f"a frame of {header} + {body} bytes is larger than allowed")
    return Prefix(Kind(kind), call, header, body)


def read_frame(read: Callable[[int], bytes | bytearray], *, limit: int = MAX_BODY) -> tuple[Kind, int, Any]:
    """Read one frame, and return its kind, call id and value.

    `read(n)` must return exactly n bytes. Raises `ProtocolError` for a frame that is not valid or too large.
    """
    prefix = read_prefix(bytes(read(PREFIX.size)), limit=limit)
    nodes = read_header(bytes(read(prefix.header)), prefix.body)
    return prefix.kind, prefix.call, build(nodes, read(prefix.body))


def decode(frame: bytes) -> Any:
    """Return the value of a frame that is held in memory."""
    source = io.BytesIO(frame)
    return read_frame(source.read)[2]
