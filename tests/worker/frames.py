"""Frames made by hand, a reader for them, and the many ways to damage them."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.worker.inside import wire
from grader.worker.inside.tags import DTYPES, Callback, Handle, LaidOut, Layout, Tag
from grader.worker.inside.wire import GENERATOR, MAGIC, MAX_BODY, MAX_HEADER, PREFIX, VERSION, Kind

_EDGES = (
    *(0, 1, 2, 7, 8, 15, 16, 17, 100, 101, 102, 127, 128, 255, 256),
    *(0xFFFF, 0x10000, 0x10001, 99_999, 100_000, 100_001, 0xFFFFF, 0x100000, 0x100001),
    *(0x3FFFFFF, 0x4000000, 0x4000001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF),
    *(1 << 32, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1),
)
_BYTES = np.frombuffer(b"\0\1\2\x09\x0a\x7f\x80\xc0\xfe\xff" + b'[],-+.0123456789eE"{}: NIntf', np.uint8)
# What may stand in a header in place of a number; the parser reads some of them, and not each is a size.
_ODDITIES = (
    *(b"-1", b"-0", b"1.5", b"1e9", b"1e999", b"-1e999", b"NaN", b"Infinity", b"null", b"true", b"[]", b"[0]", b"[2]"),
    *(b"9" * 100, b"9" * 101, b"0" * 5000, b"1." + b"3" * 200, b'"l"', b"{}", b" ", b"0,0", b"[[[[0]]]]"),
)


# ---------------------------------------------------------------- by hand


def announce(*, kind: int = Kind.CALL, call: int = 0, header: int = 0, body: int = 0, version: int = VERSION) -> bytes:
    """The fixed part of a frame that says what it likes."""
    return PREFIX.pack(MAGIC, version, kind, call, header, body)


def make_frame(header: bytes, body: bytes = b"") -> bytes:
    """A frame whose lengths are right, whatever its header and body may be."""
    return announce(header=len(header), body=len(body)) + header + body


def write(tree: Any) -> bytes:
    """The header of a tree: a list begins with its tag."""
    return json.dumps(tree, separators=(",", ":")).encode()


def find_dtype(code: str) -> int:
    """The number of a dtype on the wire."""
    return DTYPES.index(np.dtype(code))


# ---------------------------------------------------------------- reading


@dataclass(slots=True)
class Reader:
    """Gives out the bytes of a frame, notes how many were asked for, and raises `EOFError` when there are no more."""

    data: bytes
    offset: int = 0
    asked: list[int] = field(default_factory=list)

    def __call__(self, size: int) -> bytes:
        """Give exactly `size` bytes."""
        self.asked.append(size)
        assert size <= max(MAX_HEADER, MAX_BODY)
        self.offset += size
        if self.offset > len(self.data):
            raise EOFError
        return self.data[self.offset - size : self.offset]


def read_from_generous_peer(data: bytes) -> Callable[[int], bytes | bytearray]:
    """A reader whose peer sends as much as it announced: the frame's bytes, and then zeros without end."""
    reader = Reader(data)

    def read(size: int) -> bytes | bytearray:
        try:
            return reader(size)
        except EOFError:
            return bytearray(size)

    return read


# ---------------------------------------------------------------- damaging


def make_valid_frames() -> list[bytes]:
    """Small frames with every tag and every dtype among them."""
    numbers = [np.zeros((2, 3), dtype) for dtype in DTYPES]
    scalars = [np.ones(1, dtype)[0] for dtype in DTYPES]
    texts = ["", "softmax", "합 ✓ 🙂", b"", b"\x00\xff"]
    plain = [None, True, False, 0, -1, 10**40, -(10**99), 1.5, float("nan"), 1j, *texts]
    named = [Handle(0), Callback(1), np.random.default_rng(0), LaidOut(np.eye(2), Layout.COLUMNS)]
    nested = [[], (), {}, [[[[]]]], {"a": 1, "b": [1.0, None]}, {1: {2: {3: ()}}}, (plain, {"all": numbers})]
    deep: list[Any] = []
    for _ in range(12):
        deep = [deep, 1]
    arrays = [np.arange(6.0), np.float32(2), np.array(True), np.zeros((0, 4)), np.ones((1,) * 8), np.zeros((64, 8))]
    call = ("softmax", (np.eye(3), Callback(0)), {"axis": 1}, (1,), True)
    reply = (np.eye(3), (np.eye(3),), "printed\n", ["RuntimeWarning: overflow (line 3)"])
    every = [*plain, *named, *nested, *arrays, *numbers, *scalars, deep, call, reply]
    return [wire.encode(Kind.RETURNED, 3, value) for value in every]


