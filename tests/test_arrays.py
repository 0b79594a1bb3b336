"""A student's value as an array: whatever comes, it costs about as much as it is large."""

from __future__ import annotations

import functools
import time
from typing import Any

import numpy as np
import pytest

from grader.arrays import MAX_ENTRIES, find_shape, to_array
from grader.checks import as_vector, assert_close, assert_equal, assert_gradient, require_parts
from grader.checks.figures import show_curves
from grader.errors import CheckFailed
from grader.explain.diagnose import diagnose
from grader.explain.values import describe_value
from tests.checks.runs import open_run
from tests.worker.memory import measure_growth

MIB, SECONDS = 160, 5.0  # what one comparison of a hostile value may cost: generous, and far from gigabytes
LETTERS = ["x" * (64 << 10), *["x"] * 4_000]  # 64 KiB on the wire; as an array of texts, a gigabyte
HOSTILE: dict[str, Any] = {
    "texts": LETTERS,
    "texts among numbers": [1.0, *LETTERS],
    "texts deeper down": [[text] for text in LETTERS],
    "bytes": [b"x" * (256 << 10), *[b"x"] * 4_000],
    "ragged": [[1.0] * 200, *[[1.0]] * 90_000],
    "deep": functools.reduce(lambda inner, _: [inner], range(15), [1.0] * 50_000),
    "many small arrays": [np.zeros(1) for _ in range(90_000)],
    "small numbers and a wide one": [np.zeros(24 << 20, np.uint8), np.zeros(24 << 20, np.uint8), 1j],
    "nothing, often": [None] * 90_000,
    "a dict among numbers": [1.0, {"x": LETTERS}],
    "no columns": np.zeros((10**9, 0)),
    "one enormous line": np.zeros((1, 5 << 20)),
    "many lines": np.zeros((1_000_000, 3)),
    "a long byte string": b"x" * (24 << 20),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("compare", [assert_close, assert_equal, assert_gradient])
def test_a_hostile_answer_is_a_failed_check_that_costs_little(compare: Any, kind: str) -> None:
    """Neither gigabytes nor minutes, and an exception that is the student's."""
    started = time.perf_counter()
    with measure_growth() as growth, pytest.raises(CheckFailed):
        compare(HOSTILE[kind], np.arange(3.0))
    assert growth.mib < MIB
    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_looks_at_a_hostile_answer_costs_little(kind: str) -> None:
    """The helpers of suites, the rules, the pictures and the words."""
    value = HOSTILE[kind]
    started = time.perf_counter()
    with open_run() as run, measure_growth() as growth:
        as_vector(value)
        diagnose(value, np.arange(3.0))
        find_shape(value)
        describe_value(value)
        show_curves("yours", value, [1.0, 2.0])
        with pytest.raises(CheckFailed):
            require_parts((value, 1.0), "a, b, c")
    assert run.figures == []
    assert growth.mib < MIB
    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ([1, 2.5, True], [1, 2.5, 1]),
        ([[1, 2], (3, 4)], [[1, 2], [3, 4]]),
        ([np.float32(1), 2], [1, 2]),
        ([np.array([1, 2]), np.array([3.0, 4.0])], [[1, 2], [3, 4]]),
        ([np.array([1, 2]), [3.0, 4.0]], [[1, 2], [3, 4]]),
        ([np.array(1.0), 2], [1, 2]),
        ([[], []], np.zeros((2, 0))),
        ([], []),
        ([2**70, 1], [2.0**70, 1.0]),
        (2**70, 2.0**70),
        (np.ma.masked_array([1.0, 2.0], [False, True]), [1, 2]),
        (1j, 1j),
    ],
)
def test_numbers_in_unusual_containers_are_an_array(value: Any, right: Any) -> None:
    """As numpy would make one."""
    array = to_array(value)
    assert array is not None
    assert np.array_equal(array, right)
    assert np.shape(right) == array.shape == find_shape(value)


@pytest.mark.parametrize(
    "value",
    [
        "1",
        None,
        {"x": 1},
        ["1", "2"],
        [1, "2"],
        [1, None],
        [[1, 2], [3]],
        [[1, 2], 3],
        [np.array([1.0]), 2.0],
        [np.array([1, 2]), [3, [4]]],
        [np.zeros(MAX_ENTRIES // 2), np.zeros(MAX_ENTRIES // 2), np.zeros(MAX_ENTRIES // 2)],
        [[[]] * 2, [1, 2]],
    ],
)
def test_anything_else_is_none(value: Any) -> None:
    """And nothing is guessed."""
    assert to_array(value) is None is find_shape(value)
