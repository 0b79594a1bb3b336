"""Comparing with the reference: what passes, what fails, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import (
    agrees,
    as_vector,
    assert_close,
    assert_equal,
    assert_gradient,
    assert_small,
    assert_unchanged,
    name_mistake,
    require,
    require_parts,
)
from grader.checks.compare import as_numbers
from grader.errors import CheckFailed
from grader.model.report import Message, Status
from grader.tolerance import CATOL, FLOOR, RTOL
from tests.checks.runs import open_run

Compare = Callable[[Any, Any], None]
INF, NAN = np.inf, np.nan
TWO = np.array([1.0, 2.0])


def fail(compare: Compare, actual: Any, expected: Any) -> Message:
    """Compare what must differ, and give what is said. (A warning of numpy's is an error in all our tests.)"""
    with pytest.raises(CheckFailed) as raised:
        compare(actual, expected)
    assert raised.value.status is Status.FAILED
    return raised.value.message


def tell(compare: Compare, actual: Any, expected: Any) -> tuple[str, str]:
    """Compare what must differ, and give the two halves of the sentence."""
    message = fail(compare, actual, expected)
    return message.expected, message.got


# ---------------------------------------------------------------- 1: numbers at all


@pytest.mark.parametrize(
    ("actual", "got"),
    [
        (None, "None"),
        ("0.5", "the text '0.5'"),
        ("x" * 100, f"the text {'x' * 40!r}"),
        (b"1", "b'1'"),
        ({"a": 1.0}, "a dict with the keys 'a'"),
        (1j, "complex numbers"),
        (np.complex64(1), "complex numbers"),
        (np.array([1j, 2.0]), "complex numbers"),
        ([1j, 2.0], "a list of 2 that is no array of numbers"),
        (["1", "2"], "a list of 2 that is no array of numbers"),
        ([1.0, None], "a list of 2 that is no array of numbers"),
        ((1.0, "2"), "a tuple of 2 that is no array of numbers"),
        ([[1.0], [1.0, 2.0]], "a list of 2 that is no array of numbers"),
        ([1, 10**400], "a list of 2 that is no array of numbers"),
        (np.array(["a", "b"]), "['a' 'b']"),
        (np.array([1, None], dtype=object), "[1 None]"),
        (np.array([1, 2], dtype="m8[s]"), "[1 2]"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("compare", [assert_close, assert_equal, assert_gradient])
def test_what_is_no_array_of_numbers_is_named(compare: Compare, actual: Any, got: str) -> None:
    """The type is told before the shape, and the same by all three."""
    assert tell(compare, actual, TWO) == ("an array of numbers of shape (2,)", got)
    assert tell(compare, actual, 1.0)[0] == "a number"


def test_none_means_that_return_is_missing() -> None:
    """The commonest mistake of all has its own likely cause; the others have none of that."""
    assert fail(assert_close, None, TWO).likely == "this call came to the function's end without meeting a return"
    assert fail(assert_close, [1.0, None], TWO).likely == ""


# ---------------------------------------------------------------- 2: kinds that pass


@pytest.mark.parametrize(
    "actual",
    [
        [1, 0, 1],
        (1.0, 0.0, 1.0),
        [np.float64(1), 0, True],
        [True, False, True],
        np.array([1, 0, 1]),
        np.array([1, 0, 1], dtype=np.uint8),
        np.array([True, False, True]),
        np.array([1, 0, 1], dtype=np.float16),
        np.array([1.0, -0.0, 1.0]),
        np.array([1, 0, 1], dtype=object),
        np.ma.masked_array([1.0, 0.0, 1.0], [False, True, False]),
        np.array([1.0, 9.0, 0.0, 9.0, 1.0])[::2],
        np.array([1.0, 0.0, 1.0]).astype(">f8"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("compare", [assert_close, assert_equal, assert_gradient])
def test_right_numbers_pass_whatever_their_type(compare: Compare, actual: Any) -> None:
    """Lists, tuples, whole numbers, bools, views and byte orders; -0.0 is 0."""
    compare(actual, np.array([1.0, 0.0, 1.0]))
    compare(actual, np.array([1, 0, 1]))
    compare(actual, np.array([True, False, True]))


@pytest.mark.parametrize("actual", [1, 1.0, True, np.int64(1), np.array(1.0), [1.0], (1,), np.array([[1.0]])], ids=repr)
def test_an_array_of_one_entry_is_a_number(actual: Any) -> None:
    """Where a single number is asked for, its wrapping is no mistake."""
    assert_close(actual, 1.0)
    assert_equal(actual, 1)


def test_a_number_is_no_array_of_one_entry() -> None:
    """Where a shape is asked for, it is a promise of the handout's."""
    assert tell(assert_close, 1.0, np.array([1.0])) == ("shape (1,)", "a single number")


def test_whole_numbers_beyond_int64_are_numbers() -> None:
    """Python's own integers have no limit; as floats they can be compared."""
    assert_close(10**30, 1e30)
    assert_close([10**30, 1], np.array([1e30, 1.0]))
    assert tell(assert_close, [10**30], np.array([2e30])) == ("[2.e+30]", "[1.e+30]")


# ---------------------------------------------------------------- 3: shape


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (np.ones(3), np.ones(2), ("shape (2,)", "shape (3,)")),
        (np.ones((2, 1)), np.ones(2), ("shape (2,)", "shape (2, 1)")),
        (np.ones((1, 2)), np.ones(2), ("shape (2,)", "shape (1, 2)")),
        (np.ones(2), np.ones((2, 1)), ("shape (2, 1)", "shape (2,)")),
        (np.ones((3, 2)), np.ones((2, 3)), ("shape (2, 3)", "shape (3, 2)")),
        (1.0, np.ones(2), ("shape (2,)", "a single number")),
        (np.ones(2), 1.0, ("a single number", "shape (2,)")),
        ([], 1.0, ("a single number", "shape (0,)")),
        ([], np.ones(2), ("shape (2,)", "shape (0,)")),
        (np.ones(2), np.ones(0), ("shape (0,)", "shape (2,)")),
        (np.ones((0, 3)), np.ones((3, 0)), ("shape (3, 0)", "shape (0, 3)")),
        ([[1.0, 2.0]], TWO, ("shape (2,)", "shape (1, 2)")),
    ],
)
@pytest.mark.parametrize("compare", [assert_close, assert_equal, assert_gradient])
def test_a_shape_is_exact(compare: Compare, actual: Any, expected: Any, said: tuple[str, str]) -> None:
    """Nothing is broadcast: a scalar is no vector, an empty array is not anything."""
    assert said == tell(compare, actual, expected)


def test_empty_is_equal_to_empty() -> None:
    """Where nothing is expected, nothing of the right shape is right."""
    for compare in (assert_close, assert_equal, assert_gradient):
        compare([], np.ones(0))
        compare(np.ones((0, 3)), np.ones((0, 3)))


# ---------------------------------------------------------------- 4: finite


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        ([1.0, NAN], TWO, ("finite numbers", "nan in 1 of 2 entries; first at [1]")),
        ([INF, NAN], TWO, ("finite numbers", "nan and inf in 2 of 2 entries; first at [0]")),
        ([[1.0, 1.0], [1.0, -INF]], np.ones((2, 2)), ("finite numbers", "-inf in 1 of 4 entries; first at [1, 1]")),
        ([-INF, INF, 1.0], np.ones(3), ("finite numbers", "inf and -inf in 2 of 3 entries; first at [0]")),
        (NAN, 1.0, ("finite numbers", "nan")),
        ([1.0, 2.0], np.array([1.0, INF]), ("inf", "2 in 1 of 2 entries; first at [1]")),
        (700.0, -INF, ("-inf", "700")),
    ],
)
@pytest.mark.parametrize("compare", [assert_close, assert_gradient])
def test_entries_are_finite_where_the_reference_is(
    compare: Compare, actual: Any, expected: Any, said: tuple[str, str]
) -> None:
    """How many are not, and where the first one is; and the other way round."""
    assert said == tell(compare, actual, expected)


@pytest.mark.parametrize("value", [INF, -INF, NAN])
@pytest.mark.parametrize("compare", [assert_close, assert_gradient])
def test_the_same_infinities_pass(compare: Compare, value: float) -> None:
    """Where the reference is infinite, or nan, so must be the answer, with its sign."""
    compare([1.0, value], np.array([1.0, value]))
    wrong = {INF: -INF, -INF: INF, NAN: INF}.get(value, INF)
    fail(compare, [1.0, wrong], np.array([1.0, value]))
    fail(compare, [1.1, value], np.array([1.0, value]))
    fail(compare, np.full(20, wrong), np.full(20, value))


def test_infinities_of_the_wrong_sign_are_counted() -> None:
    """inf - inf is nan, which is larger than nothing; still every entry is wrong."""
    got = fail(assert_close, np.full(20, -INF), np.full(20, INF)).got
    assert got == "20 of 20 entries differ; worst at [0]: yours -inf, expected inf"


def test_equal_knows_infinities_too() -> None:
    """Exact comparison: inf is inf, nan is never equal."""
    assert_equal([INF, 1], np.array([INF, 1]))
    fail(assert_equal, [NAN], np.array([NAN]))
    fail(assert_equal, [NAN], np.array([1.0]))


# ---------------------------------------------------------------- 5: values


@pytest.mark.parametrize("size", [1e-300, 1e-9, 1.0, 123.0, 1e300])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("compare", [assert_close, assert_gradient])
def test_the_tolerance_has_two_sides(compare: Compare, size: float, sign: float) -> None:
    """|a - b| <= RTOL |b| + CATOL max|b| + FLOOR: just inside passes, just outside fails, above and below."""
    expected = np.array([size, size / 4, 0.0])
    allowed = RTOL * np.abs(expected) + CATOL * size + FLOOR
    compare(expected + sign * 0.999 * allowed, expected)
    for entry in range(3):
        wrong = expected.copy()
        wrong[entry] += sign * 1.001 * allowed[entry]
        fail(compare, wrong, expected)


def test_a_single_number_has_a_tolerance_too() -> None:
    """For one number both parts of the tolerance are its own: 2e-5 of it."""
    assert_close(1.0 + 1.9e-5, 1.0)
    fail(assert_close, 1.0 + 2.1e-5, 1.0)
    fail(assert_close, 1e-11, 0.0)
    assert_close(1e-13, 0.0)


def test_float32_keeps_its_points() -> None:
    """A right algorithm in single precision is right."""
    rng = np.random.default_rng(0)
    z = rng.normal(scale=30, size=(50, 9))
    softmax = np.exp(z - z.max(axis=1, keepdims=True))
    single = np.exp((z - z.max(axis=1, keepdims=True)).astype(np.float32))
    assert_close(single / single.sum(axis=1, keepdims=True), softmax / softmax.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("actual", [1.0 + 1e-9, 0.9999999, [1.0000001]])
def test_equal_has_no_tolerance(actual: Any) -> None:
    """A label that is nearly 1 is no label; the difference is told, since both print as 1."""
    message = fail(assert_equal, actual, 1)
    assert message.expected == "1"
    assert message.got in ("1, off by 1e-09", "1, off by 1e-07", "[1.], off by 1e-07 at [0]")


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (3.0, 4.0, ("4", "3")),
        ([1.0, 2.5], TWO, ("[1. 2.]", "[1. 2.5*]   (* differs)")),
        ([0, 1], np.array([1, 0]), ("[1 0]", "[0 1]")),
        (
            [0.125, 0.25, 0.62503],
            np.array([0.125, 0.25, 0.625]),
            ("[0.125 0.25 0.625]", "[0.125 0.25 0.625], off by 3e-05 at [2]"),
        ),
        (1e-11, 0.0, ("0", "1e-11")),
        ([1e-11], np.array([0.0]), ("[0.]", "[0.], off by 1e-11 at [0]")),
        (
            np.ones(20),
            np.append(np.ones(19), 3.0),
            ("float64 (20,), entries from 1 to 3", "1 of 20 entries differ; worst at [19]: yours 1, expected 3"),
        ),
        (
            np.zeros((4, 5), dtype=bool),
            np.eye(4, 5),
            ("float64 (4, 5), entries from 0 to 1", "4 of 20 entries differ; worst at [0, 0]: yours 0, expected 1"),
        ),
        (
            np.zeros(20, dtype=np.uint8),
            np.full(20, -3),
            ("int64 (20,), entries from -3 to -3", "20 of 20 entries differ; worst at [0]: yours 0, expected -3"),
        ),
    ],
)
def test_a_difference_is_shown(actual: Any, expected: Any, said: tuple[str, str]) -> None:
    """Small values in full, large ones by how many entries differ and the worst; never two texts that look alike."""
    assert said == tell(assert_close, actual, expected)


def test_only_entries_outside_the_tolerance_are_counted() -> None:
    """Rounding next to a large entry is no difference."""
    expected = np.append(np.full(19, 1e-9), 1.0)
    actual = expected + 1e-9
    actual[3] = 0.5
    got = fail(assert_close, actual, expected).got
    assert got == "1 of 20 entries differ; worst at [3]: yours 0.5, expected 1e-09"


@pytest.mark.parametrize("compare", [assert_close, assert_equal, assert_gradient])
def test_enormous_differences_print_no_warning(compare: Compare) -> None:
    """numpy would warn of an overflow on the student's screen."""
    fail(compare, np.full(20, 1e308), np.full(20, -1e308))
    fail(compare, np.full(3, -1e308), np.full(3, 1e308))


# ---------------------------------------------------------------- gradients


def test_a_gradient_says_the_three_numbers_that_matter() -> None:
    """Relative error, what is allowed, and the worst entry of both."""
    right = np.arange(16.0)
    said = tell(assert_gradient, np.where(right == 15, 0, right), right)
    assert said == (
        "agreement with the reference gradient",
        "relative error 0.426 (allowed 1e-05); worst at [15]: yours 0, reference 15",
    )


def test_a_small_gradient_is_shown_whole() -> None:
    """Seen beside the right one it needs no norm."""
    said = tell(assert_gradient, [[1.0, 2.0], [3.0, 0.0]], np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert said == ("[[1. 2.] [3. 4.]]", "[[1. 2.] [3. 0.*]]   (* differs)")
    assert tell(assert_gradient, 2.0, 4.0) == ("4", "2")


def test_a_gradient_of_zero_has_an_error_too() -> None:
    """Where the reference is zero there is nothing to divide by."""
    got = fail(assert_gradient, np.append(np.zeros(14), [3.0, 4.0]), np.zeros(16)).got
    assert got == "relative error 5 (allowed 1e-05); worst at [15]: yours 4, reference 0"


def test_whole_numbers_and_bools_are_gradients_too() -> None:
    """Formatting an entry must not trip over its type."""
    assert fail(assert_gradient, np.zeros(13, dtype=bool), np.ones(13, dtype=int)).got.endswith("yours 0, reference 1")


# ---------------------------------------------------------------- parts


def test_parts_are_compared_one_by_one() -> None:
    """A tuple of arrays, nested as the reference nests them; lists serve for tuples."""
    expected = (np.ones((2, 2)), {"b": [np.zeros(3), 1.0]}, 0.5)
    assert_close([[[1, 1], [1, 1]], {"b": ([0, 0, 0], 1), "more": None}, 0.5], expected)
    assert_close(np.array([[1.0], [2.0]]), (np.array([1.0]), np.array([2.0])))
    assert_equal((1, 0, 1), (1, 0, 1))
    assert_equal(np.array([1, 0, 1]), (1, 0, 1))


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        ((TWO, TWO), (TWO, TWO, 1.0), ("3 values", "2")),
        (5.0, (TWO, 1.0), ("2 values", "5")),
        (None, (TWO, 1.0), ("2 values", "None")),
        ("ab", (TWO, 1.0), ("2 values", "'ab'")),
        (np.array(1.0), (TWO, 1.0), ("2 values", "1")),
        ((TWO, 2.0), (TWO, 1.0), ("value 2: 1", "2")),
        ((TWO, [TWO]), (TWO, [TWO + 1]), ("value 2[0]: [2. 3.]", "[1. 2.]")),
        ({"W": 1.0}, {"W": 1.0, "b": 2.0}, ("a dict with the keys 'W', 'b'", "no 'b'")),
        ((1.0, 2.0), {"W": 1.0, "b": 2.0}, ("a dict with the keys 'W', 'b'", "(1, 2)")),
        ({"W": 1.0, "b": TWO}, {"W": 1.0, "b": 2.0}, ("b: a single number", "shape (2,)")),
    ],
)
def test_the_wrong_part_is_named(actual: Any, expected: Any, said: tuple[str, str]) -> None:
    """How many values were expected, or which of them is wrong."""
    assert said == tell(assert_close, actual, expected)


@pytest.mark.parametrize("compare", [assert_close, assert_equal, assert_gradient])
def test_a_suite_can_name_the_part(compare: Compare) -> None:
    """Of several returned values the student is told which is wrong."""
    with pytest.raises(CheckFailed) as failed:
        compare(TWO, TWO + 1, part="dW")  # type: ignore[call-arg]
    assert failed.value.message.expected.startswith("dW: [")


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        (({"w": 1.0}, 3.0), ("loss: 2", "3")),
        (({"w": 2.0}, 2.0), ("params['w']: 1", "2")),
        (({}, 2.0), ("a dict with the keys 'w'", "no 'w'")),
        (None, ("2 values: params, loss", "None")),
        (({"w": 1.0},), ("2 values: params, loss", "1 value")),
        (np.ones(2), ("2 values: params, loss", "one array of shape (2,)")),
    ],
    ids=repr,
)
def test_a_suite_can_name_each_part_of_a_tuple(actual: Any, said: tuple[str, str]) -> None:
    """One name for each, as the handout names what is returned."""
    with pytest.raises(CheckFailed) as failed:
        assert_close(actual, ({"w": 1.0}, 2.0), part="params, loss")
    assert said == (failed.value.message.expected, failed.value.message.got)


