"""The words that all reporters share: a fact reads the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.language import Sentence, render, say, tell, tell_number
from grader.model.course import Visibility
from grader.model.report import FAILING, Changes, CheckResult, Message, Mode, Report, Status, TaskResult, View
from grader.model.submission import Problem, Where
from grader.reporters.text import BAR, clean, clean_block, mark_lines

TITLE_LIMIT = 200
MAX_CHANGES = 5
PARTS = {  # the parts of what is known of a check, or of a problem, and their names for the reader
    "called": say("You called"),
    "expected": say("Expected"),
    "got": say("Got"),
    "where": say("Where"),
    "likely": say("Likely"),
    "more": say("More"),
    "output": say("Your output"),
    "note": say("Note"),
    "next": say("Next"),
}


class Look(NamedTuple):
    """The look of a status: a word, a symbol, its ASCII form, and a rich style."""

    word: Sentence
    symbol: str
    ascii: str
    style: str


LOOKS = {
    Status.PASSED: Look(say("ok"), "✓", "+", "green"),
    Status.FAILED: Look(say("FAIL"), "✗", "x", "red"),
    Status.ERROR: Look(say("error"), "!", "!", "magenta"),
    Status.TIMEOUT: Look(say("timeout"), "⏱", "t", "red"),
    Status.CRASHED: Look(say("crash"), "☠", "#", "red"),
    Status.SKIPPED: Look(say("not run"), "–", "-", "dim"),
    Status.NOT_ATTEMPTED: Look(say("todo"), "○", "o", "yellow"),
}


class Part(NamedTuple):
    """A part of what is known of a check.

    `kind` is one of `PARTS`, `label` its name for the reader, and `text` the raw text.
    """

    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The failing check of a task that is shown first.

    `number` is the task's, counted from 1. `failing` is the number of failing checks in the task.
    """

    number: int
    task: TaskResult
    check: CheckResult
    failing: int


def list_checks(report: Report) -> list[CheckResult]:
    """List the checks of all tasks."""
    return [check for task in report.tasks for check in task.checks]


def name_status(status: Status) -> str:
    """Name the status of a check or a task in a word."""
    return render(LOOKS[status].word)


def name_part(kind: str) -> str:
    """Name one of `PARTS` for the reader."""
    return render(PARTS[kind])


def name_task(number: int) -> str:
    """Name a task by its number: `Task 2`."""
    return tell("Task {number}", number=number)


def find_failures(report: Report) -> Iterator[Failure]:
    """Find, for each task that has one, the failing check to show.

    They are in the order of the tasks.
    """
    for number, task in enumerate(report.tasks, start=1):
        failing = sort_failing(check for check in task.checks if check.status in FAILING)
        if failing:
            yield Failure(number, task, failing[0], len(failing))


def sort_failing(checks: Iterable[CheckResult]) -> list[CheckResult]:
    """Sort failing checks in the order in which a reader needs them.

    Those with a likely cause come first, and otherwise they stay in their order. A check that called another function
    than the first of `checks` comes last, as the first one's function may be the reason of its failure.
    """
    failing = list(checks)
    first = _name_called(failing[0]) if failing else ""

    def rank(check: CheckResult) -> tuple[bool, bool]:
        elsewhere = bool(first) and _name_called(check) not in ("", first)
        return elsewhere, not (check.message and check.message.likely)

    return sorted(failing, key=rank)


def _name_called(check: CheckResult) -> str:
    """Name the function that a check called last, if that may be known."""
    return check.message.called.partition("(")[0] if check.message else ""


def find_error(report: Report) -> CheckResult | None:
    """Find the first check that the grader failed to judge, or None."""
    return next((check for check in list_checks(report) if check.status is Status.ERROR), None)


def describe_position(failure: Failure) -> str:
    """Say which failing check is shown: `failing check 1 of 2`."""
    hidden = failure.check.visibility is Visibility.HIDDEN
    if failure.failing == 1:
        return tell("the failing check (hidden)") if hidden else tell("the failing check")
    if hidden:
        return tell("failing check 1 of {number} (hidden)", number=failure.failing)
    return tell("failing check 1 of {number}", number=failure.failing)


