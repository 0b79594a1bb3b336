"""The parts of an answer: what is taken, and what is said of another answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import are_pairs, is_dict, name_layers, take, take_layers, take_number, take_pairs
from grader.errors import CheckFailed
from grader.model.report import Message

W, B = np.ones((2, 3)), np.zeros(3)
V, C = np.ones((3, 1)), np.zeros(1)
LAYERS = [(W, B), (V, C)]
DEEP: Any = None
for _ in range(5_000):
    DEEP = [DEEP, None]


def fail(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Message:
    """Call a helper that must fail the check, and return its message."""
    with pytest.raises(CheckFailed) as failed:
        function(*args, **kwargs)
    return failed.value.message


def tell(function: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[str, str]:
    """Call a helper that must fail the check, and return what was expected and what came."""
    message = fail(function, *args, **kwargs)
    return message.expected, message.got


# ---------------------------------------------------------------- tuples


def test_take_returns_the_parts_of_a_tuple_or_a_list() -> None:
    """The parts are the values themselves, of any type."""
    handle = object()
    assert take((W, handle), "out, cache") == (W, handle)
    assert take([1.0, None], "loss, grads") == (1.0, None)


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (None, "None"),
        (3.0, "a single float"),
        ("ab", "the text 'ab'"),
        ({"a": 1, "b": 2}, "a dict with the keys 'a', 'b'"),
        (np.ones((2, 3)), "one array of shape (2, 3)"),
        ((1.0,), "1 value"),
        ([1.0, 2.0, 3.0], "3 values"),
        ([], "0 values"),
    ],
    ids=repr,
)
def test_take_names_the_parts_that_were_expected(answer: Any, got: str) -> None:
    """An array is no tuple, even if it has as many rows."""
    assert tell(take, answer, "loss, grads") == ("2 values: loss, grads", got)


def test_take_shows_the_likely_cause_of_a_missing_part() -> None:
    """A forward without a cache is the common case."""
    assert fail(take, W, "out, cache", "return out, cache").likely == "return out, cache"


@pytest.mark.parametrize(
    ("answer", "kinds", "got"),
    [
        ((LAYERS, 1.0), {"grads": are_pairs}, "grads in the place of loss"),
        (([[W, B]], None), {"grads": are_pairs}, "grads in the place of loss"),
        (({"W": W}, 1.0), {"grads": is_dict}, "grads in the place of loss"),
        ((1.0, {"W": W}), {"loss": is_dict}, "loss in the place of grads"),
    ],
    ids=["pairs", "lists as pairs", "dict", "the first of two"],
)
def test_take_tells_that_two_parts_have_changed_places(answer: Any, kinds: dict[str, Any], got: str) -> None:
    """One part is recognised in the place of the other."""
    message = fail(take, answer, "loss, grads", **kinds)
    assert (message.expected, message.got) == ("2 values: loss, grads", got)
    assert message.likely == "the two values have changed places"


@pytest.mark.parametrize("answer", [(1.0, LAYERS), (LAYERS, LAYERS), (1.0, None), ([], 1.0)], ids=range(4))
def test_take_leaves_the_parts_themselves_to_the_comparisons(answer: Any) -> None:
    """Two lists of pairs, or none, say nothing about places."""
    assert take(answer, "loss, grads", grads=are_pairs) == answer


def test_take_looks_no_deeper_than_pairs() -> None:
    """A student's code may return lists in lists in lists."""
    assert fail(take, ([(DEEP, DEEP)], DEEP), "loss, grads", grads=are_pairs).got == "grads in the place of loss"


# ---------------------------------------------------------------- lists of pairs


