"""What a suite's function was called with, and how often."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import Recorder
from tests.worker.memory import measure_growth


def test_calls_are_passed_on_and_kept() -> None:
    """In their order; arguments by name reach the function as well."""
    power = Recorder(lambda x, n=2: x**n)
    assert [9, 8, 16] == [power(3), power(2, 3), power(2, n=4)]
    assert (3, [(3,), (2, 3), (2,)]) == (power.count, power.calls)


def test_no_more_is_kept_than_was_asked_for() -> None:
    """However often a student's code calls."""
    recorder = Recorder(lambda _: 1.0, keep=10)
    with measure_growth() as growth:
        for _ in range(1_000):
            recorder(np.zeros(1 << 17))
    assert (1_000, 10) == (recorder.count, len(recorder.calls))
    assert growth.mib < 100


def test_an_exception_of_the_function_is_its_own() -> None:
    """The call was made all the same."""
    recorder = Recorder(float)
    with pytest.raises(ValueError, match="could not convert"):
        recorder("x")
    assert 1 == recorder.count
