"""Define what a student hands in."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.kinds import Later, Line


@dataclass(frozen=True, slots=True)
class Where:
    """A line of the student's own file, with its text as handed in."""

    file: str
    line: Line
    text: Later[str] = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """The reason why nothing of a submission could run.

    `summary` is one sentence, `where` the place if there is one, and `next_step` the advice on what to do.
    """

    kind: str
    summary: str
    next_step: str = ""
    where: Where | None = None
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file of a submission as data: its bytes.

    `path` is the file's name in the assignment.
    """

    path: str
    sha256: str
    content: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Submission:
    """The work that one student handed in.

    With a `problem` there is nothing to run, and every check is skipped. `name` is the name of the folder or file; `id`
    is made from it and safe everywhere.
    """

    id: str
    files: tuple[SubmittedFile, ...] = ()
    problem: Problem | None = None
    name: str = ""
