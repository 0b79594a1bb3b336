"""Define the errors that people can meet.

Each error says what is wrong, where, and what to do next. Errors are raised where the fact is known, and become one
sentence in one place: `grader.cli`. `exit_code` is 2 if the person who typed the command can fix the error, and 3 if
the grader or the machine failed.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from grader.language import say

if TYPE_CHECKING:  # every command imports this module, `grade --help` too, so its imports must be few
    from grader.figure import Figure
    from grader.model.report import Message, Status


class GraderError(Exception):
    """Base of all errors that this package raises on purpose.

    `message` says what is wrong; `next_step` says what to do, or is "".
    """

    exit_code = 2

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class CourseError(GraderError):
    """An absent course, an unknown assignment, or an unreadable manifest."""


class SubmissionError(GraderError):
    """A path that does not exist, or is no folder of submissions.

    A bad submission is no error: it is graded.
    """


class ReportError(GraderError):
    """A report, a key or a folder of results that is of no use.

    It cannot be read or written, or it is not what it should be.
    """


class DiskError(ReportError):
    """A full or failing disk: the machine's failure, not a wrong command."""

    exit_code = 3


_DISK_FAILS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def refuse_write(path: object, error: OSError, next_step: str = "") -> ReportError:
    """Return the error to raise for a file that could not be written.

    `next_step` is advice that helps if another path would do. A disk that is full or fails gives a `DiskError` with
    advice of its own instead.
    """
    message = say("{path} cannot be written: {reason}", path=path, reason=error.strerror or type(error).__name__)
    if error.errno in _DISK_FAILS:
        return DiskError(message, say("this machine's disk is full or fails: make room, and run the command again"))
    return ReportError(message, next_step)


class SignatureError(ReportError):
    """A report that does not match its signature, or does not add up."""


class ReleaseError(GraderError):
    """A kit that cannot be made, or must not be."""


class CouldNotGrade(GraderError):
    """A failure of the grader or the machine.

    It costs a student nothing: the report's score stays empty.
    """

    exit_code = 3


class SuiteError(CouldNotGrade):
    """A suite that cannot be collected or whose points are not right.

    The points of a suite must agree with the manifest.
    """

    exit_code = 2


class OracleError(CouldNotGrade):
    """A question that the oracle could not answer.

    torch is missing, a record is stale, or reference.py raised.
    """


class WorkerError(CouldNotGrade):
    """The process that runs student code could not be started."""


class SandboxError(GraderError):
    """A sandbox that is weaker on this machine than was asked for."""


class CheckFailed(Exception):
    """A check that the submission did not pass.

    `message` has the parts that a student needs. The code that knows the failure raises it (a comparison, a call that
    timed out), and the harness catches it. It is no `GraderError`: nothing is wrong with the grader.
    """

    def __init__(self, message: Message, status: Status, figures: tuple[Figure, ...] = ()) -> None:
        super().__init__(message.got)
        self.message = message
        self.status = status
        self.figures = figures
