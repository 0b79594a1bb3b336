"""`grade hint hw4 softmax`: the next of a task's hints. They cost nothing and are never reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import screen
from grader.cli.options import choose_task, course_option, language_option
from grader.language import render, tell
from grader.model import Status

if TYPE_CHECKING:
    from grader.model import Assignment, Report, Task


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
    given = give_hint(wanted, choose_task(wanted, task), found.root / ".grade" / "hints.json")
    click.echo(screen.wrap(given, len("1. ")))


def list_undone(report: Report) -> list[str]:
    """The ids of the tasks that there is something to do in."""
    return [task.id for task in report.tasks if task.checks and task.status is not Status.PASSED]


def give_hint(assignment: Assignment, task: Task, path: Path, by_key: bool = False) -> str:
    """The first hint that has not been shown, remembered in `path`; after the last, all of them again.

    It tells how to get one more: by the same command, or by the same key.
    """
    if not task.hints:
        return tell("{task} has no hints.", task=task.title)
    key, seen = f"{assignment.id}/{task.id}", _read_seen(path)
    level = min(seen.get(key, 0) + 1, len(task.hints))
    again = seen.get(key, 0) == len(task.hints)
    _write_seen(path, {**seen, key: level})
    lines = [f"{number}. {render(text)}" for number, text in enumerate(task.hints[:level], start=1)]
    left = len(task.hints) - level
    foot = tell("That was the last one.")
    if left and not again:
        asked = tell("{number} more: press h again.", number=left)
        foot = asked if by_key else tell("{number} more: the same command again.", number=left)
    head = tell("{task}, hint {level} of {number}", task=task.title, level=level, number=len(task.hints))
    return "\n".join([head, *lines, foot])


def _read_seen(path: Path) -> dict[str, int]:
    try:
        seen = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(seen, dict):
        return {}
    return {key: level for key, level in seen.items() if type(level) is int and level > 0}


def _write_seen(path: Path, seen: dict[str, int]) -> None:
    from grader.report import write_atomically

    try:
        write_atomically(path, json.dumps(seen, sort_keys=True) + "\n")
    except OSError as error:
        screen.note(tell("Not remembered: {path} cannot be written ({reason}).", path=path, reason=error.strerror))
