"""Grading of one submission: run the suites in a worker, score, report.

A `Grader` is one homework made ready: its suites are collected, its oracle is found, and a worker is starting. The
grader grades one submission after another, and carries nothing over from one to the next.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

import grader
from grader.course.intake import find_solution
from grader.course.layout import MUTANTS, RECORDED, REFERENCE
from grader.harness.follow_through import follow_through, rehearse
from grader.harness.lookalikes import Lookalikes
from grader.harness.proof import UNSOUND
from grader.harness.session import Facts, Suites
from grader.language import say
from grader.model.course import Assignment, Course
from grader.model.report import (
    OFFICIAL_LEVEL,
    AssignmentRef,
    CheckResult,
    Environment,
    FileRef,
    GraderRef,
    Message,
    Mode,
    Report,
    SandboxFacts,
    Status,
    SubmissionRef,
    TaskResult,
    View,
)
from grader.model.submission import Problem, Submission
from grader.oracle.recording import RecordedSource
from grader.oracle.source import Source, TorchSource, find_torch
from grader.oracle.store import AnswerStore
from grader.scoring import score_tasks, skip_all, summarise, total
from grader.worker import allowance
from grader.worker.client import Client
from grader.worker.process import AnyLauncher, Launcher


class Grader:
    """One homework, ready to grade submissions.

    `launcher` starts the workers. `source` gives the right answers; by default it is the one that `find_source` finds.
    With `lookalikes`, wrong values are compared with those of the mutants, where the staff's files are. Raises
    `GraderError` if the suites cannot be collected or no worker can be started. `close` ends the grader.
    """

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        launcher: AnyLauncher,
        mode: Mode = Mode.LOCAL,
        source: Source | None = None,
        lookalikes: bool = True,
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.mode = mode
        self._launcher = launcher
        launcher.warm()  # Python and numpy start in the worker while pytest starts here
        self._lookalikes = find_lookalikes(course, assignment, mode) if lookalikes else None
        try:
            self._suites = Suites(assignment, source or find_source(assignment, mode))
        except BaseException:
            launcher.close()
            raise
        self.checks = self._suites.checks
        self._client: Client | None = None  # of the submission that is being graded

    @property
    def facts(self) -> Mapping[str, Facts]:
        """Facts from the last run of each check, beside its result, by id."""
        return self._suites.facts

    def grade_submission(self, submission: Submission, seed: int, unsound: Collection[str] = ()) -> Report:
        """Grade one submission: run its checks, and build the report.

        Every check of the suites that are present runs, each on its own. `seed` is the number that hidden inputs are
        drawn from. `unsound` has the ids of checks that the model solution does not pass: they must not judge any
        submission, so a report with one of them has no score.
        """
        started, clock = datetime.now(UTC), time.perf_counter()
        problem, facts = submission.problem, None
        tasks = score_tasks(self.assignment, self.checks, skip_all(self.checks))
        if problem is None:
            self._client = client = self._open(submission)
            try:
                with allowance.limited_memory():
                    problem = client.load()
                    if problem is None:
                        tasks = self._run_checks(client, seed, unsound)
                facts = client.facts
            finally:
                self._client = None
                client.close()
                self._suites.source.forget()
        seconds = time.perf_counter() - clock
        return self._report(submission, tasks, problem, facts, seed, started, seconds)

    def require(self) -> SandboxFacts | None:
        """Start a worker before anything depends on it, and return how it is confined.

        Raises `SandboxError` or `WorkerError` if none can be started.
        """
        return self._launcher.require()

    def list_answers(self) -> dict[bytes, bytes]:
        """Return the oracle's answers so far, for another process's grader of the same seed.

        With them, that grader need not import torch before student code asks for something of its own.
        """
        source = self._suites.source
        return source.list_answers() if isinstance(source, TorchSource) else {}

    def abandon(self) -> None:
        """Kill all workers at once, from another thread; the grader is worth nothing afterwards."""
        if (client := self._client) is not None:
            client.abort()
        self._launcher.close()
        if self._lookalikes is not None:
            self._lookalikes.close()

    def _run_checks(self, client: Client, seed: int, unsound: Collection[str]) -> tuple[TaskResult, ...]:
        def run(checks: Sequence[str] | None, lookalikes: Lookalikes | None = None) -> tuple[CheckResult, ...]:
            results = self._suites.run(client, seed, checks, lookalikes)
            return tuple(self._settle(client, seed, result) for result in results)

        results = run(None, self._lookalikes)
        tasks = score_tasks(self.assignment, self.checks, [_withhold(each, unsound) for each in results])
        return follow_through(run, self._suites.source, client, self.assignment.tasks, tasks)

    def _settle(self, client: Client, seed: int, result: CheckResult) -> CheckResult:
        """Find out whose failure a broken check is, and return its result.

        A check is broken if the suite or the reference raised an exception in it instead of judging. The check runs
        once more, because a passing fault of the machine is gone then. If it breaks again, the model solution runs it:
        a check that the model solution does not pass is the grader's failure, whatever the student's code answered.

        The second run has a new worker, because the old one has met the hidden inputs and could print them: students
        may read the prints of their code in a public check.
        """
        facts = self._suites.facts[result.id]
        if not facts.exception:
            return result
        client.close()
        (again,) = self._suites.run(client, seed, [result.id])
        facts = self._suites.facts[result.id]
        if not facts.exception or self._is_sound(result.id, seed):
            return again
        return _blame_us(again, f"{facts.place}: {facts.exception}; the model solution does not pass this check either")

    def _is_sound(self, check: str, seed: int) -> bool:
        """Tell whether the model solution passes a check now.

        The check is taken for sound if there is no model solution, and in a debug run.
        """
        solution = find_solution(self.course, self.assignment)
        if solution is None or self.mode is Mode.DEBUG:
            return True
        with allowance.unlimited():  # the limits in force belong to the submission
            return self.passes(solution, [check], seed)

    def passes(self, submission: Submission, checks: Sequence[str], seed: int) -> bool:
        """Tell whether a submission passes all of these checks.

        `checks` are ids. The first check that fails ends the run. A file that cannot run passes no check.
        """
        with self._load(submission) as client:
            return client is not None and all(
                self._suites.run(client, seed, [check])[0].status is Status.PASSED for check in checks
            )

    def run_checks(
        self, submission: Submission, checks: Sequence[str], seed: int, compare: bool
    ) -> tuple[CheckResult, ...]:
        """Run these checks alone, with no reference in place of any function.

        `checks` are ids. With `compare`, wrong values are compared with those of the mutants. Returns the results; none
        for a file that cannot run.
        """
        with self._load(submission) as client:
            if client is None:
                return ()
            return self._suites.run(client, seed, checks, self._lookalikes if compare else None)

    def rehearse(self, solution: Submission) -> None:
        """Ask the oracle all that a follow-through would ask it for this code.

        A recording source keeps the answers for a kit. `solution` is usually the model solution.
        """
        with self._load(solution) as client:
            if client is not None:
                rehearse(self._suites, client, self.assignment.tasks)

    def _open(self, submission: Submission) -> Client:
        wanted = frozenset(name for task in self.assignment.tasks for name in task.functions)
        return Client(self._launcher, submission.files[0], self.assignment.limits, wanted)

    @contextmanager
    def _load(self, submission: Submission) -> Iterator[Client | None]:
        """Yield a client that has loaded the file; None if the file cannot run."""
        client = self._open(submission)
        try:
            yield client if client.load() is None else None
        finally:
            client.close()

    def close(self) -> None:
        """End the pytest session, the waiting workers and the lookalikes' worker."""
        self._suites.close()
        self._launcher.close()
        if self._lookalikes is not None:
            self._lookalikes.close()

    def _report(
        self,
        submission: Submission,
        tasks: tuple[TaskResult, ...],
        problem: Problem | None,
        facts: SandboxFacts | None,
        seed: int,
        started: datetime,
        seconds: float,
    ) -> Report:
        report = _begin_report(self.course, self.assignment, submission, seed, self.mode)
        return replace(
            report,
            status=_decide_status(tasks, problem),
            score=total(tasks),
            judged=sum(task.judged for task in tasks),
            problem=problem,
            tasks=tasks,
            sandbox=facts,
            environment=replace(report.environment, torch=self._suites.source.version()),
            started_at=started.isoformat(timespec="seconds"),
            seconds=seconds,
            warnings=tuple(_warn(facts, self.mode)),
        )


