"""`grade keygen`, `grade sign` and `grade verify`: reports that nobody can change unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import screen

if TYPE_CHECKING:
    from grader.model import Report

MAX_PATH = 1000
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
    """Check reports (or all in a folder): signed with this key, unchanged since, whose they lie as, and adding up."""
    from grader.errors import SignatureError
    from grader.reporters.text import clean
    from grader.signing import verify_report

    found, refused = list(find_reports(paths)), 0
    for path in found:
        try:
            report = verify_report(path, key)
            if path not in paths:  # a file that was named may lie anywhere
                require_place(report, path)
        except SignatureError as error:
            refused += 1
            screen.note(f"{clean(str(path), MAX_PATH)}: {error.message}")
    click.echo(f"Verified        {len(found) - refused} of {len(found)} reports")
    ctx.exit(1 if refused else 0)


def require_place(report: Report, path: Path) -> None:
    """Raises `SignatureError` for a report that was moved: one student's in the folder of another, or one view's under
    the name of the other.
    """
    from grader.errors import SignatureError
    from grader.report import NAMES

    owner, whose = path.resolve().parent.name, report.submission.id
    if whose != owner:
        raise SignatureError(f"it is the report of {whose}, and lies in the folder of {owner}")
    if path.name != NAMES[report.view]:
        raise SignatureError(f"it is the {report.view.value}'s view under the name of the other")


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