def test_named_parts_may_be_plain_numbers() -> None:
    """A tuple of numbers is an array of them only where its parts have no names."""
    assert_close([1, 2.0], (1.0, 2.0), part="w, b")
    with pytest.raises(CheckFailed) as failed:
        assert_gradient((1.0, 3.0), (1.0, 2.0), {"swapped": (3.0, 1.0), "late": (1.0, 3.0)}, part="w, b")
    assert (failed.value.message.expected, failed.value.message.likely) == ("b: 2", "late")


def explain_gradient(actual: Any, mistakes: Any = ()) -> str:
    """Compare a gradient that is wrong, and return its likely cause; a suite would say "otherwise"."""
    with pytest.raises(CheckFailed) as failed:
        assert_gradient(actual, TWO, mistakes, part="dW", otherwise=lambda: "otherwise")
    return failed.value.message.likely


def test_a_gradient_without_a_named_mistake_is_looked_into() -> None:
    """The suite is asked last, after the mistakes that it knows and the rules."""
    assert explain_gradient([3.0, 1.0]) == "otherwise"
    assert explain_gradient([3.0, 1.0], {"known": np.array([3.0, 1.0])}) == "known"
    assert "multiple" in explain_gradient([2.0, 4.0])


@pytest.mark.parametrize("actual", [[NAN, 1.0], [3.0, 1.0, 1.0], [3.0, "1"], None, 3.0], ids=repr)
def test_a_value_that_is_no_gradient_is_not_looked_into(actual: Any) -> None:
    """A suite computes with what it looks into: finite numbers of the right shape."""
    assert explain_gradient(actual) != "otherwise"


