"""Define a course and its homeworks, as the manifests state them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Visibility(StrEnum):
    """The visibility of a check.

    A public check travels to students; a hidden one never leaves the staff's machine.
    """

    PUBLIC = "public"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Task:
    """One function, or a few that belong together, worth `points`.

    `after` names the tasks that this one builds on.
    """

    id: str
    title: str
    points: int
    functions: tuple[str, ...]
    hints: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The time and memory that a submission may use.

    Seconds are the worker's own (see `worker/clock.py`). Memory is the worker's address space.
    """

    load_seconds: float = 20.0
    call_seconds: float = 5.0
    submission_seconds: float = 60.0
    memory_mib: int = 2048


@dataclass(frozen=True, slots=True)
class Assignment:
    """One homework, as its manifest states it.

    `file` is the name of the file that students hand in. `sha256` covers the whole folder, so a report names its
    version. `extras` are the names of files that travel to students beside their stub.
    """

    id: str
    title: str
    folder: Path
    file: str
    tasks: tuple[Task, ...]
    limits: Limits
    sha256: str
    due: datetime | None = None
    extras: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The folder's name (`hw4_softmax`).

        It is the same in assignments, solutions and student_template.
        """
        return self.folder.name

    @property
    def max_score(self) -> int:
        """The sum of the tasks' points (100 in a sound course)."""
        return sum(task.points for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Course:
    """A course: its folder, and its homeworks in their order.

    `root` is the nearest parent folder with assignments/course.toml. `assignments` are the names of the homeworks'
    folders.
    """

    name: str
    root: Path
    assignments: tuple[str, ...]
    install: str = ""
