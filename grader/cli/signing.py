"""`grade keygen`, `grade sign` and `grade verify`: signed reports.

A signed report cannot be changed without notice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import screen
from grader.errors import ReportError, SignatureError
from grader.report import NAMES
from grader.reporters.text import clean

if TYPE_CHECKING:
    from grader.batch.ledger import Ledger
    from grader.model.report import Report

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
    """Describe in one line the facts that a signature binds.

    These are course, homework, student, run, time and score.
    """
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
    """Raise `SignatureError` for a report that is not where a batch wrote it.

    The report may have been moved into another student's folder, to the name of the other view, or among the results of
    another homework or run; or a newer report may have replaced it. `content` are the bytes of its file. A file that
    was `named` on the command line may lie anywhere, as long as that is not a folder of results.
    """
    from grader.batch.ledger import read_ledger

    # Links are not followed (abspath): a report counts where it was found, and a link could lead to a right place.
    place = Path(os.path.abspath(path))
    results, owner, whose = place.parent.parent, place.parent.name, report.submission.id
    known = read_ledger(results, proven=False)  # perhaps another user's, so it may refuse a report, never accept one
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
    """Raise `SignatureError` unless this report is the student's latest one.

    The latest one is the last that `known`, the ledger of its folder, names for the student and the view.
    """
    from grader.batch.ledger import hash_content

    if report.run != known.run:
        raise SignatureError(f"it is of the run {report.run or '(none)'}, and lies among the results of {known.run}")
    written = known.written.get((report.submission.id, NAMES[report.view]), [])
    if hash_content(content) not in written:
        raise SignatureError("the ledger of this folder does not know it")
    if hash_content(content) != written[-1]:
        raise SignatureError(f"it was graded at {report.started_at}, and a newer report has replaced it")


def read_homework(results: Path) -> str:
    """Read which homework a folder without a ledger holds results of.

    The file with the seed names the homework. Empty where it does not.
    """
    try:
        return ", ".join(json.loads((results / "seed.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return ""


def find_reports(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files of the reports that these paths name.

    A file stands for itself, and a folder for every report in it, in both views. Raises `ReportError` for a folder
    without any report.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        reports = [inside for name in NAMES.values() for inside in sorted([path / name, *path.glob(f"*/{name}")])]
        reports = [inside for inside in reports if inside.is_file()]
        if not reports:
            raise ReportError(f"{path} holds no reports", "name the folder that grade batch wrote with --out")
        yield from reports
