"""Frames: how plain values cross the pipe between harness and worker.

    magic 4 | version u8 | kind u8 | call id u64 | header length u32 | body length u64 | header | body

The integers of this prefix are little-endian. The header is JSON, but only its numbers, lists and constants. None,
bools, ints and floats stand for themselves. Any other value is a list that begins with a tag:

    [LIST, value, ...]    [TUPLE, value, ...]    [DICT, key, value, ...]
    [TEXT, length]        [BYTES, length]        [COMPLEX]
    [SCALAR, dtype]       [ARRAY, dtype, *shape] [LAID_OUT, layout, number, dtype, *shape]
    [HANDLE, number]      [CALLBACK, number]     [GENERATOR]

The body has the bytes of texts, arrays and other tagged values in the same order.

A student may have forged every frame that arrives. So the whole header is validated before the body is read, and sizes
are checked before anything is allocated. A frame carries values; no bit of it means "passed".

Errors: `ProtocolError` for a frame that cannot be read, `Unsupported` for a value that cannot be sent.
"""

from __future__ import annotations

import io
import json
import math
import operator
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Any

import numpy as np

from grader.worker.inside.tags import DTYPES, Callback, Handle, LaidOut, Layout, ProtocolError, Tag, Unsupported

MAGIC = b"nngr"
VERSION = 2
PREFIX = struct.Struct("<4sBBQIQ")
GENERATOR = struct.Struct("<16s16sBI")  # PCG64: state, increment, has_uint32, uinteger

# MAX_HEADER, MAX_BODY and MAX_TEXT are in bytes.
MAX_HEADER = 4 << 20  # a list of 100,000 floats takes 2.5 MB
MAX_BODY = 64 << 20
MAX_TEXT = 64 << 10
MAX_DEPTH = 16
MAX_NODES = 100_000
MAX_NUMBERS = 5 * MAX_NODES  # everything in a header, with tags, sizes and shapes
MAX_KEYS = 1_000  # of one dict: student code can choose numbers that all have the same hash
MAX_DIMENSIONS = 8
MAX_DIGITS = 100


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


def limit_reply(request: int) -> int:
    """Return how many bytes the body of a reply may have.

    `request` is the size of the request in bytes: answers are about as large as questions.
    """
    return min(MAX_BODY, 4 * request + (1 << 20))


# ---------------------------------------------------------------- values into frames

_CODES = {dtype: code for code, dtype in enumerate(DTYPES)}
_UNTAGGED = frozenset((type(None), bool, int, float))
_write_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def encode(kind: Kind, call: int, value: object, *, limit: int = MAX_BODY) -> bytes:
    """Return one frame with `value` in it.

    Raises `Unsupported` for a type that has no tag, for a value nested deeper than MAX_DEPTH, and for one of more than
    MAX_NODES parts, MAX_KEYS keys, `limit` bytes in the body or MAX_HEADER bytes in the header.
    """
    packer = _Packer(limit)
    tree = packer.pack(value)
    try:
        header = _write_json(tree).encode("ascii")
    except ValueError:  # Python itself writes no int of more than 4300 digits
        raise Unsupported("digits", MAX_DIGITS) from None
    if _has_long_number(header):
        raise Unsupported("digits", MAX_DIGITS)
    if len(header) > MAX_HEADER or _count_numbers(header) > MAX_NUMBERS:
        raise Unsupported("size", limit >> 20)
    prefix = PREFIX.pack(MAGIC, VERSION, kind, call, len(header), packer.size)
    return b"".join((prefix, header, *packer.buffers))


