"""`grade hw4 [PATH]`: grade one submission and show what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options, screen
from grader.cli.outputs import Output, is_quoted, output_option, require_one_on_stdout, write_outputs
from grader.language import chosen, tell

if TYPE_CHECKING:
    from grader.model import Assignment, Changes, Course, Report, Submission


DEFAULT_SEED = 0  # a run at one's desk can be repeated; the seeds that count are drawn by `grade batch`


@click.command()
@click.argument("assignment")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@output_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
@click.option("--open", "as_page", is_flag=True, help="Show the report in your browser, beside your code.")
@click.option("--debug", is_flag=True, help="Run your code in this process, so that breakpoint() works. Never counts.")
@options.view_option
@options.task_option
@options.seed_option
@options.exit_zero_option
@options.color_option
@options.language_option
@options.course_option
@click.pass_context
def run(
    ctx: click.Context,
    assignment: str,
    path: Path,
    outputs: tuple[Output, ...],
    as_json: bool,
    as_page: bool,
    debug: bool,
    view: str,
    task: str | None,
    seed: int | None,
    exit_zero: bool,
    no_color: bool,
    course: Path | None,
) -> None:
    """Grade one submission: a folder, file or zip (default: here)."""
    from grader.course.manifest import find_assignment, find_course
    from grader.report import dump, redact

    require_one_on_stdout(as_json, outputs)
    found = find_course(Path.cwd(), course)
    wanted = find_assignment(found, assignment, _list_commands(ctx))
    focus = options.choose_task(wanted, task).id if task else None
    submission = take(path, wanted, debug)
    full = grade(found, wanted, submission, DEFAULT_SEED if seed is None else seed, debug)
    shown = full if view == "staff" else redact(full)
    first = not find_records(found, wanted.id).exists()
    changes, saved = keep(full, found)
    if as_json:
        click.echo(dump(shown), nl=False)
    else:
        show(shown, no_color, quoted=is_quoted(outputs), changes=changes, focus=focus)
        welcome = introduce(wanted, path) if first and screen.is_live(sys.stdout) else []
        for line in (*welcome, *list_ways_on(shown, wanted, saved, focus)):
            click.echo(line)
    write_outputs(shown, outputs)
    if as_page:
        screen.note(open_page(shown, submission, found, changes))
    ctx.exit(0 if exit_zero and full.score is not None else decide_exit(full))


def take(path: Path, assignment: Assignment, debug: bool) -> Submission:
    """What is handed in. To be debugged it is called what it is called here: a debugger shows and opens that."""
    from grader.course.intake import make_id, take_in

    submission = take_in(path, assignment, make_id(path.absolute().name))
    if debug and submission.files and (place := _find_file(assignment, path)):
        return replace(submission, files=(replace(submission.files[0], path=place),))
    return submission


def grade(course: Course, assignment: Assignment, submission: Submission, seed: int, debug: bool) -> Report:
    """Make everything ready, grade one submission, and clean up."""
    from grader.harness.grading import Grader  # numpy and pytest, which `grade --help` does without
    from grader.model import Mode
    from grader.worker.in_process import InsideLauncher
    from grader.worker.process import Launcher

    launcher = InsideLauncher() if debug else Launcher(assignment.limits)
    grader = Grader(course, assignment, launcher, Mode.DEBUG if debug else Mode.LOCAL)
    try:
        return grader.grade_submission(submission, seed)
    finally:
        grader.close()


def find_records(course: Course, assignment: str) -> Path:
    """The folder of a homework's last report and its history."""
    return course.root / ".grade" / assignment


