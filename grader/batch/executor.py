"""Where a batch runs: in this process, or in several that each keep a grader of their own.

A process that dies takes no submission with it: those that were being graded are tried again, alone, and the one that
kills its process a second time gets a report that says so. The others go on beside each other.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.grading import Grader, report_failure
from grader.language import choose
from grader.model import Assignment, Course, Mode, Report, Submission
from grader.submission import UNREADABLE, refuse_link, take_in
from grader.worker.process import Launcher

if TYPE_CHECKING:
    from grader.batch import Entry

_grader: Grader | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What all submissions of a batch have in common; `least` is the sandbox level below which nothing is graded.

    `language` is the one that the reports are written in.
    """

    course: Course
    assignment: Assignment
    seed: int
    least: int
    language: str


def grade_entries(settings: Settings, entries: Sequence[Entry], jobs: int) -> Iterator[Report]:
    """Yield one report per entry, in the order in which they are done."""
    if jobs == 1:
        return _grade_here(settings, entries)
    return _grade_in_processes(settings, entries, jobs)


def _grade_here(settings: Settings, entries: Sequence[Entry]) -> Iterator[Report]:
    grader = _make_grader(settings)
    try:
        for entry in entries:
            yield grade_entry(grader, entry, settings.seed)
    finally:
        grader.close()


def _grade_in_processes(settings: Settings, entries: Sequence[Entry], jobs: int) -> Iterator[Report]:
    _make_grader(settings).close()  # what is wrong with the course or the sandbox is said here, once
    left = list(entries)
    while left:
        yield from _grade_side_by_side(settings, left, jobs)
        suspects, left = left[:jobs], left[jobs:]  # they are taken in turn: the first that are left were running
        yield from _grade_in_turn(settings, suspects)


def _grade_side_by_side(settings: Settings, left: list[Entry], jobs: int) -> Iterator[Report]:
    """Until all are done or one ends its process, which ends the pool. What is done is taken out of `left`."""
    with _open_pool(settings, jobs) as pool:
        futures = {_submit(pool, entry, settings.seed): entry for entry in left}
        for future in as_completed(futures):
            report = _take_report(future)
            if report is not None:
                left.remove(futures[future])
                yield report


def _grade_in_turn(settings: Settings, entries: list[Entry]) -> Iterator[Report]:
    """One at a time in a process that is replaced whenever one of them ends it: so it is known which one does."""
    left = list(entries)
    while left:
        with _open_pool(settings, 1) as pool:
            while left and (report := _take_report(_submit(pool, left[0], settings.seed))) is not None:
                del left[0]
                yield report
        if left:
            yield _report_end(settings, left.pop(0))


def _report_end(settings: Settings, entry: Entry) -> Report:
    reason = "the process that graded this submission ended twice"
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
    with ProcessPoolExecutor(jobs, context, initializer=_start_process, initargs=(settings,)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def _submit(pool: ProcessPoolExecutor, entry: Entry, seed: int) -> Future[Report]:
    """Submitting starts processes. They inherit that Ctrl-C is not for them: a terminal sends it to all, the first one
    ends the others, and they could not ignore it before they have imported much."""
    with _hold_interrupts():
        return pool.submit(_grade_in_pool, entry, seed)


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
    global _grader  # one grader per process is the point
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    choose(settings.language)
    _grader = _make_grader(settings)


def _end_with_parent() -> None:
    """A first process that was killed cannot end the others: they see that it is gone, and go."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _grade_in_pool(entry: Entry, seed: int) -> Report:
    assert _grader is not None
    return grade_entry(_grader, entry, seed)


def _make_grader(settings: Settings) -> Grader:
    launcher = Launcher(settings.assignment.limits, spares=1, least=settings.least)
    grader = Grader(settings.course, settings.assignment, launcher, Mode.BATCH)
    try:
        launcher.require()
    except BaseException:
        grader.close()
        raise
    return grader


def grade_entry(grader: Grader, entry: Entry, seed: int) -> Report:
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
        return grader.grade_submission(submission, seed)
    except Exception as error:  # one bad submission never stops the rest
        reason = f"{type(error).__name__}: {error}"
        return report_failure(grader.course, grader.assignment, submission, reason, seed, Mode.BATCH)