def test_gradients_of_several_parts_are_not_looked_into() -> None:
    """The suite could not tell which part is wrong."""
    with pytest.raises(CheckFailed) as failed:
        assert_gradient((TWO, [3.0, 1.0]), (TWO, TWO), part="dW, db", otherwise=lambda: "otherwise")
    assert failed.value.message.likely != "otherwise"


def test_a_mistake_is_named_without_a_verdict() -> None:
    """A suite that explains a shape or a count asks for the sentence alone."""
    mistakes = [("one", 1.0), ("two", TWO), ("one more", 1.0)]
    assert name_mistake([1, 2], mistakes) == "two"
    assert name_mistake(1, mistakes) == "one, or one more"
    assert name_mistake([1, 2], lambda: mistakes) == "two"
    assert name_mistake("1", mistakes) == ""


def test_small_numbers_are_compared_each_for_itself() -> None:
    """Beside 1 nobody would see what became of 1e-13."""
    right, at = np.array([1.0, 1e-13]), np.array([0.0, -30.0])
    assert_close([1.0, 0.0], right)
    assert_small([1.0, 1.005e-13], right, at)
    assert_small([1.0, 1.005e-13], right.tolist(), at)
    assert_small([1.0, 1.0009e-13], right, at, rtol=1e-3)
    with pytest.raises(CheckFailed) as failed:
        assert_small([1.0, 1.005e-13], right, at, "clipped", part="out", rtol=1e-3)
    message = failed.value.message
    assert (message.expected, message.got, message.likely) == ("1e-13 at -30", "1.005e-13", "clipped")
    with pytest.raises(CheckFailed, match="shape"):
        assert_small([1.0], right, at)


