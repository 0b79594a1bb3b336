"""The likely cause: each rule speaks of its own mistake, and none of a right answer or of noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.explain import place_rules, shape_rules, value_rules
from grader.explain.causes import Cause
from grader.explain.diagnose import RULES, Rule, diagnose

RNG = np.random.default_rng(0)
Z = RNG.normal(size=(4, 3))
ODD = np.array([0.0, 0.8, -0.8])  # of one size and its opposite, as an odd function gives for c and -c
SQUARE = RNG.normal(size=(3, 3))
VECTOR = RNG.normal(size=5)
TABLE = np.abs(RNG.normal(size=(2, 4)))
ROWS = TABLE / TABLE.sum(axis=1, keepdims=True)
COLUMNS = TABLE / TABLE.sum(axis=0)
GATE = np.array([0.0, 1.0, 1.0, 0.0])
NAN_ONCE = np.where(Z == Z[1, 1], np.nan, Z)
INF_ONCE = np.where(Z == Z[1, 1], -np.inf, Z)

NAN_TEXT = "nan comes from inf - inf, inf / inf, 0 / 0, 0 * inf, or the root or logarithm of a negative number"
INF_TEXT = "inf comes from exp of a large number, log(0) or a division by zero"
TRANSPOSED = "yours is the transpose of what was expected: rows and columns are swapped"
ZEROS = "yours is 0 in 2 of 5 entries, and right in the others"
CUT = "the decimals are cut off: an array of whole numbers was filled with results"
OPPOSITE = "yours is the opposite everywhere: 0 where 1 was expected, and 1 where 0 was"

CASES: list[tuple[Rule, Any, Any, str]] = [
    (shape_rules.explain_transposed, Z.T, Z, TRANSPOSED),
    (shape_rules.explain_transposed, SQUARE.T, SQUARE, TRANSPOSED),
    (shape_rules.explain_not_reduced, Z, Z.sum(axis=0), "the sum over axis 0 is missing at the end"),
    (shape_rules.explain_not_reduced, Z, Z.mean(axis=1), "the mean over axis 1 is missing at the end"),
    (shape_rules.explain_not_reduced, VECTOR, VECTOR.mean(), "the mean over all entries is missing at the end"),
    (
        shape_rules.explain_not_reduced,
        VECTOR[:, None],
        VECTOR,
        "the numbers are right, but there is an axis of length 1 too many (axis 1)",
    ),
    (
        shape_rules.explain_not_reduced,
        Z[None],
        Z,
        "the numbers are right, but there is an axis of length 1 too many (axis 0)",
    ),
    (shape_rules.explain_squeezed, VECTOR, VECTOR[None], "the numbers are right, but an axis of length 1 is missing"),
    (
        shape_rules.explain_squeezed,
        VECTOR,
        VECTOR[:, None],
        "the numbers are right, but an axis of length 1 is missing",
    ),
    (value_rules.explain_not_finite, NAN_ONCE, Z, NAN_TEXT),
    (value_rules.explain_not_finite, INF_ONCE, Z, INF_TEXT),
    (value_rules.explain_not_finite, np.inf, 2.0, INF_TEXT),
    (value_rules.explain_complement, 1 - GATE, GATE, OPPOSITE),
    (value_rules.explain_complement, [True, False], np.array([0, 1]), OPPOSITE),
    (value_rules.explain_constant, np.zeros(5), VECTOR, "every entry of yours is 0"),
    (value_rules.explain_constant, np.full((4, 3), 0.25), Z, "every entry of yours is 0.25"),
    (value_rules.explain_truncated, np.trunc(Z * 3), Z * 3, CUT),
    (value_rules.explain_ratio, Z * 4, Z, "yours is 4 times the expected value everywhere"),
    (value_rules.explain_ratio, Z / 4, Z, "yours is 1/4 times the expected value everywhere"),
    (value_rules.explain_ratio, -Z, Z, "yours is minus the expected value everywhere"),
    (value_rules.explain_ratio, -2 * Z, Z, "yours is -2 times the expected value everywhere"),
    (value_rules.explain_ratio, Z / -2, Z, "yours is -1/2 times the expected value everywhere"),
    (value_rules.explain_ratio, Z * np.log(2), Z, "yours is ln 2 times the expected value everywhere"),
    (value_rules.explain_ratio, Z / np.log(2), Z, "yours is 1/(ln 2) times the expected value everywhere"),
    (value_rules.explain_ratio, Z / np.log(10), Z, "yours is 1/(ln 10) times the expected value everywhere"),
    (value_rules.explain_ratio, -Z / np.log(10), Z, "yours is -1/(ln 10) times the expected value everywhere"),
    (value_rules.explain_ratio, Z * 1.25, Z, "yours is 1.25 times the expected value everywhere"),
    (value_rules.explain_ratio, 11.9387, 2.38774, "yours is 5 times the expected value"),
    (value_rules.explain_ratio, -0.3, 0.3, "yours is minus the expected value everywhere"),
    (value_rules.explain_ratio, 2 * ODD, ODD, "yours is 2 times the expected value everywhere"),
    (value_rules.explain_offset, VECTOR + 1, VECTOR, "yours is 1 too large everywhere"),
    (value_rules.explain_offset, VECTOR - 0.125, VECTOR, "yours is 0.125 too small everywhere"),
    (shape_rules.explain_whole_table, Z, Z[:, 1], "only column 1 of yours was asked for (they are counted from 0)"),
    (shape_rules.explain_whole_table, Z, Z[3], "only row 3 of yours was asked for (they are counted from 0)"),
    (
        shape_rules.explain_whole_table,
        SQUARE,
        np.diagonal(SQUARE),
        "only the diagonal of yours was asked for: each row was combined with every other row",
    ),
    (shape_rules.explain_reduced, Z.sum(axis=0), Z, "yours is the sum over axis 0 of what was asked for"),
    (shape_rules.explain_reduced, VECTOR.mean(), VECTOR, "yours is the mean over all entries of what was asked for"),
    (value_rules.explain_function, 1 - VECTOR, VECTOR, "yours is 1 minus the expected value"),
    (value_rules.explain_function, 0.3, 0.7, "yours is 1 minus the expected value"),
    (value_rules.explain_function, np.abs(Z), Z, "yours is the expected value without its sign"),
    (value_rules.explain_function, Z**2, Z, "yours is the square of the expected value"),
    (value_rules.explain_function, np.sqrt(0.7), 0.7, "yours is the square root of the expected value"),
    (value_rules.explain_function, np.log(TABLE), TABLE, "yours is the natural logarithm of the expected value"),
    (value_rules.explain_other_order, VECTOR[::-1], VECTOR, "the numbers are right, but in reverse order"),
    (
        value_rules.explain_other_order,
        np.roll(Z, 1, axis=1),
        Z,
        "the numbers are right, but each stands one place beside its own",
    ),
    (value_rules.explain_other_order, VECTOR[[1, 0, 4, 2, 3]], VECTOR, "the numbers are right, but in other places"),
    (
        place_rules.explain_probabilities,
        COLUMNS,
        ROWS,
        "the columns of yours sum to 1; the rows should: the axis is the other one",
    ),
    (
        place_rules.explain_probabilities,
        TABLE / TABLE.sum(),
        TABLE / TABLE.sum(axis=1, keepdims=True),
        "all entries of yours together sum to 1; each row should: the sum runs over the whole array",
    ),
    (place_rules.explain_probabilities, Z, np.full((4, 3), 1 / 3), "the rows of yours do not sum to 1"),
    (
        value_rules.explain_ratio_by_line,
        Z * [1.0, 2.0, 0.5],
        Z,
        "each column of yours is the expected one times a factor of its own: a factor is missing or too many",
    ),
    (
        value_rules.explain_ratio_by_line,
        np.add(Z, [[1.0], [2.0], [0.0], [4.0]]),
        Z,
        "each row of yours differs from the expected one by a number of its own: a term is missing or wrong",
    ),
    (
        place_rules.explain_limited,
        [-27.0, -27.0, -3.0, -9.0],
        np.array([-1000.0, -40.0, -3.0, -9.0]),
        "yours never goes below -27: a limit, or a small number added on the way, keeps it there",
    ),
    (
        place_rules.explain_limited,
        [3.0, 1.0, 3.0, 2.0],
        np.array([7.0, 1.0, 9.0, 2.0]),
        "yours never goes above 3: a limit on the way keeps it there",
    ),
    (
        place_rules.explain_one_sign,
        [1.0, 2.0, 1.0, 1.0],
        np.array([1.0, 2.0, -0.5, -0.7]),
        "where the answer is positive yours is right; where it is negative yours is 1 everywhere",
    ),
    (place_rules.explain_some_lines, [3.0, 0.0, 2.0, 0.0, 5.0], np.array([3.0, 4.0, 2.0, 1.0, 5.0]), ZEROS),
    (
        place_rules.explain_some_lines,
        [9.0, 4.0, 2.0, 1.0],
        np.array([3.0, 4.0, 2.0, 1.0]),
        "only the first entry is wrong",
    ),
]


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([0.0, 1.0, 0.5], [0.01, 1.0, 0.5]),  # floats; a slope is missing
        ([[1.0, 2.0, 0.0], [4.0, 5.0, 0.0]], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]),  # a loop that is one short
        ([[20.0, 3.0], [40.0, 6.0]], [[10.0, 1.0], [20.0, 2.0]]),  # each row a multiple of the other
        ([1.9696, 2.3457, 2.7286, 9.0], [1.9691, 2.3453, 2.7282, 1.0]),  # all of them wrong
    ],
)
def test_what_fits_by_chance_is_not_said(actual: Any, expected: Any) -> None:
    """A rule speaks of what leaves no other way to see it."""
    said = find(actual, np.asarray(expected))
    assert [] == [word for word in ("decimals", "factor of its own", "only the last entry") if word in said]


@pytest.mark.parametrize(("rule", "actual", "expected", "sentence"), CASES)
def test_a_mistake_is_named(rule: Rule, actual: Any, expected: Any, sentence: str) -> None:
    """The sentence of the first rule that fits is the one of the rule that was written for it."""
    assert sentence == find(actual, np.asarray(expected))
    assert sentence == quote(ask(rule, actual, expected))


def quote(cause: Cause | None) -> str:
    """All that is said of a cause, with values; empty where there is none."""
    return (cause.quoted or cause.text) if cause else ""


def find(actual: Any, expected: Any) -> str:
    """What the first rule that fits says, with values."""
    return quote(diagnose(actual, expected))


def ask(rule: Rule, actual: Any, expected: Any) -> Cause | None:
    """What a rule says, in the quiet that `diagnose` gives it."""
    with np.errstate(all="ignore"):
        return rule(np.asarray(actual, dtype=float), np.asarray(expected, dtype=float))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_hides_no_later_one(rule: Rule) -> None:
    """The first that speaks is heard: it is silent on the mistakes of those behind it."""
    spoken = [
        sentence
        for owner, actual, expected, sentence in CASES
        if RULES.index(rule) < RULES.index(owner) and ask(rule, actual, expected)
    ]
    assert [] == spoken


def test_every_rule_has_a_case() -> None:
    """A rule that is never tried is not one."""
    assert {rule for rule, *_ in CASES} == set(RULES)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (Z + np.eye(4, 3), Z),
        (Z[:3], Z),
        (Z.ravel(), Z),
        (VECTOR, VECTOR[:4]),
        (3.7, 1.9),
        (0.625 * ODD, ODD),
        (0.0, 1.9),
        (1.0, 1.9),
        (5.0, 0.0),
        (VECTOR, np.zeros(5)),
        ([1.0, np.inf], np.array([1.0, np.inf])),
        ([1.0, np.nan], np.array([1.0, np.inf])),
        (GATE[::-1][:3], GATE[:3]),
        (1.0, 0.0),
        ([], np.ones(3)),
        (np.ones((0, 3)), np.ones(3)),
        (np.ones(3), np.ones(0)),
    ],
    ids=repr,
)
def test_nothing_is_said_where_nothing_fits(actual: Any, expected: Any) -> None:
    """A wrong guess sends a student the wrong way; for a single number, most ratios mean nothing."""
    assert find(actual, np.asarray(expected)) == ""


@pytest.mark.parametrize(
    "actual", [None, "text", b"x", {"a": 1}, [1, None], [[1], [1, 2]], 1j, [1j], ["1"], object(), 10**400], ids=repr
)
def test_what_is_no_number_has_no_likely_cause(actual: Any) -> None:
    """Whatever was returned, looking for a cause never fails."""
    assert find(actual, np.ones(2)) == ""


SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, max_side=4)
FINITE = st.floats(-1e6, 1e6)
ANY = st.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(hnp.arrays(np.float64, SHAPES, elements=ANY))
def test_nothing_is_said_of_a_right_answer(expected: Any) -> None:
    """Not a word, with any numbers in it, exact or with an error of single precision."""
    assert find(expected, expected) == ""
    assert find(expected.tolist(), expected) == ""
    assert find(expected * 0.9999999, expected) == ""


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(hnp.arrays(np.float64, SHAPES, elements=ANY), hnp.arrays(np.float64, SHAPES, elements=ANY))
def test_any_two_arrays_can_be_looked_at(actual: Any, expected: Any) -> None:
    """No shapes, infinities or overflows trip a rule, and no warning is printed."""
    text = find(actual, expected)
    assert text == "" or text[0].islower()


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32), st.tuples(st.integers(2, 6), st.integers(2, 6)))
def test_noise_has_no_likely_cause(seed: int, shape: tuple[int, int]) -> None:
    """Two unrelated tables of numbers: every rule holds its tongue."""
    rng = np.random.default_rng(seed)
    assert find(rng.normal(size=shape), rng.normal(size=shape)) == ""


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    hnp.arrays(np.float64, st.tuples(st.integers(2, 5), st.integers(2, 5)), elements=st.floats(0.01, 100)),
    st.sampled_from([2.0, 3.0, 8.0, 0.5, 0.25, -2.0, -0.5, 1.7, 0.3]),
)
def test_a_factor_is_found_whatever_the_numbers(expected: Any, factor: float) -> None:
    """N, 1/N, a sign and a factor: said whenever the reference varies."""
    expected[0, 0] = 2 * expected.max() + 1.5
    assert find(factor * expected, expected).endswith(" times the expected value everywhere")


def test_labels_are_no_probabilities() -> None:
    """A row of 0 and 1 with a single 1 sums to 1 by chance."""
    assert place_rules.explain_probabilities(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0])) is None


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (Z[1:3, ::-1], Z[2, ::-1], "only one row of yours was asked for"),
        (np.full((4, 3), 2.5), Z, "every entry of yours is the same"),
        (2.34 * Z, Z, "yours is the same multiple of the expected value everywhere"),
        (Z / 4, Z, "yours is the same multiple of the expected value everywhere"),  # 1/N of N hidden samples
        (Z + 2.34, Z, "yours is off by the same amount everywhere"),
        (0.25, np.array(0.75), "yours is a simple multiple or fraction of the expected value"),
        (np.where(np.arange(12).reshape(4, 3) % 2, 0, Z), Z, "yours is 0 in some entries, and right in the others"),
        (np.maximum(Z, 0.123), Z, "yours never goes below a certain number"),
        (
            np.where(Z > 0, Z, 7.7),
            Z,
            "where the answer is positive yours is right; where it is negative yours is the same",
        ),
    ],
    ids=["row", "constant", "ratio", "mean", "offset", "number", "zeros", "limit", "sign"],
)
def test_of_a_hidden_check_no_number_of_the_students_is_quoted(actual: Any, expected: Any, said: str) -> None:
    """Each could be made of the hidden input."""
    cause = diagnose(actual, expected)
    assert cause is not None
    assert cause.text.startswith(said)
    assert cause.quoted