def report_failure(
    course: Course, assignment: Assignment, submission: Submission, reason: str, seed: int, mode: Mode
) -> Report:
    """Build the report of a submission that the grader failed to grade.

    The report has no score, deducts nothing, and names `reason` in a warning for the staff.
    """
    tasks = tuple(TaskResult(task.id, task.title, Status.ERROR, 0, 0, task.points, ()) for task in assignment.tasks)
    report = _begin_report(course, assignment, submission, seed, mode)
    return replace(report, tasks=tasks, warnings=(f"could not be graded: {reason[:1000]}",))


def _begin_report(course: Course, assignment: Assignment, submission: Submission, seed: int, mode: Mode) -> Report:
    """Build a report with all that is known before anything has run."""
    return Report(
        view=View.STAFF,
        mode=mode,
        official=False,
        grader=GraderRef("nn-grader", grader.__version__),
        course=course.name,
        assignment=_refer_to_assignment(assignment),
        submission=_refer_to_submission(submission),
        status=Status.ERROR,
        score=None,
        judged=0,
        max_score=assignment.max_score,
        problem=submission.problem,
        tasks=(),
        sandbox=None,
        environment=_describe_environment(),
        seed=seed,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=0.0,
    )


def find_source(assignment: Assignment, mode: Mode, answers: Mapping[bytes, bytes] | None = None) -> Source:
    """Find the source of right answers for a homework.

    This is the reference where the staff's files are, and the recorded answers in a student's kit. `answers` are those
    that another process's grader has listed.
    """
    reference = assignment.folder / REFERENCE
    if not reference.is_file():
        return RecordedSource(assignment.folder / RECORDED)
    store = AnswerStore(reference, find_torch()) if mode is Mode.LOCAL else None
    return TorchSource(reference, store, answers)


