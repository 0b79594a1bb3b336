"""`grade batch hw4 DIR --out OUT`: grade a folder of submissions.

The summary at the end says which submissions a person should look at.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options, screen
from grader.model.report import BEST_LEVEL, OFFICIAL_LEVEL

if TYPE_CHECKING:
    from grader.batch.grading import Batch
    from grader.model.report import Report

SIGNED_AT_ONCE = 100  # folders named on one command line, which may have 32 KiB on Windows


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
    "--keep-going",
    is_flag=True,
    help="Grade although the model solution fails checks; reports with such a check have no score.",
)
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
    keep_going: bool,
    key: Path | None,
    seed: int | None,
    course: Path | None,
) -> None:
    """Grade every submission in FOLDER: one folder, .py or .zip per student."""
    from grader.batch.entries import list_entries, refuse_handed_in, require_hidden_suite
    from grader.batch.grading import Batch
    from grader.batch.results import claim_ids, read_proof, settle_seed
    from grader.batch.work import BatchSettings
    from grader.course.manifest import find_assignment, find_course
    from grader.reporters.text import list_names

    if key and public_only:
        raise click.UsageError("--sign and --public-only exclude each other: an official score counts every point")
    if key:
        try_key(key)
    found = refuse_handed_in(find_course(Path.cwd(), course), folder)
    wanted = find_assignment(found, assignment)
    require_hidden_suite(wanted, public_only)
    entries, others = list_entries(folder, out)
    if others:
        screen.note(f"Left alone, no submission: {list_names(others)}")
    drawn = settle_seed(out, wanted, seed)
    settings = BatchSettings(found, wanted, drawn, min_sandbox, read_proof(out), keep_going)
    for remark in claim_ids(entries, out):
        screen.note(remark)
    graded = Batch(settings, entries, out, key is not None, screen.note, partial(draw_progress, wanted.id))
    with screen.outliving_readers():
        earlier = grade_and_enter(graded, jobs, out, key)
        click.echo("\n".join(summarise(graded, others, out, earlier)))
    ctx.exit(3 if any(row.score is None for row in graded.rows.values()) else 0)


def grade_and_enter(graded: Batch, jobs: int, out: Path, key: Path | None) -> int:
    """Grade every entry, fill the gradebook, and sign the reports.

    `key` is the file of the private key; without one nothing is signed. Returns the number of rows that earlier batches
    left in the gradebook. An exception that ended the batch early (`KeyboardInterrupt` or `GraderError`) is raised only
    when the finished reports are in the gradebook.
    """
    from grader.errors import GraderError

    ending: BaseException | None = None
    try:
        with ending_on_signals():
            graded.grade(jobs)
    except (KeyboardInterrupt, GraderError) as error:
        if not graded.rows:
            raise
        ending = error
    earlier = graded.fill_gradebook()
    if key:
        sign_reports(sorted(graded.rows), out, key)
    if ending is not None:
        raise ending
    return earlier


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the batch as Ctrl-C does.

    A signal that is ignored, as SIGHUP is under nohup, stays ignored. The earlier handlers come back at the end.
    """

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def try_key(key: Path) -> None:
    """Raise `ReportError` if this key cannot sign.

    It is tried before grading begins, so that a bad key is not noticed only after a night of grading.
    """
    from grader.errors import ReportError

    if reason := run_sign("--key", str(key)):
        raise ReportError(reason)


def sign_reports(students: Sequence[str], out: Path, key: Path) -> None:
    """Sign these students' reports, and no other file that lies in OUT.

    Raises `ReportError` if signing fails. The submissions stay graded, and can be signed later.
    """
    from grader.errors import ReportError

    folders = [str(out / student) for student in students]
    for first in range(0, len(folders), SIGNED_AT_ONCE):
        if reason := run_sign("--key", str(key), "--", *folders[first : first + SIGNED_AT_ONCE]):
            again = f"grade sign {out} --key KEY  tries again"
            raise ReportError(f"everything is graded, and not signed: {reason}", again)


def run_sign(*arguments: str) -> str:
    """Run `grade sign` in its own process, and return its complaint.

    The complaint is empty if signing worked. The process of its own is there so that no process that starts workers
    ever holds the private key. With -P, Python does not look for modules in the current folder, which may be the folder
    of the submissions.
    """
    import subprocess

    command = [sys.executable, "-P", "-m", "grader", "sign", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stderr.strip().removeprefix("grade: ") if done.returncode else ""


def draw_progress(assignment: str, reports: Iterable[Report], count: int) -> Iterator[Report]:
    """Pass the reports on, and show on stderr how far the batch is.

    `assignment` is the homework's id. On a terminal the progress is a bar with the number done and the time left;
    elsewhere it is a line after every tenth of the submissions.
    """
    if screen.is_live(sys.stderr):
        yield from _draw_bar(assignment, reports, count)
        return
    tenth = max(1, count // 10)
    for number, report in enumerate(reports, start=1):
        if number % tenth == 0 or number == count:
            screen.note(f"{assignment}: {number} of {count} graded")
        yield report


def _draw_bar(assignment: str, reports: Iterable[Report], count: int) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(reports, total=count, description=f"Grading {assignment}")


def summarise(graded: Batch, others: Sequence[str], out: Path, earlier: int) -> Iterator[str]:
    """Yield the summary of a batch, line by line.

    The facts that a teaching assistant needs first come first.
    """
    from statistics import median

    from grader.reporters.text import list_names

    rows = [graded.rows[student] for student in sorted(graded.rows)]
    scores = [row.score for row in rows if row.score is not None]
    judged = max(row.judged for row in rows)
    scored = f"   median {median(scores):g} of {judged}, lowest {min(scores)}, highest {max(scores)}" if scores else ""
    yield f"Graded          {len(scores)} of {len(rows)}{scored}"
    if failed := [row.student for row in rows if row.score is None]:
        yield f"Needs a person  {len(failed)} could not be graded, our fault: {list_names(failed)}"
    if stuck := [row.student for row in rows if row.problem]:
        yield f"Look at         {len(stuck)} with nothing that could run: {list_names(stuck)}"
    if others:
        yield f"Left alone      {len(others)} that are no submission: {list_names(others)}"
    if hardest := graded.tally.name_hardest():
        yield f"Hardest         {hardest}"
    for warning in sorted({warning for row in rows for warning in row.warnings})[:3]:
        yield f"Note            {warning}"
    yield f"Gradebook       {out / 'gradebook.csv'}{f', with {earlier} graded earlier' if earlier else ''}"
