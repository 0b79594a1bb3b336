"""`grade list`: the course's assignments."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import course_option, language_option


@click.command("list")
@language_option
@course_option
def list_assignments(course: Path | None) -> None:
    """List the assignments: id, title, file and due date."""
    from rich.cells import cell_len, set_cell_size

    from grader.assignment import find_course, read_assignment
    from grader.reporters.dates import describe_date

    found = find_course(Path.cwd(), course)
    click.echo(found.name)
    rows = []
    for name in found.assignments:
        assignment = read_assignment(found.root / "assignments" / name)
        due = describe_date(assignment.due, assignment.due.astimezone()) if assignment.due else ""
        rows.append((assignment.id, assignment.title, f"{name}/{assignment.file}", due))
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(["", *map(set_cell_size, row, widths)]).rstrip())
