"""The words that every reporter uses: the same fact reads the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.language import render, tell, tell_number
from grader.model import Changes, CheckResult, Message, Mode, Report, Status, TaskResult, View, Visibility, Where
from grader.reporters.text import clean

TITLE_LIMIT = 200
MAX_CHANGES = 5
PARTS = ("called", "expected", "got", "where", "likely", "more", "output", "note", "next")

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


class Part(NamedTuple):
    """Something that is known of a check: one of `PARTS`, what it is called, and its raw text."""

    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The failing check of a task to be shown first, and how many there are."""

    number: int
    task: TaskResult
    check: CheckResult
    failing: int


def name_status(status: Status) -> str:
    """Say in a word what became of a check or a task."""
    return {
        Status.PASSED: tell("ok"),
        Status.FAILED: tell("FAIL"),
        Status.ERROR: tell("error"),
        Status.TIMEOUT: tell("timeout"),
        Status.CRASHED: tell("crash"),
        Status.SKIPPED: tell("not run"),
        Status.NOT_ATTEMPTED: tell("todo"),
    }[status]


def name_part(kind: str) -> str:
    """Say what one of `PARTS` is called."""
    return {
        "called": tell("You called"),
        "expected": tell("Expected"),
        "got": tell("Got"),
        "where": tell("Where"),
        "likely": tell("Likely"),
        "more": tell("More"),
        "output": tell("Your output"),
        "note": tell("Note"),
        "next": tell("Next"),
    }[kind]


def name_task(number: int) -> str:
    """Name a task by its number: `Task 2`."""
    return tell("Task {number}", number=number)


def find_failures(report: Report) -> Iterator[Failure]:
    """Find the failing check to be shown of every task that has one, in the order of the tasks."""
    for number, task in enumerate(report.tasks, start=1):
        failing = sort_failing(check for check in task.checks if check.status in _FAILING)
        if failing:
            yield Failure(number, task, failing[0], len(failing))


def sort_failing(checks: Iterable[CheckResult]) -> list[CheckResult]:
    """Sort failing checks as a reader wants them: those that know a likely cause first, else in their own order.
    What calls another function than the first of them comes last: its trouble may be that one's doing.
    """
    failing = list(checks)
    first = _name_called(failing[0]) if failing else ""

    def rank(check: CheckResult) -> tuple[bool, bool]:
        elsewhere = bool(first) and _name_called(check) not in ("", first)
        return elsewhere, not (check.message and check.message.likely)

    return sorted(failing, key=rank)


def _name_called(check: CheckResult) -> str:
    """The function that a check called last, as far as that may be known."""
    return check.message.called.partition("(")[0] if check.message else ""


def find_error(report: Report) -> CheckResult | None:
    """Find the first check that we could not judge, through a fault of ours."""
    checks = (check for task in report.tasks for check in task.checks)
    return next((check for check in checks if check.status is Status.ERROR), None)


def describe_position(failure: Failure) -> str:
    """Say which failing check is shown: `failing check 1 of 2`."""
    hidden = failure.check.visibility is Visibility.HIDDEN
    if failure.failing == 1:
        return tell("the failing check (hidden)") if hidden else tell("the failing check")
    if hidden:
        return tell("failing check 1 of {number} (hidden)", number=failure.failing)
    return tell("failing check 1 of {number}", number=failure.failing)


def describe_submission(report: Report) -> str:
    """Name what was graded and how much was looked at: `softmax.py · 5 tasks, 12 public checks`."""
    files = ", ".join(file.path for file in report.submission.files)
    parts = [report.submission.id] if report.mode is Mode.BATCH else []
    parts += [files] if files else []
    tasks = tell_number("{number} task", "{number} tasks", len(report.tasks))
    parts += [f"{tasks}, {_count_checks(report)}"]
    return " · ".join(clean(part, TITLE_LIMIT) for part in parts)


def describe_task(task: TaskResult) -> str:
    """Say in a few words how a task went."""
    if not task.checks:
        return tell("judged at hand-in") if task.max_score else ""
    if task.status is Status.SKIPPED:
        return ""
    if task.status is Status.NOT_ATTEMPTED:
        return tell("not attempted yet")
    if task.status is Status.ERROR:
        return tell("could not be checked")
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
        return tell("No score this time")
    left = report.max_score - report.judged
    if left <= 0:
        return tell("Score {score} of {total}", score=report.score, total=report.max_score)
    return tell_number(
        "Score {score} of {judged} public points; {number} more is judged at hand-in",
        "Score {score} of {judged} public points; {number} more are judged at hand-in",
        left,
        score=report.score,
        judged=report.judged,
    )