def test_a_picture_marks_every_wrong_entry() -> None:
    """Beside a nan the finite ones may be wrong, too."""
    with pytest.raises(CheckFailed) as failed:
        assert_close([np.nan, 5.0, 3.0], np.array([1.0, 2.0, 3.0]))
    assert (1.0, 1.0, 0.0) == failed.value.figures[0].series[2].values


def test_required_parts_are_arrays_of_floats() -> None:
    """A suite that judges weights by what they do takes them as they come."""
    w, b, errors = require_parts(([1, 2], True, (3, 0)), "w, b, errors")
    assert [(w.tolist(), w.dtype), b.tolist(), errors.tolist()] == [([1.0, 2.0], np.dtype(float)), 1.0, [3.0, 0.0]]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, ("2 values: w, b", "None")),
        (np.ones(2), ("2 values: w, b", "one array of shape (2,)")),
        ((1.0,), ("2 values: w, b", "1 value")),
        ((1.0, None), ("finite numbers as b", "b = None")),
        ((1.0, NAN), ("finite numbers as b", "b = nan")),
        (([1.0, INF], 1.0), ("finite numbers as w", "w = [ 1. inf]")),
        ((1j, 1.0), ("finite numbers as w", "w = complex numbers")),
        (("1", 1.0), ("finite numbers as w", "w = the text '1'")),
        (([[1], [1, 2]], 1.0), ("finite numbers as w", "w = a list of 2 that is no array of numbers")),
    ],
    ids=repr,
)
def test_a_required_part_that_is_missing_is_named(answer: Any, said: tuple[str, str]) -> None:
    """Which of the names is no numbers, or how many came."""
    assert said == tell(lambda given, _: require_parts(given, "w, b") and None, answer, None)


