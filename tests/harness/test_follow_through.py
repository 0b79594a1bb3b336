"""Follow-through: what builds rightly on a wrong function keeps its points, and nothing is earned in a circle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from grader.harness.grading import Grader
from grader.model.course import Assignment, Course
from grader.model.report import Report, Status
from grader.model.submission import Submission, SubmittedFile
from grader.worker.process import Launcher
from tests.conftest import ROOT

SOLUTION = ROOT / "solutions" / "hw4_softmax" / "softmax.py"

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

TWO_PROGRAMS = """
def softmax(z):
    raise NotImplementedError
def right(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return np.argmax(e / e.sum(axis=-1, keepdims=True), axis=-1)
def predict(z):
    again = type(softmax).__name__ != "function"
    if again:
        softmax(np.zeros(2))
    return right(z) if (np.max(z) > 2) == again else np.zeros(np.shape(z)[:-1], int)
"""
NO_HELP = """
def softmax(z):
    raise NotImplementedError
def predict(z):
    if type(softmax).__name__ == "function":
        return softmax(z)
    return np.argmax(z, axis=-1)
"""
FROM_ABOVE = """
def softmax(z):
    x = sigmoid_via_softmax(np.asarray(z, float))
    return x / (1 - x) / np.sum(x / (1 - x), axis=-1, keepdims=True)
def sigmoid_via_softmax(s):
    raise NotImplementedError
def unused():
    return softmax
"""
REMEMBERED = """
MEMORY = {}
def softmax(z):
    z = np.atleast_2d(np.asarray(z, float))
    if not MEMORY:
        MEMORY["log"] = log_softmax(np.array([[0.0, 1.0]]))
        raise ValueError("only looking")
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
def log_softmax(z):
    return np.log(softmax(z)) + 0 * softmax(z)
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
    assert ["log_softmax"] == helped


def test_help_does_not_hide_a_mistake_of_the_task_itself(grader: Grader) -> None:
    """The logarithm of a right softmax still underflows, and its stability points stay lost."""
    log_softmax = grade(grader, UNSHIFTED_LOG).tasks[1]
    assert 0 < log_softmax.score < log_softmax.max_score
    assert ("softmax",) == log_softmax.follow_through


def test_untouched_stubs_start_no_second_run(grader: Grader) -> None:
    """A file of stubs has nothing to follow through."""
    stub = ROOT / "student_template" / "hw4_softmax" / "softmax.py"
    content = stub.read_bytes()
    file = SubmittedFile("softmax.py", hashlib.sha256(content).hexdigest(), content)
    report = grader.grade_submission(Submission("kim", (file,)), seed=5)
    assert 0 == report.score
    assert {Status.NOT_ATTEMPTED} == {task.status for task in report.tasks}
    assert {()} == {task.follow_through for task in report.tasks}


def test_two_wrong_programs_do_not_add_up(grader: Grader) -> None:
    """Code can tell that it runs again: one half right now and the other half then is not more than the better half."""
    predict = {task.id: task for task in grade(grader, TWO_PROGRAMS).tasks}["predict"]
    first = {task.id: task for task in grade(grader, TWO_PROGRAMS.replace("again = ", "again = False and ")).tasks}
    second = {task.id: task for task in grade(grader, TWO_PROGRAMS.replace("again = ", "again = True or ")).tasks}
    assert predict.score <= max(first["predict"].score, second["predict"].score) < predict.max_score


def test_a_second_run_without_help_does_not_count(grader: Grader) -> None:
    """It is no second try: what passes without the reference could have passed the first time."""
    predict = {task.id: task for task in grade(grader, NO_HELP).tasks}["predict"]
    assert (0, ()) == (predict.score, predict.follow_through)


def test_a_harder_task_does_not_help_an_easier_one(grader: Grader) -> None:
    """Its reference holds the easier answer."""
    softmax, *_ = grade(grader, FROM_ABOVE).tasks
    assert (0, ()) == (softmax.score, softmax.follow_through)


def test_what_was_remembered_is_help_as_well(grader: Grader) -> None:
    """What the reference said in one check helps in the next, and nothing is earned in that circle."""
    softmax, log_softmax, *_ = grade(grader, REMEMBERED).tasks
    assert not (softmax.follow_through and log_softmax.follow_through)
