"""Values into frames and back, and frames that nobody honest would send."""

from __future__ import annotations

import struct
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from grader.explain.replies import explain_unsupported
from grader.worker.inside import wire
from grader.worker.inside.tags import DTYPES, Callback, Handle, LaidOut, Layout, ProtocolError, Tag, Unsupported
from grader.worker.inside.wire import (
    GENERATOR,
    MAX_BODY,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_HEADER,
    MAX_KEYS,
    MAX_NODES,
    MAX_NUMBERS,
    MAX_TEXT,
    PREFIX,
    VERSION,
    Kind,
)
from tests.worker import values
from tests.worker.frames import (
    Reader,
    announce,
    damage,
    find_dtype,
    make_frame,
    make_valid_frames,
    read_from_generous_peer,
    write,
)
from tests.worker.memory import measure_growth
from tests.worker.values import are_same, lay_out, make_array

SEED = 20240229
DAMAGED = 200_000
MIB = 1 << 20
steadily = settings(derandomize=True, database=None, deadline=None, max_examples=150)

Point = namedtuple("Point", "x y")


class Half(float):
    """A subclass of float with a text of its own."""

    def __repr__(self) -> str:
        """Return no number."""
        return "half"


class Name(str):
    """A subclass of str."""


def send(value: Any) -> Any:
    """Put a value into a frame and take it out at the other end."""
    return wire.decode(wire.encode(Kind.CALL, 1, value))


def nest(depth: int) -> Any:
    """A list in a list in a list ..."""
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


# ---------------------------------------------------------------- what crosses


@given(values.values())
@steadily
def test_a_value_arrives_as_it_was_sent(value: Any) -> None:
    """Every value that may cross arrives with the same types, shapes and bits."""
    assert are_same(value, send(value))


@given(values.arrays())
@steadily
def test_an_array_arrives_as_one_of_its_own(array: np.ndarray[Any, Any]) -> None:
    """What arrives is a plain array in C order that may be written to and owns its memory."""
    got = send(array)
    flags = got.flags
    assert (True, True, True, True) == (flags.writeable, flags.owndata, flags.c_contiguous, flags.aligned)
    assert type(got) is np.ndarray


@given(values.values())
@steadily
def test_a_value_that_arrived_can_be_sent_again(value: Any) -> None:
    """A second journey changes nothing, to the byte."""
    once = send(value)
    assert wire.encode(Kind.CALL, 1, once) == wire.encode(Kind.CALL, 1, send(once))


@pytest.mark.parametrize("layout", ["C", "F", "strided", "reversed", "big-endian", "read-only", "matrix", "misaligned"])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_dtype_crosses_in_every_layout(dtype: np.dtype[Any], layout: str) -> None:
    """No layout in memory changes the numbers."""
    array = lay_out(make_array(dtype, (3, 4), SEED), layout)
    assert are_same(array, send(array))


@pytest.mark.parametrize("size", [(), (0,), (3, 0, 2), (1,) * 8, (2,) * 8, (5, 1, 3)], ids=str)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_dtype_crosses_in_every_shape(dtype: np.dtype[Any], size: tuple[int, ...]) -> None:
    """No dimension, and no entries at all, are shapes like any other."""
    array = make_array(dtype, size, SEED)
    assert are_same(array, send(array))


@pytest.mark.parametrize("digits", [18, 19, 20, 40, 99, 100])
@pytest.mark.parametrize("sign", [1, -1])
def test_whole_numbers_of_up_to_a_hundred_digits_cross(sign: int, digits: int) -> None:
    """The smallest and the largest number of so many digits arrive."""
    for number in (10 ** (digits - 1), 10**digits - 1):
        assert sign * number == send(sign * number)


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 2**64, 0, -1])
def test_whole_numbers_at_the_edge_of_a_word_cross(number: int) -> None:
    """The change from one representation to the other loses nothing."""
    assert number == send(number)


@pytest.mark.parametrize("code", ["g", "G"])
def test_extended_precision_becomes_double(code: str) -> None:
    """long double has another size on each machine; it arrives as the double nearest to it."""
    third = np.ones(2, code) / 3
    expected = third.astype("<c16" if code == "G" else "<f8")
    assert are_same(expected, send(third))
    assert are_same(expected[0], send(third[0]))