class _Packer:
    """The state of one `encode`: the buffers so far, and counts of what is limited."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts = 1
        self._numbers: dict[int, int] = {}  # of laid-out arrays, by identity: one that is sent twice keeps its number
        self.buffers: list[bytes] = []
        self.size = 0

    def pack(self, value: object, depth: int = 0) -> Any:
        """Return what stands for a value in the header, and keep its bytes for the body."""
        if isinstance(value, (list, tuple, dict)):
            return self._pack_container(value, depth)
        if isinstance(value, np.generic):  # before float and complex, as some of numpy's scalars are both
            return [Tag.SCALAR, *self._pack_array(value)]
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, (int, float)):
            return int(value) if isinstance(value, int) else float(value)
        return self._pack_tagged(value)

    def _pack_container(self, value: list[Any] | tuple[Any, ...] | dict[Any, Any], depth: int) -> list[Any]:
        if depth == MAX_DEPTH:
            raise Unsupported("depth", MAX_DEPTH)
        if isinstance(value, dict):
            tag, parts = Tag.DICT, _list_items(value)
        else:
            tag, parts = Tag.TUPLE if isinstance(value, tuple) else Tag.LIST, tuple(value)
        self._parts += len(parts)
        if self._parts > MAX_NODES:
            raise Unsupported("parts", MAX_NODES)
        return [tag, *[part if type(part) in _UNTAGGED else self.pack(part, depth + 1) for part in parts]]

    def _pack_tagged(self, value: object) -> list[int]:
        if isinstance(value, np.ndarray):
            return [Tag.ARRAY, *self._pack_array(value)]
        if isinstance(value, LaidOut):
            number = self._numbers.setdefault(id(value), len(self._numbers))
            return [Tag.LAID_OUT, value.layout, number, *self._pack_array(value.array)]
        if isinstance(value, complex):
            self._keep(struct.pack("<dd", value.real, value.imag))
            return [Tag.COMPLEX]
        if isinstance(value, str):
            return [Tag.TEXT, self._keep(value.encode("utf-8", "replace"), MAX_TEXT, "text-size")]
        if isinstance(value, (bytes, bytearray)):
            return [Tag.BYTES, self._keep(bytes(value), MAX_BODY, "bytes-size")]
        if isinstance(value, (Handle, Callback)):
            return [Tag.HANDLE if isinstance(value, Handle) else Tag.CALLBACK, value.number]
        if isinstance(value, np.random.Generator):
            self._keep(_pack_generator(value))
            return [Tag.GENERATOR]
        raise Unsupported("type", type(value).__name__)

    def _pack_array(self, array: np.ndarray[Any, Any] | np.generic) -> list[int]:
        plain = _plain_array(np.asarray(array))
        if plain.ndim > MAX_DIMENSIONS:
            raise Unsupported("dimensions", MAX_DIMENSIONS)
        if not _is_allowed(plain.shape, plain.itemsize):
            raise Unsupported("array-size", MAX_BODY >> 20)
        self._keep(plain.tobytes())
        return [_CODES[plain.dtype], *plain.shape]

    def _keep(self, data: bytes, most: int = MAX_BODY, code: str = "size") -> int:
        """Add a buffer to the body, and return its length."""
        if len(data) > most:
            raise Unsupported(code, most)
        self.size += len(data)
        if self.size > self._limit:
            raise Unsupported("size", self._limit >> 20)
        self.buffers.append(data)
        return len(data)


def _list_items(value: dict[Any, Any]) -> tuple[Any, ...]:
    """Return the keys and values of a dict in turn."""
    if len(value) > MAX_KEYS:
        raise Unsupported("parts", MAX_KEYS)
    for key in value:
        if type(key) not in (str, int):
            raise Unsupported("key-type", type(key).__name__)
    return tuple(part for item in tuple(value.items()) for part in item)


def _plain_array(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the same numbers in an allow-listed, little-endian dtype.

    Numbers of extended precision become doubles.
    """
    dtype = array.dtype if array.dtype in _CODES else array.dtype.newbyteorder("<")
    if dtype not in _CODES and dtype.kind in "fc":
        dtype = np.dtype("<f8" if dtype.kind == "f" else "<c16")
    if dtype not in _CODES:
        raise Unsupported("objects") if dtype.kind == "O" else Unsupported("array-type", dtype.name)
    return array.astype(dtype, copy=False)


def _is_allowed(shape: Sequence[int], itemsize: int) -> bool:
    """Tell whether an array is not too large.

    The shape of an empty array may still have enormous lengths, which numpy would refuse, so zeros do not count.
    """
    return math.prod(filter(None, shape)) * itemsize <= MAX_BODY


def _pack_generator(generator: np.random.Generator) -> bytes:
    state: Any = generator.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise Unsupported("generator-type", state["bit_generator"])
    numbers = (state["state"][name].to_bytes(16, "little") for name in ("state", "inc"))
    return GENERATOR.pack(*numbers, state["has_uint32"], state["uinteger"])


# ---------------------------------------------------------------- frames into values

