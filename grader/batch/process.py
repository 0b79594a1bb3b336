"""Run a process that grades for a batch, and the handle on it.

Each process has one pipe, one homework and one grader. If a process dies, exactly one submission is affected, the one
that it was grading, and the handle says so. A process that hangs ends itself: Python can wait for ever if memory runs
out while a thread starts. Processes are spawned and not forked, because a fork would copy the threads of the first
process in the middle of their work.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from grader.course.intake import UNREADABLE, refuse_link, take_in
from grader.errors import CouldNotGrade
from grader.harness.grading import Grader, report_failure
from grader.harness.proof import Proof, prove
from grader.model import Assignment, Course, Mode, Report, SandboxFacts, Submission, Visibility
from grader.worker.process import Launcher

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from grader.batch.entries import Entry

HUNG = 20  # times the seconds of a submission, by the wall clock; every other limit is far below
END_SECONDS = 10.0  # that an idle process has to close its workers and end


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that all submissions of a batch have in common.

    `least` is the sandbox level below which nothing is graded. `proof` is the proof of an earlier batch, if there is
    one. With `keep_going` a homework is graded although nothing proves it.
    """

    course: Course
    assignment: Assignment
    seed: int
    least: int
    proof: Proof | None = None
    keep_going: bool = False


class ProcessEnded(Exception):
    """The process ended before it answered."""


