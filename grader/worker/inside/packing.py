"""Turn values into bytes: a header and buffers.

The header is made of tags and sizes. The buffers belong to the same nodes in the same order.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.worker.inside.tags import (
    DTYPES,
    GENERATOR,
    LENGTH,
    MAX_BODY,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_DIMENSIONS,
    MAX_HEADER,
    MAX_KEYS,
    MAX_NODES,
    MAX_TEXT,
    Callback,
    Handle,
    LaidOut,
    Tag,
    Unsupported,
)

_DTYPE_CODE = {dtype: code for code, dtype in enumerate(DTYPES)}


def pack(value: object, limit: int) -> tuple[bytes, list[bytes]]:
    """Return the header and the buffers of a value.

    Raises `Unsupported` for a type that has no tag, for a value nested deeper than MAX_DEPTH, and for one of more than
    MAX_NODES parts, MAX_KEYS keys, `limit` bytes in its buffers or MAX_HEADER bytes in its header.
    """
    header, buffers = bytearray(), []
    size = 0
    for tags, buffer in _walk(value):
        header += tags
        size += len(buffer)
        buffers.append(buffer)
        if size > limit or len(header) > MAX_HEADER:
            raise Unsupported("size", limit >> 20)
    return bytes(header), buffers


def _walk(value: object) -> Iterator[tuple[bytes, bytes]]:
    """Yield (header part, body part) of every node, parents first.

    Nothing recurses.
    """
    stack: list[Iterator[object]] = [iter((value,))]
    numbers: dict[int, int] = {}  # of laid-out arrays, by identity: an array that is sent twice keeps its number
    nodes = 0
    while stack:
        for node in stack[-1]:
            nodes += 1
            if nodes > MAX_NODES:
                raise Unsupported("parts", MAX_NODES)
            if isinstance(node, (list, tuple, dict)):
                if len(stack) > MAX_DEPTH:
                    raise Unsupported("depth", MAX_DEPTH)
                yield _open_container(node), b""
                stack.append(_children(node))
                break
            if isinstance(node, LaidOut):
                yield _encode_laid_out(node, numbers.setdefault(id(node), len(numbers)))
            else:
                yield _encode_leaf(node)
        else:
            stack.pop()


def _open_container(node: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> bytes:
    tag = Tag.DICT if isinstance(node, dict) else Tag.TUPLE if isinstance(node, tuple) else Tag.LIST
    return bytes((tag,)) + LENGTH.pack(len(node))


def _encode_laid_out(node: LaidOut, number: int) -> tuple[bytes, bytes]:
    header, body = _encode_array(node.array)
    return bytes((Tag.LAID_OUT, node.layout)) + LENGTH.pack(number) + header, body


def _children(node: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> Iterator[object]:
    if not isinstance(node, dict):
        return iter(tuple(node))
    if len(node) > MAX_KEYS:
        raise Unsupported("parts", MAX_KEYS)
    for key in node:
        if type(key) not in (str, int):
            raise Unsupported("key-type", type(key).__name__)
    return (part for item in tuple(node.items()) for part in item)


def _encode_leaf(value: object) -> tuple[bytes, bytes]:
    """Encode a node without children; the most frequent types come first."""
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if isinstance(value, np.generic):
        return _encode_scalar(value)
    if value is None or isinstance(value, bool):
        return bytes((Tag.NONE if value is None else Tag.TRUE if value else Tag.FALSE,)), b""
    if isinstance(value, int):
        return _encode_int(int(value))
    if isinstance(value, float):
        return bytes((Tag.FLOAT,)), struct.pack("<d", value)
    if isinstance(value, complex):
        return bytes((Tag.COMPLEX,)), struct.pack("<dd", value.real, value.imag)
    if isinstance(value, str):
        return _encode_sized(Tag.STR, value.encode("utf-8", "replace"), MAX_TEXT, "text-size")
    if isinstance(value, (bytes, bytearray)):
        return _encode_sized(Tag.BYTES, bytes(value), MAX_BODY, "bytes-size")
    if isinstance(value, (Handle, Callback)):
        tag = Tag.HANDLE if isinstance(value, Handle) else Tag.CALLBACK
        return bytes((tag,)) + LENGTH.pack(value.number), b""
    if isinstance(value, np.random.Generator):
        return bytes((Tag.GENERATOR,)), _pack_generator(value)
    raise Unsupported("type", type(value).__name__)


def _encode_sized(tag: Tag, data: bytes, most: int, code: str) -> tuple[bytes, bytes]:
    if len(data) > most:
        raise Unsupported(code, most)
    return bytes((tag,)) + LENGTH.pack(len(data)), data


def _encode_int(value: int) -> tuple[bytes, bytes]:
    if -(1 << 63) <= value < 1 << 63:
        return bytes((Tag.INT,)), struct.pack("<q", value)
    if value.bit_length() > 4 * MAX_DIGITS or len(digits := b"%d" % value) > MAX_DIGITS + (value < 0):
        raise Unsupported("digits", MAX_DIGITS)
    return bytes((Tag.BIGINT,)) + LENGTH.pack(len(digits)), digits


def _encode_array(array: np.ndarray[Any, Any]) -> tuple[bytes, bytes]:
    plain = _plain_array(np.asarray(array))
    if plain.ndim > MAX_DIMENSIONS:
        raise Unsupported("dimensions", MAX_DIMENSIONS)
    if math.prod(filter(None, plain.shape)) * plain.itemsize > MAX_BODY:  # an empty array may have enormous lengths
        raise Unsupported("array-size", MAX_BODY >> 20)
    header = struct.pack(f"<BBB{plain.ndim}Q", Tag.ARRAY, _DTYPE_CODE[plain.dtype], plain.ndim, *plain.shape)
    return header, plain.tobytes()


def _encode_scalar(scalar: np.generic) -> tuple[bytes, bytes]:
    plain = _plain_array(np.asarray(scalar))
    return bytes((Tag.SCALAR, _DTYPE_CODE[plain.dtype])), plain.tobytes()


def _plain_array(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the same numbers in an allow-listed, little-endian dtype.

    Numbers of extended precision become doubles.
    """
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype("<f8")
    elif array.dtype.kind == "c" and array.dtype.itemsize > 16:
        array = array.astype("<c16")
    dtype = array.dtype.newbyteorder("<")
    if dtype not in _DTYPE_CODE:
        raise Unsupported("objects") if array.dtype.kind == "O" else Unsupported("array-type", array.dtype.name)
    return array.astype(dtype, copy=False)


def _pack_generator(generator: np.random.Generator) -> bytes:
    state: Any = generator.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise Unsupported("generator-type", state["bit_generator"])
    numbers = (state["state"][name].to_bytes(16, "little") for name in ("state", "inc"))
    return GENERATOR.pack(*numbers, state["has_uint32"], state["uinteger"])
