"""Values in a student's words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.explain.values import describe_call, describe_value
from grader.worker.inside.tags import Handle, LaidOut, Layout


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.float64(0.1), "0.1"),
        (1 / 3, "0.333333"),
        (np.array(2.0), "2"),
        (np.array([[1.0, 2.5], [0.0, -1.0]]), "[[ 1. 2.5] [ 0. -1. ]]"),
        (np.zeros((0, 3)), "float64 (0, 3)"),
        (np.linspace(0, 1, 13), "float64 (13,), entries from 0 to 1"),
        (np.full(20, np.nan), "float64 (20,), no finite entry"),
        ([1, 2.0], "[1, 2]"),
        ([np.zeros(2)], "a list of 1"),
        ({"W": 1, "b": 2}, "a dict with the keys 'W', 'b'"),
        (len, "a function"),
        (np.random.default_rng(3), "a random generator"),
        (Handle(7), "what your own function returned"),
    ],
    ids=str,
)
def test_a_value_is_described(value: Any, words: str) -> None:
    """Small ones in full, large ones by what matters of them; never by an address, which differs from run to run."""
    assert describe_value(value) == words


def test_a_call_is_described_as_it_would_be_written() -> None:
    """Numbers and texts in their place, all else on a line of its own."""
    assert describe_call("backward", ("dout", "cache"), (np.ones(2), Handle(3)), {"alpha": 0.1, "name": "relu"}) == (
        "backward(dout, cache, alpha=0.1, name='relu')\ndout is [1. 1.]\ncache is what your own function returned"
    )
    assert describe_call("fit", ("f",), (len, 3), {}) == "fit(f, argument 2=3)\nf is a function"


def test_a_call_says_how_an_argument_lies_in_memory() -> None:
    """A function that is right for plain arrays fails on these: the student has to see what is different."""
    x = LaidOut(np.array([[1.0, 2.0], [3.0, 4.0]]), Layout.COLUMNS)
    same = LaidOut(np.ones(2), Layout.PLAIN)
    assert describe_call("f", ("z",), (x,), {}) == (
        "f(z)\nz is [[1. 2.] [3. 4.]] (column by column in memory, as a transpose is)"
    )
    assert describe_call("mse", ("y", "p"), (same, same), {}) == "mse(y, p)\ny is [1. 1.]\np is the same array as y"