def describe_changes(changes: Changes, most: int = MAX_CHANGES) -> list[str]:
    """Say what passes since the last run and what no longer does, a line each: `+ now passes: rows sum to 1`.

    At most `most` lines for each of the two; the last one counts the rest.
    """
    mended = [tell("now passes: {name}", name=clean(render(name), TITLE_LIMIT)) for name in changes.mended]
    broken = [tell("no longer passes: {name}", name=clean(render(name), TITLE_LIMIT)) for name in changes.broken]
    more_mended = tell("{number} more now pass", number=len(mended) - most + 1)
    more_broken = tell("{number} more no longer pass", number=len(broken) - most + 1)
    return [*_list_changes("+", mended, more_mended, most), *_list_changes("-", broken, more_broken, most)]


def _list_changes(sign: str, sentences: list[str], rest: str, most: int) -> list[str]:
    shown = sentences if len(sentences) <= most else [*sentences[: most - 1], rest]
    return [f"{sign} {sentence}" for sentence in shown]


def count_tasks(tasks: Sequence[TaskResult], others: bool) -> str:
    """Say in a line what became of tasks that have no row of their own: `9 other tasks: 7 ok, 2 FAIL`."""
    seen = [task.status for task in tasks]
    counts = ", ".join(
        tell("{number} {status}", number=seen.count(status), status=name_status(status))
        for status in Status
        if status in seen
    )
    if others:
        return tell_number("{number} other task: {counts}", "{number} other tasks: {counts}", len(seen), counts=counts)
    return tell_number("{number} task: {counts}", "{number} tasks: {counts}", len(seen), counts=counts)


def describe_outcome(report: Report) -> str:
    """Say in one line what a run came to: its points, or why nothing could run."""
    if report.problem:
        return tell("Not run: {reason}", reason=clean(render(report.problem.summary), TITLE_LIMIT))
    return describe_score(report)


def describe_our_fault() -> str:
    """Own up to a check that we could not judge."""
    return tell("could not be checked (our fault, not yours). Nothing was deducted.")


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
        return describe_our_fault()
    return tell_number(
        "Task {tasks} could not be checked (our fault, not yours). Nothing was deducted.",
        "Tasks {tasks} could not be checked (our fault, not yours). Nothing was deducted.",
        len(hit),
        tasks=_join(hit),
    )


def describe_where(where: Where) -> str:
    """Name a line as editors do, and show it: `softmax.py:14       return np.log(softmax(z))`."""
    return f"{where.file}:{where.line}       {where.text}".rstrip()


def list_parts(check: CheckResult, view: View) -> list[Part]:
    """List what is known of a check: called, expected, got, where, likely, more, output."""
    message = check.message or Message()
    texts = {
        "called": message.called,
        "expected": message.expected,
        "got": message.got or _describe_end(check.status),
        "where": describe_where(message.where) if message.where else "",
        "likely": message.quoted or message.likely,
        "more": f"grade explain {message.cause}" if message.cause else "",
        "output": check.output.strip("\r\n") or _describe_silence(check, view),
    }
    return [Part(kind, name_part(kind), render(text)) for kind, text in texts.items() if text]


def _describe_end(status: Status) -> str:
    if status is Status.TIMEOUT:
        return tell("no answer within the time limit")
    return tell("the program ended before it answered") if status is Status.CRASHED else ""


def _describe_silence(check: CheckResult, view: View) -> str:
    # Students are not shown what a hidden check printed, so nothing may be said about it.
    seen = view is View.STAFF or check.visibility is Visibility.PUBLIC
    return tell("(nothing printed)") if seen and check.status in _FAILING else ""


def _count_checks(report: Report) -> str:
    seen = [check.visibility for task in report.tasks for check in task.checks]
    public, hidden = seen.count(Visibility.PUBLIC), seen.count(Visibility.HIDDEN)
    if not hidden:
        return tell_number("{number} public check", "{number} public checks", public)
    if not public:
        return tell_number("{number} hidden check", "{number} hidden checks", hidden)
    return tell_number(
        "{public} public and {number} hidden check",
        "{public} public and {number} hidden checks",
        hidden,
        public=public,
    )


def _count_passed(task: TaskResult) -> str:
    total = len(task.checks)
    passed = sum(check.status is Status.PASSED for check in task.checks)
    if passed == total:
        return tell_number("{number} check passed", "{number} checks passed", total)
    return tell("{passed} of {total} checks passed", passed=passed, total=total)


def _count_untried(task: TaskResult) -> str:
    untried = sum(check.status is Status.NOT_ATTEMPTED for check in task.checks)
    return tell("{number} not attempted yet", number=untried) if untried else ""


def _describe_follow_through(task: TaskResult) -> str:
    names = _join(clean(name, TITLE_LIMIT) for name in task.follow_through)
    return tell("with the course's {names} in place of yours", names=names) if names else ""


def _join(words: Iterable[str]) -> str:
    *most, last = list(words) or [""]
    return tell("{most} and {last}", most=", ".join(most), last=last) if most else last
