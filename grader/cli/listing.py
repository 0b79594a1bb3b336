"""`grade list`: list the course's assignments."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli import screen
from grader.cli.options import course_option, language_option
from grader.language import render


@click.command("list")
@language_option
@course_option
def list_assignments(course: Path | None) -> None:
    """List the assignments: id, title, file and due date."""
    from rich.cells import cell_len, set_cell_size

    from grader.course.layout import locate_assignment
    from grader.course.manifest import find_course, read_assignment
    from grader.reporters.dates import describe_date

    found = find_course(Path.cwd(), course)
    click.echo(found.name)
    rows = []
    for name in found.assignments:
        assignment = read_assignment(locate_assignment(found.root, name))
        due = describe_date(assignment.due, assignment.due.astimezone()) if assignment.due else ""
        rows.append((assignment.id, render(assignment.title), f"{name}/{assignment.file}", due))
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(["", *map(set_cell_size, row, widths)]).rstrip() for row in rows]
    if sys.stdout.isatty() and max(map(cell_len, lines)) > screen.measure_width():
        lines = [line for row in rows for line in _break_row(row, widths[0])]
    click.echo("\n".join(lines))


def _break_row(row: tuple[str, str, str, str], width: int) -> list[str]:
    """Break an assignment's row for a narrow window.

    The file and the due date get lines of their own.
    """
    name, title, *more = row
    return [f"  {name:<{width}}  {title}", *(" " * (width + 4) + cell for cell in more if cell)]
