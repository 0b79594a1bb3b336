"""`grade batch hw4 DIR --out OUT`: grade a folder of submissions.

The summary at the end says which submissions a person should look at.
"""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options, screen
from grader.model import BEST_LEVEL, FAILING, OFFICIAL_LEVEL

if TYPE_CHECKING:
    from grader.batch.entries import Entry
    from grader.batch.process import Settings
    from grader.harness.proof import Proof
    from grader.model import Assignment, Report

PAUSES = (5, 10, 20, 40)  # seconds between tries while no student code can be confined
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
    from grader.batch.process import Settings
    from grader.batch.results import claim_ids, read_proof, settle_seed
    from grader.course.manifest import find_assignment, find_course

    if key and public_only:
        raise click.UsageError("--sign and --public-only exclude each other: an official score counts every point")
    if key:
        try_key(key)
    found = refuse_handed_in(find_course(Path.cwd(), course), folder)
    wanted = find_assignment(found, assignment)
    require_hidden_suite(wanted, public_only)
    entries, others = list_entries(folder, out)
    if others:
        screen.note(f"Left alone, no submission: {screen.list_names(others)}")
    drawn = settle_seed(out, wanted, seed)
    settings = Settings(found, wanted, drawn, min_sandbox, read_proof(out), keep_going)
    for remark in claim_ids(entries, out):
        screen.note(remark)
    with screen.outliving_readers():
        reports, earlier = grade_and_enter(settings, entries, jobs, out, key)
        click.echo("\n".join(summarise(reports, others, out, earlier)))
    ctx.exit(3 if any(report.score is None for report in reports) else 0)


def grade_and_enter(
    settings: Settings, entries: Sequence[Entry], jobs: int, out: Path, key: Path | None
) -> tuple[list[Report], int]:
    """Grade every entry, fill the gradebook, and sign the reports.

    `key` is the file of the private key; without one nothing is signed. Returns the reports, sorted by id, and the
    number of rows that earlier batches left in the gradebook. An exception that ended the batch early is raised only
    when the finished reports are in the gradebook.
    """
    reports, ending = grade_all(settings, entries, jobs, out, official=key is not None)
    earlier = fill_gradebook(reports, settings.assignment, out)
    if key and reports:
        sign_reports(reports, out, key)
    if ending is not None:
        raise ending
    return reports, earlier


def grade_all(
    settings: Settings, entries: Sequence[Entry], jobs: int, out: Path, official: bool
) -> tuple[list[Report], BaseException | None]:
    """Grade every entry, and keep each report as soon as it is finished.

    A submission that could not be graded is tried again at the end, as the machine's failure may have passed by then.
    Returns the reports, sorted by id, and the exception that ended the batch early (`KeyboardInterrupt` or
    `GraderError`), or None. The exception is raised instead if no report was finished.
    """
    from grader.batch.results import read_proof
    from grader.errors import GraderError

    done: dict[str, Report] = {}
    try:
        with ending_on_signals():
            grade_once(settings, entries, jobs, out, official, done)
            try_failed_again(replace(settings, proof=read_proof(out)), entries, out, official, done)
    except (KeyboardInterrupt, GraderError) as error:
        if not done:
            raise
        return sort_reports(done), error
    return sort_reports(done), None


def try_failed_again(
    settings: Settings, entries: Sequence[Entry], out: Path, official: bool, done: dict[str, Report]
) -> None:
    """Grade again the submissions that could not be graded.

    This is repeated as long as it helps at least one of them. After a try that helps none, each keeps its last report.
    """
    from grader.errors import GraderError

    left = [entry for entry in entries if is_worth_another_try(done[entry.id])]
    while left:
        screen.note(f"{len(left)} could not be graded, and are tried once more")
        try:
            grade_patiently(settings, left, out, official, done)
        except GraderError as error:
            screen.note(f"this try ended early: {error.message}")
        failed = [entry for entry in left if is_worth_another_try(done[entry.id])]
        left = failed if len(failed) < len(left) else []


def grade_patiently(
    settings: Settings, entries: Sequence[Entry], out: Path, official: bool, done: dict[str, Report]
) -> None:
    """Grade these entries on a machine that failed, waiting for it to recover.

    Where the machine cannot confine student code at all now, it is given `PAUSES` seconds, one pause after another.
    Raises `SandboxError` if it still cannot after the last one.
    """
    from grader.errors import SandboxError

    for pause in PAUSES:
        try:
            return grade_once(settings, entries, 1, out, official, done)
        except SandboxError as error:
            screen.note(f"{error.message}; going on in {pause} s (Ctrl-C ends the batch and keeps what is graded)")
            time.sleep(pause)
    return grade_once(settings, entries, 1, out, official, done)


