"""Turn bytes from the pipe into values.

The bytes may have been forged. So the whole tree of a value is validated before the body is read, nothing recurses, and
sizes are checked before anything is allocated.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from grader.worker.inside.tags import (
    DTYPES,
    GENERATOR,
    LENGTH,
    MAX_BODY,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_DIMENSIONS,
    MAX_KEYS,
    MAX_NODES,
    MAX_TEXT,
    Callback,
    Handle,
    LaidOut,
    Layout,
    ProtocolError,
    Tag,
)

_CONSTANTS = {Tag.NONE: None, Tag.FALSE: False, Tag.TRUE: True}
_FIXED = {Tag.NONE: 0, Tag.FALSE: 0, Tag.TRUE: 0, Tag.INT: 8, Tag.FLOAT: 8, Tag.COMPLEX: 16}
_SIZED = {Tag.BIGINT: MAX_DIGITS + 1, Tag.STR: MAX_TEXT, Tag.BYTES: MAX_BODY}
_NUMBERED = {Tag.HANDLE: Handle, Tag.CALLBACK: Callback}


class Node(NamedTuple):
    """One validated node of a header.

    `number` is what the tag needs: a container's count of parts (of pairs for a dict), a length in bytes, a handle's or
    callback's number, or a dtype's code. `size` is the number of bytes in the body. `place` is the layout and the
    number of an array that is laid out in a way of its own.
    """

    tag: int
    number: int
    shape: tuple[int, ...]
    size: int
    place: tuple[Layout, int] | None = None


def read_header(header: bytes, body: int) -> list[Node]:
    """Validate the whole tree of a value, and return its nodes.

    `body` is the announced length of the body in bytes; the body itself has not been read yet. Raises `ProtocolError`.
    """
    nodes: list[Node] = []
    open_counts = [1]  # for each open container, how many of its nodes are still to come
    offset = size = 0
    while open_counts:
        if open_counts[-1] == 0:
            open_counts.pop()
            continue
        open_counts[-1] -= 1
        node, offset = _read_node(header, offset)
        nodes.append(node)
        size += node.size
        if len(nodes) > MAX_NODES or size > body:
            raise ProtocolError("the header promises more than the body holds")
        if node.tag in _CONTAINERS:
            open_counts.append(node.number * (2 if node.tag == Tag.DICT else 1))
            if len(open_counts) > MAX_DEPTH + 1:
                raise ProtocolError("nested too deep")
    if offset != len(header) or size != body:
        raise ProtocolError("header and body do not agree")
    return nodes


def _read_node(header: bytes, offset: int) -> tuple[Node, int]:
    try:
        tag = header[offset]
        if tag in _FIXED:
            return Node(tag, 0, (), _FIXED[Tag(tag)]), offset + 1
        if tag == Tag.GENERATOR:
            return Node(tag, 0, (), GENERATOR.size), offset + 1
        if tag == Tag.SCALAR:
            code = header[offset + 1]
            return Node(tag, code, (), DTYPES[code].itemsize), offset + 2
        if tag == Tag.ARRAY:
            return _read_array_node(header, offset)
        if tag == Tag.LAID_OUT:
            return _read_laid_out_node(header, offset)
        (number,) = LENGTH.unpack_from(header, offset + 1)
    except (IndexError, struct.error):
        raise ProtocolError("a header that ends too early or names an unknown type") from None
    return _read_counted_node(tag, number), offset + 5


def _read_counted_node(tag: int, number: int) -> Node:
    if tag in _CONTAINERS:
        if number > (MAX_KEYS if tag == Tag.DICT else MAX_NODES):
            raise ProtocolError("too many parts")
        return Node(tag, number, (), 0)
    if tag in _NUMBERED:
        return Node(tag, number, (), 0)
    if tag not in _SIZED or number > _SIZED[Tag(tag)]:
        raise ProtocolError("an unknown type or a text that is too long")
    return Node(tag, number, (), number)


def _read_array_node(header: bytes, offset: int) -> tuple[Node, int]:
    code, ndim = header[offset + 1], header[offset + 2]
    if ndim > MAX_DIMENSIONS:
        raise ProtocolError("too many dimensions")
    shape = struct.unpack_from(f"<{ndim}Q", header, offset + 3)
    itemsize = DTYPES[code].itemsize
    # The shape of an empty array may still have enormous lengths, which numpy would refuse.
    if math.prod(filter(None, shape)) * itemsize > MAX_BODY:
        raise ProtocolError("an array larger than allowed")
    return Node(Tag.ARRAY, code, shape, math.prod(shape) * itemsize), offset + 3 + 8 * ndim


def _read_laid_out_node(header: bytes, offset: int) -> tuple[Node, int]:
    layout, (number,) = header[offset + 1], LENGTH.unpack_from(header, offset + 2)
    inner = offset + 2 + LENGTH.size
    if layout not in Layout.__members__.values() or header[inner] != Tag.ARRAY:
        raise ProtocolError("an array in an unknown layout")
    node, end = _read_array_node(header, inner)
    return node._replace(tag=Tag.LAID_OUT, place=(Layout(layout), number)), end


def build(nodes: Iterable[Node], body: bytes | bytearray) -> Any:
    """Build the value of a validated header from the body.

    Arrays are writable copies of their own, and all NaNs are made the same one. Raises `ProtocolError` for a body that
    does not hold such a value.
    """
    view, offset = memoryview(body), 0
    stack: list[tuple[Node, list[Any]]] = []
    value: Any = None
    for node in nodes:
        if node.tag in _CONTAINERS:
            stack.append((node, []))
        else:
            value = _build_leaf(node, view[offset : offset + node.size])
            offset += node.size
            if not stack:
                return value
            stack[-1][1].append(value)
        while stack and len(stack[-1][1]) == _capacity(stack[-1][0]):
            closed, items = stack.pop()
            value = _CONTAINERS[closed.tag](items)
            if not stack:
                return value
            stack[-1][1].append(value)
    raise ProtocolError("an unfinished value")


def _make_dict(items: list[Any]) -> dict[Any, Any]:
    keys = items[::2]
    if any(type(key) not in (str, int) for key in keys):
        raise ProtocolError("a dict key that is neither text nor a whole number")
    made = dict(zip(keys, items[1::2], strict=True))
    if len(made) != len(keys):
        raise ProtocolError("a dict with the same key twice")
    return made


_CONTAINERS: dict[int, Callable[[list[Any]], Any]] = {Tag.LIST: list, Tag.TUPLE: tuple, Tag.DICT: _make_dict}


def _capacity(node: Node) -> int:
    return node.number * (2 if node.tag == Tag.DICT else 1)


def _build_leaf(node: Node, data: memoryview) -> Any:
    tag = node.tag
    if tag == Tag.ARRAY:
        return _build_numbers(node, data)
    if tag == Tag.LAID_OUT:
        assert node.place is not None
        return LaidOut(_build_numbers(node, data), *node.place)
    if tag == Tag.SCALAR:
        return _build_numbers(node, data)[()]
    if tag in _CONSTANTS:
        return _CONSTANTS[Tag(tag)]
    if tag == Tag.INT:
        return struct.unpack("<q", data)[0]
    if tag == Tag.FLOAT:
        return _canonical(struct.unpack("<d", data)[0])
    if tag == Tag.COMPLEX:
        return complex(*(_canonical(part) for part in struct.unpack("<dd", data)))
    if tag == Tag.STR:
        return _build_text(data)
    if tag == Tag.BYTES:
        return bytes(data)
    if tag == Tag.BIGINT:
        return _build_bigint(data)
    if tag == Tag.GENERATOR:
        return _unpack_generator(data)
    return _NUMBERED[Tag(tag)](node.number)


def _build_numbers(node: Node, data: memoryview) -> np.ndarray[Any, Any]:
    dtype = DTYPES[node.number]
    raw = np.frombuffer(data, np.uint8)
    if dtype.kind == "b" and raw.size and raw.max() > 1:
        raise ProtocolError("a bool that is neither 0 nor 1")
    numbers = raw.view(dtype).reshape(node.shape).copy()
    if dtype.kind == "f":
        numbers[np.isnan(numbers)] = np.nan
    elif dtype.kind == "c":
        for part in (numbers.real, numbers.imag):
            part[np.isnan(part)] = np.nan
    return numbers


def _canonical(number: float) -> float:
    return float("nan") if math.isnan(number) else number


def _build_text(data: memoryview) -> str:
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("a text that is not UTF-8") from None


def _build_bigint(data: memoryview) -> int:
    digits = bytes(data)
    if not digits.lstrip(b"-").isdigit() or digits.count(b"-") > digits.startswith(b"-"):
        raise ProtocolError("a number with something else in it")
    if len(digits.lstrip(b"-")) > MAX_DIGITS:
        raise ProtocolError("a number of too many digits")
    return int(digits)


def _unpack_generator(data: memoryview) -> np.random.Generator:
    state, increment, has_uint32, uinteger = GENERATOR.unpack(data)
    if has_uint32 > 1:
        raise ProtocolError("a random generator in no state")
    bits = np.random.PCG64(0)
    # The increment of a PCG64 is odd (| 1), but a forged one may be even.
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": int.from_bytes(state, "little"), "inc": int.from_bytes(increment, "little") | 1},
        "has_uint32": has_uint32,
        "uinteger": uinteger,
    }
    return np.random.Generator(bits)