_CHARACTERS = b"0123456789+-.eE[],NaInfitynulltruefalse"  # no quote, so that every bracket and comma counts
_NO_BRACKETS = _CHARACTERS.translate(None, b"[]")
_DIGITS_TO_ZEROS = bytes.maketrans(b"123456789", b"000000000")
# `float` makes a NaN of its own each time: lists with one and the same NaN in them would be equal.
_read_json = json.JSONDecoder(parse_constant=float).decode
_COMPLEX = DTYPES.index(np.dtype("<c16"))
_take_scalar = operator.itemgetter(())  # of an array without dimensions
# A leaf with a tag: how many bytes it has in the body, and what makes a value of them and of further arguments.
_Leaf = tuple[int, Callable[..., Any], Sequence[Any]]


def read_frame(read: Callable[[int], bytes | bytearray], *, limit: int = MAX_BODY) -> tuple[Kind, int, Any]:
    """Read one frame, and return its kind, call id and value.

    `read(n)` must return exactly n bytes. Arrays are writable copies of their own, and all NaNs are made the same one.
    Raises `ProtocolError` for a frame that is not valid or too large.
    """
    kind, call, header, body = _read_prefix(bytes(read(PREFIX.size)), limit)
    tree = _parse(bytes(read(header)))
    leaves = _list_leaves(tree)
    if sum(leaf[0] for leaf in leaves) != body:
        raise ProtocolError("header and body do not agree")
    return kind, call, _build(tree, _make_leaves(leaves, read(body)))


def decode(frame: bytes) -> Any:
    """Return the value of a frame that is held in memory."""
    source = io.BytesIO(frame)

    def read(size: int) -> bytes:
        data = source.read(size)
        if len(data) < size:
            raise ProtocolError("a frame that ends too early")
        return data

    return read_frame(read)[2]


def _read_prefix(data: bytes, limit: int) -> tuple[Kind, int, int, int]:
    """Check the prefix before anything is allocated for the rest of the frame."""
    magic, version, kind, call, header, body = PREFIX.unpack(data)
    if magic != MAGIC or version != VERSION:
        raise ProtocolError("not a frame")
    if kind not in Kind.__members__.values():
        raise ProtocolError(f"unknown kind {kind}")
    if header > MAX_HEADER or body > min(limit, MAX_BODY):
        raise ProtocolError(f"a frame of {header} + {body} bytes is larger than allowed")
    return Kind(kind), call, header, body


def _count_numbers(header: bytes) -> int:
    """Return how many values a header may have: each one stands after a bracket or a comma."""
    return header.count(b"[") + header.count(b",")


def _has_long_number(header: bytes) -> bool:
    return b"0" * (MAX_DIGITS + 1) in header.translate(_DIGITS_TO_ZEROS)


def _parse(header: bytes) -> Any:
    """Parse a header, which makes lists, numbers and constants of it.

    Before that, the bytes themselves are checked, so that they cannot make the parser allocate much, recurse deep or
    read one number for long (the time for an int grows with the square of its digits).
    """
    if header.translate(None, _CHARACTERS) or _count_numbers(header) > MAX_NUMBERS or _has_long_number(header):
        raise ProtocolError("a header of other characters, or of too many")
    brackets = header.translate(None, _NO_BRACKETS)
    for _ in range(MAX_DEPTH + 1):  # one more, for a leaf with a tag
        brackets = brackets.replace(b"[]", b"")
    if brackets:
        raise ProtocolError("nested too deep")
    try:
        return _read_json(header.decode("ascii"))
    except ValueError:
        raise ProtocolError("a header that is not JSON") from None


def _list_leaves(tree: Any) -> list[_Leaf]:
    """Validate a tree, and return the leaves with a tag in the order of the body."""
    leaves = []
    parts = 1
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if type(node) is not list:
            continue
        if not node or type(node[0]) is not int:  # True is an int, too
            raise ProtocolError("a list without a tag")
        tag, *args = node
        if tag not in _CONTAINERS:
            leaves.append(_read_leaf(tag, args))
            continue
        parts += len(args)
        if depth == MAX_DEPTH or parts > MAX_NODES or (tag == Tag.DICT and (len(args) > 2 * MAX_KEYS or len(args) % 2)):
            raise ProtocolError("too many parts, or nested too deep")
        stack.extend((part, depth + 1) for part in reversed(args) if type(part) is list)
    return leaves


