"""The verdict on a check, and whose failure an exception is.

A student's failure is never an error of the grader, and an error of the grader is never a student's failure.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.checks.run import Run
from grader.errors import CheckFailed, GraderError
from grader.explain.causes import explain_cause
from grader.figure import Figure
from grader.language import say
from grader.model.course import Visibility
from grader.model.report import CheckResult, Message, Status
from grader.worker import allowance
from grader.worker.client import Client

MAX_OUTPUT = 8_000
MAX_EXCEPTION = 2_000
# Always an error of the grader: a name that a suite lacks is missing, whatever a student's code answers.
OURS = (GraderError, NameError, ImportError)


def judge(run: Run, raised: BaseException | None, seconds: float) -> CheckResult:
    """Build the result of a check from the exception that was raised in it.

    `raised` is None if nothing was raised. `seconds` is the time that the check took. Points are whole: all of them or
    none.
    """
    status, message = classify(raised, run.client)
    check = run.check
    if message is not None and check.visibility is Visibility.HIDDEN:
        # The worker reports the line of an exception, so student code could tell a hidden input by it. The line where
        # the function begins was found before student code ran.
        message = replace(message, where=run.client.trace.where)
    elif message is not None:  # everybody may see the values of a public check
        message = replace(message, likely=message.quoted or message.likely, quoted="")
    return CheckResult(
        id=check.id,
        name=check.name,
        visibility=check.visibility,
        status=status,
        points=check.points if status is Status.PASSED else 0,
        max_points=check.points,
        seconds=seconds,
        message=message,
        output="".join(run.client.trace.output)[:MAX_OUTPUT] if status is not Status.PASSED else "",
        figures=_list_figures(run, raised) if check.visibility is Visibility.PUBLIC else (),
    )


def is_tripped(raised: BaseException) -> bool:
    """Tell whether the suite or the reference broke instead of judging.

    The exception does not say whose value broke it, the student's or the suite's, so `Grader` asks the model solution.
    """
    return not isinstance(raised, (CheckFailed, AssertionError, allowance.TooLong, *OURS))


def find_place(raised: BaseException | None, folder: Path) -> str:
    """Find the innermost line of the homework's own files in a traceback.

    `folder` is the homework's folder. Returns a text such as `hidden/test_x.py:12`, or "" if there is no such line.
    """
    place, traceback = "", raised.__traceback__ if raised is not None else None
    while traceback is not None:
        file = Path(traceback.tb_frame.f_code.co_filename)
        if file.is_relative_to(folder):
            place = f"{file.relative_to(folder).as_posix()}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def _list_figures(run: Run, raised: BaseException | None) -> tuple[Figure, ...]:
    """List the figures of the failing comparison, then those of the suite."""
    return (*(raised.figures if isinstance(raised, CheckFailed) else ()), *run.figures)


def describe_exception(raised: BaseException) -> str:
    """Describe an exception for the staff, by its class, text and notes."""
    notes = [str(raised), getattr(raised, "next_step", ""), *getattr(raised, "__notes__", ())]
    return f"{type(raised).__name__}: {'; '.join(filter(None, notes))}"[:MAX_EXCEPTION]


def classify(raised: BaseException | None, client: Client) -> tuple[Status, Message | None]:
    """Classify a check's exception as the student's failure or the grader's.

    Returns the status and the message; PASSED and None if nothing was raised. An exception that is not a verdict counts
    as FAILED once the student's code has answered (see `is_tripped`), and as ERROR before.
    """
    trace = client.trace
    if raised is None:
        return Status.PASSED, None
    if isinstance(raised, CheckFailed):
        return raised.status, _complete(raised.message, client)
    # All checks of a submission share one budget of time for judging. Once it is used up, a later check fails even
    # before student code has answered.
    if isinstance(raised, (allowance.TooLong, MemoryError)) and (trace.answered or client.is_judged_out):
        return Status.FAILED, _complete(explain_cause("costly-answer"), client)
    if isinstance(raised, OURS) or not trace.answered:
        return Status.ERROR, Message(got=describe_exception(raised))
    if isinstance(raised, AssertionError) and str(raised):
        return Status.FAILED, _complete(Message(got=str(raised)[:2000]), client)
    expected = say("a value of the kind the handout asks for")
    got = say("a value that cannot be used any further ({reason})", reason=type(raised).__name__)
    return Status.FAILED, _complete(Message(expected=expected, got=got), client)


def _complete(message: Message, client: Client) -> Message:
    trace = client.trace
    return Message(
        called=message.called or trace.called,
        expected=message.expected,
        got=message.got,
        where=message.where or trace.where,
        likely=message.likely,
        quoted=message.quoted,
        cause=message.cause,
        exception=message.exception,
    )