class Echoing:
    """A student's function as a suite calls it: it returns 1 and leaves its arguments as they are given here."""

    def __init__(self, *left: Any) -> None:
        self.left = left

    def echo(self, *args: Any, **kwargs: Any) -> tuple[Any, tuple[Any, ...]]:
        """Give the value and the arguments afterwards."""
        assert (len(args), kwargs) == (len(self.left), {})
        return 1, self.left


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (TWO, TWO.copy()),
        (TWO, TWO * (1 + 1e-13)),
        (np.array([NAN, INF]), np.array([NAN, INF])),
        (np.array([1, 2]), TWO),
        (np.array([True]), np.array([True])),
        ([(TWO, 1.0), {"b": TWO}], [(TWO.copy(), 1.0), {"b": TWO.copy()}]),
        ("AND", "AND"),
        (3, 3),
        (NAN, NAN),
        (len, None),
    ],
    ids=repr,
)
def test_an_argument_that_is_the_same_is_unchanged(given: Any, left: Any) -> None:
    """Up to rounding, in every part; what cannot be changed is not looked at."""
    assert assert_unchanged(Echoing(1.0, left), 1.0, given) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "left", "told"),
    [
        (TWO, np.array([1.0, 2.1]), "[1. 2.1]"),
        (TWO, np.array([1.0, NAN]), "[ 1. nan]"),
        (TWO, np.ones((2, 1)), "[[1.] [1.]]"),
        (TWO, None, "None"),
        (TWO, [1.0, 2.0], "[1, 2]"),
        ([(TWO, 1.0)], [(TWO + 1, 1.0)], "a list of 1"),
        ([1, 2], [1, 3], "[1, 3]"),
        ([1, 2], [1, 2, 3], "[1, 2, 3]"),
        ({"b": TWO}, {"b": TWO, "c": 1}, "a dict with the keys 'b', 'c'"),
        ({"b": TWO}, {"b": TWO + 1}, "a dict with the keys 'b'"),
    ],
    ids=repr,
)
def test_a_changed_argument_is_told(given: Any, left: Any, told: str) -> None:
    """Which argument, and what it has become; inside lists and dicts, too."""
    message = fail(lambda *_: assert_unchanged(Echoing(1.0, left), 1.0, given), None, None)  # type: ignore[arg-type]
    assert message.got == f"argument 2 was changed: it is now {told}"
    assert message.expected == "arguments that are the same after the call as before"


