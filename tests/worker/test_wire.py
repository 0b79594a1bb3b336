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
from grader.worker.inside.tags import (
    DTYPES,
    GENERATOR,
    LENGTH,
    MAX_BODY,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_HEADER,
    MAX_KEYS,
    MAX_NODES,
    MAX_TEXT,
    Callback,
    Handle,
    LaidOut,
    Layout,
    ProtocolError,
    Tag,
    Unsupported,
)
from grader.worker.inside.wire import PREFIX, Kind
from tests.worker import values
from tests.worker.frames import (
    Reader,
    announce,
    count,
    damage,
    find_dtype,
    make_frame,
    make_valid_frames,
    read_from_generous_peer,
    shape,
)
from tests.worker.memory import measure_growth
from tests.worker.values import are_same, lay_out, make_array

SEED = 20240229
DAMAGED = 200_000
MIB = 1 << 20
steadily = settings(derandomize=True, database=None, deadline=None, max_examples=150)

Point = namedtuple("Point", "x y")


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
    ],
    ids=["namedtuple", "ordered dict", "bytearray", "surrogate", "numpy text"],
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
        announce(version=2),
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
        "version 2",
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
    reader = Reader(announce(header=5, body=MIB + 1) + count(Tag.BYTES, MIB + 1) + bytes(MIB + 1))
    with pytest.raises(ProtocolError, match="larger than allowed"):
        wire.read_frame(reader, limit=MIB)
    assert [PREFIX.size] == reader.asked


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param(b"", 0, id="no node"),
        pytest.param(b"\x00\x00", 0, id="one node too many"),
        pytest.param(bytes((Tag.FLOAT,)), 0, id="float without bytes"),
        pytest.param(bytes((Tag.FLOAT,)), 7, id="float of seven bytes"),
        pytest.param(bytes((Tag.FLOAT,)), 9, id="float of nine bytes"),
        pytest.param(bytes((Tag.NONE,)), MAX_BODY, id="body that nobody needs"),
        pytest.param(bytes((len(Tag),)), 0, id="first unknown tag"),
        pytest.param(b"\xff" * 5, 0, id="last unknown tag"),
        pytest.param(bytes((Tag.INT, Tag.INT)), 16, id="two roots"),
        pytest.param(bytes((Tag.STR, 1, 0)), 1, id="text without its length"),
        pytest.param(count(Tag.STR, MAX_TEXT + 1), MAX_TEXT + 1, id="long text"),
        pytest.param(count(Tag.BYTES, MAX_BODY + 1), MAX_BODY, id="long bytes"),
        pytest.param(count(Tag.BYTES, 2**32 - 1), MAX_BODY, id="longest bytes"),
        pytest.param(count(Tag.BIGINT, MAX_DIGITS + 2), MAX_DIGITS + 2, id="long number"),
        pytest.param(count(Tag.LIST, MAX_NODES + 1), 0, id="long list"),
        pytest.param(count(Tag.LIST, 2**32 - 1), 0, id="longest list"),
        pytest.param(count(Tag.DICT, MAX_NODES), 0, id="dict without parts"),
        pytest.param(
            count(Tag.DICT, MAX_KEYS + 1) + bytes((Tag.INT, 0)) * (MAX_KEYS + 1),
            8 * (MAX_KEYS + 1),
            id="one key too many",
        ),
        pytest.param(count(Tag.LIST, 2) + b"\x00", 0, id="list that ends too early"),
        pytest.param(count(Tag.LIST, MAX_NODES) + b"\x00" * MAX_NODES, 0, id="one part too many"),
        pytest.param(count(Tag.LIST, 9) + (count(Tag.LIST, 20_000) + b"\x00" * 20_000) * 9, 0, id="many lists"),
        pytest.param(count(Tag.LIST, 1) * (MAX_DEPTH + 1) + b"\x00", 0, id="deep list"),
        pytest.param(count(Tag.DICT, 1) * 200_000, 0, id="bottomless dict"),
        pytest.param(count(Tag.LIST, 1) * 200_000, 0, id="bottomless list"),
        pytest.param(bytes((Tag.SCALAR, len(DTYPES))), 8, id="unknown scalar"),
        pytest.param(bytes((Tag.SCALAR,)), 8, id="scalar without a dtype"),
        pytest.param(shape(len(DTYPES), 1), 8, id="unknown dtype"),
        pytest.param(shape(255, 1), 8, id="last unknown dtype"),
        pytest.param(shape(find_dtype("<f8"), *(1,) * 9), 8, id="nine dimensions"),
        pytest.param(bytes((Tag.ARRAY, 0, 255)), 0, id="255 dimensions"),
        pytest.param(shape(find_dtype("<f8"), 2)[:-1], 16, id="shape that ends too early"),
        pytest.param(shape(find_dtype("<f8"), MAX_BODY // 8 + 1), MAX_BODY, id="large array"),
        pytest.param(shape(find_dtype("<f8"), 2**61), 0, id="array whose size overflows"),
        pytest.param(shape(find_dtype("<f8"), 2**63, 2), 0, id="array whose size overflows to nothing"),
        pytest.param(shape(find_dtype("<f8"), *(2**32,) * 8), 0, id="enormous array"),
        pytest.param(shape(find_dtype("<f8"), 0, 2**63), 0, id="empty array of an enormous length"),
        pytest.param(shape(find_dtype("<f8"), 0, BIG, BIG, BIG), 0, id="empty array of enormous lengths"),
        pytest.param(shape(find_dtype("?"), *(BIG,) * 7, 0), 0, id="empty array with its nothing last"),
    ],
)
def test_a_header_that_lies_is_refused_before_its_body_is_read(header: bytes, body: int) -> None:
    """The whole tree is checked against the announced body while there is nothing of it in memory."""
    reader = Reader(announce(header=len(header), body=body) + header + bytes(body))
    with pytest.raises(ProtocolError):
        wire.read_frame(reader)
    assert [PREFIX.size, len(header)] == reader.asked


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param(shape(find_dtype("?"), 3), b"\x00\x01\x02", id="bool of two"),
        pytest.param(bytes((Tag.SCALAR, find_dtype("?"))), b"\xff", id="scalar bool of 255"),
        pytest.param(count(Tag.DICT, 2) + (count(Tag.STR, 1) + b"\x00") * 2, b"aa", id="same text twice"),
        pytest.param(count(Tag.DICT, 2) + bytes((Tag.INT, 0)) * 2, bytes(16), id="same number twice"),
        pytest.param(
            count(Tag.DICT, 2) + bytes((Tag.INT, 0)) + count(Tag.BIGINT, 1) + b"\x00", bytes(8) + b"0", id="zero twice"
        ),
        pytest.param(count(Tag.DICT, 1) + bytes((Tag.FLOAT, 0)), bytes(8), id="float key"),
        pytest.param(count(Tag.DICT, 1) + bytes((Tag.TRUE, 0)), b"", id="bool key"),
        pytest.param(count(Tag.DICT, 1) + count(Tag.LIST, 0) + b"\x00", b"", id="list key"),
        pytest.param(count(Tag.DICT, 1) + count(Tag.TUPLE, 0) + b"\x00", b"", id="tuple key"),
        pytest.param(count(Tag.DICT, 1) + shape(0, 0) + b"\x00", b"", id="array key"),
        pytest.param(count(Tag.DICT, 1) + count(Tag.BYTES, 0) + b"\x00", b"", id="bytes key"),
        pytest.param(count(Tag.STR, 2), b"\xc3\x28", id="broken text"),
        pytest.param(count(Tag.STR, 3), b"\xed\xa0\x80", id="text with a surrogate"),
        pytest.param(count(Tag.STR, 2), b"\xc0\x80", id="text with an overlong zero"),
        pytest.param(count(Tag.BIGINT, 0), b"", id="number without digits"),
        pytest.param(count(Tag.BIGINT, 1), b"-", id="only a sign"),
        pytest.param(count(Tag.BIGINT, 3), b"--1", id="two signs"),
        pytest.param(count(Tag.BIGINT, 3), b"1-1", id="sign in the middle"),
        pytest.param(count(Tag.BIGINT, 3), b"1_0", id="underscore"),
        pytest.param(count(Tag.BIGINT, 3), b" 10", id="space"),
        pytest.param(count(Tag.BIGINT, 4), b"0x10", id="hexadecimal"),
        pytest.param(count(Tag.BIGINT, 2), "١".encode(), id="digit of another script"),
        pytest.param(count(Tag.BIGINT, 101), b"1" * 101, id="101 digits"),
        pytest.param(
            bytes((Tag.GENERATOR,)), bytes(32) + b"\x02" + bytes(4), id="generator with more than half a word left"
        ),
    ],
)
def test_a_body_that_lies_is_refused(header: bytes, body: bytes) -> None:
    """What the body holds is checked as well: there is one way to write each value."""
    with pytest.raises(ProtocolError):
        wire.decode(make_frame(header, body))


