"""Follow-through: what builds rightly on a wrong function keeps its points, and nothing is earned in a circle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.grading import Grader
from grader.model import Assignment, Course, Report, Status, Submission, SubmittedFile
from grader.worker.process import Launcher

SOLUTION = Path(__file__).parent.parent / "solutions" / "hw4_softmax" / "softmax.py"

NO_SHIFT = """
def softmax(z):
    e = np.exp(np.asarray(z, float))
    return e / e.sum(axis=-1, keepdims=True)
def predict(z):
    return np.argmax(softmax(z), axis=-1)
"""
STUBBED = """
def softmax(z):
    raise NotImplementedError
"""
CIRCLE = """
def softmax(z):
    return np.exp(log_softmax(z))
def log_softmax(z):
    return np.log(softmax(z))
"""
UNSHIFTED_LOG = """
def softmax(z):
    return np.asarray(z, float) * 0
def log_softmax(z):
    return np.log(softmax(z))
"""


@pytest.fixture(scope="module")
def grader(course: Course, hw4: Assignment) -> Iterator[Grader]:
    """One warm grader for this module."""
    made = Grader(course, hw4, Launcher(hw4.limits, spares=1))
    yield made
    made.close()


def grade(grader: Grader, patch: str) -> Report:
    """Grade the model solution with some functions redefined at its end."""
    content = (SOLUTION.read_text("utf-8") + patch).encode()
    file = SubmittedFile("softmax.py", hashlib.sha256(content).hexdigest(), content)
    return grader.grade_submission(Submission("kim", (file,)), seed=5)


def scores(report: Report) -> dict[str, int]:
    """Points by task."""
    return {task.id: task.score for task in report.tasks}


def test_only_the_missing_shift_costs_points(grader: Grader) -> None:
    """A softmax without its shift loses stability points; all that is rightly built on it keeps every point."""
    report = grade(grader, NO_SHIFT)
    softmax, *others = report.tasks
    assert softmax.status is Status.FAILED
    assert 0 < softmax.score < softmax.max_score
    assert [task.max_score for task in others] == [task.score for task in others]


def test_the_report_names_the_help(grader: Grader) -> None:
    """A task that was helped says by which function, and counts as passed."""
    report = grade(grader, NO_SHIFT)
    helped = {task.id: task.follow_through for task in report.tasks if task.follow_through}
    assert {"predict": ("softmax",), "sigmoid_via_softmax": ("softmax",)} == helped
    assert all(task.status is Status.PASSED for task in report.tasks if task.follow_through)


def test_a_function_that_is_not_written_yet_can_be_stood_in_for(grader: Grader) -> None:
    """What builds on a stub is judged on its own merit."""
    report = grade(grader, STUBBED)
    assert 100 - 28 == report.score
    assert Status.NOT_ATTEMPTED is report.tasks[0].status


def test_two_functions_that_call_each_other_do_not_both_earn(grader: Grader) -> None:
    """In a circle the reference helps one of them at most."""
    report = grade(grader, CIRCLE)
    helped = [task.id for task in report.tasks[:2] if task.score]
    assert ["softmax"] == helped


def test_help_does_not_hide_a_mistake_of_the_task_itself(grader: Grader) -> None:
    """The logarithm of a right softmax still underflows, and its stability points stay lost."""
    log_softmax = grade(grader, UNSHIFTED_LOG).tasks[1]
    assert 0 < log_softmax.score < log_softmax.max_score
    assert ("softmax",) == log_softmax.follow_through


def test_untouched_stubs_start_no_second_run(grader: Grader) -> None:
    """A file of stubs has nothing to follow through."""
    stub = Path(__file__).parent.parent / "student_template" / "hw4_softmax" / "softmax.py"
    content = stub.read_bytes()
    file = SubmittedFile("softmax.py", hashlib.sha256(content).hexdigest(), content)
    report = grader.grade_submission(Submission("kim", (file,)), seed=5)
    assert 0 == report.score
    assert {Status.NOT_ATTEMPTED} == {task.status for task in report.tasks}
    assert {()} == {task.follow_through for task in report.tasks}
