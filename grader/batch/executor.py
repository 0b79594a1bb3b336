"""The processes of a batch, each with a grader of its own.

Before the first submission one of them grades the model solution (see `grader.proof`). A process that dies takes no
submission with it: those that were being graded are tried again, alone, and the one that kills its process a second
time gets a report that says so. The others go on beside each other.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, TypeVar

from grader.errors import CouldNotGrade
from grader.grading import Grader, report_failure
from grader.language import choose
from grader.model import Assignment, Course, Mode, Report, SandboxFacts, Submission, Visibility
from grader.proof import Proof, prove
from grader.submission import UNREADABLE, refuse_link, take_in
from grader.worker.process import Launcher

if TYPE_CHECKING:
    from grader.batch import Entry

HUNG = 20  # times the seconds of a submission, by the clock on the wall: every other limit is far below
Result = TypeVar("Result")
_settings: Settings | None = None
_grader: Grader | None = None
_sandbox: SandboxFacts | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What all submissions of a batch have in common; `least` is the sandbox level below which nothing is graded.

    `language` is the one that the reports are written in. `proof` is one that was made before, if there is one; with
    `keep_going` a homework is graded although nothing proves it.
    """

    course: Course
    assignment: Assignment
    seed: int
    least: int
    language: str
    proof: Proof | None = None
    keep_going: bool = False


# Is given the proof, and gives the ids of the checks that judge nobody; what it raises ends the batch.
Judge = Callable[[Proof], Collection[str]]


def grade_entries(settings: Settings, entries: Sequence[Entry], jobs: int, judge: Judge) -> Iterator[Report]:
    """Yield one report per entry, in the order in which they are done.

    Raises `GraderError`, before anything is graded, for what is wrong with the course, the sandbox or the proof.
    """
    left = list(entries)
    with ExitStack() as stack:
        pool, proof = _prove(settings, jobs, stack)
        unsound = frozenset(judge(proof) if proof is not None else ())
        yield from _grade_side_by_side(pool, left, unsound)
    while left:
        suspects, left = left[:jobs], left[jobs:]  # they are taken in turn: the first that are left were running
        yield from _grade_in_turn(settings, suspects, unsound)
        with _open_pool(settings, jobs) as pool:
            yield from _grade_side_by_side(pool, left, unsound)


def _prove(settings: Settings, jobs: int, stack: ExitStack) -> tuple[ProcessPoolExecutor, Proof | None]:
    """Open a pool and prove the homework in it, once more where a process ends in it: the machine may have failed."""
    for _ in range(2):
        pool = stack.enter_context(_open_pool(settings, jobs))
        with suppress(BrokenProcessPool):
            return pool, _submit(pool, _prove_in_pool).result()
    raise CouldNotGrade("the process that graded the model solution ended twice")


def _grade_side_by_side(pool: ProcessPoolExecutor, left: list[Entry], unsound: frozenset[str]) -> Iterator[Report]:
    """Until all are done or one ends its process, which ends the pool. What is done is taken out of `left`."""
    futures = {}
    with suppress(BrokenProcessPool):
        for entry in left:
            futures[_submit(pool, _grade_in_pool, entry, unsound)] = entry
    for future in as_completed(futures):
        report = _take_report(future)
        if report is not None:
            left.remove(futures[future])
            yield report


def _grade_in_turn(settings: Settings, entries: list[Entry], unsound: frozenset[str]) -> Iterator[Report]:
    """One at a time in a process that is replaced whenever one of them ends it: so it is known which one does."""
    left = list(entries)
    while left:
        with _open_pool(settings, 1) as pool:
            while left and (report := _take_report(_submit(pool, _grade_in_pool, left[0], unsound))) is not None:
                del left[0]
                yield report
        if left:
            yield _report_end(settings, left.pop(0))


def _report_end(settings: Settings, entry: Entry) -> Report:
    return _report_failure(settings, entry, "the process that graded this submission ended twice")


def _report_failure(settings: Settings, entry: Entry, reason: str) -> Report:
    submission = Submission(entry.id, name=entry.path.name)
    return report_failure(settings.course, settings.assignment, submission, reason, settings.seed, Mode.BATCH)


def _take_report(future: Future[Report]) -> Report | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


@contextmanager
def _open_pool(settings: Settings, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that each keep a grader. Whoever leaves early, as by Ctrl-C, does not wait for what they have begun."""
    # They look for modules where Python keeps them and not in this folder, which may be that of the submissions.
    os.environ["PYTHONSAFEPATH"] = "1"
    # A fork would copy this process's threads half-way through whatever they are doing.
    context = multiprocessing.get_context("spawn")
    _start_tracker()
    with ProcessPoolExecutor(jobs, context, initializer=_start_process, initargs=(settings,)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.kill()  # they ignore every signal that can be
            raise


def _start_tracker() -> None:
    """Start multiprocessing's own helper so that a closed terminal does not end it: it keeps this ignored."""
    if hasattr(signal, "SIGHUP"):
        handler = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        resource_tracker.ensure_running()
        signal.signal(signal.SIGHUP, handler)


def _submit(pool: ProcessPoolExecutor, work: Callable[..., Result], *args: object) -> Future[Result]:
    """Submit a job while no Ctrl-C arrives: submitting starts processes, and a terminal sends Ctrl-C to all of them.

    One that is still importing could not ignore it yet, and would end the others.
    """
    with _hold_interrupts():
        return pool.submit(_run, work, *args)


@contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Ctrl-C waits until the end, and never reaches a process that is started meanwhile. (On Windows it may.)"""
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


def _start_process(settings: Settings) -> None:
    global _settings  # one grader per process is the point
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the first process ends this one when its work is kept
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    choose(settings.language)
    _settings = settings


def _end_with_parent() -> None:
    """A first process that was killed cannot end the others: they see that it is gone, and go."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _run(work: Callable[..., Result], *args: object) -> Result:
    """Do one job of this process; one that takes far too long ends it, after a word on where it was.

    That needs neither Python nor memory: both may be what it waits for.
    """
    assert _settings is not None
    faulthandler.dump_traceback_later(HUNG * _settings.assignment.limits.submission_seconds, exit=True)
    try:
        return work(*args)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _prove_in_pool() -> Proof | None:
    """Make this process's grader, and prove the homework with it; None where nothing can prove it, and need not."""
    assert _settings is not None
    grader, sandbox = _get_grader(_settings)
    try:
        return prove(grader, _settings.seed, sandbox, _settings.proof)
    except CouldNotGrade:
        hidden = any(check.visibility is Visibility.HIDDEN for check in grader.checks)
        if hidden and not _settings.keep_going:  # a kit has public checks alone, proved when it was made
            raise
        return None


def _grade_in_pool(entry: Entry, unsound: frozenset[str]) -> Report:
    assert _settings is not None
    try:
        grader, _ = _get_grader(_settings)
    except Exception as error:  # the first process had one: this is the machine's failure, and maybe a passing one
        return _report_failure(_settings, entry, f"{type(error).__name__}: {error}")
    return grade_entry(grader, entry, _settings.seed, unsound)


def _get_grader(settings: Settings) -> tuple[Grader, SandboxFacts]:
    """This process's grader, made when it is first asked for, and how its workers are confined."""
    global _grader, _sandbox
    if _grader is None or _sandbox is None:
        launcher = Launcher(settings.assignment.limits, spares=1, least=settings.least)
        grader = Grader(settings.course, settings.assignment, launcher, Mode.BATCH)
        try:
            _sandbox = launcher.require()
        except BaseException:
            grader.close()
            raise
        _grader = grader
    return _grader, _sandbox


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
