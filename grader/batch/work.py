"""What the processes of a batch do: prove the homework, and grade one entry.

Each function is the work of a harness (`harness/process.py`), which calls it with its grader.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.course.intake import UNREADABLE, refuse_link, take_in
from grader.errors import CouldNotGrade
from grader.harness.proof import Proof, prove
from grader.model.course import Assignment, Course, Visibility
from grader.model.report import Mode, Report
from grader.model.submission import Submission

if TYPE_CHECKING:
    from grader.batch.entries import Entry
    from grader.harness.grading import Grader


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """The settings that all submissions of a batch have in common.

    `least` is the sandbox level below which nothing is graded. `proof` is the proof of an earlier batch, if there is
    one. With `keep_going` a homework is graded although nothing proves it.
    """

    course: Course
    assignment: Assignment
    seed: int
    least: int
    proof: Proof | None = None
    keep_going: bool = False


def prove_homework(grader: Grader, settings: BatchSettings) -> Proof | None:
    """Prove the homework; None if nothing can and no proof is required."""
    try:
        return prove(grader, settings.seed, settings.proof)
    except CouldNotGrade:
        hidden = any(check.visibility is Visibility.HIDDEN for check in grader.checks)
        if hidden and not settings.keep_going:  # a kit's checks, all public, were proved when it was made
            raise
        return None


def list_answers(grader: Grader) -> dict[bytes, bytes]:
    """Return the oracle's answers so far: with them, the other processes of the batch need no torch."""
    return grader.list_answers()


def grade_entry(grader: Grader, entry: Entry, seed: int, unsound: frozenset[str] = frozenset()) -> Report:
    """Grade one submission and return its report.

    If the grader or the machine fails, the report says so; a failure never ends the batch.
    """
    submission = Submission(entry.id, name=entry.path.name)
    try:
        if entry.path.is_symlink():
            submission = refuse_link(entry.id, entry.path.name)
        else:
            submission = take_in(entry.path, grader.assignment, entry.id)
        submission = replace(submission, name=entry.path.name)
        if submission.problem and submission.problem.kind == UNREADABLE:  # the machine's failure, not the student's
            raise OSError(submission.problem.summary)
        return grader.grade_submission(submission, seed, unsound)
    except Exception as error:  # one submission must never stop the others
        from grader.harness.grading import report_failure

        reason = f"{type(error).__name__}: {error}"
        return report_failure(grader.course, grader.assignment, submission, reason, seed, Mode.BATCH)


def report_unjudged(settings: BatchSettings, entry: Entry, reason: str) -> Report:
    """Return the report of a submission that no process could grade.

    The failure is the grader's or the machine's, not the submission's; `reason` describes it.
    """
    from grader.harness.grading import report_failure  # imports numpy, which the first process does without

    submission = Submission(entry.id, name=entry.path.name)
    return report_failure(settings.course, settings.assignment, submission, reason, settings.seed, Mode.BATCH)