def damage(frames: list[bytes], number: int, seed: int) -> Iterator[bytes]:
    """Yield `number` frames, each one of `frames` (or several of them) damaged in some way."""
    rng = np.random.default_rng(seed)
    ways = (_flip, _set, _cut, _splice, _edit_length, _swap, _edit_node, _move, _invent)
    chosen = rng.integers(0, len(ways), number)
    for way in chosen:
        yield ways[way](rng, frames)


def _pick(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    return frames[int(rng.random() * len(frames))]


def _below(rng: np.random.Generator, bound: int) -> int:
    return int(rng.random() * bound)


def _part(frame: bytes) -> tuple[bytes, bytes]:
    """The header and the body of a valid frame."""
    header = PREFIX.unpack_from(frame)[4]
    return frame[PREFIX.size : PREFIX.size + header], frame[PREFIX.size + header :]


def _flip(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    data = bytearray(_pick(rng, frames))
    for _ in range(1 + _below(rng, 6)):
        data[_below(rng, len(data))] ^= 1 << _below(rng, 8)
    return bytes(data)


def _set(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    data = bytearray(_pick(rng, frames))
    for _ in range(1 + _below(rng, 4)):
        data[_below(rng, len(data))] = _BYTES[_below(rng, len(_BYTES))]
    return bytes(data)


def _cut(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    data = _pick(rng, frames)
    return data[: _below(rng, len(data))]


def _splice(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    first, second = _pick(rng, frames), _pick(rng, frames)
    return first[: _below(rng, len(first))] + second[_below(rng, len(second)) :]


def _edit_length(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    data = bytearray(_pick(rng, frames))
    edge = _EDGES[_below(rng, len(_EDGES))]
    layout, offset = (("<I", 14), ("<Q", 18), ("<B", 5), ("<Q", 6))[_below(rng, 4)]
    struct.pack_into(layout, data, offset, edge & ((1 << 8 * struct.calcsize(layout)) - 1))
    return bytes(data)


def _swap(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    return make_frame(_part(_pick(rng, frames))[0], _part(_pick(rng, frames))[1])


def _edit_node(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    """A number inside the header becomes something else."""
    header, body = _part(_pick(rng, frames))
    numbers = list(re.finditer(rb"\d+", header))
    edge = b"%d" % _EDGES[_below(rng, len(_EDGES))] if rng.random() < 0.6 else _ODDITIES[_below(rng, len(_ODDITIES))]
    if numbers:
        begin, end = numbers[_below(rng, len(numbers))].span()
        header = header[:begin] + edge + header[end:]
    return make_frame(header, body)


def _move(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    """A piece of the header is repeated or left out, and the frame's lengths are right again."""
    header, body = _part(_pick(rng, frames))
    start = _below(rng, len(header))
    end = start + 1 + _below(rng, 12)
    changed = header[:end] + header[start:] if rng.random() < 0.5 else header[:start] + header[end:]
    return make_frame(changed, body if rng.random() < 0.7 else body[: _below(rng, len(body) + 1)])


def _invent(rng: np.random.Generator, frames: list[bytes]) -> bytes:
    """A tree that makes sense, over a body of random bytes."""
    nodes, sizes = zip(*(_invent_node(rng) for _ in range(3)), strict=True)
    return make_frame(write([Tag.LIST, *nodes]), rng.bytes(sum(sizes)))


def _invent_node(rng: np.random.Generator) -> tuple[Any, int]:
    tag, length = Tag(_below(rng, len(Tag))), _below(rng, 9)
    if tag in (Tag.TEXT, Tag.BYTES):
        return [tag, length], length
    if tag in (Tag.HANDLE, Tag.CALLBACK):
        return [tag, length], 0
    if tag in (Tag.LIST, Tag.TUPLE, Tag.DICT):
        return [tag, *[length] * 2 * (length % 2)], 0
    code = _below(rng, len(DTYPES))
    size = DTYPES[code].itemsize
    if tag is Tag.SCALAR:
        return [tag, code], size
    if tag is Tag.ARRAY:
        return [tag, code, length, 2], length * 2 * size
    if tag is Tag.LAID_OUT:
        return [tag, _below(rng, len(Layout)), 0, code, length], length * size
    return [tag], 16 if tag is Tag.COMPLEX else GENERATOR.size
