"""Values that may cross the pipe: how Hypothesis draws them, and when two of them are the same."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from grader.worker.inside.tags import DTYPES, Callback, Handle, LaidOut, Layout
from grader.worker.inside.wire import MAX_DIGITS

MOST = 10**MAX_DIGITS - 1
_LAYOUTS = ("C", "F", "strided", "reversed", "big-endian", "read-only", "matrix", "misaligned")


# ---------------------------------------------------------------- drawing


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray[Any, Any]:
    """An array of any dtype on the list, of 0 to 8 dimensions, with any bits, laid out in any way."""
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(numpy_strategies.array_shapes(min_dims=0, max_dims=8, min_side=0, max_side=3))
    array = make_array(dtype, shape, draw(st.integers(0, 2**32 - 1)))
    return lay_out(array, draw(st.sampled_from(_LAYOUTS)))


@st.composite
def scalars(draw: st.DrawFn) -> np.generic:
    """A numpy scalar of any dtype on the list, with any bits."""
    return make_array(draw(st.sampled_from(DTYPES)), (1,), draw(st.integers(0, 2**32 - 1)))[0]


@st.composite
def generators(draw: st.DrawFn) -> np.random.Generator:
    """A generator that has already been used, so that half a word may be left over in it."""
    generator = np.random.default_rng(draw(st.integers(0, 2**64)))
    generator.integers(0, 2, size=draw(st.integers(0, 3)), dtype=np.uint32)
    return generator


def leaves() -> st.SearchStrategy[Any]:
    """Every value without parts."""
    numbers = st.integers(0, 2**32 - 1)
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    plain = st.none() | st.booleans() | st.integers(-MOST, MOST) | st.floats() | st.complex_numbers()
    named = numbers.map(Handle) | numbers.map(Callback)
    laid_out = st.builds(LaidOut, arrays(), st.sampled_from(Layout))
    return plain | texts | st.binary(max_size=40) | arrays() | scalars() | named | generators() | laid_out


def values() -> st.SearchStrategy[Any]:
    """Every value that may cross."""
    keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=10) | st.integers(-MOST, MOST)
    return st.recursive(leaves(), lambda part: _containers(part, keys), max_leaves=12)


def _containers(part: st.SearchStrategy[Any], keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    rows = st.lists(part, max_size=5)
    return rows | rows.map(tuple) | st.dictionaries(keys, part, max_size=5)


def make_array(dtype: np.dtype[Any], shape: tuple[int, ...], seed: int) -> np.ndarray[Any, Any]:
    """An array with arbitrary bits: subnormals, infinities and every kind of NaN among them."""
    raw = np.random.default_rng(seed).bytes(math.prod(shape) * dtype.itemsize)
    if dtype.kind == "b":
        return (np.frombuffer(raw, np.uint8) & 1).astype(bool).reshape(shape)
    return np.frombuffer(raw, dtype).reshape(shape).copy()


def lay_out(array: np.ndarray[Any, Any], layout: str) -> np.ndarray[Any, Any]:
    """The same numbers, kept in memory in another way."""
    if layout == "F":
        return np.asfortranarray(array) if array.ndim else array
    if layout == "strided":
        wide = np.zeros((*array.shape, 3), array.dtype)
        wide[..., 1] = array
        return wide[..., 1]
    if layout == "reversed":
        return array[(..., *(slice(None, None, -1),) * array.ndim)]
    if layout == "big-endian":
        return array.astype(array.dtype.newbyteorder(">"))
    if layout == "read-only":
        array.setflags(write=False)
    if layout == "matrix" and array.ndim == 2:
        return array.view(np.matrix)
    if layout == "misaligned":
        return _misalign(array)
    return array


def _misalign(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    raw = np.zeros(array.nbytes + 1, np.uint8)
    shifted = raw[1:].view(array.dtype).reshape(array.shape)
    shifted[...] = array
    return shifted


# ---------------------------------------------------------------- comparing


def are_same(sent: Any, got: Any) -> bool:
    """Whether `got` is what has to arrive when `sent` leaves: the same types, the same bits, one kind of NaN."""
    if isinstance(sent, np.ndarray):
        return type(got) is np.ndarray and got.shape == sent.shape and _have_same_bits(np.asarray(sent), got)
    if isinstance(sent, np.generic):
        return isinstance(got, np.generic) and _have_same_bits(np.asarray(sent), np.asarray(got))
    if isinstance(sent, LaidOut):  # its number is one of a frame's, and the next frame numbers anew
        return isinstance(got, LaidOut) and sent.layout is got.layout and are_same(sent.array, got.array)
    if isinstance(sent, np.random.Generator):
        return sent.bit_generator.state == got.bit_generator.state
    if type(sent) is not type(got):
        return False
    if isinstance(sent, dict):
        return are_same(list(sent), list(got)) and are_same(list(sent.values()), list(got.values()))
    if isinstance(sent, (list, tuple)):
        return len(sent) == len(got) and all(map(are_same, sent, got))
    if isinstance(sent, complex):
        return _pack_float(sent.real) == _pack_float(got.real) and _pack_float(sent.imag) == _pack_float(got.imag)
    return _pack_float(sent) == _pack_float(got) if isinstance(sent, float) else bool(sent == got)


def _have_same_bits(sent: np.ndarray[Any, Any], got: np.ndarray[Any, Any]) -> bool:
    expected = np.array(sent, dtype=sent.dtype.newbyteorder("<"), order="C")
    return expected.dtype == got.dtype and _make_canonical(expected).tobytes() == got.tobytes()


def _make_canonical(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    for part in (array.real, array.imag) if array.dtype.kind == "c" else (array,):
        if part.dtype.kind == "f":
            part[np.isnan(part)] = np.nan
    return array


def _pack_float(number: float) -> bytes:
    return struct.pack("<d", math.nan if math.isnan(number) else number)
