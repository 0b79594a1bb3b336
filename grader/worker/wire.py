"""Frames: how plain values cross the pipe between harness and worker.

    magic 4 | version u8 | kind u8 | call id u64 | header length u32 | body length u64 | header | body

The header is the tree of a value in tags and sizes, the body its buffers in the same order. Whatever arrives may
have been forged by a student: sizes are checked before anything is allocated, the whole tree is validated before
the body is read, nothing recurses, and the only types there are stand in this file. A frame carries values; no
bit of it means "passed".

All integers are little-endian. Errors: `ProtocolError` for what cannot be read, `Unsupported` for a value that
cannot be sent.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

MAGIC = b"nngr"
VERSION = 1
PREFIX = struct.Struct("<4sBBQIQ")

MAX_HEADER = 1 << 20
MAX_BODY = 64 << 20
MAX_TEXT = 64 << 10
MAX_DEPTH = 16
MAX_NODES = 100_000
MAX_DIMENSIONS = 8
MAX_DIGITS = 100


class ProtocolError(Exception):
    """A frame that is not one of ours."""


class Unsupported(Exception):
    """A value that is no plain data; the text names its type in a student's words."""


class Kind(IntEnum):
    """What a frame is about. The first column is sent by the harness, the second by the worker."""

    START = 1
    LOAD = 2
    CALL = 3
    ANSWER = 4  # to a callback
    READY = 11
    LOADED = 12
    RETURNED = 13
    RAISED = 14
    INVOKE = 15  # a callback


@dataclass(frozen=True, slots=True)
class Handle:
    """A value that stays in the worker (a cache), known outside by its number only."""

    number: int


@dataclass(frozen=True, slots=True)
class Callback:
    """A function that stays in the harness, known inside by its number only."""

    number: int


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


