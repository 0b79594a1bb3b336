"""`grade report PATH` or `grade report hw4`: show a stored report.

The report can also be turned into another format.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from grader.cli import options
from grader.cli.outputs import Output, is_quoted, output_option, require_one_on_stdout, write_outputs
from grader.course.manifest import find_assignment, find_course
from grader.errors import CourseError, ReportError
from grader.language import SOURCE, chosen, tell


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@output_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
@options.view_option
@options.color_option
@options.language_option
@options.course_option
def report(
    path: Path, outputs: tuple[Output, ...], as_json: bool, view: str, no_color: bool, course: Path | None
) -> None:
    """Show a stored report: a report.json, the folder it is in, or an assignment's last one."""
    from grader.cli.show import show
    from grader.model.report import View
    from grader.report import dump, read_report, redact

    require_one_on_stdout(as_json, outputs)
    stored = read_report(find_report(path, course))
    if chosen() != SOURCE:
        _find_catalogues(stored.assignment.id, course)
    shown = stored if view == View.STAFF else redact(stored)
    if as_json:
        click.echo(dump(shown), nl=False)
    else:
        show(shown, no_color, quoted=is_quoted(outputs))
    write_outputs(shown, outputs)


def _find_catalogues(assignment: str, course: Path | None) -> None:
    """Read the homework's catalogues, if its course is at hand.

    A report is stored in English; the catalogues translate the homework's sentences in it.
    """
    with suppress(CourseError):
        find_assignment(find_course(Path.cwd(), course), assignment)


def find_report(path: Path, course: Path | None) -> Path:
    """Find the file of the report that `path` means.

    `path` is that file itself, a folder with a report.json in it, or the id of an assignment, whose last report is then
    meant. A path that is none of these is returned as a file, although there is none. Raises `ReportError` if the
    assignment has not been graded here yet.
    """
    from grader.desk.records import locate_report

    meant = path / "report.json" if path.is_dir() else path
    if meant.exists() or len(path.parts) != 1:
        return meant
    try:
        found = find_course(Path.cwd(), course)
        assignment = find_assignment(found, path.name).id
    except CourseError:  # no assignment is called so: the word was meant for a file or a folder
        return meant
    stored = locate_report(found, assignment)
    if not stored.exists():
        message = tell("{assignment} has not been graded here yet", assignment=assignment)
        raise ReportError(message, tell("grade it: grade {assignment}", assignment=assignment))
    return stored
