"""The words that every reporter uses: the same fact reads the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.history import Changes
from grader.model import CheckResult, Message, Mode, Report, Status, TaskResult, View, Visibility, Where
from grader.reporters.text import clean, count

OUR_FAULT = "could not be checked (our fault, not yours). Nothing was deducted."
TITLE_LIMIT = 200
MAX_CHANGES = 5

WORDS = {
    Status.PASSED: "ok",
    Status.FAILED: "FAIL",
    Status.ERROR: "error",
    Status.TIMEOUT: "timeout",
    Status.CRASHED: "crash",
    Status.SKIPPED: "not run",
    Status.NOT_ATTEMPTED: "todo",
}
SYMBOLS = {
    Status.PASSED: "✓",
    Status.FAILED: "✗",
    Status.ERROR: "!",
    Status.TIMEOUT: "⏱",
    Status.CRASHED: "☠",
    Status.SKIPPED: "–",
    Status.NOT_ATTEMPTED: "○",
}

_FAILING = (Status.FAILED, Status.TIMEOUT, Status.CRASHED)
_SILENT_ENDS = {
    Status.TIMEOUT: "no answer within the time limit",
    Status.CRASHED: "the program ended before it answered",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """The first failing check of a task, and how many more there are to mend."""

    number: int
    task: TaskResult
    check: CheckResult
    failing: int


def find_failures(report: Report) -> Iterator[Failure]:
    """Find the first failing check of every task that has one, in the order of the tasks."""
    for number, task in enumerate(report.tasks, start=1):
        failing = [check for check in task.checks if check.status in _FAILING]
        if failing:
            yield Failure(number, task, failing[0], len(failing))


def find_error(report: Report) -> CheckResult | None:
    """Find the first check that we could not judge, through a fault of ours."""
    checks = (check for task in report.tasks for check in task.checks)
    return next((check for check in checks if check.status is Status.ERROR), None)


def describe_position(failure: Failure) -> str:
    """Say which failing check is shown: `failing check 1 of 2`."""
    hidden = " (hidden)" if failure.check.visibility is Visibility.HIDDEN else ""
    return f"failing check 1 of {failure.failing}{hidden}"


def describe_submission(report: Report) -> str:
    """Name what was graded and how much was looked at: `softmax.py · 5 tasks, 12 public checks`."""
    files = ", ".join(file.path for file in report.submission.files)
    parts = [report.submission.id] if report.mode is Mode.BATCH else []
    parts += [files] if files else []
    parts += [f"{count(len(report.tasks), 'task')}, {_count_checks(report)}"]
    return " · ".join(clean(part, TITLE_LIMIT) for part in parts)


def describe_task(task: TaskResult) -> str:
    """Say in a few words how a task went."""
    if not task.checks:
        return "judged at hand-in" if task.max_score else ""
    if task.status is Status.SKIPPED:
        return ""
    if task.status is Status.NOT_ATTEMPTED:
        return "not attempted yet"
    if task.status is Status.ERROR:
        return "could not be checked"
    if task.status is Status.PASSED and task.follow_through:
        return _describe_follow_through(task)
    remarks = (_count_passed(task), _count_untried(task), _describe_follow_through(task))
    return ", ".join(remark for remark in remarks if remark)


def describe_points(task: TaskResult, width: int = 0) -> str:
    """Say a task's points: `2 / 5`, each number `width` wide."""
    # A task we failed to judge has no score: a zero would look like a verdict.
    score = "–" if task.status is Status.ERROR else str(task.score)
    return f"{score:>{width}} / {task.judged:>{width}}"


def describe_score(report: Report) -> str:
    """Say the score, and what is left for others to judge."""
    if report.score is None:
        return "No score this time"
    left = report.max_score - report.judged
    if left <= 0:
        return f"Score {report.score} of {report.max_score}"
    verb = "is" if left == 1 else "are"
    return f"Score {report.score} of {report.judged} public points; {left} more {verb} judged at hand-in"


def describe_changes(changes: Changes) -> list[str]:
    """Say what passes since the last run and what no longer does, a line each: `+ now passes: rows sum to 1`."""
    mended = [f"+ now passes: {clean(name, TITLE_LIMIT)}" for name in changes.mended]
    broken = [f"- no longer passes: {clean(name, TITLE_LIMIT)}" for name in changes.broken]
    return [*_shorten(mended, "more now pass"), *_shorten(broken, "more no longer pass")]


def _shorten(lines: list[str], rest: str) -> list[str]:
    if len(lines) <= MAX_CHANGES:
        return lines
    return [*lines[: MAX_CHANGES - 1], f"{lines[0][0]} {len(lines) - MAX_CHANGES + 1} {rest}"]


def describe_outcome(report: Report) -> str:
    """Say in one line what a run came to: its points, or why nothing could run."""
    return f"Not run: {clean(report.problem.summary, TITLE_LIMIT)}" if report.problem else describe_score(report)


def describe_error(report: Report) -> str:
    """Own up to a failure of ours, and name the tasks it hit; empty if there was none."""
    hit = [
        str(number)
        for number, task in enumerate(report.tasks, start=1)
        if any(check.status is Status.ERROR for check in task.checks)
    ]
    if not hit and report.status is not Status.ERROR:
        return ""
    if len(hit) in (0, len(report.tasks)):
        return OUR_FAULT
    return f"{'Task' if len(hit) == 1 else 'Tasks'} {_join(hit)} {OUR_FAULT}"


def describe_where(where: Where) -> str:
    """Name a line as editors do, and show it: `softmax.py:14       return np.log(softmax(z))`."""
    return f"{where.file}:{where.line}       {where.text}".rstrip()


def list_parts(check: CheckResult, view: View) -> list[tuple[str, str]]:
    """List what is known of a check as labels and raw texts: called, expected, got, where, likely, output."""
    message = check.message or Message()
    parts = [
        ("You called", message.called),
        ("Expected", message.expected),
        ("Got", message.got or _SILENT_ENDS.get(check.status, "")),
        ("Where", describe_where(message.where) if message.where else ""),
        ("Likely", message.likely),
        ("Your output", check.output.strip("\r\n") or _describe_silence(check, view)),
    ]
    return [(label, text) for label, text in parts if text]


def _describe_silence(check: CheckResult, view: View) -> str:
    # Students are not shown what a hidden check printed, so nothing may be said about it.
    seen = view is View.STAFF or check.visibility is Visibility.PUBLIC
    return "(nothing printed)" if seen and check.status in _FAILING else ""


def _count_checks(report: Report) -> str:
    seen = [check.visibility for task in report.tasks for check in task.checks]
    public, hidden = seen.count(Visibility.PUBLIC), seen.count(Visibility.HIDDEN)
    if not hidden:
        return count(public, "public check")
    return f"{public} public and {count(hidden, 'hidden check')}" if public else count(hidden, "hidden check")


def _count_passed(task: TaskResult) -> str:
    total = len(task.checks)
    passed = sum(check.status is Status.PASSED for check in task.checks)
    return f"{count(total, 'check')} passed" if passed == total else f"{passed} of {total} checks passed"


def _count_untried(task: TaskResult) -> str:
    untried = sum(check.status is Status.NOT_ATTEMPTED for check in task.checks)
    return f"{untried} not attempted yet" if untried else ""


def _describe_follow_through(task: TaskResult) -> str:
    names = _join(clean(name, TITLE_LIMIT) for name in task.follow_through)
    return f"with the course's {names} in place of yours" if names else ""


def _join(words: Iterable[str]) -> str:
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last
