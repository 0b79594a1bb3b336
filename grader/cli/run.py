"""`grade hw4 [PATH]`: grade one submission and show its report."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options, screen
from grader.cli.outputs import Output, is_quoted, output_option, require_one_on_stdout, write_outputs
from grader.cli.show import keep, open_page, show
from grader.language import chosen, tell
from grader.model.report import DESK_SEED, Mode

if TYPE_CHECKING:
    from grader.desk.records import Kept
    from grader.model.course import Assignment, Course
    from grader.model.report import Report
    from grader.model.submission import Submission


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
    from grader.desk.records import locate_records
    from grader.report import dump, redact

    require_one_on_stdout(as_json, outputs)
    found = find_course(Path.cwd(), course)
    wanted = find_assignment(found, assignment, _list_commands(ctx))
    focus = options.choose_task(wanted, task).id if task else None
    submission = take(path, wanted, debug)
    full = grade(found, wanted, submission, DESK_SEED if seed is None else seed, debug)
    shown = full if view == "staff" else redact(full)
    first = not locate_records(found, wanted.id).exists()
    kept = keep(full, found)
    if as_json:
        click.echo(dump(shown), nl=False)
    else:
        show(shown, no_color, quoted=is_quoted(outputs), changes=kept.changes, focus=focus)
        welcome = introduce(wanted, path) if first and screen.is_live(sys.stdout) else []
        for line in (*welcome, *list_ways_on(shown, wanted, kept, focus)):
            click.echo(line)
    write_outputs(shown, outputs)
    if as_page:
        screen.note(open_page(shown, submission, found, kept.changes))
    ctx.exit(0 if exit_zero and full.score is not None else decide_exit(full))


def take(path: Path, assignment: Assignment, debug: bool) -> Submission:
    """Take in the submission that is handed in at `path`.

    With `debug`, its file gets the path that it has here, as a debugger shows and opens a file by its path.
    """
    from grader.course.intake import make_id, take_in

    submission = take_in(path, assignment, make_id(path.absolute().name))
    if debug and submission.files and (place := _find_file(assignment, path)):
        return replace(submission, files=(replace(submission.files[0], path=place),))
    return submission


def grade(course: Course, assignment: Assignment, submission: Submission, seed: int, debug: bool) -> Report:
    """Grade one submission in a process of its own, which a key or a closed window ends.

    With `debug`, everything runs in this process, and the student's code without a sandbox.
    """
    from grader.harness.process import Harness, Settings

    if debug:
        return debug_here(course, assignment, submission, seed)
    with Harness(Settings(course, assignment, Mode.LOCAL)) as harness:
        return harness.grade(submission, seed)


def debug_here(course: Course, assignment: Assignment, submission: Submission, seed: int) -> Report:
    """Grade one submission, with its code in this process."""
    from grader.harness.grading import Grader
    from grader.worker.in_process import InsideLauncher

    grader = Grader(course, assignment, InsideLauncher(), Mode.DEBUG)
    try:
        return grader.grade_submission(submission, seed)
    finally:
        grader.close()


def list_ways_on(report: Report, assignment: Assignment, kept: Kept, focus: str | None) -> Iterator[str]:
    """Yield the lines below a report: where it is kept, and the next command."""
    if kept.unwritten is None:
        yield tell("Report {path}", path=screen.shorten(kept.path))
    if step := find_next_step(report, assignment, focus):
        yield tell("Next   {command}", command=step)


def find_next_step(report: Report, assignment: Assignment, focus: str | None) -> str:
    """Find the command that gives a hint for the first task that is not done.

    With `focus`, the id of the task that the student looks at, only that task counts. Empty if the task has no hints,
    if nothing is left to do, or if nothing of the submission could run.
    """
    from grader.desk.hints import list_undone

    helped = {task.id for task in assignment.tasks if task.hints}
    open_tasks = [task for task in list_undone(report) if focus in (None, task)]
    if report.problem is not None or not open_tasks or open_tasks[0] not in helped:
        return ""
    return f"grade hint {assignment.id} {open_tasks[0]}"


def introduce(assignment: Assignment, path: Path) -> list[str]:
    """Build the lines for a student's first run of a homework.

    The student may not have begun yet. The lines name the handout, the file to write in, and the next commands.
    """
    from grader.course.layout import find_handout
    from grader.course.neighbours import name_place

    handout = find_handout(assignment.folder, chosen())
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


def _find_file(assignment: Assignment, path: Path) -> str:
    """Find the student's file, as a path that one would type here.

    Empty if the file is in a zip, or does not exist yet.
    """
    from grader.course.intake import list_places

    places = (path.joinpath(*parts) for parts in list_places(path, assignment)) if path.is_dir() else (path,)
    found = next((place for place in places if place.suffix == ".py" and place.is_file()), None)
    return screen.shorten(found.absolute()) if found else ""


def decide_exit(report: Report) -> int:
    """Decide the exit code from a report.

    It is 0 if every point that could be judged was earned, 3 if the grader failed to judge some, and else 1.
    """
    if report.score is None:
        return 3
    return 0 if report.score == report.judged else 1


def _list_commands(ctx: click.Context) -> list[str]:
    group = ctx.parent.command if ctx.parent else None
    return list(group.commands) if isinstance(group, click.Group) else []
