"""What several commands show the person who typed them: a report, its page, hints; and what could not be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import screen
from grader.language import render, tell

if TYPE_CHECKING:
    from grader.desk.hints import Hints
    from grader.desk.records import Kept
    from grader.model import Assignment, Changes, Course, Report, Submission, Task


def show(
    report: Report, no_color: bool, *, quoted: bool = False, changes: Changes | None = None, focus: str | None = None
) -> None:
    """Print the report for a person; `quoted` where a CI runner would obey commands in a student's text."""
    import secrets

    from grader.reporters import github, terminal

    text = terminal.render(
        report,
        width=screen.measure_width(),
        color=screen.use_color(no_color),
        encoding=screen.find_encoding(),
        now=screen.read_clock(),
        changes=changes,
        focus=focus,
    )
    click.echo(github.quote_log(text, secrets.token_hex(16)) if quoted else text, nl=False)


def open_page(report: Report, submission: Submission, course: Course, changes: Changes) -> str:
    """Write the report as a page with the student's code in it, and show it in the browser. Gives what came of it."""
    from grader.desk.records import locate_page
    from grader.errors import refuse_write
    from grader.report import write_atomically
    from grader.reporters import html

    path = locate_page(course, report.assignment.id)
    source = submission.files[0].content.decode("utf-8-sig", "replace") if submission.files else ""
    try:
        write_atomically(path, html.render(report, source, changes))
    except OSError as error:
        raise refuse_write(path, error) from None
    if screen.open_in_browser(path.absolute().as_uri()):
        return tell("Page   {path}", path=screen.shorten(path))
    return tell("There is no browser here; the page is {path}", path=screen.shorten(path))


def keep(report: Report, course: Course) -> Kept:
    """Keep a run; say so, and go on, where it cannot be written."""
    from grader.desk.records import keep_run

    kept = keep_run(report, course)
    if kept.unwritten is not None:
        reason = kept.unwritten.strerror
        screen.note(
            tell("The report was not kept: {path} cannot be written ({reason}).", path=kept.path, reason=reason)
        )
    return kept


def give_hint(course: Course, assignment: Assignment, task: Task, by_key: bool = False) -> str:
    """The task's hints so far with one more; say so, and go on, where that cannot be remembered."""
    from grader.desk.hints import locate_hints, take_hint

    hints = take_hint(course, assignment, task)
    if hints.unwritten is not None:
        path, reason = locate_hints(course), hints.unwritten.strerror
        screen.note(tell("Not remembered: {path} cannot be written ({reason}).", path=path, reason=reason))
    return _describe_hints(hints, by_key)


def _describe_hints(hints: Hints, by_key: bool) -> str:
    """The hints as lines, and how to get one more: by the same command, or by the same key."""
    number = len(hints.task.hints)
    if not number:
        return tell("{task} has no hints.", task=hints.task.title)
    foot = tell("That was the last one.")
    if hints.left and not hints.again:
        asked = tell("{number} more: press h again.", number=hints.left)
        foot = asked if by_key else tell("{number} more: the same command again.", number=hints.left)
    head = tell("{task}, hint {level} of {number}", task=hints.task.title, level=len(hints.given), number=number)
    return "\n".join([head, *(f"{at}. {render(text)}" for at, text in enumerate(hints.given, start=1)), foot])
