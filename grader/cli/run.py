"""`grade hw4 [PATH]`: grade one submission and show what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options, screen
from grader.cli.outputs import Output, output_option, require_one_on_stdout, write_outputs

if TYPE_CHECKING:
    from grader.model import Assignment, Course, Report


DEFAULT_SEED = 0  # a run at one's desk can be repeated; the seeds that count are drawn by `grade batch`


@click.command()
@click.argument("assignment")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@output_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
@click.option("--debug", is_flag=True, help="Run your code in this process, so that breakpoint() works. Never counts.")
@options.view_option
@options.seed_option
@options.exit_zero_option
@options.color_option
@options.course_option
@click.pass_context
def run(
    ctx: click.Context,
    assignment: str,
    path: Path,
    outputs: tuple[Output, ...],
    as_json: bool,
    debug: bool,
    view: str,
    seed: int | None,
    exit_zero: bool,
    no_color: bool,
    course: Path | None,
) -> None:
    """Grade one submission: a folder, file or zip (default: here)."""
    from grader.assignment import find_assignment, find_course
    from grader.report import dump, redact

    require_one_on_stdout(as_json, outputs)
    found = find_course(Path.cwd(), course)
    wanted = find_assignment(found, assignment, _list_commands(ctx))
    full = grade(found, wanted, path, DEFAULT_SEED if seed is None else seed, debug)
    saved = save(full, found)
    shown = full if view == "staff" else redact(full)
    if as_json:
        click.echo(dump(shown), nl=False)
    else:
        show(shown, no_color, quoted=any(output.format == "github" for output in outputs))
        if saved:
            click.echo(f"Report {saved}")
    write_outputs(shown, outputs)
    ctx.exit(0 if exit_zero and full.score is not None else decide_exit(full))


def grade(course: Course, assignment: Assignment, path: Path, seed: int, debug: bool) -> Report:
    """Make everything ready, grade one submission, and clean up."""
    from grader.grading import Grader  # numpy and pytest, which `grade --help` does without
    from grader.model import Mode
    from grader.submission import make_id, take_in
    from grader.worker.inside import InsideLauncher
    from grader.worker.process import Launcher

    submission = take_in(path, assignment, make_id(path.absolute().name))
    launcher = InsideLauncher() if debug else Launcher(assignment.limits)
    grader = Grader(course, assignment, launcher, Mode.DEBUG if debug else Mode.LOCAL)
    try:
        return grader.grade_submission(submission, seed)
    finally:
        grader.close()


def save(report: Report, course: Course) -> str | None:
    """Keep the report in the course's folder; say so, and go on, where that cannot be written."""
    from grader.report import write_report

    path = course.root / ".grade" / report.assignment.id / "report.json"
    try:
        write_report(report, path)
    except OSError as error:
        screen.note(f"The report was not kept: {path} cannot be written ({error.strerror}).")
        return None
    return _shorten(path)


def _shorten(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def show(report: Report, no_color: bool, *, quoted: bool = False) -> None:
    """Print the report for a person; `quoted` where a CI runner would obey commands in a student's text."""
    import secrets
    from datetime import datetime

    from grader.reporters import github, terminal

    text = terminal.render(
        report,
        width=screen.measure_width(),
        color=screen.use_color(no_color),
        ascii=screen.use_ascii(),
        now=datetime.now().astimezone(),
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
