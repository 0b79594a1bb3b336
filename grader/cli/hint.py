"""`grade hint hw4 softmax`: show the next of a task's hints.

Hints cost nothing and are never reported.
"""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli import screen
from grader.cli.options import choose_task, course_option, language_option
from grader.cli.show import give_hint
from grader.language import tell


@click.command()
@click.argument("assignment")
@click.argument("task", required=False)
@language_option
@course_option
def hint(assignment: str, task: str | None, course: Path | None) -> None:
    """Show the next hint for a task: a question, a direction, nearly the answer."""
    from grader.course.manifest import find_assignment, find_course

    found = find_course(Path.cwd(), course)
    wanted = find_assignment(found, assignment)
    if task is None:
        head = tell("Hints of {assignment}:", assignment=wanted.id)
        click.echo("\n".join([head, *(f"  grade hint {wanted.id} {each.id}" for each in wanted.tasks)]))
        return
    given = give_hint(found, wanted, choose_task(wanted, task))
    click.echo(screen.wrap(given, len("1. ")))
