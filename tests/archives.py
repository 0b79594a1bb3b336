"""Zips as students pack them, and the many ways to damage them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

import numpy as np

SOURCE = b"def softmax(z):\n    return z\n"
_CONTENTS: list[list[tuple[str, bytes]]] = [
    [("softmax.py", SOURCE)],
    [("hw4_softmax/", b""), ("hw4_softmax/softmax.py", SOURCE), ("hw4_softmax/notes.txt", b"notes")],
    [("kim/hw4_softmax/softmax.py", SOURCE), ("kim/a.png", bytes(99)), ("kim/old/softmax.py", SOURCE)],
]
_EDGES = (0, 1, 8, 9, 12, 14, 99, 0xFF, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
# Where the numbers are in a member's header, a directory's entry and the directory's end: offset and layout.
_FIELDS = {
    b"PK\3\4": "4H 6H 8H 14I 18I 22I 26H 28H",
    b"PK\1\2": "6H 8H 10H 16I 20I 24I 28H 34H 38I",
    b"PK\5\6": "4H 6H 8H 10H 12I 16I 20H",
}


def pack(members: list[tuple[str, bytes]], method: int) -> bytes:
    """The bytes of a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


VALID = [pack(each, method) for each in _CONTENTS for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)]


def damage(number: int, seed: int) -> Iterator[bytes]:
    """Yield `number` archives, each a valid one (or several of them) damaged in some way."""
    rng = np.random.default_rng(seed)
    ways = (_flip, _cut, _leave_out, _repeat, _splice, _edit_field, _edit_field, _glue)
    for way in rng.integers(0, len(ways), number):
        yield ways[way](rng, VALID[rng.integers(len(VALID))])


def _flip(rng: np.random.Generator, data: bytes) -> bytes:
    changed = bytearray(data)
    for place in rng.integers(0, len(data), rng.integers(1, 6)):
        changed[place] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def _cut(rng: np.random.Generator, data: bytes) -> bytes:
    return data[: rng.integers(len(data))]


def _leave_out(rng: np.random.Generator, data: bytes) -> bytes:
    start, length = rng.integers(len(data)), rng.integers(1, 60)
    return data[:start] + data[start + length :]


def _repeat(rng: np.random.Generator, data: bytes) -> bytes:
    start, length = rng.integers(len(data)), rng.integers(1, 200)
    return data[: start + length] + data[start:]


def _splice(rng: np.random.Generator, data: bytes) -> bytes:
    other = VALID[rng.integers(len(VALID))]
    return data[: rng.integers(len(data))] + other[rng.integers(len(other)) :]


def _edit_field(rng: np.random.Generator, data: bytes) -> bytes:
    """Numbers in the headers become others: lengths, sizes, methods, flags, kinds of file, offsets."""
    changed = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        mark = list(_FIELDS)[rng.integers(len(_FIELDS))]
        places = [place for place in range(len(data)) if data.startswith(mark, place)]
        fields = _FIELDS[mark].split()
        field = fields[rng.integers(len(fields))]
        offset, layout = int(field[:-1]), f"<{field[-1]}"
        value = _EDGES[rng.integers(len(_EDGES))] & ((1 << 8 * struct.calcsize(layout)) - 1)
        struct.pack_into(layout, changed, places[rng.integers(len(places))] + offset, value)
    return bytes(changed)


def _glue(rng: np.random.Generator, data: bytes) -> bytes:
    """Something before it or after it, as in a program that unpacks itself, or a second directory."""
    more = (bytes(rng.integers(0, 256, 40, np.uint8)), b"PK\5\6" + bytes(18), b"PK\6\6" + bytes(52), data)
    extra = more[rng.integers(len(more))]
    return data + extra if rng.random() < 0.5 else extra + data
