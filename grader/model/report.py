"""Define a report and its parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.figure import Figure
from grader.kinds import Count, Digest, Later, Level, Name, Seconds
from grader.model.course import Visibility
from grader.model.submission import Problem, Where


class Status(StrEnum):
    """The result of a check, of a task or of a whole submission."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"  # a failure of the grader or the machine, never the student's
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    SKIPPED = "skipped"  # not run, because the file could not be loaded
    NOT_ATTEMPTED = "not_attempted"


FAILING = frozenset({Status.FAILED, Status.TIMEOUT, Status.CRASHED})  # the student's failures


class View(StrEnum):
    """The readers of a report: the staff or the student."""

    STAFF = "staff"
    STUDENT = "student"


class Mode(StrEnum):
    """The kind of grading that made a report."""

    LOCAL = "local"
    BATCH = "batch"
    FEEDBACK = "feedback"  # no longer written; report/v1 keeps the word
    DEBUG = "debug"


DESK_SEED = 0  # of a run at a student's desk, so that it can be repeated; a batch draws a secret one


ANY_CLASS = "Exception"  # `Message.exception` for all exceptions but the few classes that are named


@dataclass(frozen=True, slots=True)
class Message:
    """A failed check in the five parts that a student needs.

    They are the call, the expected and the actual value, the line and the likely cause. `where` is always a line of the
    student's own file. `likely` tells no value of a hidden check; `quoted` is the same text with values, for readers
    who may see them, or empty. `cause` is the code of the cause's page (`grade explain CODE`), or empty.

    `exception` is empty if nothing was raised. Otherwise it names one of a few built-in classes, or is `ANY_CLASS`. It
    is the only part of an exception that may be shown of a hidden check.
    """

    called: str = ""
    expected: str = ""
    got: str = ""
    where: Where | None = None
    likely: str = ""
    exception: Later[str] = ""
    quoted: Later[str] = ""
    cause: Later[str] = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One pytest item, worth whole points, all or nothing.

    `id` is `visibility/function[parameters]`.
    """

    id: str
    name: str
    task: str
    visibility: Visibility
    points: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check.

    `points` are the points earned. Only public checks have `figures`.
    """

    id: str
    name: str
    visibility: Visibility
    status: Status
    points: Count
    max_points: Count
    seconds: Seconds | None = None
    message: Message | None = None
    output: str = ""
    figures: Later[tuple[Figure, ...]] = ()


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The checks of one task, and their sum.

    `judged` is the sum of points of the checks that are present. `max_score` is always the manifest's, even if fewer
    points could be judged. `follow_through` names the functions of other tasks that the reference replaced.
    """

    id: str
    title: str
    status: Status
    score: Count
    judged: Count
    max_score: Count
    checks: tuple[CheckResult, ...]
    follow_through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AssignmentRef:
    """The version of the assignment that a report is about."""

    id: str
    title: str
    sha256: Digest
    folder: str
    file: str
    due: str | None = None


@dataclass(frozen=True, slots=True)
class FileRef:
    """A graded file, by name and content hash."""

    path: str
    sha256: Digest


@dataclass(frozen=True, slots=True)
class SubmissionRef:
    """The submission that a report is about."""

    id: Name
    files: tuple[FileRef, ...]
    name: Later[str] = ""
    submitted_at: str | None = None
    commit: str | None = None


OFFICIAL_LEVEL = 2  # the sandbox level that official grading asks for
BEST_LEVEL = 3


@dataclass(frozen=True, slots=True)
class SandboxFacts:
    """The confinement of student code.

    `limits` were asked for and are in force. `probes` are the facts that the probes inside found, and `level` is the
    sandbox level that they support.
    """

    level: Level
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
    """The versions that a result was computed with.

    `torch` is None if recorded values were used in its place.
    """

    python: str
    numpy: str
    torch: str | None
    platform: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is known about one graded submission.

    `score` is None if the grader or the machine failed. `run` names the folder of results that a batch wrote the report
    into.
    """

    view: View
    mode: Mode
    official: bool
    grader: GraderRef
    course: str
    assignment: AssignmentRef
    submission: SubmissionRef
    status: Status
    score: Count | None
    judged: Count
    max_score: Count
    problem: Problem | None
    tasks: tuple[TaskResult, ...]
    sandbox: SandboxFacts | None
    environment: Environment
    seed: Count | None
    started_at: str
    seconds: Seconds
    warnings: tuple[str, ...] = ()
    run: Later[str | None] = None


@dataclass(frozen=True, slots=True)
class Changes:
    """The names of checks that pass now and did not, and of the reverse.

    `fixed` pass now and did not before; `broken` passed before and do not now.
    """

    fixed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