def describe_submission(report: Report) -> str:
    """Name the files that were graded, and count tasks and checks.

    An example is `softmax.py · 5 tasks, 12 public checks`.
    """
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
    """Format a task's points: `2 / 5`, each number `width` columns wide."""
    # A task that the grader failed to judge has no score: a zero would look like a verdict.
    score = "–" if task.status is Status.ERROR else str(task.score)
    return f"{score:>{width}} / {task.judged:>{width}}"


def describe_score(report: Report) -> str:
    """Say the score, and how many points are judged at hand-in."""
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
    """Say which checks pass since the last run, and which no longer do.

    There is a line for each, such as `+ now passes: rows sum to 1`. For each of the two there are at most `most` lines,
    of which the last one counts the rest.
    """
    fixed = [tell("now passes: {name}", name=clean(render(name), TITLE_LIMIT)) for name in changes.fixed]
    broken = [tell("no longer passes: {name}", name=clean(render(name), TITLE_LIMIT)) for name in changes.broken]
    more_fixed = tell("{number} more now pass", number=len(fixed) - most + 1)
    more_broken = tell("{number} more no longer pass", number=len(broken) - most + 1)
    return [*_list_changes("+", fixed, more_fixed, most), *_list_changes("-", broken, more_broken, most)]


def _list_changes(sign: str, sentences: list[str], rest: str, most: int) -> list[str]:
    shown = sentences if len(sentences) <= most else [*sentences[: most - 1], rest]
    return [f"{sign} {sentence}" for sentence in shown]


def count_tasks(tasks: Sequence[TaskResult], others: bool) -> str:
    """Count, by status, the tasks that have no row of their own.

    An example is `9 other tasks: 7 ok, 2 FAIL`. `others` says whether there are tasks with a row.
    """
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
    """Say in one line how a run ended: its points, or why nothing could run."""
    if report.problem:
        return tell("Not run: {reason}", reason=clean(render(report.problem.summary), TITLE_LIMIT))
    return describe_score(report)


def describe_our_fault() -> str:
    """Say that the grader, by its own fault, could not judge a check."""
    return tell("could not be checked (our fault, not yours). Nothing was deducted.")


def describe_error(report: Report) -> str:
    """Say that the grader failed, and name the tasks it failed to judge.

    Empty if it did not fail.
    """
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


def describe_where(where: Where | None) -> str:
    """Name a line of the student's file as editors do, and show the line.

    Empty without a line. An example:

        softmax.py:14       return np.log(softmax(z))
    """
    return f"{where.file}:{where.line}       {where.text}".rstrip() if where else ""


def quote_problem(problem: Problem, limit: int, lines: int) -> str:
    """Format a problem as cleaned lines.

    Each part has at most `limit` characters and `lines` lines. A bar stands before every line that may not be the
    grader's.
    """
    texts = (problem.summary, describe_where(problem.where), problem.excerpt, problem.next_step)
    summary, where, excerpt, step = (mark_lines(clean_block(text, limit, lines)) for text in texts)
    # All of an excerpt is the student's text, so its first line has a bar, too.
    return "\n".join(filter(None, (summary, where, excerpt and BAR + excerpt, step))).rstrip()


def list_parts(check: CheckResult, view: View) -> list[Part]:
    """List what is known of a check, part by part.

    The parts are called, expected, got, where, likely, more and output. Parts without a text are left out.
    """
    message = check.message or Message()
    texts = {
        "called": message.called,
        "expected": message.expected,
        "got": message.got or _describe_end(check.status),
        "where": describe_where(message.where),
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
    # The student's view of a hidden check has no output, so it must not say that nothing was printed.
    seen = view is View.STAFF or check.visibility is Visibility.PUBLIC
    return tell("(nothing printed)") if seen and check.status in FAILING else ""


def _count_checks(report: Report) -> str:
    seen = [check.visibility for check in list_checks(report)]
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