def test_negative_zero_keeps_its_sign() -> None:
    """-0.0 arrives as -0.0, alone, in a complex number and in an array."""
    number, pair, array = send((-0.0, complex(-0.0, -0.0), np.array([-0.0])))
    assert [-1.0] * 4 == [np.copysign(1, part) for part in (number, pair.real, pair.imag, array[0])]


EDGES = (0.0, 5e-324, 2.2250738585072014e-308, 0.1, 1 / 3, 2.0**53 + 2, 1e16, 1e22, 1.7976931348623157e308, np.inf)


def test_every_double_keeps_its_bits() -> None:
    """The decimal digits of a header name one double: denormals, the largest, infinities, and any others."""
    any_bits = np.random.default_rng(SEED).integers(0, 2**64, 20_000, np.uint64).view("<f8")
    numbers = [*EDGES, *(-edge for edge in EDGES), *any_bits.tolist()]
    assert are_same(numbers, send(numbers))


def test_two_nans_are_two_objects() -> None:
    """Lists with NaN in them are not equal, as lists with one and the same object in them would be."""
    one, other = send([float("nan")]), send([float("nan")])
    assert one != other


def test_there_is_one_nan() -> None:
    """A NaN's sign and payload, in which something could be hidden, do not arrive."""
    odd = struct.unpack("<d", b"\x01\x02\x03\x04\x05\x06\xff\xff")[0]
    number, pair, array, scalar = send((odd, complex(odd, odd), np.array([odd]), np.complex128(complex(odd, odd))))
    plain = struct.pack("<d", float("nan"))
    bits = (struct.pack("<d", number), struct.pack("<dd", pair.real, pair.imag), array.tobytes(), scalar.tobytes())
    assert (plain, plain * 2, plain, plain * 2) == bits


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        (Point(1, 2), (1, 2)),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (bytearray(b"ab"), b"ab"),
        ("half a pair \ud83d", "half a pair ?"),
        (np.str_("text"), None),
        (Kind.CALL, 3),
        (Half(0.5), 0.5),
        (Name("kim"), "kim"),
        (np.float64(0.5), np.float64(0.5)),
        (np.complex128(1j), np.complex128(1j)),
    ],
    ids=[
        *("namedtuple", "ordered dict", "bytearray", "surrogate", "numpy text"),
        *("enum", "float", "text", "numpy float", "numpy complex"),
    ],
)
def test_subclasses_arrive_as_what_they_are_based_on(sent: Any, got: Any) -> None:
    """A subclass's own behaviour stays behind; numpy's text is no number."""
    if got is None:
        with pytest.raises(Unsupported):
            send(sent)
    else:
        assert are_same(got, send(sent))


def test_a_matrix_arrives_as_an_array() -> None:
    """`*` must not mean something else at the other end."""
    assert are_same(np.array([[1, 2], [3, 4]]), send(np.array([[1, 2], [3, 4]]).view(np.matrix)))


def test_a_generator_goes_on_where_it_was() -> None:
    """The generator that arrives draws what the one that was sent draws next, half a word included."""
    generator = np.random.default_rng(SEED)
    generator.integers(0, 9, size=3, dtype=np.uint32)
    arrived = send(generator)
    for draw in ("standard_normal", "random", "standard_exponential"):
        assert are_same(getattr(generator, draw)(5), getattr(arrived, draw)(5))
    assert are_same(generator.integers(0, 9, 7, np.uint32), arrived.integers(0, 9, 7, np.uint32))
    assert are_same(generator.permutation(20), arrived.permutation(20))


def test_sending_leaves_the_value_alone() -> None:
    """A NaN with a payload is made plain in the copy, and a generator that is sent does not draw."""
    array = make_array(np.dtype("<f2"), (4096,), SEED)
    generator = np.random.default_rng(0)
    before, state = array.tobytes(), generator.bit_generator.state
    got = send((array, generator))
    got[0][:] = 0
    got[1].random(10)
    assert (before, state) == (array.tobytes(), generator.bit_generator.state)


