"""`grade audit [hw4]`: prove a course sound, for its authors."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import course_option

if TYPE_CHECKING:
    from grader.audit import Finding


@click.command()
@click.argument("assignments", nargs=-1)
@click.option("--automatic/--no-automatic", default=True, help="Also try automatic mutants of the solution.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON and nothing else.")
@course_option
@click.pass_context
def audit(
    ctx: click.Context, assignments: tuple[str, ...], automatic: bool, as_json: bool, course: Path | None
) -> None:
    """Prove homeworks sound: the solution earns 100, stubs 0, mutants lose, variants keep."""
    from grader.assignment import find_assignment, find_course
    from grader.audit import audit_assignment

    found = find_course(Path.cwd(), course)
    findings = []
    for name in assignments or found.assignments:
        for finding in audit_assignment(found, find_assignment(found, name), automatic):
            findings.append(finding)
            if not as_json:
                click.echo(draw_finding(finding))
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=1))
    failed = sum(not finding.holds for finding in findings)
    if not as_json:
        click.echo(
            f"{len(findings)} findings, {failed} of them to mend" if failed else f"{len(findings)} findings hold"
        )
    ctx.exit(1 if failed else 0)


def draw_finding(finding: Finding) -> str:
    """One line per finding."""
    return f"{'ok  ' if finding.holds else 'MEND'} {finding.assignment:<4} {finding.subject:<10} {finding.sentence}"