def find_lookalikes(course: Course, assignment: Assignment, mode: Mode) -> Lookalikes | None:
    """Find the homework's mutants, ready to be compared with wrong values.

    Returns None in a student's kit, which has no mutants; in a debug run; and without a model solution that can run.
    """
    mutants = assignment.folder / MUTANTS
    solution = find_solution(course, assignment)
    if mode is Mode.DEBUG or not mutants.is_file() or solution is None or solution.problem:
        return None
    return Lookalikes(Launcher(assignment.limits), solution.files[0], mutants, assignment.limits)


def _withhold(result: CheckResult, unsound: Collection[str]) -> CheckResult:
    """Turn a result into an error if its check is one of the unsound ones."""
    return _blame_us(result, UNSOUND) if result.id in unsound else result


def _blame_us(result: CheckResult, reason: str) -> CheckResult:
    return replace(result, status=Status.ERROR, points=0, message=Message(got=reason), figures=())


def _decide_status(tasks: tuple[TaskResult, ...], problem: Problem | None) -> Status:
    status = summarise(task.status for task in tasks if task.checks)
    return Status.FAILED if problem is not None and status is not Status.ERROR else status


def _refer_to_assignment(assignment: Assignment) -> AssignmentRef:
    due = assignment.due.isoformat() if assignment.due else None
    return AssignmentRef(assignment.id, assignment.title, assignment.sha256, assignment.name, assignment.file, due)


def _refer_to_submission(submission: Submission) -> SubmissionRef:
    files = tuple(FileRef(file.path, file.sha256) for file in submission.files)
    return SubmissionRef(submission.id, files, submission.name.encode("utf-8", "backslashreplace").decode())


def _describe_environment() -> Environment:
    python = ".".join(map(str, sys.version_info[:3]))
    return Environment(python, np.__version__, None, f"{platform.system()} {platform.machine()}")


def _warn(facts: SandboxFacts | None, mode: Mode) -> Iterable[str]:
    if mode is Mode.DEBUG:
        yield say("debug run: your code ran without a sandbox and without time limits; this result does not count")
    elif mode is Mode.BATCH and facts is not None and facts.level < OFFICIAL_LEVEL:
        yield say(
            "sandbox level {level}: student code was not kept from the files of this machine or the network",
            level=facts.level,
        )