def test_the_deepest_and_the_widest_values_cross() -> None:
    """The limits are the last values that are allowed, not the first that are not."""
    for value in (
        nest(MAX_DEPTH),
        [0] * (MAX_NODES - 1),
        [-1.2345678901234567e-100] * (MAX_NODES - 1),
        {"whole numbers": [10**MAX_DIGITS - 1] * 40_000},
        dict.fromkeys(range(MAX_KEYS)),
        "x" * MAX_TEXT,
        b"x" * (MAX_BODY - 1000),
    ):
        assert value == send(value)


def test_kind_and_call_arrive() -> None:
    """A frame says what it is about and to which call it belongs."""
    frame = wire.encode(Kind.RETURNED, 2**64 - 1, None)
    assert (Kind.RETURNED, 2**64 - 1, None) == wire.read_frame(Reader(frame))


# ---------------------------------------------------------------- what does not cross


def contain_itself() -> list[Any]:
    """A list that is its own part."""
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (object(), "type object"),
        ({1, 2}, "type set"),
        (len, "type builtin_function_or_method"),
        (int, "type type"),
        (slice(3), "type slice"),
        (iter(()), "type tuple_iterator"),
        (np.random.RandomState(0), "type RandomState"),
        (np.random.Generator(np.random.MT19937(0)), "a random generator of type MT19937"),
        (np.random.Generator(np.random.PCG64DXSM(0)), "a random generator of type PCG64DXSM"),
        (np.array([None, 1], dtype=object), "an array of objects"),
        (np.array(["a", "bc"]), "an array of type str"),
        (np.array([b"a"]), "an array of type bytes"),
        (np.array(["2020-01-01"], "datetime64[D]"), "an array of type datetime64"),
        (np.timedelta64(1, "s"), "an array of type timedelta64"),
        (np.zeros(2, [("a", "f8")]), "an array of type void"),
        (np.zeros((1,) * 9), "more than 8 dimensions"),
        (np.broadcast_to(np.zeros(1), (MAX_BODY,)), "an array larger than 64 MiB"),
        (nest(MAX_DEPTH + 1), "nested more than 16 deep"),
        (contain_itself(), "nested more than 16 deep"),
        ([0] * MAX_NODES, "more than 100000 parts"),
        ([np.zeros((1,) * 8)] * 60_000, "a value larger than 64 MiB"),
        ([10**MAX_DIGITS - 1] * 50_000, "a value larger than 64 MiB"),
        (10**MAX_DIGITS, "a whole number of more than 100 digits"),
        (-(10**MAX_DIGITS), "a whole number of more than 100 digits"),
        (10**100_000, "a whole number of more than 100 digits"),
        ("x" * (MAX_TEXT + 1), "text of more than 65536 bytes"),
        ("✓" * MAX_TEXT, "text of more than 65536 bytes"),
        (b"x" * (MAX_BODY + 1), "a byte string of more than"),
        ([b"x" * (MAX_BODY // 2)] * 3, "a value larger than 64 MiB"),
        (dict.fromkeys(range(MAX_KEYS + 1)), "a value of more than 1000 parts"),
        ({1.5: 0}, "a dict with a key of type float"),
        ({(1, 2): 0}, "a dict with a key of type tuple"),
        ({None: 0}, "a dict with a key of type NoneType"),
        ({True: 0}, "a dict with a key of type bool"),
        ({np.int64(1): 0}, "a dict with a key of type int64"),
        ([1, {"a": [object()]}], "type object"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else type(value).__name__,
)
def test_what_is_no_plain_data_is_refused(value: Any, words: str) -> None:
    """A value that has no place in a frame is refused before a byte is sent, in words that name its type."""
    with pytest.raises(Unsupported) as raised:
        wire.encode(Kind.CALL, 0, value)
    assert words in explain_unsupported(str(raised.value))


def test_a_frame_has_a_limit_of_its_own() -> None:
    """What is larger than the answer may be is refused where it is made."""
    with pytest.raises(Unsupported, match=r"^size 1$"):
        wire.encode(Kind.RETURNED, 0, np.zeros(MIB // 8 + 1), limit=MIB)


@pytest.mark.parametrize(("request_size", "limit"), [(0, MIB), (1000, MIB + 4000), (MAX_BODY, MAX_BODY)])
def test_an_answer_may_be_about_as_large_as_its_question(request_size: int, limit: int) -> None:
    """Four times the question and one MiB, and never more than a body may be."""
    assert limit == wire.limit_reply(request_size)


# ---------------------------------------------------------------- announced, and never read


BIG = 1 << 26


@pytest.mark.parametrize(
    "prefix",
    [
        announce(header=MAX_HEADER + 1),
        announce(header=2**32 - 1),
        announce(header=1, body=MAX_BODY + 1),
        announce(header=1, body=2**64 - 1),
        announce(kind=0),
        announce(kind=99),
        announce(version=VERSION - 1),
        announce(version=VERSION + 1),
        announce(version=0),
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        bytes(PREFIX.size),
    ],
    ids=[
        "header+1",
        "header max",
        "body+1",
        "body max",
        "kind 0",
        "kind 99",
        "last version",
        "next version",
        "version 0",
        "http",
        "zeros",
    ],
)
def test_a_wrong_prefix_is_refused_before_anything_else_is_read(prefix: bytes) -> None:
    """Nothing is asked for beyond the fixed part."""
    reader = Reader(prefix[: PREFIX.size] + bytes(100))
    with pytest.raises(ProtocolError):
        wire.read_frame(reader)
    assert [PREFIX.size] == reader.asked


def test_a_body_over_this_answers_limit_is_refused_before_it_is_read() -> None:
    """The limit of the call holds, not only the limit of all frames."""
    header = write([Tag.BYTES, MIB + 1])
    reader = Reader(announce(header=len(header), body=MIB + 1) + header + bytes(MIB + 1))
    with pytest.raises(ProtocolError, match="larger than allowed"):
        wire.read_frame(reader, limit=MIB)
    assert [PREFIX.size] == reader.asked


F8 = find_dtype("<f8")
NOTHING = [Tag.LIST]
LYING_TREES: dict[str, tuple[Any, int]] = {
    "complex number without bytes": ([Tag.COMPLEX], 0),
    "complex number of 15 bytes": ([Tag.COMPLEX], 15),
    "complex number of 17 bytes": ([Tag.COMPLEX], 17),
    "complex number with a size": ([Tag.COMPLEX, 16], 16),
    "body that nobody needs": (None, MAX_BODY),
    "body that no list needs": ([Tag.LIST, 1.5], 1),
    "first unknown tag": ([len(Tag)], 0),
    "last unknown tag": ([2**64], 0),
    "negative tag": ([-1], 0),
    "list without a tag": ([], 0),
    "list with None for a tag": ([None], 0),
    "list with a float for a tag": ([0.0], 0),
    "list with False for a tag": ([False, 1], 0),
    "list with True for a tag": ([True, 1], 0),
    "list with a list for a tag": ([[Tag.LIST]], 0),
    "list without a tag in a list": ([Tag.LIST, 1, []], 0),
    "text without its length": ([Tag.TEXT], 1),
    "text of two lengths": ([Tag.TEXT, 1, 1], 1),
    "text of a negative length": ([Tag.LIST, [Tag.TEXT, -1], [Tag.TEXT, 1]], 0),
    "text of a length of True": ([Tag.TEXT, True], 1),
    "text of a length of None": ([Tag.TEXT, None], 1),
    "text of a float length": ([Tag.TEXT, 1.0], 1),
    "text of a length of nan": ([Tag.TEXT, float("nan")], 1),
    "text of a list for a length": ([Tag.TEXT, [Tag.LIST]], 1),
    "long text": ([Tag.TEXT, MAX_TEXT + 1], MAX_TEXT + 1),
    "long bytes": ([Tag.BYTES, MAX_BODY + 1], MAX_BODY),
    "longest bytes": ([Tag.BYTES, 10**MAX_DIGITS - 1], MAX_BODY),
    "bytes of a negative length": ([Tag.LIST, [Tag.BYTES, -8], [Tag.BYTES, 8]], 0),
    "long number": (10 ** (MAX_DIGITS + 1), 0),
    "long list": ([Tag.LIST, *[0] * (MAX_NODES + 1)], 0),
    "longest list": ([Tag.LIST, *[0] * (MAX_HEADER // 2 - 2)], 0),
    "dict with a key and no value": ([Tag.DICT, 0], 0),
    "dict with one key too many": ([Tag.DICT, *[number // 2 for number in range(2 * MAX_KEYS + 2)]], 0),
    "one part too many": ([Tag.LIST, *[None] * MAX_NODES], 0),
    "many lists": ([Tag.LIST, *[[Tag.LIST, *[None] * 20_000]] * 9], 0),
    "many small lists": ([Tag.LIST, *[NOTHING] * MAX_NODES], 0),
    "many numbers": ([Tag.LIST, *[[Tag.ARRAY, 0, *[0] * 8]] * 60_000], 0),
    "unknown scalar": ([Tag.SCALAR, len(DTYPES)], 8),
    "scalar of a negative type": ([Tag.SCALAR, -1], 16),
    "scalar of a type True": ([Tag.SCALAR, True], 1),
    "scalar without a dtype": ([Tag.SCALAR], 8),
    "scalar with a shape": ([Tag.SCALAR, F8, 1], 8),
    "unknown dtype": ([Tag.ARRAY, len(DTYPES), 1], 8),
    "last unknown dtype": ([Tag.ARRAY, 2**64, 1], 8),
    "array without a dtype": ([Tag.ARRAY], 0),
    "nine dimensions": ([Tag.ARRAY, F8, *[1] * 9], 8),
    "255 dimensions": ([Tag.ARRAY, 0, *[1] * 255], 1),
    "shape with a list": ([Tag.ARRAY, F8, [2]], 16),
    "shape with True": ([Tag.ARRAY, F8, True], 8),
    "negative shape": ([Tag.ARRAY, F8, -1], 8),
    "twice negative shape": ([Tag.ARRAY, F8, -1, -1], 8),
    "large array": ([Tag.ARRAY, F8, MAX_BODY // 8 + 1], MAX_BODY),
    "array whose size overflows": ([Tag.ARRAY, F8, 2**61], 0),
    "array whose size overflows to nothing": ([Tag.ARRAY, F8, 2**63, 2], 0),
    "enormous array": ([Tag.ARRAY, F8, *[2**32] * 8], 0),
    "array of a hundred digits": ([Tag.ARRAY, F8, 10**99], 0),
    "empty array of an enormous length": ([Tag.ARRAY, F8, 0, 2**63], 0),
    "empty array of enormous lengths": ([Tag.ARRAY, F8, 0, BIG, BIG, BIG], 0),
    "empty array with its nothing last": ([Tag.ARRAY, find_dtype("?"), *[BIG] * 7, 0], 0),
    "generator without bytes": ([Tag.GENERATOR], 0),
    "generator with a state": ([Tag.GENERATOR, 1, 1, 0, 0], GENERATOR.size),
    "handle without a number": ([Tag.HANDLE], 0),
    "negative callback": ([Tag.CALLBACK, -1], 0),
    "handle of a number True": ([Tag.HANDLE, True], 0),
}
LYING_HEADERS = {
    "no node": b"",
    "one node too many": b"null,null",
    "two nodes": b"[0][0]",
    "two complex roots": b"[5][5]",
    "list that ends too early": b"[0,null",
    "list that ends twice": b"[0]]",
    "shape that ends too early": b"[6,11,2",
    "comma at the end": b"[0,1,]",
    "comma for a tag": b"[,1]",
    "only commas": b"," * MAX_HEADER,
    "only opening brackets": b"[" * MAX_HEADER,
    "only closing brackets": b"]" * MAX_HEADER,
    "only pairs of brackets": b"[]" * (MAX_HEADER // 2),
    "deep list": b"[0," * (MAX_DEPTH + 1) + b"0" + b"]" * (MAX_DEPTH + 1),
    "deep empty list": b"[0," * MAX_DEPTH + b"[0]" + b"]" * MAX_DEPTH,
    "bottomless dict": b"[2,0," * 80_000 + b"0" + b"]" * 80_000,
    "bottomless list": b"[0," * 200_000 + b"0" + b"]" * 200_000,
    "bottomless list without an end": b"[0," * 200_000,
    "object": b"{}",
    "object with a key twice": b'{"a":1,"a":2}',
    "text": b'"l"',
    "text in a list": b'[0,"a"]',
    "escaped surrogate": rb'"\ud800"',
    "no UTF-8": b"[0,\xff]",
    "UTF-16": "[0]".encode("utf-16"),
    "UTF-8 with a mark": "[0]".encode("utf-8-sig"),
    "space": b"[0, 1]",
    "much space": b"0" + b" " * (MAX_HEADER - 1),
    "line's end": b"[0]\n",
    "zero byte": b"[0]\0",
    "comment": b"[0/**/]",
    "only a sign": b"-",
    "two signs": b"--1",
    "plus sign": b"+1",
    "sign in the middle": b"1-1",
    "underscore": b"1_0",
    "leading zero": b"01",
    "hexadecimal": b"0x10",
    "digit of another script": "١".encode(),
    "point without digits": b"1.",
    "point at the beginning": b".5",
    "exponent without digits": b"1e",
    "101 digits": b"1" * (MAX_DIGITS + 1),
    "101 negative digits": b"-" + b"1" * (MAX_DIGITS + 1),
    "101 zeros": b"0." + b"0" * (MAX_DIGITS + 1),
    "digits without end": b"9" * MAX_HEADER,
    "exponent without end": b"1e" + b"9" * (MAX_HEADER - 2),
    "small nan": b"nan",
    "negative nan": b"-NaN",
    "half a word": b"nul",
    "two words": b"nulltrue",
}


@pytest.mark.parametrize(
    ("header", "body"),
    [
        *(pytest.param(write(tree), body, id=name) for name, (tree, body) in LYING_TREES.items()),
        *(pytest.param(header, 0, id=name) for name, header in LYING_HEADERS.items()),
    ],
)
def test_a_header_that_lies_is_refused_before_its_body_is_read(header: bytes, body: int) -> None:
    """The whole tree is checked against the announced body while there is nothing of it in memory."""
    reader = Reader(announce(header=len(header), body=body) + header + bytes(body))
    with pytest.raises(ProtocolError):
        wire.read_frame(reader)
    assert [PREFIX.size, len(header)] == reader.asked


@pytest.mark.parametrize(
    ("tree", "body"),
    [
        pytest.param([Tag.ARRAY, find_dtype("?"), 3], b"\x00\x01\x02", id="bool of two"),
        pytest.param([Tag.SCALAR, find_dtype("?")], b"\xff", id="scalar bool of 255"),
        pytest.param([Tag.DICT, [Tag.TEXT, 1], None, [Tag.TEXT, 1], None], b"aa", id="same text twice"),
        pytest.param([Tag.DICT, 0, None, 0, None], b"", id="same number twice"),
        pytest.param([Tag.DICT, 0.0, None], b"", id="float key"),
        pytest.param([Tag.DICT, float("nan"), None], b"", id="nan key"),
        pytest.param([Tag.DICT, True, None], b"", id="bool key"),
        pytest.param([Tag.DICT, None, None], b"", id="key of None"),
        pytest.param([Tag.DICT, [Tag.LIST], None], b"", id="list key"),
        pytest.param([Tag.DICT, [Tag.TUPLE], None], b"", id="tuple key"),
        pytest.param([Tag.DICT, [Tag.ARRAY, 0, 0], None], b"", id="array key"),
        pytest.param([Tag.DICT, [Tag.SCALAR, F8], None], bytes(8), id="scalar key"),
        pytest.param([Tag.DICT, [Tag.BYTES, 0], None], b"", id="bytes key"),
        pytest.param([Tag.DICT, [Tag.HANDLE, 0], None], b"", id="handle key"),
        pytest.param([Tag.TEXT, 2], b"\xc3\x28", id="broken text"),
        pytest.param([Tag.TEXT, 3], b"\xed\xa0\x80", id="text with a surrogate"),
        pytest.param([Tag.TEXT, 2], b"\xc0\x80", id="text with an overlong zero"),
        pytest.param([Tag.GENERATOR], bytes(32) + b"\x02" + bytes(4), id="generator with more than half a word left"),
    ],
)
def test_a_body_that_lies_is_refused(tree: Any, body: bytes) -> None:
    """What the body holds is checked as well: a dict's keys, texts, bools and generators."""
    with pytest.raises(ProtocolError):
        wire.decode(make_frame(write(tree), body))


def test_a_key_that_is_written_in_two_ways_is_one_key() -> None:
    """Zero has two forms in JSON; a dict does not have both of them."""
    with pytest.raises(ProtocolError, match="same key twice"):
        wire.decode(make_frame(b"[2,0,null,-0,null]"))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (b"1e999", float("inf")),
        (b"-1e999", float("-inf")),
        (b"1e-999", 0.0),
        (b"1E5", 1e5),
        (b"-0", 0),
        (b"[0,-0.0,1." + b"0" * MAX_DIGITS + b"]", [-0.0, 1.0]),
    ],
    ids=["enormous", "enormous and negative", "tiny", "large letter", "negative zero", "many zeros"],
)
def test_a_number_that_we_would_write_in_another_way_is_a_number(header: bytes, value: Any) -> None:
    """The header may be anybody's JSON: what is too large for a double is an infinity, as everywhere in Python."""
    assert are_same(value, wire.decode(make_frame(header)))


@pytest.mark.parametrize("cut", [0, 1, PREFIX.size - 1, PREFIX.size, PREFIX.size + 3, -9, -8, -1])
def test_a_frame_that_ends_too_early_is_refused(cut: int) -> None:
    """A frame from a file may be cut anywhere."""
    for value in (np.zeros(2), "a text of many bytes"):
        with pytest.raises(ProtocolError, match="ends too early"):
            wire.decode(wire.encode(Kind.CALL, 0, value)[:cut])


def test_a_generator_of_any_bits_is_a_generator() -> None:
    """A state that numpy could not have been in does no harm: it is made odd, and it draws."""
    got = wire.decode(make_frame(write([Tag.GENERATOR]), b"\xfe" * 32 + b"\x01" + b"\xff" * 4))
    assert GENERATOR.size == 37
    assert 0 <= got.random() < 1


@pytest.mark.parametrize("number", [0, 1, 2**32 - 1])
def test_any_number_names_a_handle_or_a_callback(number: int) -> None:
    """Whether there is such a handle is not for the wire to say."""
    for tag, kind in ((Tag.HANDLE, Handle), (Tag.CALLBACK, Callback)):
        assert kind(number) == wire.decode(make_frame(write([tag, number])))


@pytest.mark.parametrize(
    ("tree", "body"),
    [
        pytest.param([Tag.BYTES, MAX_BODY], bytes(MAX_BODY), id="bytes"),
        pytest.param([Tag.ARRAY, find_dtype("<f2"), MAX_BODY // 2], b"\xff" * MAX_BODY, id="array of NaN"),
        pytest.param([Tag.ARRAY, find_dtype("?"), MAX_BODY], b"\x01" * MAX_BODY, id="array of bool"),
        pytest.param([Tag.LIST, *[NOTHING] * (MAX_NODES - 1)], b"", id="lists"),
        pytest.param([Tag.TUPLE, *[[Tag.GENERATOR]] * 9_999], bytes(37 * 9_999), id="generators"),
        pytest.param([Tag.LIST, *[[Tag.ARRAY, F8, 0]] * (MAX_NODES - 1)], b"", id="empty arrays"),
        pytest.param([Tag.LIST, *[[Tag.LAID_OUT, 1, 1, F8]] * 80_000], bytes(8 * 80_000), id="laid-out arrays"),
    ],
)
def test_the_largest_frames_need_a_bounded_amount_of_memory(tree: Any, body: bytes) -> None:
    """A reader's memory is at most three times what a body may be, whatever was sent."""
    frame = make_frame(write(tree), body)
    with measure_growth() as growth:
        wire.decode(frame)
    assert growth.mib < 3 * (MAX_BODY >> 20) + 16


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b"[0" + b",999999" * (MAX_NUMBERS - 2) + b"]", id="whole numbers"),
        pytest.param(b"[0" + b",0.0001" * (MAX_NUMBERS - 2) + b"]", id="floats"),
        pytest.param(b"[0" + b",[0]" * (MAX_NUMBERS // 2 - 2) + b"]", id="lists"),
        pytest.param(b"[" + b"[]," * (MAX_NUMBERS // 2 - 2) + b"[]]", id="lists without a tag"),
        pytest.param(b"[0" + (b"," + b"9" * MAX_DIGITS) * 41_000 + b"," + b"]", id="long numbers"),
        pytest.param(b"[0" + b",0" * (MAX_HEADER // 2 - 2) + b"]", id="too many numbers"),
        pytest.param(b"[" * MAX_HEADER, id="brackets"),
        pytest.param(b"9" * MAX_HEADER, id="digits"),
    ],
)
def test_the_worst_headers_that_are_refused_need_little_memory(header: bytes) -> None:
    """The characters of a header are counted before a parser makes more of them."""
    frame = make_frame(header)
    with measure_growth() as growth, pytest.raises(ProtocolError):
        wire.decode(frame)
    assert growth.mib < 48


# ---------------------------------------------------------------- damaged frames


def read_damaged(frame: bytes) -> bool:
    """Whether a damaged frame was still a frame. What it then held can be sent like any other value."""
    try:
        kind, call, value = wire.read_frame(Reader(frame), limit=MIB)
    except (ProtocolError, EOFError):
        return False
    again = wire.encode(kind, call, value)
    assert are_same(value, wire.decode(again))
    return True


def test_damaged_frames_raise_nothing_but_a_protocol_error() -> None:
    """200 000 frames with flipped bits, edited lengths, moved and swapped parts: refused, or values like any other."""
    frames = make_valid_frames()
    with measure_growth() as growth:
        intact = sum(map(read_damaged, damage(frames, DAMAGED, SEED)))
    assert 0.05 < intact / DAMAGED < 0.8
    assert growth.mib < 32


def test_a_peer_that_sends_all_it_announced_gets_no_further() -> None:
    """Damaged frames are no better when the bytes they announce do come: zeros, as many as were promised."""
    refused = 0
    for frame in damage(make_valid_frames(), 20_000, SEED + 1):
        try:
            wire.read_frame(read_from_generous_peer(frame), limit=MIB)
        except ProtocolError:
            refused += 1
    assert 4_000 < refused < 20_000


def test_laid_out_arrays_keep_their_layout_and_their_identity() -> None:
    """The same object has the same number wherever it stands in a frame; another one has another."""
    one, other = LaidOut(np.arange(6).reshape(2, 3), Layout.COLUMNS), LaidOut(np.zeros(1), Layout.PLAIN)
    got = send(([one, 1.5], {"a": other, "b": one}))
    first, second, third = got[0][0], got[1]["a"], got[1]["b"]
    assert [Layout.COLUMNS, Layout.PLAIN, Layout.COLUMNS] == [part.layout for part in (first, second, third)]
    assert [0, 1, 0] == [part.number for part in (first, second, third)]
    assert are_same(one.array, first.array)
    assert are_same(other.array, second.array)


@pytest.mark.parametrize(
    "tree",
    [
        [Tag.LAID_OUT, 99, 0, F8],
        [Tag.LAID_OUT, -1, 0, F8],
        [Tag.LAID_OUT, True, 0, F8],
        [Tag.LAID_OUT, Layout.COLUMNS, 0, [Tag.COMPLEX]],
        [Tag.LAID_OUT, Layout.COLUMNS, 0],
        [Tag.LAID_OUT, Layout.COLUMNS, 0.5, F8],
        [Tag.LAID_OUT, Layout.COLUMNS],
        [Tag.LAID_OUT],
    ],
    ids=[
        *("an unknown layout", "a negative layout", "a layout of True", "no array", "nothing"),
        *("half a number", "no number", "no layout"),
    ],
)
def test_a_forged_layout_is_refused(tree: Any) -> None:
    """A frame names one of the layouts and has an array in it."""
    with pytest.raises(ProtocolError):
        wire.decode(make_frame(write(tree), b"\0" * 8))