def test_a_generator_of_any_bits_is_a_generator() -> None:
    """A state that numpy could not have been in does no harm: it is made odd, and it draws."""
    got = wire.decode(make_frame(bytes((Tag.GENERATOR,)), b"\xfe" * 32 + b"\x01" + b"\xff" * 4))
    assert GENERATOR.size == 37
    assert 0 <= got.random() < 1


@pytest.mark.parametrize("number", [0, 1, 2**32 - 1])
def test_any_number_names_a_handle_or_a_callback(number: int) -> None:
    """Whether there is such a handle is not for the wire to say."""
    for tag, kind in ((Tag.HANDLE, Handle), (Tag.CALLBACK, Callback)):
        assert kind(number) == wire.decode(make_frame(bytes((tag,)) + LENGTH.pack(number)))


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param(count(Tag.BYTES, MAX_BODY), bytes(MAX_BODY), id="bytes"),
        pytest.param(shape(find_dtype("<f2"), MAX_BODY // 2), b"\xff" * MAX_BODY, id="array of NaN"),
        pytest.param(shape(find_dtype("?"), MAX_BODY), b"\x01" * MAX_BODY, id="array of bool"),
        pytest.param(count(Tag.LIST, MAX_NODES - 1) + count(Tag.LIST, 0) * (MAX_NODES - 1), b"", id="lists"),
        pytest.param(count(Tag.TUPLE, 9_999) + bytes((Tag.GENERATOR,)) * 9_999, bytes(37 * 9_999), id="generators"),
    ],
)
def test_the_largest_frames_need_a_bounded_amount_of_memory(header: bytes, body: bytes) -> None:
    """A reader's memory is at most three times what a body may be, whatever was sent."""
    frame = make_frame(header, body)
    with measure_growth() as growth:
        wire.decode(frame)
    assert growth.mib < 3 * (MAX_BODY >> 20) + 16


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
    "header",
    [
        bytes((Tag.LAID_OUT, 99)) + LENGTH.pack(0) + bytes((Tag.ARRAY, 11, 0)),
        bytes((Tag.LAID_OUT, Layout.COLUMNS)) + LENGTH.pack(0) + bytes((Tag.FLOAT,)),
        bytes((Tag.LAID_OUT, Layout.COLUMNS)) + LENGTH.pack(0),
        bytes((Tag.LAID_OUT, Layout.COLUMNS, 0)),
        bytes((Tag.LAID_OUT,)),
    ],
    ids=["an unknown layout", "no array", "nothing", "half a number", "no layout"],
)
def test_a_forged_layout_is_refused(header: bytes) -> None:
    """A frame names one of the layouts and has an array in it."""
    with pytest.raises(ProtocolError):
        wire.decode(make_frame(header, b"\0" * 8))
