"""`grade audit [hw4]`: prove a course's homeworks sound, for its authors."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli import screen
from grader.cli.options import course_option

if TYPE_CHECKING:
    from grader.audit.findings import Finding, Margin
    from grader.audit.losses import Loss


@click.command()
@click.argument("assignments", nargs=-1)
@click.option("--automatic/--no-automatic", default=True, help="Also try automatic mutants of the solution.")
@click.option(
    "--seeds", type=click.IntRange(1), default=1, help="Judge every version under so many seeds; no verdict may change."
)
@click.option("--margins", is_flag=True, help="Also list how clearly each check tells right from wrong.")
@click.option(
    "--losses", is_flag=True, help="Also list the points that each mutant loses, of its own task and elsewhere."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON and nothing else.")
@course_option
@click.pass_context
def audit(
    ctx: click.Context,
    assignments: tuple[str, ...],
    automatic: bool,
    seeds: int,
    margins: bool,
    losses: bool,
    as_json: bool,
    course: Path | None,
) -> None:
    """Prove homeworks sound: the solution earns 100, stubs 0, mutants lose, variants keep."""
    from grader.audit import open_audit
    from grader.course.manifest import find_assignment, find_course

    found = find_course(Path.cwd(), course)
    told = Told(quiet=as_json)
    for name in assignments or found.assignments:
        homework = find_assignment(found, name)
        with draw_status(as_json) as tell, open_audit(found, homework, tell, log) as opened:
            told.add_findings(opened.run(automatic, seeds))
            told.add_margins(opened.list_margins(), margins)
            if losses:
                told.add_losses(lost := opened.list_losses())
                told.add_findings(opened.judge_losses(lost))
    failed = sum(not finding.holds for finding in told.findings)
    if as_json:
        facts = {"findings": told.findings, "margins": told.margins, "losses": told.losses}
        click.echo(json.dumps({name: list(map(dataclasses.asdict, rows)) for name, rows in facts.items()}, indent=1))
    elif failed:
        click.echo(f"{len(told.findings)} findings, {failed} of them to fix")
    else:
        click.echo(f"All {len(told.findings)} findings hold")
    ctx.exit(1 if failed else 0)


@dataclasses.dataclass
class Told:
    """All that audits have found so far, printed as soon as it is known.

    With `quiet` nothing is printed here, as the command prints everything as JSON at the end.
    """

    quiet: bool
    findings: list[Any] = dataclasses.field(default_factory=list)
    margins: list[Any] = dataclasses.field(default_factory=list)
    losses: list[Any] = dataclasses.field(default_factory=list)

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Keep these findings, and print a line for each as soon as it is made."""
        for finding in findings:
            self.findings.append(finding)
            self._print([draw_finding(finding)])

    def add_margins(self, margins: list[Margin], wanted: bool) -> None:
        """Keep these margins, and print them as a table if `wanted`."""
        self.margins += margins
        self._print(draw_margins(margins) if wanted else [])

    def add_losses(self, losses: list[Loss]) -> None:
        """Keep these losses, and print them as a table."""
        self.losses += losses
        self._print(draw_losses(losses))

    def _print(self, lines: list[str]) -> None:
        if not self.quiet:
            for line in lines:
                print(line, flush=True)  # rich puts it above the status line; click.echo would write into that line


def log(line: str) -> None:
    """Print a line of progress on stderr, apart from the findings.

    It appears above the status line.
    """
    print(line, file=sys.stderr, flush=True)


@contextmanager
def draw_status(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show a status line, and yield the function that changes its text.

    The status says what is being tried. It is the last line of a terminal. With `quiet`, or where stdout is no
    terminal, there is no status, and the function does nothing.
    """
    if quiet or not screen.is_live(sys.stdout):
        yield lambda text: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console().status("") as status:
        yield lambda text: status.update(Text(text))


def draw_finding(finding: Finding) -> str:
    """Format one finding as a line."""
    return f"{'ok  ' if finding.holds else 'MEND'} {finding.assignment:<4} {finding.subject:<10} {finding.sentence}"


def draw_margins(margins: list[Margin]) -> list[str]:
    """Format margins as the lines of a table with a head.

    A row has a check's distance from its edge on the side of right answers and on the side of wrong ones, in units of
    its tolerance (1 is the edge), and its seconds. `exact` stands where no distance was measured.
    """
    head = f"{'check':<60} {'right <':>10} {'wrong >':>10} {'seconds':>8}"
    return [head, *(_draw_margin(margin) for margin in margins)]


def _draw_margin(margin: Margin) -> str:
    sides = (f"{side:>10.2g}" if side is not None else f"{'exact':>10}" for side in (margin.variants, margin.mutants))
    return f"{margin.check:<60} {' '.join(sides)} {margin.seconds:>8.3f}"


def draw_losses(losses: list[Loss]) -> list[str]:
    """Format losses as the lines of a table with a head.

    A row has the points that a mutant loses of its own task and elsewhere. A star marks a loss that is out of
    proportion.
    """
    head = f"  {'mutant':<50} {'own task':>11} {'elsewhere':>11}  checks of its own task"
    return [head, *map(_draw_loss, losses)]


def _draw_loss(loss: Loss) -> str:
    own, elsewhere = f"{loss.own} of {loss.own_points}", f"{loss.elsewhere} of {loss.elsewhere_points}"
    name, properties = f"{loss.mutant} of {loss.function}", ", ".join(loss.properties)
    return f"{'*' if loss.outlier else ' '} {name:<50} {own:>11} {elsewhere:>11}  {properties}"
