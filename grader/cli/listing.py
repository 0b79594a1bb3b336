"""`grade list`: the course's assignments."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import course_option


@click.command("list")
@course_option
def list_assignments(course: Path | None) -> None:
    """List the assignments: id, title, file and due date."""
    from grader.assignment import find_course, read_assignment

    found = find_course(Path.cwd(), course)
    click.echo(found.name)
    rows = []
    for name in found.assignments:
        assignment = read_assignment(found.root / "assignments" / name)
        due = f"due {assignment.due:%a %d %b %Y %H:%M}" if assignment.due else ""
        rows.append((assignment.id, assignment.title, f"{name}/{assignment.file}", due))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(["", *map(str.ljust, row, widths)]).rstrip())