def test_a_property_is_required_in_the_suite_s_words() -> None:
    """For what is no comparison of values; numpy's True is true."""
    require(np.bool_(True), "x", "y")
    with pytest.raises(CheckFailed) as raised:
        require(np.array([0.0]).any(), "a sum of 1", "a sum of 0", "all zero")
    assert raised.value.message == Message(expected="a sum of 1", got="a sum of 0", likely="all zero")


def test_numbers_are_given_as_the_shape_that_was_asked() -> None:
    """A wrapped number is unwrapped."""
    assert as_numbers([[3]], 1.0).shape == ()
    assert as_numbers([3, 4], TWO).tolist() == [3, 4]


# ---------------------------------------------------------------- known mistakes


HALF, DOUBLE = "a half is missing", "it is counted twice"


def recognise(actual: Any, mistakes: Any) -> str:
    """What is said of a value that should have been TWO."""
    with pytest.raises(CheckFailed) as raised:
        assert_close(actual, TWO, mistakes)
    return raised.value.message.likely


@pytest.mark.parametrize(
    "mistakes",
    [
        {HALF: 2 * TWO, DOUBLE: 3 * TWO},
        [(HALF, 2 * TWO), (DOUBLE, 3 * TWO)],
        [(HALF, [2, 4]), (HALF, 5.0), (DOUBLE, (3.0, 6.0))],
        lambda: {HALF: 2 * TWO, DOUBLE: 3 * TWO},
        lambda: [(HALF, 5.0), (HALF, 2 * TWO), (DOUBLE, 3 * TWO)],
    ],
    ids=["dict", "pairs", "lists", "function", "pairs from a function"],
)
def test_a_known_mistake_has_its_sentence(mistakes: Any) -> None:
    """In whatever form they are given, and one sentence may have several values."""
    assert recognise(2 * TWO, mistakes) == HALF
    assert recognise(3 * TWO, mistakes) == DOUBLE


