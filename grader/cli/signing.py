"""`grade keygen`, `grade sign` and `grade verify`: reports that nobody can change unnoticed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import screen

if TYPE_CHECKING:
    from grader.batch.ledger import Ledger
    from grader.model import Report

MAX_PATH, MAX_PART = 1000, 200
_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("path", type=_file)
def keygen(path: Path) -> None:
    """Make a pair of keys: PATH signs and is secret, PATH.pub verifies and is for everybody."""
    from grader.signing import write_keys

    public = write_keys(path)
    click.echo(f"{path}: signs reports; keep it off the machines that students use\n{public}: verifies them")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--key", type=_file, required=True, help="The private key that `grade keygen` made.")
def sign(paths: tuple[Path, ...], key: Path) -> None:
    """Sign reports (or all in a folder, as `grade batch` wrote it); without any, only try the key."""
    from grader.signing import sign_files

    found = list(find_reports(paths))
    sign_files(found, key)
    click.echo(f"Signed          {len(found)} reports")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--key", type=_file, required=True, help="The public key, which ends in .pub.")
@click.pass_context
def verify(ctx: click.Context, paths: tuple[Path, ...], key: Path) -> None:
    """Check reports (or all in a folder): signed with this key, unchanged since, adding up, and in their place.

    Says of each whose it is, of which homework and run, and when it was graded.
    """
    from grader.errors import SignatureError
    from grader.reporters.text import clean
    from grader.signing import verify_report

    found, refused = list(find_reports(paths)), 0
    for path in found:
        shown = clean(str(path), MAX_PATH)
        try:
            report, content = verify_report(path, key)
            require_place(report, path, content, named=path in paths)
        except SignatureError as error:
            refused += 1
            screen.note(f"{shown}: {clean(error.message, MAX_PATH)}")
        else:
            click.echo(f"{shown}: {describe(report)}")
    click.echo(f"Verified        {len(found) - refused} of {len(found)} reports")
    ctx.exit(1 if refused else 0)


def describe(report: Report) -> str:
    """What a signature binds, in a line: course, homework, student, run, time and score."""
    from grader.reporters.text import clean

    name = f" ({report.submission.name})" if report.submission.name else ""
    parts = [
        report.course,
        report.assignment.id,
        f"{report.submission.id}{name}",
        f"run {report.run}" if report.run else "no run (an older grader wrote it)",
        report.started_at,
        "no score" if report.score is None else f"{report.score} of {report.max_score}",
    ]
    return " · ".join(clean(part, MAX_PART) for part in parts)


def require_place(report: Report, path: Path, content: bytes, named: bool) -> None:
    """Raises `SignatureError` for a report that was moved: into another student's folder, to the other view's name, or
    among the results of another homework or run; or that a newer one has replaced.

    A file that was `named` may lie anywhere but in such a folder.
    """
    from grader.batch.ledger import read_ledger
    from grader.errors import SignatureError
    from grader.report import NAMES

    place = Path(os.path.abspath(path))  # where it was found: a link that leads elsewhere would answer for another
    results, owner, whose = place.parent.parent, place.parent.name, report.submission.id
    known = read_ledger(results, proven=False)  # of another user, perhaps: it can only refuse
    if named and known is None and not any(os.path.lexists(results / name) for name in ("seed.json", whose)):
        return
    if whose.casefold() != owner.casefold():
        raise SignatureError(f"it is the report of {whose}, and lies in the folder of {owner}")
    if place.name != NAMES[report.view]:
        raise SignatureError(f"it is the {report.view.value}'s view under the name of the other")
    homework = known.assignment if known else read_homework(results)
    if homework not in ("", report.assignment.id):
        raise SignatureError(f"it is a report of {report.assignment.id}, and lies among the results of {homework}")
    if known is not None:
        require_latest(report, content, known)


def require_latest(report: Report, content: bytes, known: Ledger) -> None:
    """Raises `SignatureError` for what is not the report that the ledger of its folder names last."""
    from grader.batch.ledger import hash_content
    from grader.errors import SignatureError
    from grader.report import NAMES

    if report.run != known.run:
        raise SignatureError(f"it is of the run {report.run or '(none)'}, and lies among the results of {known.run}")
    written = known.written.get((report.submission.id, NAMES[report.view]), [])
    if hash_content(content) not in written:
        raise SignatureError("the ledger of this folder does not know it")
    if hash_content(content) != written[-1]:
        raise SignatureError(f"it was graded at {report.started_at}, and a newer report has replaced it")


def read_homework(results: Path) -> str:
    """Whose results a folder without a ledger holds, by the name of its seed; empty where nothing says it."""
    try:
        return ", ".join(json.loads((results / "seed.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return ""


def find_reports(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files themselves, and in folders every report, both views. Raises `ReportError` for a folder without any."""
    from grader.errors import ReportError
    from grader.report import NAMES

    for path in paths:
        if not path.is_dir():
            yield path
            continue
        reports = [inside for name in NAMES.values() for inside in sorted([path / name, *path.glob(f"*/{name}")])]
        reports = [inside for inside in reports if inside.is_file()]
        if not reports:
            raise ReportError(f"{path} holds no reports", "name the folder that grade batch wrote with --out")
        yield from reports
