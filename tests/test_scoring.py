"""Points: whole, per check, and over a denominator that nothing changes."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from grader.model.course import Assignment, Limits, Task, Visibility
from grader.model.report import Check, CheckResult, Status
from grader.scoring import rescore_task, score_task, score_tasks, skip_all, summarise, total

TASKS = (Task("one", "one", 60, ("one",)), Task("two", "two", 40, ("two",)))
ASSIGNMENT = Assignment("hw1", "Tiny", Path("hw1_tiny"), "tiny.py", TASKS, Limits(), "0" * 64)
CHECKS = (
    Check("public/test_two", "two works", "two", Visibility.PUBLIC, 40),
    Check("public/test_one[a]", "one works (a)", "one", Visibility.PUBLIC, 20),
    Check("hidden/test_one[b]", "one works (b)", "one", Visibility.HIDDEN, 40),
)


def make_result(check: Check, status: Status) -> CheckResult:
    """Make what became of a check."""
    points = check.points if status is Status.PASSED else 0
    return CheckResult(check.id, check.name, check.visibility, status, points, check.points)


def score(*statuses: Status) -> list[tuple[str, str, int, int, int]]:
    """Score checks with these results, and give each task in short."""
    results = [make_result(check, status) for check, status in zip(CHECKS, statuses, strict=True)]
    tasks = score_tasks(ASSIGNMENT, CHECKS, results)
    return [(task.id, task.status.value, task.score, task.judged, task.max_score) for task in tasks]


def test_tasks_come_in_the_manifest_s_order() -> None:
    """However the suites are written, the table is the handout's."""
    assert score(Status.PASSED, Status.PASSED, Status.PASSED) == [
        ("one", "passed", 60, 60, 60),
        ("two", "passed", 40, 40, 40),
    ]


def test_a_check_earns_all_or_nothing() -> None:
    """A failed check takes its own points and no others."""
    assert score(Status.PASSED, Status.PASSED, Status.FAILED) == [
        ("one", "failed", 20, 60, 60),
        ("two", "passed", 40, 40, 40),
    ]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PASSED])
def test_the_denominator_never_changes(status: Status) -> None:
    """Whatever became of the checks, they are judged out of the same points, and none is earned."""
    assert [row[2:] for row in score(status, status, status)] == [(0, 60, 60), (0, 40, 40)]


def test_what_is_not_here_is_not_judged() -> None:
    """Without the hidden suite, max_score stays the manifest's and judged is what is here."""
    results = [make_result(check, Status.PASSED) for check in CHECKS[:2]]
    (one, two) = score_tasks(ASSIGNMENT, CHECKS[:2], results)
    assert [(20, 20, 60), (40, 40, 40)] == [(task.score, task.judged, task.max_score) for task in (one, two)]


def test_a_task_without_checks_is_skipped() -> None:
    """A task that is judged by hidden checks alone has no status of its own yet."""
    task = score_task(TASKS[0], ())
    assert (Status.SKIPPED, 0, 0, 60) == (task.status, task.score, task.judged, task.max_score)


def test_a_file_that_cannot_run_skips_every_check() -> None:
    """Each check is there, without points, seconds or a message."""
    results = skip_all(CHECKS)
    assert [(check.id, Status.SKIPPED, 0, check.points) for check in CHECKS] == [
        (result.id, result.status, result.points, result.max_points) for result in results
    ]
    assert {(None, None, "")} == {(result.seconds, result.message, result.output) for result in results}


def test_a_task_is_scored_anew_from_its_checks() -> None:
    """What follow-through changed in the checks shows in the task, and nothing else does."""
    before = score_task(TASKS[0], (make_result(CHECKS[1], Status.FAILED), make_result(CHECKS[2], Status.PASSED)))
    better = rescore_task(score_task(TASKS[0], skip_all(CHECKS[1:])))
    assert rescore_task(before) == before
    assert (Status.SKIPPED, 0, 60) == (better.status, better.score, better.judged)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ([], "skipped"),
        (["passed"], "passed"),
        (["passed", "passed"], "passed"),
        (["not_attempted", "not_attempted"], "not_attempted"),
        (["skipped", "skipped"], "skipped"),
        (["timeout", "timeout"], "timeout"),
        (["passed", "failed"], "failed"),
        (["passed", "not_attempted"], "failed"),
        (["passed", "timeout"], "timeout"),
        (["passed", "crashed"], "crashed"),
        (["timeout", "crashed"], "failed"),
        (["timeout", "failed", "passed"], "failed"),
        (["not_attempted", "timeout"], "failed"),
        (["error", "failed", "passed"], "error"),
        (["error"], "error"),
    ],
)
def test_one_status_stands_for_many(statuses: list[str], status: str) -> None:
    """Agreement stands, our error outweighs all, and what is mixed is failed."""
    for order in itertools.permutations(statuses):
        assert status == summarise(map(Status, order))


def test_the_score_is_a_sum_or_nothing() -> None:
    """One check that we could not judge empties the score: half a score would look like a verdict."""
    fine = score_task(TASKS[0], (make_result(CHECKS[1], Status.PASSED), make_result(CHECKS[2], Status.FAILED)))
    ours = score_task(TASKS[1], (make_result(CHECKS[0], Status.ERROR),))
    assert [0, 20, None, None] == [total(tasks) for tasks in ([], [fine], [fine, ours], iter([ours]))]