def _read_leaf(tag: int, args: list[Any]) -> _Leaf:
    for number in args:
        if type(number) is not int or number < 0:  # True is an int, too
            raise ProtocolError("a size that is none")
    match tag, args:
        case Tag.SCALAR, [code]:
            return _read_array(code, (), _take_scalar)
        case Tag.TEXT, [size] if size <= MAX_TEXT:
            return size, _make_text, ()
        case Tag.ARRAY, [code, *shape]:
            return _read_array(code, shape, np.asarray)
        case Tag.LAID_OUT, [layout, number, code, *shape] if layout < len(Layout):
            return _read_array(code, shape, LaidOut, Layout(layout), number)
        case Tag.BYTES, [size]:
            return size, bytes, ()
        case Tag.COMPLEX, []:
            return _read_array(_COMPLEX, (), np.ndarray.item)
        case Tag.HANDLE | Tag.CALLBACK, [number]:
            return 0, _make_named, (tag, number)
        case Tag.GENERATOR, []:
            return GENERATOR.size, _make_generator, ()
    raise ProtocolError("an unknown type, or a text that is too long")


def _read_array(code: int, shape: Sequence[int], wrap: Callable[..., Any], *rest: Any) -> _Leaf:
    if code >= len(DTYPES) or len(shape) > MAX_DIMENSIONS or not _is_allowed(shape, DTYPES[code].itemsize):
        raise ProtocolError("an array of an unknown type, or larger than allowed")
    return math.prod(shape) * DTYPES[code].itemsize, _make_array, (DTYPES[code], shape, wrap, *rest)


def _make_leaves(leaves: Iterable[_Leaf], body: bytes | bytearray) -> Iterator[Any]:
    view, offset = memoryview(body), 0
    for size, make, rest in leaves:
        yield make(view[offset : offset + size], *rest)
        offset += size


def _build(node: Any, leaves: Iterator[Any]) -> Any:
    """Return the value of a validated tree; `leaves` are the values of its leaves with a tag."""
    if type(node) is not list:
        return node
    make = _CONTAINERS.get(node[0])
    if make is None:
        return next(leaves)
    return make([_build(part, leaves) if type(part) is list else part for part in node[1:]])


def _make_dict(items: list[Any]) -> dict[Any, Any]:
    keys = items[::2]
    if any(type(key) not in (str, int) for key in keys):
        raise ProtocolError("a dict key that is neither text nor a whole number")
    made = dict(zip(keys, items[1::2], strict=True))
    if len(made) != len(keys):
        raise ProtocolError("a dict with the same key twice")
    return made


_CONTAINERS: dict[int, Callable[[list[Any]], Any]] = {Tag.LIST: list, Tag.TUPLE: tuple, Tag.DICT: _make_dict}


def _make_text(data: memoryview) -> str:
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("a text that is not UTF-8") from None


def _make_named(_: memoryview, tag: int, number: int) -> Handle | Callback:
    return Handle(number) if tag == Tag.HANDLE else Callback(number)


def _make_array(
    data: memoryview, dtype: np.dtype[Any], shape: Sequence[int], wrap: Callable[..., Any], *rest: Any
) -> Any:
    if dtype.kind == "b" and data and np.frombuffer(data, np.uint8).max() > 1:
        raise ProtocolError("a bool that is neither 0 nor 1")
    numbers = np.frombuffer(data, dtype).reshape(shape).copy()
    if dtype.kind == "f":
        numbers[np.isnan(numbers)] = np.nan
    elif dtype.kind == "c":
        for part in (numbers.real, numbers.imag):
            part[np.isnan(part)] = np.nan
    return wrap(numbers, *rest)


def _make_generator(data: memoryview) -> np.random.Generator:
    state, increment, has_uint32, uinteger = GENERATOR.unpack(data)
    if has_uint32 > 1:
        raise ProtocolError("a random generator in no state")
    bits: Any = np.random.PCG64(0)
    # The increment of a PCG64 is odd (| 1), but a forged one may be even.
    numbers = {"state": int.from_bytes(state, "little"), "inc": int.from_bytes(increment, "little") | 1}
    bits.state = {"bit_generator": "PCG64", "state": numbers, "has_uint32": has_uint32, "uinteger": uinteger}
    return np.random.Generator(bits)
