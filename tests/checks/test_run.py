"""The run of a check: two graders in one process never mix what belongs to one check of theirs."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from grader.checks import assert_close, show_bars
from grader.checks.run import Run, find_run
from grader.errors import CheckFailed
from grader.harness.fixtures import derive_seed
from grader.harness.grading import Grader
from grader.model.course import Course, Visibility
from grader.model.report import Check
from grader.report import dump, redact
from grader.worker.in_process import InsideLauncher
from tests.checks.runs import open_run
from tests.courses import HIDDEN, SOLUTION, read_tiny, write_course
from tests.harness.test_session import hand_in

ROUNDS = 50

# The student's mistake carries a hidden input to the place where a rule would quote it: "yours is ... too large".
TELLING = "def double(x):\n    return 2 * x + x[0]\n\n\ndef halve(x):\n    return x / 2\n"
SLEEPING = '''
import time

from grader.checks import assert_close, task

@task("double", points=50)
def test_double(student, rng):
    """double of random numbers, after a while"""
    x = rng.uniform(1, 2, size=5)
    answer = student.double(x)
    time.sleep(0.02)
    assert_close(answer, 2 * x)
'''
HASTY = '''
import numpy as np

from grader.checks import assert_close, task

@task("double", points=10)
def test_double(student):
    """double of three numbers"""
    x = np.arange(1.0, 4.0)
    assert_close(student.double(x), 2 * x)
'''


def test_a_hidden_input_is_quoted_to_nobody_while_another_grader_runs(tmp_path: Path) -> None:
    """One grader's public check must not open the mouth of the rules for the other's hidden check."""
    halve = HIDDEN[HIDDEN.index('@task("halve"') :]
    slow = write_course(tmp_path / "slow", hidden=SLEEPING + halve)
    quick = write_course(tmp_path / "quick", public=HASTY + halve.replace("points=30", "points=10"), hidden=None)
    done = threading.Event()

    def grade_on() -> None:
        with closing(Grader(quick, read_tiny(quick), InsideLauncher(), lookalikes=False)) as grader:
            while not done.is_set():
                grader.grade_submission(hand_in(TELLING), seed=0)

    other = threading.Thread(target=grade_on)
    other.start()
    try:
        with closing(Grader(slow, read_tiny(slow), InsideLauncher(), lookalikes=False)) as grader:
            [hidden] = [check for check in grader.checks if check.id == "hidden/test_double"]
            for seed in range(ROUNDS):
                seen = dump(redact(grader.grade_submission(hand_in(TELLING), seed)))
                first = np.random.default_rng(derive_seed(hidden, seed)).uniform(1, 2, size=5)[0]
                assert "yours is off by the same amount everywhere" in seen
                assert f"{first:.4g}" not in seen
    finally:
        done.set()
        other.join()


def test_graders_start_side_by_side(tmp_path: Path) -> None:
    """Suites of one name in several courses, imported at the same time: each grader has those of its own course."""
    courses = [write_course(tmp_path / str(number)) for number in range(4)]
    scores: list[float | None] = []

    def grade(course: Course) -> None:
        with closing(Grader(course, read_tiny(course), InsideLauncher(), lookalikes=False)) as grader:
            scores.append(grader.grade_submission(hand_in(SOLUTION), seed=0).score)

    for _ in range(5):
        threads = [threading.Thread(target=grade, args=(course,)) for course in courses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert scores == [100] * 20


def test_a_run_belongs_to_its_thread() -> None:
    """What one thread's check measures and draws is not in another's."""
    seen: list[Run | None] = []
    with open_run(Visibility.HIDDEN) as run:
        thread = threading.Thread(target=lambda: seen.append(find_run()))
        thread.start()
        thread.join()
        assert find_run() is run
        assert_close(1.0, 1.0)
        show_bars("bars", [1.0, 2.0], [1.0, 2.0])
    assert seen == [None]
    assert (len(run.errors), len(run.figures)) == (1, 1)
    assert find_run() is None


def test_outside_a_check_nothing_is_kept() -> None:
    """A comparison that an author tries at a prompt works all the same."""
    assert_close(1.0, 1.0)
    show_bars("bars", [1.0], [1.0])
    with pytest.raises(CheckFailed):
        assert_close(1.0, 2.0)
    assert find_run() is None


def test_a_seed_is_a_check_s_own() -> None:
    """Public checks have the same numbers always; hidden ones have those of the run's seed."""
    public, hidden = (Check(f"{v}/test_x", "x", "x", v, 1) for v in (Visibility.PUBLIC, Visibility.HIDDEN))
    assert derive_seed(public, 1) == derive_seed(public, 2)
    assert derive_seed(hidden, 1) != derive_seed(hidden, 2)