def keep(full: Report, course: Course) -> tuple[Changes, str | None]:
    """Keep the report, and the run in the history; say so, and go on, where that cannot be written.

    Gives what changed since the last run that was kept, and the place of the report. The staff's view is compared: what
    a student is shown of a hidden check has lost its parameters, and would look like another check.
    """
    from grader.desk.history import add_run, find_changes, read_history
    from grader.report import write_report

    folder = find_records(course, full.assignment.id)
    path, runs = folder / "report.json", read_history(folder)
    changes = find_changes(runs, full)
    try:
        write_report(full, path)
        add_run(runs, full, folder)
    except OSError as error:
        screen.note(
            tell("The report was not kept: {path} cannot be written ({reason}).", path=path, reason=error.strerror)
        )
        return changes, None
    return changes, screen.shorten(path)


def list_ways_on(report: Report, assignment: Assignment, saved: str | None, focus: str | None) -> Iterator[str]:
    """What stands below a report: its place, and the next command."""
    if saved:
        yield tell("Report {path}", path=saved)
    if step := find_next_step(report, assignment, focus):
        yield tell("Next   {command}", command=step)


def find_next_step(report: Report, assignment: Assignment, focus: str | None) -> str:
    """The command that helps with the first task there is something to do in, or with the one that is looked at.

    Empty where that has no hints.
    """
    from grader.cli.hint import list_undone

    helped = {task.id for task in assignment.tasks if task.hints}
    open_tasks = [task for task in list_undone(report) if focus in (None, task)]
    if report.problem is not None or not open_tasks or open_tasks[0] not in helped:
        return ""
    return f"grade hint {assignment.id} {open_tasks[0]}"


def introduce(assignment: Assignment, path: Path) -> list[str]:
    """What somebody wants to know who grades this homework for the first time, who may not have begun yet."""
    from grader.course.neighbours import name_place

    handout = _find_handout(assignment)
    reading = (
        [tell("New here? The handout says what to do: {handout}", handout=screen.shorten(handout))] if handout else []
    )
    file = _find_file(assignment, path) or name_place(assignment)
    start = tell("Write in {file}, save, and grade again.", file=file)
    ways_on = tell(
        "grade watch {assignment} does that on every save. Hints cost nothing: grade hint {assignment} TASK",
        assignment=assignment.id,
    )
    return ["", *(screen.wrap(line, 0) for line in (*reading, start, ways_on)), ""]


def _find_handout(assignment: Assignment) -> Path | None:
    """The handout in the reader's language, or else in English."""
    names = (f"README.{chosen()}.md", "README.md")
    return next((path for name in names if (path := assignment.folder / name).is_file()), None)


def _find_file(assignment: Assignment, path: Path) -> str:
    """Where the student's file is, as one would type it here; empty where it is in a zip, or not there yet."""
    from grader.course.intake import list_places

    places = (path.joinpath(*parts) for parts in list_places(path, assignment)) if path.is_dir() else (path,)
    found = next((place for place in places if place.suffix == ".py" and place.is_file()), None)
    return screen.shorten(found.absolute()) if found else ""


def open_page(report: Report, submission: Submission, course: Course, changes: Changes) -> str:
    """Write the report as a page with the student's code in it, and show it in the browser. Gives what came of it."""
    from grader.errors import refuse_write
    from grader.report import write_atomically
    from grader.reporters import html

    path = find_records(course, report.assignment.id) / "report.html"
    source = submission.files[0].content.decode("utf-8-sig", "replace") if submission.files else ""
    try:
        write_atomically(path, html.render(report, source, changes))
    except OSError as error:
        raise refuse_write(path, error) from None
    if screen.open_in_browser(path.absolute().as_uri()):
        return tell("Page   {path}", path=screen.shorten(path))
    return tell("There is no browser here; the page is {path}", path=screen.shorten(path))


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


def decide_exit(report: Report) -> int:
    """0 if every point that could be judged was earned, 3 if some could not be through our fault, else 1."""
    if report.score is None:
        return 3
    return 0 if report.score == report.judged else 1


def _list_commands(ctx: click.Context) -> list[str]:
    group = ctx.parent.command if ctx.parent else None
    return list(group.commands) if isinstance(group, click.Group) else []
