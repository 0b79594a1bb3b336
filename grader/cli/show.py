"""The output that several commands share: a report, its page, and hints.

The functions also say so where something could not be kept on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import screen
from grader.language import render, tell

if TYPE_CHECKING:
    from grader.desk.hints import Hints
    from grader.desk.records import Kept
    from grader.model.course import Assignment, Course, Task
    from grader.model.report import Changes, Report
    from grader.model.submission import Submission


def show(
    report: Report, no_color: bool, *, quoted: bool = False, changes: Changes | None = None, focus: str | None = None
) -> None:
    """Print the report for a person.

    With `quoted`, the text is wrapped, as a CI runner reads it and would execute commands in a student's text.
    `changes` are those since the last run. `focus` is the id of the only task whose failure is shown.
    """
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
    """Write the report as a page with the student's code, and open the page.

    Returns a sentence with the page's path, which also says where there is no browser. Raises `ReportError` if the page
    cannot be written.
    """
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
    """Keep a run on disk; if it cannot be written, say so and go on."""
    from grader.desk.records import keep_run

    kept = keep_run(report, course)
    if kept.unwritten is not None:
        reason = kept.unwritten.strerror
        screen.note(
            tell("The report was not kept: {path} cannot be written ({reason}).", path=kept.path, reason=reason)
        )
    return kept


def give_hint(course: Course, assignment: Assignment, task: Task, by_key: bool = False) -> str:
    """Return the hints of a task so far and one more, as text.

    If that cannot be remembered on disk, say so and go on. `by_key` is for `grade watch`: the text then says that a key
    gives the next hint, and not that the same command does.
    """
    from grader.desk.hints import locate_hints, take_hint

    hints = take_hint(course, assignment, task)
    if hints.unwritten is not None:
        path, reason = locate_hints(course), hints.unwritten.strerror
        screen.note(tell("Not remembered: {path} cannot be written ({reason}).", path=path, reason=reason))
    return _describe_hints(hints, by_key)


def _describe_hints(hints: Hints, by_key: bool) -> str:
    """Format the hints as lines, and say how to get one more."""
    number = len(hints.task.hints)
    if not number:
        return tell("{task} has no hints.", task=hints.task.title)
    foot = tell("That was the last one.")
    if hints.left and not hints.again:
        asked = tell("{number} more: press h again.", number=hints.left)
        foot = asked if by_key else tell("{number} more: the same command again.", number=hints.left)
    head = tell("{task}, hint {level} of {number}", task=hints.task.title, level=len(hints.given), number=number)
    return "\n".join([head, *(f"{at}. {render(text)}" for at, text in enumerate(hints.given, start=1)), foot])
