"""What a hostile answer may cost the harness: it fails its own check, and is never our error."""

from __future__ import annotations

import hashlib
import resource
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from grader.harness.grading import Grader
from grader.model.report import CheckResult, Report, Status
from grader.model.submission import Submission, SubmittedFile
from grader.worker import allowance, client
from grader.worker.process import Launcher
from tests.courses import read_tiny, write_course

SUITE = '''
import numpy as np
from grader.checks import picturing, task

kept = []

@task("double", points=60)
def test_waits(student):
    """compares for ever"""
    answer = student.double(2.0)
    while True:
        with picturing():
            sum(range(1_000))

@task("halve", points=20)
def test_hoards(student):
    """keeps what comes as long as it is not right"""
    kept.clear()
    while student.halve(2.0) != 1:
        kept.append(np.empty(1 << 22))

@task("halve", points=10)
def test_goes_on(student):
    """is there"""
    kept.clear()
    assert student.halve(2.0) == 2

@task("halve", points=10)
def test_waits_before(student):
    """asks nothing"""
    while True:
        sum(range(1_000))
'''
SOURCE = b"def double(x): return 2 * x\ndef halve(x): return x\n"
SUBMISSION = Submission("kim", (SubmittedFile("tiny.py", hashlib.sha256(SOURCE).hexdigest(), SOURCE),))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Graded with half a second for each check, and 300 MB for all of them."""
    course = write_course(tmp_path_factory.mktemp("costs"), public=SUITE, hidden=None)
    assignment = read_tiny(course)
    with (
        pytest.MonkeyPatch.context() as patch,
        closing(Grader(course, assignment, Launcher(assignment.limits))) as grader,
    ):
        patch.setattr(client, "JUDGING_SECONDS", 0.5)
        patch.setattr(allowance, "MEMORY", 300 << 20)
        return grader.grade_submission(SUBMISSION, 1)


def find(report: Report, name: str) -> CheckResult:
    """One check's result."""
    return next(check for task in report.tasks for check in task.checks if check.id == f"public/{name}")


@pytest.mark.parametrize("name", ["test_waits", "test_hoards"])
def test_a_costly_answer_fails_its_check(report: Report, name: str) -> None:
    """Although the suite ignores exceptions while it draws; in a student's words."""
    result = find(report, name)
    assert result.message is not None
    assert (Status.FAILED, "a value that takes far more") == (result.status, result.message.got[:27])
    assert result.seconds < 20


def test_the_others_are_judged(report: Report) -> None:
    """It costs nobody anything else."""
    assert Status.PASSED is find(report, "test_goes_on").status


def test_what_costs_too_much_before_any_answer_is_our_error(report: Report) -> None:
    """No student made it so."""
    assert Status.ERROR is find(report, "test_waits_before").status


def test_no_limit_is_left(report: Report) -> None:
    """The harness goes on as it was."""
    assert report.submission.id == "kim"
    assert resource.RLIM_INFINITY == resource.getrlimit(resource.RLIMIT_DATA)[0]


def test_what_a_submission_asked_is_forgotten(tmp_path: Path) -> None:
    """When its report is there, whatever became of it."""

    class Source:
        forgotten = 0

        def answer(self, question: Any) -> Any:
            del question
            return time.time()

        def version(self) -> None:
            return None

        def forget(self) -> None:
            self.forgotten += 1

    course = write_course(tmp_path)
    assignment, source = read_tiny(course), Source()
    with closing(Grader(course, assignment, Launcher(assignment.limits), source=source)) as grader:
        grader.grade_submission(SUBMISSION, 1)
        grader.grade_submission(SUBMISSION, 1)
    assert source.forgotten == 2
