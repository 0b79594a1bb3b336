"""The hints of a task, one more at each request.

Hints cost nothing and are never reported.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.layout import locate_traces
from grader.model.course import Assignment, Course, Task
from grader.model.report import Report, Status
from grader.report import write_atomically

FILE = "hints.json"


@dataclass(frozen=True, slots=True)
class Hints:
    """The hints of a task that have been given so far, the newest last.

    `again` is true if all of them had been given before this request. `unwritten` is the error that keeps this request
    from being remembered, or None.
    """

    task: Task
    given: tuple[str, ...]
    again: bool
    unwritten: OSError | None = None

    @property
    def left(self) -> int:
        """The number of hints that have not been given."""
        return len(self.task.hints) - len(self.given)


def locate_hints(course: Course) -> Path:
    """Locate the file that says which hints have been given."""
    return locate_traces(course.root) / FILE


def list_undone(report: Report) -> list[str]:
    """List the ids of the tasks that are not done.

    A task without checks here is not among them.
    """
    return [task.id for task in report.tasks if task.checks and task.status is not Status.PASSED]


def take_hint(course: Course, assignment: Assignment, task: Task) -> Hints:
    """Take the first hint of a task that has not been given yet.

    The result has the hints before it, too; after the last hint, it has all of them again. The request is remembered on
    disk. If that fails, nothing is raised, and the result has the error.
    """
    if not task.hints:
        return Hints(task, (), again=False)
    key, path = f"{assignment.id}/{task.id}", locate_hints(course)
    seen = _read_seen(path)
    level = min(seen.get(key, 0) + 1, len(task.hints))
    hints = Hints(task, task.hints[:level], again=seen.get(key, 0) == len(task.hints))
    try:
        write_atomically(path, json.dumps({**seen, key: level}, sort_keys=True) + "\n")
    except OSError as error:
        return replace(hints, unwritten=error)
    return hints


def _read_seen(path: Path) -> dict[str, int]:
    try:
        seen = json.loads(path.read_text("utf-8"))
        return {key: level for key, level in seen.items() if type(level) is int and level > 0}
    except (OSError, ValueError, AttributeError):  # a damaged file counts as none: it need not even hold a dict
        return {}
