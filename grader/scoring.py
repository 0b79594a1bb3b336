"""Add up check results to task results, and task results to a score.

Pure. The highest possible score is always the manifest's, even if not all checks could be judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from grader.model.course import Assignment, Task
from grader.model.report import Check, CheckResult, Report, Status, TaskResult


def skip_all(checks: Iterable[Check]) -> tuple[CheckResult, ...]:
    """Build the results of checks that could not run.

    They could not run because the student's file could not be loaded. They are SKIPPED and earn 0 points.
    """
    return tuple(
        CheckResult(check.id, check.name, check.visibility, Status.SKIPPED, 0, check.points) for check in checks
    )


def score_tasks(
    assignment: Assignment, checks: Sequence[Check], results: Sequence[CheckResult]
) -> tuple[TaskResult, ...]:
    """Build the result of each task, in the manifest's order.

    `checks` tell which task each of the `results` belongs to.
    """
    task_of = {check.id: check.task for check in checks}
    return tuple(
        score_task(task, tuple(result for result in results if task_of[result.id] == task.id))
        for task in assignment.tasks
    )


def score_task(task: Task, results: tuple[CheckResult, ...]) -> TaskResult:
    """Build the result of one task from the results of its checks.

    `judged` in the result is the worth of the checks that are present.
    """
    return TaskResult(
        id=task.id,
        title=task.title,
        status=summarise(result.status for result in results),
        score=sum(result.points for result in results),
        judged=sum(result.max_points for result in results),
        max_score=task.points,
        checks=results,
    )


def rescore_task(result: TaskResult) -> TaskResult:
    """Build the task's result with points and status of its checks now."""
    return replace(
        result,
        status=summarise(check.status for check in result.checks),
        score=sum(check.points for check in result.checks),
    )


def summarise(statuses: Iterable[Status]) -> Status:
    """Summarise many statuses as one.

    ERROR outweighs all others. If all are equal, that is the status. A mixture is FAILED, except that TIMEOUT or
    CRASHED stands if PASSED is the only other status. Without any status, the result is SKIPPED.
    """
    distinct = set(statuses)
    if Status.ERROR in distinct:
        return Status.ERROR
    if len(distinct) == 1:
        return distinct.pop()
    failures = distinct - {Status.PASSED}
    if len(failures) == 1 and failures <= {Status.TIMEOUT, Status.CRASHED}:
        return failures.pop()
    return Status.FAILED if failures else Status.SKIPPED


def total(tasks: Iterable[TaskResult]) -> int | None:
    """Add up the score of all tasks.

    Returns None if a task has the status ERROR: then the grader or the machine failed to judge a check.
    """
    tasks = tuple(tasks)
    if any(task.status is Status.ERROR for task in tasks):
        return None
    return sum(task.score for task in tasks)


def find_wrong_total(report: Report) -> str:
    """Find the first number of a report that does not follow from its checks.

    Returns a sentence about that number, or "" if all numbers follow.
    """
    for task in report.tasks:
        if any(not 0 <= check.points <= check.max_points for check in task.checks):
            return f"a check of {task.id} has more points than it is worth"
        if task.score != sum(check.points for check in task.checks):
            return f"the score of {task.id} is not that of its checks"
        if task.judged != sum(check.max_points for check in task.checks) or task.judged > task.max_score:
            return f"the checks of {task.id} are not worth what it says"
    if report.score != total(report.tasks):
        return "the score is not that of the tasks"
    if report.judged != sum(task.judged for task in report.tasks):
        return "the points that were judged are not those of the tasks"
    if report.max_score != sum(task.max_score for task in report.tasks):
        return "the tasks are not worth what the whole is"
    return ""
