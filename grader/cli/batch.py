"""`grade batch hw4 DIR --out OUT`: grade a folder of submissions, and say what a person should look at."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader import language
from grader.cli import options, screen
from grader.model import BEST_LEVEL, OFFICIAL_LEVEL

if TYPE_CHECKING:
    from grader.model import Assignment, Report

FAILED = ("failed", "timeout", "crashed")  # not an error, which is ours
SIGNED_AT_ONCE = 100  # folders' names on one command line; Windows takes 32 KiB


@click.command()
@click.argument("assignment")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where reports and gradebook.csv go.")
@click.option(
    "--jobs", type=click.IntRange(1), default=1, envvar="GRADE_JOBS", show_envvar=True, help="Submissions at a time."
)
@click.option(
    "--min-sandbox",
    type=click.IntRange(0, BEST_LEVEL),
    default=OFFICIAL_LEVEL,
    show_default=True,
    help="Refuse to grade where student code is confined less.",
)
@click.option("--public-only", is_flag=True, help="Grade although the hidden suite is not here.")
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Make the reports official: sign them with this private key (see grade keygen).",
)
@options.seed_option
@options.written_language_option
@options.course_option
@click.pass_context
def batch(
    ctx: click.Context,
    assignment: str,
    folder: Path,
    out: Path,
    jobs: int,
    min_sandbox: int,
    public_only: bool,
    key: Path | None,
    seed: int | None,
    course: Path | None,
) -> None:
    """Grade every submission in FOLDER: one folder, .py or .zip per student."""
    from grader.assignment import find_assignment, find_course
    from grader.batch import grade_batch, list_entries, require_hidden_suite
    from grader.batch.executor import Settings
    from grader.batch.results import keep_report, settle_seed

    if key and public_only:
        raise click.UsageError("--sign and --public-only exclude each other: an official score counts every point")
    if key:
        try_key(key)
    found = find_course(Path.cwd(), course)
    wanted = find_assignment(found, assignment)
    require_hidden_suite(wanted, public_only)
    entries, others = list_entries(folder, out)
    if others:
        screen.note(f"Left alone, no submission: {screen.list_names(others)}")
    settings = Settings(found, wanted, settle_seed(out, wanted, seed), min_sandbox, language.chosen())
    graded = grade_batch(settings, entries, jobs)
    shown = draw_progress(graded, len(entries), wanted)
    done = [keep_report(replace(report, official=key is not None), out) for report in shown]
    reports = sorted(done, key=lambda report: report.submission.id)  # not by which process was the faster
    earlier = fill_gradebook(reports, wanted, out)
    if key:
        sign_reports(reports, out, key)
    click.echo("\n".join(summarise(reports, others, out, earlier)))
    ctx.exit(3 if any(report.score is None for report in reports) else 0)


def fill_gradebook(reports: Sequence[Report], assignment: Assignment, out: Path) -> int:
    """Write the gradebook: this batch, and who was graded into the folder before, whose number is returned."""
    from grader.batch.results import read_earlier, write_gradebook

    earlier, complaints = read_earlier(reports, out)
    write_gradebook([*reports, *earlier], assignment, out)
    for complaint in complaints:
        screen.note(f"{complaint}; it has no row in the gradebook")
    return len(earlier)


def try_key(key: Path) -> None:
    """Raises `ReportError` for a key that cannot sign: now, and not after a night of grading."""
    from grader.errors import ReportError

    if reason := run_sign("--key", str(key)):
        raise ReportError(reason)


def sign_reports(reports: Sequence[Report], out: Path, key: Path) -> None:
    """Sign the reports of this batch, and nothing else that lies in OUT. What is graded stays graded."""
    from grader.errors import ReportError

    folders = [str(out / report.submission.id) for report in reports]
    for first in range(0, len(folders), SIGNED_AT_ONCE):
        if reason := run_sign("--key", str(key), "--", *folders[first : first + SIGNED_AT_ONCE]):
            again = f"grade sign {out} --key KEY  tries again"
            raise ReportError(f"everything is graded, and not signed: {reason}", again)


def run_sign(*arguments: str) -> str:
    """What `grade sign` complains of, in a process of its own: none that starts workers ever holds the key.

    It looks for modules where Python keeps them and not in this folder (-P), which may be that of the submissions.
    """
    import subprocess

    command = [sys.executable, "-P", "-c", "from grader.cli import main; main()", "sign", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stderr.strip().removeprefix("grade: ") if done.returncode else ""


def draw_progress(reports: Iterable[Report], count: int, assignment: Assignment) -> Iterator[Report]:
    """A bar with rate and time left on a terminal; elsewhere a line for every tenth."""
    if screen.is_live(sys.stderr):
        yield from _draw_bar(reports, count, assignment)
        return
    tenth = max(1, count // 10)
    for number, report in enumerate(reports, start=1):
        if number % tenth == 0 or number == count:
            screen.note(f"{assignment.id}: {number} of {count} graded")
        yield report


def _draw_bar(reports: Iterable[Report], count: int, assignment: Assignment) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(reports, total=count, description=f"Grading {assignment.id}")


def summarise(reports: Sequence[Report], others: Sequence[str], out: Path, earlier: int) -> Iterator[str]:
    """What a TA wants to know first, line by line."""
    from statistics import median

    scores = [report.score for report in reports if report.score is not None]
    judged = max(report.judged for report in reports)
    scored = f"   median {median(scores):g} of {judged}, lowest {min(scores)}, highest {max(scores)}" if scores else ""
    yield f"Graded          {len(scores)} of {len(reports)}{scored}"
    if failed := [report.submission.id for report in reports if report.score is None]:
        yield f"Needs a person  {len(failed)} could not be graded, our fault: {screen.list_names(failed)}"
    if stuck := [report.submission.id for report in reports if report.problem is not None]:
        yield f"Look at         {len(stuck)} with nothing that could run: {screen.list_names(stuck)}"
    if others:
        yield f"Left alone      {len(others)} that are no submission: {screen.list_names(others)}"
    if hardest := _find_hardest(reports):
        yield f"Hardest         {hardest}"
    for warning in sorted({warning for report in reports for warning in report.warnings})[:3]:
        yield f"Note            {warning}"
    yield f"Gradebook       {out / 'gradebook.csv'}{f', with {earlier} graded earlier' if earlier else ''}"


def _find_hardest(reports: Sequence[Report]) -> str:
    """The check that most submissions failed, of how many that it was part of."""
    found = [(task, check) for report in reports for task in report.tasks for check in task.checks]
    seen = Counter(check.id for _, check in found)
    failed = Counter(check.id for _, check in found if check.status in FAILED)
    if not failed:
        return ""
    [(hardest, count)] = failed.most_common(1)
    names = {check.id: f"{task.title}: {check.name}" for task, check in found}
    name = names[hardest]
    place = f" [{hardest}]" if list(names.values()).count(name) > 1 else ""
    return f"{name}{place} ({count} of {seen[hardest]} failed it)"
