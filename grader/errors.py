"""The errors people can meet. Each says what is wrong, where, and what to do next.

They are raised where the fact is known and become one sentence in one place: `grader.cli`.
`exit_code` is 2 where the person who typed the command can mend it, and 3 where grading failed on our side.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from grader.language import say

if TYPE_CHECKING:  # this module is imported by every command, `grade --help` too
    from grader.figure import Figure
    from grader.model import Message, Status


class GraderError(Exception):
    """Base of everything this package raises on purpose."""

    exit_code = 2

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class CourseError(GraderError):
    """No course, an unknown assignment, or a manifest that cannot be read."""


class SubmissionError(GraderError):
    """A path to grade that does not exist, or a folder of submissions that is none.

    (A bad submission is no error: it is graded.)
    """


class ReportError(GraderError):
    """What results are made of cannot be read or written, or is not what it should be: a report, a key, a folder."""


class DiskError(ReportError):
    """A disk that is full or fails: the machine's failure, and not a wrong command."""

    exit_code = 3


_DISK_FAILS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def refuse_write(path: object, error: OSError, next_step: str = "") -> ReportError:
    """The error to raise for a file that could not be written; `next_step` helps where another path would do."""
    message = say("{path} cannot be written: {reason}", path=path, reason=error.strerror or type(error).__name__)
    if error.errno in _DISK_FAILS:
        return DiskError(message, say("this machine's disk is full or fails: make room, and run the command again"))
    return ReportError(message, next_step)


class SignatureError(ReportError):
    """A report that is not what its signature says, or does not add up."""


class ReleaseError(GraderError):
    """A kit that cannot be made, or must not be."""


class CouldNotGrade(GraderError):
    """Our own failure. It costs a student nothing: the report's score stays empty."""

    exit_code = 3


class SuiteError(CouldNotGrade):
    """A suite that cannot be collected, or whose points do not agree with the manifest."""

    exit_code = 2


class OracleError(CouldNotGrade):
    """The reference could not answer: torch is missing, a record is stale, or reference.py raised."""


class WorkerError(CouldNotGrade):
    """The process that runs student code could not be started."""


class SandboxError(GraderError):
    """Student code cannot be confined here as strictly as was asked for."""


class CheckFailed(Exception):
    """A check that the submission did not pass, said in the parts a student needs.

    Raised by whoever knows what went wrong (a comparison, a call that timed out) and caught by the harness. It is no
    `GraderError`: nothing is wrong with us.
    """

    def __init__(self, message: Message, status: Status, figures: tuple[Figure, ...] = ()) -> None:
        super().__init__(message.got)
        self.message = message
        self.status = status
        self.figures = figures
