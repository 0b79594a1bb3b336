"""The suites of a homework: a pytest session that stays open for many submissions.

The session collects a homework's suites once, and runs them for one submission after another with nothing carried over.
It lives in a thread of its own, and waits for submissions inside pytest's run loop.

A check that takes only the grader's fixtures and its own parameters is called directly. Every other check runs through
pytest's own protocol, so that fixtures and finalizers of a suite's author work as in any pytest run. The harness, not
pytest, decides what an exception means (`grader.harness.verdict`).
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from grader.aside import set_aside
from grader.checks.run import Run, find_run, running
from grader.course.layout import locate_suites
from grader.errors import SuiteError
from grader.harness import fixtures
from grader.harness.fixtures import call_plainly, is_plain
from grader.harness.lookalikes import Lookalikes
from grader.harness.verdict import describe_exception, find_place, is_tripped, judge
from grader.language import join, say
from grader.model.course import Assignment, Visibility
from grader.model.report import Check, CheckResult
from grader.oracle.source import Source
from grader.worker.client import Client

_UNUSED_PLUGINS = (
    "cacheprovider", "debugging", "doctest", "faulthandler", "junitxml", "logging", "pastebin", "setuponly",
    "setupplan", "stepwise", "terminal", "terminalreporter", "threadexception", "unittest", "unraisableexception",
    "warnings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about a check that has run, beside its result.

    `error` is the largest error in units of the tolerance (1 is the edge), or None if no value was compared within a
    tolerance. `likely` is the likely cause that the rules alone name. `place` is the line of the suite or the reference
    where the check ended. `exception` is the exception if the suite or the reference broke there instead of judging.
    """

    error: float | None
    likely: str
    place: str = ""
    exception: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to run the suites for, with the ids of the checks to run."""

    client: Client
    seed: int
    checks: frozenset[str]
    lookalikes: Lookalikes | None


# Only one session collects at a time. While pytest imports a suite, `sys.modules` has it under a name such as
# "public.test_gates", and pytest would take this module for another homework's suite of the same name.
_starting = threading.Lock()


class Suites:
    """The suites of one homework, collected and ready to run.

    Raises `SuiteError` if the suites cannot be collected.
    """

    def __init__(self, assignment: Assignment, source: Source) -> None:
        self.source = source
        self.facts: dict[str, Facts] = {}  # of the last run of each check
        self._session = _OpenSession(assignment, source, self.facts)
        self._thread = threading.Thread(target=self._open, args=(assignment,), daemon=True, name="suites")
        with _starting:
            self._thread.start()
            self.checks: tuple[Check, ...] = self._receive()

    def run(
        self, client: Client, seed: int, checks: Sequence[str] | None = None, lookalikes: Lookalikes | None = None
    ) -> tuple[CheckResult, ...]:
        """Run the checks for one submission, and return their results.

        `checks` are ids; all checks run by default. `lookalikes` are asked for the mistake behind each wrong value;
        that takes time, so a caller passes them only if somebody reads the explanations. Raises only for a failure of
        the grader.
        """
        wanted = frozenset((check.id for check in self.checks) if checks is None else checks)
        self._session.stop_early = False
        self._session.jobs.put(Job(client, seed, wanted, lookalikes))
        try:
            results: tuple[CheckResult, ...] = self._receive()
        except BaseException:
            self._session.stop_early = True
            raise
        return results

    def close(self) -> None:
        """End the pytest session; wait at most 10 seconds for its thread."""
        self._session.jobs.put(None)
        self._thread.join(timeout=10)

    def _receive(self) -> Any:
        while True:
            try:
                answer = self._session.answers.get(timeout=0.2)
            except queue.Empty:  # each wait is short, because Windows delivers Ctrl-C only between waits
                if self._thread.is_alive() or not self._session.answers.empty():
                    continue
                raise SuiteError("the pytest session of the suites has ended") from None
            if isinstance(answer, BaseException):
                raise answer
            return answer

    def _open(self, assignment: Assignment) -> None:
        try:
            with _clean_environment(), as_file(files("grader.harness") / "suite.ini") as configuration:
                pytest.main(_arguments(assignment, configuration), plugins=[fixtures, self._session])
            self._session.answers.put(SuiteError(f"the suites of {assignment.name} could not be collected"))
        except BaseException as error:  # `_receive`, which waits for an answer, raises it again
            self._session.answers.put(error)


def _arguments(assignment: Assignment, configuration: Path) -> list[str]:
    folders = [folder for visibility in Visibility if (folder := locate_suites(assignment.folder, visibility)).is_dir()]
    if not folders:  # pytest would look for tests in the current folder
        raise _no_checks(assignment)
    return [
        *map(str, folders),
        f"--rootdir={assignment.folder}",
        f"--config-file={configuration}",
        "--import-mode=importlib",
        "--disable-plugin-autoload",
        "--noconftest",
        "--assert=plain",
        "--capture=no",
        "--strict-markers",
        *(f"-pno:{name}" for name in _UNUSED_PLUGINS),
    ]


@contextmanager
def _clean_environment() -> Iterator[None]:
    """Remove the environment variables that add options to every pytest.

    A shell could set `PYTEST_ADDOPTS` for options or `PYTEST_PLUGINS` for plugins. Both are set again at the end.
    """
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
    saved = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(saved)


def _no_checks(assignment: Assignment) -> SuiteError:
    return SuiteError(f"{assignment.folder} has no checks", "it needs a folder public/ with suites test_*.py in it")


def _forget_modules(folder: Path) -> None:
    """Remove the modules of a folder from `sys.modules`.

    Another course in the same process may have suites of the same name.
    """
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "/").is_relative_to(folder):
            del sys.modules[name]


class _OpenSession:
    """The pytest plugin that collects suites and then runs jobs.

    It takes one job after another from a queue until it gets None.
    """

    def __init__(self, assignment: Assignment, source: Source, facts: dict[str, Facts]) -> None:
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.stop_early = False
        self._assignment = assignment
        self._source = source
        self._facts = facts
        self._complaints: list[str] = []
        self._raised: BaseException | None = None
        self._plain: dict[pytest.Item, pytest.Function] = {}  # the checks that need no protocol

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make `@task` a marker that pytest knows."""
        config.addinivalue_line("markers", "task(id, points): the task of a check, and what each item is worth")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the reason why a suite cannot be imported."""
        if report.failed:
            self._complaints.append(str(report.longrepr))

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Send the output of suites on import to stderr, for their author."""
        with set_aside(session.config.rootpath.name):
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run jobs in place of pytest's own single run."""
        _forget_modules(self._assignment.folder)
        try:
            checks = self._read_checks(session.items)
        except SuiteError as error:
            self.answers.put(error)
            return True
        self.answers.put(tuple(checks.values()))
        while (job := self.jobs.get()) is not None:
            try:
                self.answers.put(self._run_all(checks, job))
            except Exception as error:  # it ends this job only; the session goes on
                self.answers.put(error)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep the first exception of a check, and build a minimal report.

        A formatted traceback would take time, and nobody would read it.
        """
        if call.excinfo is not None and self._raised is None:
            self._raised = call.excinfo.value
        outcome = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)  # type: ignore[arg-type]

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Iterator[Any]:
        """Stop a check that costs the harness too much.

        The values that a hostile submission returns can make the comparisons of a check that expensive.
        """
        run = find_run()
        assert run is not None
        with run.client.limit_judging():
            return (yield)

    def _read_checks(self, items: list[pytest.Item]) -> dict[pytest.Item, Check]:
        if self._complaints:
            raise SuiteError("a suite cannot be imported:\n" + "\n".join(self._complaints))
        checks = {item: read_check(item, self._assignment) for item in items}
        validate_checks(tuple(checks.values()), self._assignment)
        self._plain = {item: item for item in items if isinstance(item, pytest.Function) and is_plain(item)}
        return checks

    def _run_all(self, checks: dict[pytest.Item, Check], job: Job) -> tuple[CheckResult, ...]:
        results, traces = [], []
        items = [item for item, check in checks.items() if check.id in job.checks]
        # pytest leaves fixtures set up for the next item. It must be told the next one that runs through its protocol.
        following = [item for item in items if item not in self._plain]
        for item in items:
            if self.stop_early:
                break
            if item not in self._plain:
                del following[0]
            run = Run(checks[item], job.client, self._source, job.seed)
            results.append(self._run_one(item, following[0] if following else None, run))
            traces.append(job.client.trace)
        return job.lookalikes.explain(results, traces) if job.lookalikes else tuple(results)

    def _run_one(self, item: pytest.Item, following: pytest.Item | None, run: Run) -> CheckResult:
        self._raised = None
        item.user_properties.clear()
        run.client.begin_check()
        started = time.perf_counter()
        with running(run), set_aside(f"{run.check.visibility}/{item.path.name}"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy warns where a student's numbers overflow in a suite
            if item in self._plain:
                self._call(self._plain[item], run)
            else:
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        raised, self._raised = self._raised, None
        result = judge(run, raised, time.perf_counter() - started)
        likely = result.message.likely if result.message else ""
        place = find_place(raised, self._assignment.folder)
        tripped = describe_exception(raised) if raised is not None and is_tripped(raised) else ""
        self._facts[run.check.id] = Facts(max(run.errors, default=None), likely, place, tripped)
        return result

    def _call(self, item: pytest.Function, run: Run) -> None:
        try:
            with run.client.limit_judging():
                call_plainly(item, run)
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except BaseException as error:
            self._raised = error


def read_check(item: pytest.Item, assignment: Assignment) -> Check:
    """Build a check from the marker, the docstring and the place of an item.

    Raises `SuiteError` if the marker `@task` or the docstring is missing, or if the points are not a whole number of at
    least 0.
    """
    marker = item.get_closest_marker("task")
    visibility = Visibility(item.path.relative_to(assignment.folder).parts[0])
    points = marker.kwargs.get("points") if marker else None
    if marker is None or len(marker.args) != 1 or type(points) is not int or points < 0:
        raise SuiteError(f"{item.nodeid} needs a marker such as @task({assignment.tasks[0].id!r}, points=2)")
    documentation = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip()
    if not documentation:
        raise SuiteError(f"{item.nodeid} needs a docstring: it is the check's name on the student's screen")
    # pytest joins the names of several parameters by a hyphen; each name is translated by itself.
    parameters = join("-", map(say, item.callspec.id.split("-"))) if hasattr(item, "callspec") else ""
    name = say(documentation.splitlines()[0].rstrip("."))
    if parameters:
        name = join("", (name, " (", parameters, ")"))
    return Check(f"{visibility}/{item.name}", name, marker.args[0], visibility, points)


def validate_checks(checks: tuple[Check, ...], assignment: Assignment) -> None:
    """Check that ids are unique, tasks are known, and points are right.

    The points of a task's checks must be those of the manifest. Without hidden checks, as in a kit, they may be fewer.
    Raises `SuiteError` otherwise, or if there are no checks.
    """
    if not checks:
        raise _no_checks(assignment)
    if len({check.id for check in checks}) < len(checks):
        twice = sorted({c.id for c in checks if sum(c.id == other.id for other in checks) > 1})
        raise SuiteError(f"{assignment.name} has two checks named {twice[0]}")
    whole = any(check.visibility is Visibility.HIDDEN for check in checks)
    points = dict.fromkeys((task.id for task in assignment.tasks), 0)
    for check in checks:
        if check.task not in points:
            raise SuiteError(
                f"{check.id} of {assignment.name} belongs to the task {check.task!r}, which the manifest lacks"
            )
        points[check.task] += check.points
    for task in assignment.tasks:
        found = points[task.id]
        if found > task.points or (whole and found != task.points):
            raise SuiteError(
                f"{assignment.name}: task {task.id!r} has {task.points} points in assignment.toml, "
                f"but its checks are worth {found}"
            )
