"""One homework under audit: its files, and a grader that is warm."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from grader.audit.ear import Ear
from grader.audit.findings import Margin
from grader.audit.recycling import RecyclingLauncher
from grader.audit.watching import WatchedSource
from grader.course.layout import PATCHES, locate_solution, locate_stub
from grader.course.patches import Patch, apply_patch, list_strangers, read_patches
from grader.errors import CourseError
from grader.harness.grading import Grader, find_source
from grader.model.course import Assignment, Course, Task
from grader.model.report import Mode, Report
from grader.model.submission import Submission, SubmittedFile
from grader.worker.process import Launcher

T = TypeVar("T")
SEED = 1


class Homework:
    """One homework under audit.

    `source` is the reference that `grader` asks, and `ear` hears the calls that it makes. `patches` are those of each
    file of patches. `tell` is called with a text on what is being tried, and `log` with a line of progress in a long
    sweep.
    """

    def __init__(
        self, course: Course, assignment: Assignment, tell: Callable[[str], None], log: Callable[[str], None]
    ) -> None:
        """Read the homework's files, and make its grader.

        Raises `CourseError` if the solution or the stub is missing, or if a file is not valid Python.
        """
        self.course = course
        self.assignment = assignment
        self.tell = tell
        self.log = log
        self.solution = _read_python(locate_solution(course, assignment))
        self.stub = _read_python(locate_stub(course, assignment))
        self.functions = [name for task in assignment.tasks for name in task.functions]
        self.patches = {file: read_patches(assignment.folder / file) for file in PATCHES}
        self._margins: dict[str, Margin] = {}
        self.source = WatchedSource(find_source(assignment, Mode.LOCAL))
        self.ear = Ear()
        launcher = RecyclingLauncher(Launcher(assignment.limits, spares=1), self.ear.hear)
        self.grader = Grader(course, assignment, launcher, source=self.source)

    def find_margin(self, check: str) -> Margin:
        """Find the margins of a check, as far as they have been measured."""
        return self._margins.setdefault(check, Margin(self.assignment.id, check))

    def list_patches(self, file: str) -> list[Patch]:
        """List the patches of one file that can be applied; `audit_patches` reports the others."""
        return [patch for patch in self.patches[file] if not list_strangers(patch, self.functions)]

    def try_each(self, what: str, versions: Sequence[T]) -> Iterator[T]:
        """Go through the versions that are tried, and tell which one it is."""
        for number, version in enumerate(versions, start=1):
            self.tell(f"{self.assignment.id}: {what} {number} of {len(versions)}")
            yield version

    def grade(self, source: str, name: str) -> Report:
        """Grade this source as a submission of this name."""
        return self.grader.grade_submission(self.submit(source, name), SEED)

    def grade_patch(self, patch: Patch, name: str) -> Report:
        """Grade the solution with this patch."""
        return self.grade(apply_patch(self.solution, patch), name)

    def submit(self, source: str, name: str) -> Submission:
        """Make a submission of this name from source."""
        content = source.encode()
        file = SubmittedFile(self.assignment.file, hashlib.sha256(content).hexdigest(), content)
        return Submission(name, (file,))

    def list_tasks(self, functions: Collection[str]) -> list[Task]:
        """List the tasks that these functions belong to."""
        return [task for task in self.assignment.tasks if set(functions) & set(task.functions)]

    def list_checks(self, functions: Collection[str]) -> list[str]:
        """List the ids of the checks of these functions' tasks."""
        tasks = {task.id for task in self.list_tasks(functions)}
        return [check.id for check in self.grader.checks if check.task in tasks]

    def note_right(self) -> None:
        """Note the errors of the right answer that was graded last in the margins."""
        for check, facts in self.grader.facts.items():
            if facts.error is not None:
                margin = self.find_margin(check)
                margin.variants = max(facts.error, margin.variants or 0.0)


def list_functions(source: str) -> dict[str, ast.FunctionDef]:
    """List the functions of a module by name."""
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def _read_python(path: Path) -> str:
    if not path.is_file():
        raise CourseError(f"{path} is missing", "CONTRIBUTING.md says which files make a homework.")
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"{path} is not valid Python: {error}") from None
    return path.read_text("utf-8")