DTYPES = tuple(
    np.dtype(code)
    for code in ("?", "<i1", "<i2", "<i4", "<i8", "<u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
)
_DTYPE_CODE = {dtype: code for code, dtype in enumerate(DTYPES)}
_CONSTANTS = {Tag.NONE: None, Tag.FALSE: False, Tag.TRUE: True}
_FIXED = {Tag.NONE: 0, Tag.FALSE: 0, Tag.TRUE: 0, Tag.INT: 8, Tag.FLOAT: 8, Tag.COMPLEX: 16}
_SIZED = {Tag.BIGINT: MAX_DIGITS + 1, Tag.STR: MAX_TEXT, Tag.BYTES: MAX_BODY}
_NUMBERED = {Tag.HANDLE: Handle, Tag.CALLBACK: Callback}
_CONTAINERS: dict[int, Callable[[list[Any]], Any]] = {
    Tag.LIST: list,
    Tag.TUPLE: tuple,
    Tag.DICT: lambda items: _make_dict(items),
}
_GENERATOR = struct.Struct("<16s16sBI")  # PCG64: state, increment, has_uint32, uinteger
_U32 = struct.Struct("<I")


def limit_reply(request: int) -> int:
    """How large the body of a reply may be, given the size of the request: answers are about as large as questions."""
    return min(MAX_BODY, 4 * request + (1 << 20))


# ------------------------------------------------------------------------------------------------ writing


def encode(kind: Kind, call: int, value: object, *, limit: int = MAX_BODY) -> bytes:
    """Put `value` into one frame.

    Raises `Unsupported` for a type that has no tag, a value nested deeper than MAX_DEPTH, or one of more than
    MAX_NODES parts or `limit` bytes.
    """
    header, buffers = bytearray(), []
    size = 0
    for tags, buffer in _walk(value):
        header += tags
        size += len(buffer)
        buffers.append(buffer)
        if size > limit or len(header) > MAX_HEADER:
            raise Unsupported(f"a value larger than {limit >> 20} MiB")
    prefix = PREFIX.pack(MAGIC, VERSION, kind, call, len(header), size)
    return b"".join((prefix, header, *buffers))


def _walk(value: object) -> Iterator[tuple[bytes, bytes]]:
    """Yield (header part, body part) of every node, parents first, without recursion."""
    stack: list[Iterator[object]] = [iter((value,))]
    nodes = 0
    while stack:
        for node in stack[-1]:
            nodes += 1
            if nodes > MAX_NODES:
                raise Unsupported(f"a value of more than {MAX_NODES} parts")
            if isinstance(node, (list, tuple, dict)):
                if len(stack) >= MAX_DEPTH:
                    raise Unsupported(f"a value nested more than {MAX_DEPTH} deep")
                yield _open_container(node), b""
                stack.append(_children(node))
                break
            yield _encode_leaf(node)
        else:
            stack.pop()


def _open_container(node: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> bytes:
    tag = Tag.DICT if isinstance(node, dict) else Tag.TUPLE if isinstance(node, tuple) else Tag.LIST
    return bytes((tag,)) + _U32.pack(len(node))


def _children(node: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> Iterator[object]:
    if not isinstance(node, dict):
        return iter(tuple(node))
    for key in node:
        if type(key) not in (str, int):
            raise Unsupported(f"a dict with a key of type {type(key).__name__}")
    return (part for item in tuple(node.items()) for part in item)


def _encode_leaf(value: object) -> tuple[bytes, bytes]:
    """One node without children. The order of the cases is by frequency."""
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
        return _encode_sized(Tag.STR, value.encode("utf-8", "replace"), MAX_TEXT, "text")
    if isinstance(value, (bytes, bytearray)):
        return _encode_sized(Tag.BYTES, bytes(value), MAX_BODY, "a byte string")
    if isinstance(value, (Handle, Callback)):
        tag = Tag.HANDLE if isinstance(value, Handle) else Tag.CALLBACK
        return bytes((tag,)) + _U32.pack(value.number), b""
    if isinstance(value, np.random.Generator):
        return bytes((Tag.GENERATOR,)), _pack_generator(value)
    raise Unsupported(f"a value of type {type(value).__name__}")


def _encode_sized(tag: Tag, data: bytes, most: int, what: str) -> tuple[bytes, bytes]:
    if len(data) > most:
        raise Unsupported(f"{what} of more than {most} bytes")
    return bytes((tag,)) + _U32.pack(len(data)), data


def _encode_int(value: int) -> tuple[bytes, bytes]:
    if -(1 << 63) <= value < 1 << 63:
        return bytes((Tag.INT,)), struct.pack("<q", value)
    if value.bit_length() > 4 * MAX_DIGITS or len(digits := b"%d" % value) > MAX_DIGITS + 1:
        raise Unsupported(f"a whole number of more than {MAX_DIGITS} digits")
    return bytes((Tag.BIGINT,)) + _U32.pack(len(digits)), digits


def _encode_array(array: np.ndarray[Any, Any]) -> tuple[bytes, bytes]:
    plain = _plain_array(np.asarray(array))
    if plain.ndim > MAX_DIMENSIONS:
        raise Unsupported(f"an array of more than {MAX_DIMENSIONS} dimensions")
    if plain.nbytes > MAX_BODY:
        raise Unsupported(f"an array larger than {MAX_BODY >> 20} MiB")
    header = struct.pack(f"<BBB{plain.ndim}Q", Tag.ARRAY, _DTYPE_CODE[plain.dtype], plain.ndim, *plain.shape)
    return header, plain.tobytes()


def _encode_scalar(scalar: np.generic) -> tuple[bytes, bytes]:
    plain = _plain_array(np.asarray(scalar))
    return bytes((Tag.SCALAR, _DTYPE_CODE[plain.dtype])), plain.tobytes()


def _plain_array(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same numbers in an allow-listed, little-endian dtype; extended precision becomes double."""
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype("<f8")
    elif array.dtype.kind == "c" and array.dtype.itemsize > 16:
        array = array.astype("<c16")
    dtype = array.dtype.newbyteorder("<")
    if dtype not in _DTYPE_CODE:
        what = "objects" if array.dtype.kind == "O" else f"type {array.dtype.name}"
        raise Unsupported(f"an array of {what}")
    return array.astype(dtype, copy=False)


def _pack_generator(generator: np.random.Generator) -> bytes:
    state: Any = generator.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise Unsupported(f"a random generator of type {state['bit_generator']}")
    numbers = (state["state"][name].to_bytes(16, "little") for name in ("state", "inc"))
    return _GENERATOR.pack(*numbers, state["has_uint32"], state["uinteger"])


# ------------------------------------------------------------------------------------------------ reading


class Prefix(NamedTuple):
    """The fixed part of a frame."""

    kind: Kind
    call: int
    header: int
    body: int


class Node(NamedTuple):
    """One validated node of a header: its tag, its count or number or dtype, its shape, its bytes in the body."""

    tag: int
    number: int
    shape: tuple[int, ...]
    size: int


def read_prefix(data: bytes, *, limit: int = MAX_BODY) -> Prefix:
    """Check the fixed part of a frame before anything is allocated for the rest of it."""
    magic, version, kind, call, header, body = PREFIX.unpack(data)
    if magic != MAGIC or version != VERSION:
        raise ProtocolError("not a frame")
    if kind not in Kind.__members__.values():
        raise ProtocolError(f"unknown kind {kind}")
    if header > MAX_HEADER or body > min(limit, MAX_BODY):
        raise ProtocolError(f"a frame of {header} + {body} bytes is larger than allowed")
    return Prefix(Kind(kind), call, header, body)


def read_header(header: bytes, body: int) -> list[Node]:
    """Validate the whole tree against the announced `body` length; the body itself has not been read yet."""
    nodes: list[Node] = []
    open_counts = [1]
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
            return Node(tag, 0, (), _GENERATOR.size), offset + 1
        if tag == Tag.SCALAR:
            code = header[offset + 1]
            return Node(tag, code, (), DTYPES[code].itemsize), offset + 2
        if tag == Tag.ARRAY:
            return _read_array_node(header, offset)
        (number,) = _U32.unpack_from(header, offset + 1)
    except (IndexError, struct.error):
        raise ProtocolError("a header that ends too early or names an unknown type") from None
    return _read_counted_node(tag, number), offset + 5


def _read_counted_node(tag: int, number: int) -> Node:
    if tag in _CONTAINERS:
        if number > MAX_NODES:
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
    size = DTYPES[code].itemsize
    for length in shape:
        size *= length
    # An empty array may still name one enormous length, which numpy would refuse.
    if size > MAX_BODY or max(shape, default=0) > MAX_BODY:
        raise ProtocolError("an array larger than allowed")
    return Node(Tag.ARRAY, code, shape, size), offset + 3 + 8 * ndim


def build(nodes: Iterable[Node], body: bytes | bytearray) -> Any:
    """Make the value of a validated header; arrays are copies of their own, writable, with one kind of NaN."""
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


def _capacity(node: Node) -> int:
    return node.number * (2 if node.tag == Tag.DICT else 1)


def _build_leaf(node: Node, data: memoryview) -> Any:
    tag = node.tag
    if tag == Tag.ARRAY:
        return _build_numbers(node, data).reshape(node.shape)
    if tag == Tag.SCALAR:
        return _build_numbers(node, data)[0]
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
    numbers = raw.view(dtype).copy()
    if dtype.kind == "f":
        numbers[np.isnan(numbers)] = np.nan
    elif dtype.kind == "c":
        for part in (numbers.real, numbers.imag):
            part[np.isnan(part)] = np.nan
    return numbers


def _canonical(number: float) -> float:
    return number if number == number else float("nan")


def _build_text(data: memoryview) -> str:
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("a text that is not UTF-8") from None


def _build_bigint(data: memoryview) -> int:
    digits = bytes(data)
    if not digits.lstrip(b"-").isdigit() or digits.count(b"-") > digits.startswith(b"-"):
        raise ProtocolError("a number with something else in it")
    return int(digits)


def _unpack_generator(data: memoryview) -> np.random.Generator:
    state, increment, has_uint32, uinteger = _GENERATOR.unpack(data)
    if has_uint32 > 1:
        raise ProtocolError("a random generator in no state")
    bits = np.random.PCG64(0)
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": int.from_bytes(state, "little"), "inc": int.from_bytes(increment, "little") | 1},
        "has_uint32": has_uint32,
        "uinteger": uinteger,
    }
    return np.random.Generator(bits)


def _make_dict(items: list[Any]) -> dict[Any, Any]:
    keys = items[::2]
    if any(type(key) not in (str, int) for key in keys):
        raise ProtocolError("a dict key that is neither text nor a whole number")
    made = dict(zip(keys, items[1::2], strict=True))
    if len(made) != len(keys):
        raise ProtocolError("a dict with the same key twice")
    return made


def read_frame(read: Callable[[int], bytes | bytearray], *, limit: int = MAX_BODY) -> tuple[Kind, int, Any]:
    """Read one frame with `read(n)`, which returns exactly n bytes; give its kind, call id and value."""
    prefix = read_prefix(bytes(read(PREFIX.size)), limit=limit)
    nodes = read_header(bytes(read(prefix.header)), prefix.body)
    return prefix.kind, prefix.call, build(nodes, read(prefix.body))


def decode(frame: bytes) -> Any:
    """The value of a frame that is held in memory."""
    source = io.BytesIO(frame)
    return read_frame(source.read)[2]