def grade_once(
    settings: Settings, entries: Sequence[Entry], jobs: int, out: Path, official: bool, done: dict[str, Report]
) -> None:
    """Grade these entries, and keep each report as soon as it is finished.

    Each kept report is put into `done` under its id.
    """
    from grader.batch.entries import grade_batch
    from grader.batch.results import keep_report

    # If a report cannot be kept, the generator is closed at once: otherwise the batch would wait for its processes.
    with closing(grade_batch(settings, entries, jobs, lambda proof: judge_proof(proof, settings, out))) as graded:
        for report in draw_progress(graded, len(entries), settings.assignment):
            kept = keep_report(replace(report, official=official), out)
            done[kept.submission.id] = kept


def judge_proof(proof: Proof, settings: Settings, out: Path) -> list[str]:
    """Keep the proof, and return the ids of its broken checks.

    Raises `CouldNotGrade` if there are broken checks, unless the batch is told to keep going.
    """
    from grader.batch.results import keep_proof
    from grader.errors import CouldNotGrade
    from grader.harness.proof import list_broken

    if proof != settings.proof:
        keep_proof(proof, out)
    broken = "\n".join(list_broken(proof))
    if broken and not settings.keep_going:
        raise CouldNotGrade(
            f"the model solution of {settings.assignment.id} does not pass all checks, so nobody was graded:\n{broken}",
            "fix the suite, the reference or the solution; with --keep-going reports with such a check have no score",
        )
    if broken:
        screen.note(f"The model solution does not pass these checks, so no report with one has a score:\n{broken}")
    return [check.id for check in proof.broken]


def is_worth_another_try(report: Report) -> bool:
    """Tell whether a report without a score may get one in another try.

    A report with a check that the model solution does not pass gets none, however often it is tried.
    """
    from grader.harness.grading import UNSOUND

    messages = [check.message for task in report.tasks for check in task.checks]
    return report.score is None and not any(message and message.got == UNSOUND for message in messages)


def sort_reports(done: dict[str, Report]) -> list[Report]:
    """Sort the reports by id, and not by which process was faster."""
    return [done[name] for name in sorted(done)]


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


def fill_gradebook(reports: Sequence[Report], assignment: Assignment, out: Path) -> int:
    """Write the gradebook: this batch's rows, and those of earlier batches.

    An earlier batch is one that was graded into the same folder. Rows that were judged by other versions of suite,
    grader, Python, numpy or torch than this batch are marked, and named on stderr. Returns the number of earlier rows.
    """
    from grader.batch.results import find_other_versions, read_earlier, write_gradebook

    earlier, complaints = read_earlier(reports, out)
    judged = [report for report in reports if report.score is not None]
    notes = find_other_versions(earlier, judged[0]) if judged else {}
    write_gradebook([*reports, *earlier], assignment, out, notes)
    for complaint in complaints:
        screen.note(f"{complaint}; it has no row in the gradebook")
    if notes:
        screen.note(
            f"{len(notes)} in the gradebook were judged by another suite, grader, Python, numpy or torch than the "
            f"rest, and are marked there: {screen.list_names(sorted(notes))}. Grade them again, and all rows agree."
        )
    return len(earlier)


def try_key(key: Path) -> None:
    """Raise `ReportError` if this key cannot sign.

    It is tried before grading begins, so that a bad key is not noticed only after a night of grading.
    """
    from grader.errors import ReportError

    if reason := run_sign("--key", str(key)):
        raise ReportError(reason)


def sign_reports(reports: Sequence[Report], out: Path, key: Path) -> None:
    """Sign the reports of this batch, and no other file that lies in OUT.

    Raises `ReportError` if signing fails. The submissions stay graded, and can be signed later.
    """
    from grader.errors import ReportError

    folders = [str(out / report.submission.id) for report in reports]
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


def draw_progress(reports: Iterable[Report], count: int, assignment: Assignment) -> Iterator[Report]:
    """Pass the reports on, and show on stderr how far the batch is.

    On a terminal that is a bar with the number done and the time left; elsewhere it is a line after every tenth of the
    submissions.
    """
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
    """Yield the summary of a batch, line by line.

    The facts that a teaching assistant needs first come first.
    """
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
    """Name the check that most submissions failed, and count its failures.

    The count is out of the submissions that the check judged. Empty if no check failed.
    """
    found = [(task, check) for report in reports for task in report.tasks for check in task.checks]
    seen = Counter(check.id for _, check in found)
    failed = Counter(check.id for _, check in found if check.status in FAILING)
    if not failed:
        return ""
    [(hardest, count)] = failed.most_common(1)
    names = {check.id: f"{task.title}: {check.name}" for task, check in found}
    name = names[hardest]
    place = f" [{hardest}]" if list(names.values()).count(name) > 1 else ""
    return f"{name}{place} ({count} of {seen[hardest]} failed it)"