def test_pairs_may_be_lists_or_tuples() -> None:
    """They come back as tuples."""
    assert take_pairs(([W, B], (V, C)), "W, b", 2) == [(W, B), (V, C)]
    assert take_pairs([("x", None)], "W, b", 1) == [("x", None)]


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (None, "None"),
        ({"W": W}, "a dict with the keys 'W'"),
        (np.ones((2, 2)), "one array of shape (2, 2)"),
        ([], "a list of 0 pairs"),
        ([(W, B)], "a list of 1 pair"),
        ([(W, B)] * 3, "a list of 3 pairs"),
        ([W, B], "2 values; value 1 is no pair: one array of shape (2, 3)"),
        ([(W, B), None], "2 values; value 2 is no pair: None"),
        ([(W, B), (V,)], "2 values; value 2 is no pair: 1 value"),
        ([(W, B), "ab"], "2 values; value 2 is no pair: the text 'ab'"),
        ([(W, B), np.ones(2)], "2 values; value 2 is no pair: one array of shape (2,)"),
        ([DEEP, None], "2 values; value 2 is no pair: None"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_another_answer_than_pairs_is_described(answer: Any, got: str) -> None:
    """How many pairs came, or the first value that is no pair."""
    assert tell(take_pairs, answer, "dW, db", 2) == ("a list of 2 pairs (dW, db)", got)
    assert tell(take_pairs, answer, "W, b", 4, "params")[0] == "params: a list of 4 pairs (W, b)"


def test_one_pair_is_said_in_the_singular() -> None:
    """A network of one layer has one pair; the likely cause is the suite's."""
    message = fail(take_pairs, None, "W, b", 1, likely="it returns nothing")
    assert (message.expected, message.likely) == ("a list of 1 pair (W, b)", "it returns nothing")


# ---------------------------------------------------------------- layers


def test_layers_are_arrays_of_floats() -> None:
    """Lists and whole numbers will do, and a vector may be a table of one row."""
    layers = take_layers([([[1, 2, 3], [4, 5, 6]], [[0, 0, 1]]), [V, C]], "W, b", [2, 3, 1])
    assert [(table.shape, vector.shape, table.dtype) for table, vector in layers] == [
        ((2, 3), (3,), np.dtype(float)),
        ((3, 1), (1,), np.dtype(float)),
    ]
    assert layers[0][1].tolist() == [0.0, 0.0, 1.0]


def test_layers_in_reverse_order_are_recognised() -> None:
    """The shapes tell, unless they are the same in both orders."""
    message = fail(take_layers, LAYERS[::-1], "dW, db", [2, 3, 1])
    assert message.expected == "dW of the shapes [(2, 3), (3, 1)], in this order"
    assert message.got == "dW of the shapes [(3, 1), (2, 3)], in this order"
    assert message.likely == "the list starts with the last layer: the first layer comes first"
    take_layers([(np.eye(2), np.ones(2))] * 2, "dW, db", [2, 2, 2])


@pytest.mark.parametrize(
    ("layer", "expected", "got", "likely"),
    [
        (None, "a list of 2 pairs (W, b)", "2 values; value 2 is no pair: None", ""),
        ((V, "x"), "finite numbers as b2", "b2 = the text 'x'", ""),
        ((V * np.inf, C), "finite numbers as W2", "W2 = [[inf] [inf] [inf]]", ""),
        ((V.T, C), "W2, b2 of the shapes (3, 1) and (1,)", "the shapes (1, 3) and (1,)", "yours is the transpose"),
        ((V[:, 0], C), "W2, b2 of the shapes (3, 1) and (1,)", "the shapes (3,) and (1,)", "an axis is lost: W2 has"),
        ((V, 0.0), "W2, b2 of the shapes (3, 1) and (1,)", "the shapes (3, 1) and ()", ""),
    ],
    ids=["None", "text", "infinite", "transposed", "flat", "number"],
)
def test_the_wrong_layer_is_named(layer: Any, expected: str, got: str, likely: str) -> None:
    """The names of a layer have its number."""
    message = fail(take_layers, [(W, B), layer], "W, b", [2, 3, 1])
    assert (message.expected, message.got) == (expected, got)
    assert message.likely.startswith(likely)


def test_layers_are_named_in_order() -> None:
    """The comparisons take the first name first."""
    assert list(name_layers(LAYERS, "dW, db")) == ["dW1", "db1", "dW2", "db2"]
    assert name_layers([(1, 2)], "W, b") == {"W1": 1, "b1": 2}


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("answer", [2, 2.0, np.float32(2), np.array(2.0), [2], [[2.0]]], ids=repr)
def test_a_number_may_be_wrapped(answer: Any) -> None:
    """It comes back as Python's float."""
    assert repr(take_number(answer, "the loss")) == "2.0"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, ("finite numbers as the loss", "the loss = None")),
        (float("nan"), ("finite numbers as the loss", "the loss = nan")),
        (np.ones(3), ("a single number", "shape (3,)")),
        ([], ("a single number", "shape (0,)")),
    ],
    ids=repr,
)
def test_another_answer_than_a_number_is_described(answer: Any, said: tuple[str, str]) -> None:
    """Its name is the suite's."""
    assert said == tell(take_number, answer, "the loss")
