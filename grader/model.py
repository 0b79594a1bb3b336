"""The values that travel between the floors. All frozen; none knows where it came from or how it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from grader.figure import Figure


class Status(StrEnum):
    """What became of a check, a task or a whole submission."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"  # our failure, never the student's
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    SKIPPED = "skipped"  # not run, because the file could not be loaded
    NOT_ATTEMPTED = "not_attempted"


class Visibility(StrEnum):
    """Who has a check: `public` ones travel to students, `hidden` ones never leave the staff's machine."""

    PUBLIC = "public"
    HIDDEN = "hidden"


class View(StrEnum):
    """For whose eyes a report is."""

    STAFF = "staff"
    STUDENT = "student"


class Mode(StrEnum):
    """How a report came about."""

    LOCAL = "local"
    BATCH = "batch"
    FEEDBACK = "feedback"
    DEBUG = "debug"


@dataclass(frozen=True, slots=True)
class Task:
    """One function, or a few that belong together, worth `points`."""

    id: str
    title: str
    points: int
    functions: tuple[str, ...]
    hints: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may use. Seconds are the worker's own (see `worker/clock.py`); memory is its address space."""

    load_seconds: float = 20.0
    call_seconds: float = 5.0
    submission_seconds: float = 60.0
    memory_mib: int = 2048


@dataclass(frozen=True, slots=True)
class Assignment:
    """One homework as its manifest states it. `sha256` covers the whole folder, so a report names its version."""

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
        """The folder's name, equal in assignments, solutions and student_template (`hw4_softmax`)."""
        return self.folder.name

    @property
    def max_score(self) -> int:
        """The sum of the tasks' points (100 in a sound course)."""
        return sum(task.points for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Course:
    """The nearest parent folder with assignments/course.toml, and the homeworks in their order."""

    name: str
    root: Path
    assignments: tuple[str, ...]
    install: str = ""


# ---------------------------------------------------------------- what is handed in


@dataclass(frozen=True, slots=True)
class Where:
    """A line of the student's own file, with its text as it was handed in."""

    file: str
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing of a submission could run: one sentence, the place if there is one, and what to do next."""

    kind: str
    summary: str
    next_step: str = ""
    where: Where | None = None
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file of a submission as data: its path as the assignment names it, and its bytes."""

    path: str
    sha256: str
    content: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in. With a `problem` there is nothing to run, and every check is skipped.

    `name` is what the folder or file was called; `id` is made from it and safe everywhere.
    """

    id: str
    files: tuple[SubmittedFile, ...] = ()
    problem: Problem | None = None
    name: str = ""


# ---------------------------------------------------------------- what came of it


ANY_CLASS = "Exception"  # of a message: what was raised is none of the few classes that are named


@dataclass(frozen=True, slots=True)
class Message:
    """A failed check in the five parts a student needs. `where` is always a line of their own file.

    `likely` tells no value of a hidden check; `quoted` is the same with values, for who may see them, or empty. `cause`
    is the code of its page (`grade explain CODE`), or empty.

    `exception` is empty where nothing was raised. Else it names one of a few built-in classes, or `ANY_CLASS`: the one
    part of an exception that may be shown of a hidden check.
    """

    called: str = ""
    expected: str = ""
    got: str = ""
    where: Where | None = None
    likely: str = ""
    exception: str = ""
    quoted: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One pytest item: `visibility/function[parameters]`, worth whole points, all or nothing."""

    id: str
    name: str
    task: str
    visibility: Visibility
    points: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What became of one check. `points` are the points earned; `figures` are those of public checks."""

    id: str
    name: str
    visibility: Visibility
    status: Status
    points: int
    max_points: int
    seconds: float | None = None
    message: Message | None = None
    output: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The checks of one task and what they add up to. `max_score` is the manifest's, whatever could be judged."""

    id: str
    title: str
    status: Status
    score: int
    judged: int
    max_score: int
    checks: tuple[CheckResult, ...]
    follow_through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AssignmentRef:
    """Which version of which assignment a report is about."""

    id: str
    title: str
    sha256: str
    folder: str
    file: str
    due: str | None = None


@dataclass(frozen=True, slots=True)
class FileRef:
    """A graded file, by name and content hash."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SubmissionRef:
    """Which submission a report is about."""

    id: str
    files: tuple[FileRef, ...]
    name: str = ""
    submitted_at: str | None = None
    commit: str | None = None


OFFICIAL_LEVEL = 2  # of the sandbox: what official grading asks for
BEST_LEVEL = 3


@dataclass(frozen=True, slots=True)
class SandboxFacts:
    """How student code was confined: what was asked for and what the probes inside found."""

    level: int
    tool: str
    version: str
    network: bool
    limits: dict[str, int]
    probes: dict[str, bool]


@dataclass(frozen=True, slots=True)
class GraderRef:
    """The grader that wrote a report."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Environment:
    """The versions a result was computed with. `torch` is None where recorded values stood in for it."""

    python: str
    numpy: str
    torch: str | None
    platform: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is known about one graded submission. `score` is None when we failed to grade it.

    `run` names the folder of results that a batch wrote it into.
    """

    view: View
    mode: Mode
    official: bool
    grader: GraderRef
    course: str
    assignment: AssignmentRef
    submission: SubmissionRef
    status: Status
    score: int | None
    judged: int
    max_score: int
    problem: Problem | None
    tasks: tuple[TaskResult, ...]
    sandbox: SandboxFacts | None
    environment: Environment
    seed: int | None
    started_at: str
    seconds: float
    warnings: tuple[str, ...] = ()
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What the checks are called that pass now and did not before, and those that no longer do."""

    mended: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
