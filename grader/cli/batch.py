"""`grade batch hw4 DIR --out OUT`: grade a folder of submissions, and say what a person should look at."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader import language
from grader.cli import options, screen
from grader.model import BEST_LEVEL, OFFICIAL_LEVEL

if TYPE_CHECKING:
    from grader.model import Assignment, Report

MAX_NAME = 300  # no file system has longer ones


@click.command()
@click.argument("assignment")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where reports and gradebook.csv go.")
@click.option("--jobs", type=click.IntRange(1), default=1, envvar="GRADE_JOBS", help="Submissions at a time.")
@click.option(
    "--min-sandbox",
    type=click.IntRange(0, BEST_LEVEL),
    default=OFFICIAL_LEVEL,
    envvar="GRADE_MIN_SANDBOX",
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
    done = [keep(replace(report, official=key is not None), out) for report in shown]
    reports = sorted(done, key=lambda report: report.submission.id)  # not by which process was the faster
    write_gradebook(reports, wanted, out)
    if key:
        sign_reports(out, key)
    click.echo(summarise(reports, out))
    ctx.exit(3 if any(report.score is None for report in reports) else 0)


def settle_seed(out: Path, assignment: Assignment, given: int | None) -> int:
    """One secret seed per assignment for the whole class, regrades included: drawn once, kept with the results."""
    import json
    import secrets

    from grader.errors import ReportError
    from grader.report import write_atomically

    path = out / "seed.json"
    try:
        kept: dict[str, int] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        known = kept.get(assignment.id)
    except (OSError, ValueError, AttributeError):
        raise ReportError(f"{path} cannot be read", "restore it, or choose another --out") from None
    if known is not None and given not in (None, known):
        raise ReportError(f"{out} was graded with another seed", "leave --seed out, or choose another --out")
    seed = known if known is not None else secrets.randbits(63) if given is None else given
    if known is None:
        with writing(out):
            write_atomically(path, json.dumps({**kept, assignment.id: seed}) + "\n", 0o600)
    return seed


def keep(report: Report, out: Path) -> Report:
    """Write both views of a report as soon as it is there."""
    from grader.report import redact, write_report

    folder = out / report.submission.id
    with writing(out):
        write_report(report, folder / "report.json")
        write_report(redact(report), folder / "report.student.json")
    return report


def write_gradebook(reports: list[Report], assignment: Assignment, out: Path) -> None:
    """Write OUT/gradebook.csv. Of names that could be taken for other ones, what is invisible is written out."""
    from grader.gradebook import write_csv
    from grader.report import write_atomically
    from grader.reporters.text import clean

    shown = (replace(each.submission, name=clean(each.submission.name, MAX_NAME)) for each in reports)
    rows = [replace(report, submission=submission) for report, submission in zip(reports, shown, strict=True)]
    with writing(out):
        write_atomically(out / "gradebook.csv", write_csv(rows, assignment))


def try_key(key: Path) -> None:
    """Raises `ReportError` for a key that cannot sign: now, and not after a night of grading."""
    from grader.errors import ReportError

    if reason := run_sign("--key", str(key)):
        raise ReportError(reason)


def sign_reports(out: Path, key: Path) -> None:
    """Sign all reports. What is graded stays graded."""
    from grader.errors import ReportError

    if reason := run_sign(str(out), "--key", str(key)):
        raise ReportError(f"everything is graded, and not signed: {reason}", f"grade sign {out} --key KEY  tries again")


def run_sign(*arguments: str) -> str:
    """What `grade sign` complains of, in a process of its own: none that starts workers ever holds the key."""
    import subprocess

    command = [sys.executable, "-c", "from grader.cli import main; main()", "sign", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stderr.strip().removeprefix("grade: ") if done.returncode else ""


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Raises `ReportError` for what cannot be written: whoever chose OUT can mend it."""
    from grader.errors import ReportError

    try:
        yield
    except OSError as error:
        raise ReportError(f"{out} cannot be written: {error.strerror}", "choose another --out") from None


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


def summarise(reports: list[Report], out: Path) -> str:
    """What a TA wants to know first."""
    from statistics import median

    scores = [report.score for report in reports if report.score is not None]
    failed = [report.submission.id for report in reports if report.score is None]
    stuck = [report.submission.id for report in reports if report.problem is not None]
    lines = [f"Graded          {len(scores)} of {len(reports)}"]
    if scores:
        judged = max(report.judged for report in reports)
        lines[0] += f"   median {median(scores):g} of {judged}, lowest {min(scores)}, highest {max(scores)}"
    if failed:
        lines.append(f"Needs a person  {len(failed)} could not be graded, our fault: {', '.join(failed[:10])}")
    if stuck:
        lines.append(f"Look at         {len(stuck)} with nothing that could run: {', '.join(stuck[:10])}")
    if hardest := _find_hardest(reports):
        lines.append(f"Hardest         {hardest}")
    warnings = sorted({warning for report in reports for warning in report.warnings})
    lines += [f"Note            {warning}" for warning in warnings[:3]]
    return "\n".join([*lines, f"Gradebook       {out / 'gradebook.csv'}"])


def _find_hardest(reports: list[Report]) -> str:
    """The check that most submissions failed."""
    failed: dict[str, int] = {}
    for report in reports:
        for task in report.tasks:
            for check in task.checks:
                if check.status not in ("passed", "skipped", "not_attempted"):
                    name = f"{task.title}: {check.name}"
                    failed[name] = failed.get(name, 0) + 1
    if not failed:
        return ""
    name = max(failed, key=lambda name: failed[name])
    return f"{name} ({failed[name]} failed it)"
