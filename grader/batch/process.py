"""A process that grades for a batch: one pipe, one homework, one grader; and the handle on it.

A process that dies takes exactly one submission with it, the one it was grading, and the handle says so. One that
hangs ends itself: Python can wait for ever when memory runs out while a thread starts. Processes are spawned and not
forked, as a fork would copy the threads of this one half-way through whatever they are doing.
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

HUNG = 20  # times the seconds of a submission, by the clock on the wall: every other limit is far below
END_SECONDS = 10.0  # for a process that has nothing left to do to close its workers


@dataclass(frozen=True, slots=True)
class Settings:
    """What all submissions of a batch have in common; `least` is the sandbox level below which nothing is graded.

    `proof` is one that was made before, if there is one; with
    `keep_going` a homework is graded although nothing proves it.
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
    """The handle: ask for one piece of work (`prove`, `grade`), wait until `pipe` is ready, `take` the answer.

    Every process must be ended: by `close` when it has nothing to do, by `kill` whatever it does.
    """

    def __init__(self, settings: Settings) -> None:
        # It looks for modules where Python keeps them and not in this folder, which may be that of the submissions.
        os.environ["PYTHONSAFEPATH"] = "1"
        context = multiprocessing.get_context("spawn")
        _start_tracker()
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, settings))
        try:
            with _hold_interrupts():
                self._process.start()
        except KeyboardInterrupt:  # it came while the process was started, and nobody else has the handle yet
            self.kill()
            raise
        theirs.close()

    def prove(self) -> None:
        """Ask for the proof, or None where nothing can prove the homework and nothing need."""
        self._ask("prove")

    def grade(self, entry: Entry, unsound: Collection[str]) -> None:
        """Ask for the report of one submission."""
        self._ask("grade", entry, unsound)

    def _ask(self, work: str, *arguments: object) -> None:
        with suppress(OSError):  # it has ended: `take` says so
            self.pipe.send((work, arguments))

    def take(self) -> Any:
        """Wait for the answer. Raises `ProcessEnded`, or what the work has raised."""
        try:
            worked, answer = self.pipe.recv()
        except (EOFError, OSError):
            raise ProcessEnded from None
        if not worked:
            raise answer
        return answer

    def is_alive(self) -> bool:
        """Whether the process has not ended yet."""
        return self._process.is_alive()

    def close(self) -> None:
        """Let the process end by itself: it closes its workers."""
        self.pipe.close()
        self._process.join(END_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the process now. It ignores every signal that can be ignored."""
        self.pipe.close()
        self._process.kill()
        self._process.join()


def _start_tracker() -> None:
    """Start multiprocessing's own helper so that a closed terminal does not end it: it keeps this ignored."""
    if hasattr(signal, "SIGHUP"):
        handler = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        resource_tracker.ensure_running()
        signal.signal(signal.SIGHUP, handler)


@contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Let Ctrl-C wait until the end, and never reach a process that is started meanwhile. (On Windows it may.)

    A terminal sends it to the whole group, and a child that is still importing could not ignore it yet.
    """
    held = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))  # any thread may be sent it
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
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the first process ends this one when its work is kept
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
    """End this process with the first one, also where that was killed and could end nobody."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


class _Server:
    """The work of a process, with a grader that is made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._grader: Grader | None = None
        self._sandbox: SandboxFacts | None = None

    def do(self, work: str, arguments: tuple[Any, ...]) -> tuple[bool, object]:
        """Do one piece of work, and give whether that went well, and the answer or the exception.

        Work that takes far too long ends this process, after a word on where it was. That needs neither Python nor
        memory: both may be what it waits for.
        """
        faulthandler.dump_traceback_later(HUNG * self._settings.assignment.limits.submission_seconds, exit=True)
        try:
            return True, self._prove() if work == "prove" else self._grade(*arguments)
        except Exception as error:  # the first process raises it
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
            if hidden and not self._settings.keep_going:  # a kit has public checks alone, proved when it was made
                raise
            return None

    def _grade(self, entry: Entry, unsound: Collection[str]) -> Report:
        try:
            grader, _ = self._open()
        except Exception as error:  # the first process had one: this is the machine's failure, and maybe a passing one
            return report_unjudged(self._settings, entry, f"{type(error).__name__}: {error}")
        return grade_entry(grader, entry, self._settings.seed, unsound)

    def _open(self) -> tuple[Grader, SandboxFacts]:
        """Give the grader, and how its workers are confined."""
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
    """Give the report of a submission that could not be graded, through no fault of its own."""
    submission = Submission(entry.id, name=entry.path.name)
    return report_failure(settings.course, settings.assignment, submission, reason, settings.seed, Mode.BATCH)


def grade_entry(grader: Grader, entry: Entry, seed: int, unsound: Collection[str] = ()) -> Report:
    """Grade one submission. Whatever goes wrong on our side becomes its report, never the end of the batch."""
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
    except Exception as error:  # one bad submission never stops the rest
        reason = f"{type(error).__name__}: {error}"
        return report_failure(grader.course, grader.assignment, submission, reason, seed, Mode.BATCH)