def test_two_mistakes_that_give_the_same_are_both_told() -> None:
    """Which of them it is, nobody can tell from the value; a sentence is said once."""
    assert recognise(2 * TWO, [(HALF, 2 * TWO), (HALF, 2 * TWO), (DOUBLE, 2 * TWO)]) == f"{HALF}, or {DOUBLE}"


def test_a_value_of_no_known_mistake_is_left_to_the_rules() -> None:
    """They see the same value."""
    assert recognise(-TWO, {HALF: 2 * TWO}) == "yours is minus the expected value everywhere"


def test_a_right_answer_is_none_of_its_mistakes() -> None:
    """A mistake that gives the right value by chance fails nobody, and its function is not even called."""
    assert_close(TWO, TWO, {HALF: TWO})
    assert_close(TWO, TWO, lambda: pytest.fail("asked for without need"))


def test_agreement_is_what_assert_close_is_content_with() -> None:
    """Shapes, kinds and tolerance are the same; the error of a check stays what it was."""
    with open_run() as run:
        assert agrees([1, 2], TWO)
        assert agrees(TWO * (1 + 1e-6), TWO)
        for other in (None, "1", TWO * 1.001, TWO[:1], TWO[:, None], NAN * TWO):
            assert not agrees(other, TWO)
        assert run.errors == []
        assert_close(TWO * (1 + 1e-6), TWO)
        assert len(run.errors) == 1


@pytest.mark.parametrize(
    ("value", "vector"),
    [
        ([[1.0, 2.0]], [1.0, 2.0]),
        ([1.0, 2.0], [1.0, 2.0]),
        ([[1.0], [2.0]], [[1.0], [2.0]]),
        (3.0, 3.0),
        ([[3.0]], [3.0]),
    ],
)
def test_a_table_of_one_row_is_a_vector(value: Any, vector: Any) -> None:
    """Nothing else loses an axis."""
    for given in (value, np.array(value)):
        assert np.array_equal(as_vector(given), vector)
    assert as_vector(None) is None