class GradingProcess:
    """The handle on one grading process.

    Ask for one piece of work (`prove` or `grade`), wait until `pipe` is ready, then `take` the answer. Every process
    must be ended: by `close` if it is idle, or by `kill` at any time.
    """

    def __init__(self, settings: Settings) -> None:
        # The current folder may be that of the submissions. The new process inherits this variable, which keeps Python
        # from looking for modules there.
        os.environ["PYTHONSAFEPATH"] = "1"
        context = multiprocessing.get_context("spawn")
        _start_tracker()
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, settings))
        try:
            with _hold_interrupts():
                self._process.start()
        except KeyboardInterrupt:  # Ctrl-C came during the start, and no caller has the handle yet
            self.kill()
            raise
        theirs.close()

    def prove(self) -> None:
        """Ask for the proof of the homework.

        The answer is None if nothing can prove the homework and no proof is required.
        """
        self._ask("prove")

    def grade(self, entry: Entry, unsound: Collection[str]) -> None:
        """Ask for the report of one submission."""
        self._ask("grade", entry, unsound)

    def _ask(self, work: str, *arguments: object) -> None:
        with suppress(OSError):  # the process has ended: `take` raises that
            self.pipe.send((work, arguments))

    def take(self) -> Any:
        """Wait for the answer and return it.

        Raises `ProcessEnded` if the process ended first, or else the exception that the work raised.
        """
        try:
            worked, answer = self.pipe.recv()
        except (EOFError, OSError):
            raise ProcessEnded from None
        if not worked:
            raise answer
        return answer

    def is_alive(self) -> bool:
        """Tell whether the process has not ended yet."""
        return self._process.is_alive()

    def close(self) -> None:
        """Let an idle process close its workers and end by itself.

        If it needs more than `END_SECONDS` for that, it is killed.
        """
        self.pipe.close()
        self._process.join(END_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the process now.

        Only SIGKILL can do that, because the process ignores the signals that it can ignore.
        """
        self.pipe.close()
        self._process.kill()
        self._process.join()


def _start_tracker() -> None:
    """Start multiprocessing's resource tracker with SIGHUP ignored.

    The tracker goes on ignoring the signal, so a closed terminal does not end it.
    """
    if hasattr(signal, "SIGHUP"):
        handler = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        resource_tracker.ensure_running()
        signal.signal(signal.SIGHUP, handler)


@contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Delay Ctrl-C until the end of the block.

    A terminal sends Ctrl-C to the whole process group, and a child that is still importing could not ignore it yet. So
    it must not reach a process that is started in the block. (On Windows it may.)
    """
    held = []
    # The kernel may give the signal to any thread, so a mask of this thread alone does not hold it.
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        if blocked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        signal.signal(signal.SIGINT, handler)
    if held and callable(handler):
        raise KeyboardInterrupt


# ---------------------------------------------------------------- in the process


def _serve(pipe: Connection, settings: Settings) -> None:
    """Do one piece of work after another until the pipe is closed."""
    # A terminal sends such a signal to every process of the batch. Only the first process obeys: it keeps the finished
    # work, and then ends this one.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    server = _Server(settings)
    while True:
        try:
            work, arguments = pipe.recv()
        except EOFError:
            server.close()
            return
        pipe.send(server.do(work, arguments))


def _end_with_parent() -> None:
    """End this process with the first one, even if that was killed.

    A process that is killed has no chance to end others.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


class _Server:
    """The work of a grading process; its grader is made on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._grader: Grader | None = None
        self._sandbox: SandboxFacts | None = None

    def do(self, work: str, arguments: tuple[Any, ...]) -> tuple[bool, object]:
        """Do one piece of work; return (worked, answer or exception).

        If the work takes far too long (`HUNG`), this process writes a traceback to stderr and ends. `faulthandler`
        needs neither Python nor memory for that: the work may be waiting for either of them.
        """
        faulthandler.dump_traceback_later(HUNG * self._settings.assignment.limits.submission_seconds, exit=True)
        try:
            return True, self._prove() if work == "prove" else self._grade(*arguments)
        except Exception as error:  # `take` raises it in the first process
            return False, error
        finally:
            faulthandler.cancel_dump_traceback_later()

    def close(self) -> None:
        """Close the grader and its workers."""
        if self._grader is not None:
            self._grader.close()

    def _prove(self) -> Proof | None:
        grader, sandbox = self._open()
        try:
            return prove(grader, self._settings.seed, sandbox, self._settings.proof)
        except CouldNotGrade:
            hidden = any(check.visibility is Visibility.HIDDEN for check in grader.checks)
            if hidden and not self._settings.keep_going:  # a kit's checks, all public, were proved when it was made
                raise
            return None

    def _grade(self, entry: Entry, unsound: Collection[str]) -> Report:
        try:
            grader, _ = self._open()
        except Exception as error:  # the proof run had a grader, so the machine failed here, and perhaps only for now
            return report_unjudged(self._settings, entry, f"{type(error).__name__}: {error}")
        return grade_entry(grader, entry, self._settings.seed, unsound)

    def _open(self) -> tuple[Grader, SandboxFacts]:
        """Return the grader, and how its workers are confined."""
        if self._grader is None or self._sandbox is None:
            assignment = self._settings.assignment
            launcher = Launcher(assignment.limits, spares=1, least=self._settings.least)
            grader = Grader(self._settings.course, assignment, launcher, Mode.BATCH)
            try:
                self._sandbox = launcher.require()
            except BaseException:
                grader.close()
                raise
            self._grader = grader
        return self._grader, self._sandbox


def report_unjudged(settings: Settings, entry: Entry, reason: str) -> Report:
    """Return the report of a submission that could not be graded.

    The failure is the grader's or the machine's, not the submission's; `reason` describes it.
    """
    submission = Submission(entry.id, name=entry.path.name)
    return report_failure(settings.course, settings.assignment, submission, reason, settings.seed, Mode.BATCH)


def grade_entry(grader: Grader, entry: Entry, seed: int, unsound: Collection[str] = ()) -> Report:
    """Grade one submission and return its report.

    If the grader or the machine fails, the report says so; a failure never ends the batch.
    """
    submission = Submission(entry.id, name=entry.path.name)
    try:
        if entry.path.is_symlink():
            submission = refuse_link(entry.id, entry.path.name)
        else:
            submission = take_in(entry.path, grader.assignment, entry.id)
        submission = replace(submission, name=entry.path.name)
        if submission.problem and submission.problem.kind == UNREADABLE:  # the machine's failure, not the student's
            raise OSError(submission.problem.summary)
        return grader.grade_submission(submission, seed, unsound)
    except Exception as error:  # one submission must never stop the others
        reason = f"{type(error).__name__}: {error}"
        return report_failure(grader.course, grader.assignment, submission, reason, seed, Mode.BATCH)
