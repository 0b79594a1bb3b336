"""A worker's own time: being kept waiting by other programs is none of it, sleeping and computing are."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.course.intake import take_in
from grader.course.manifest import find_assignment, read_course
from grader.errors import CheckFailed
from grader.harness.grading import Grader
from grader.model.course import Limits
from grader.model.report import Status
from grader.worker import clock
from grader.worker.process import Launcher
from grader.worker.walls import sandbox
from tests.conftest import ROOT
from tests.worker.processes import GENEROUS, make_launcher
from tests.worker.students import open_student

pytestmark = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="a worker's time is that of the wall")

SECONDS = 1.0
TIGHT = replace(GENEROUS, call_seconds=SECONDS)
SOON = 10.0  # far from the backstop, and generous to a harness that is kept waiting as well
SOURCE = """\
import os, time

def compute(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return 1

def ask(f, seconds):
    for _ in range(20):
        compute(seconds / 20)
        f(1)
    return 1

def sleep(seconds):
    time.sleep(seconds)

def fork(seconds):
    for _ in range(6):
        if os.fork() == 0:
            break
    compute(seconds)

def give_way(seconds):
    os.nice(19)
    compute(seconds)
"""


@contextlib.contextmanager
def load_cores(times: int = 4) -> Iterator[None]:
    """Give every core so many programs to run, each a session, as some kernels are fair to sessions."""
    command = [sys.executable, "-S", "-c", "while True: pass"]
    number = times * len(os.sched_getaffinity(0))
    burners = [subprocess.Popen(command, start_new_session=True) for _ in range(number)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def call(launcher: Launcher, name: str, *args: Any, busy: bool = True) -> tuple[Any, float]:
    """What a call came to, and how long that took by the clock on the wall."""
    with open_student(launcher, SOURCE, TIGHT) as (student, _), load_cores() if busy else contextlib.nullcontext():
        started = time.monotonic()
        try:
            value = getattr(student, name)(*args)
        except CheckFailed as failed:
            value = failed.status
        return value, time.monotonic() - started


@pytest.mark.parametrize(("name", "args"), [("compute", (0.5,)), ("ask", (lambda _: 1, 0.5))], ids=["alone", "asking"])
def test_a_right_answer_is_in_time_on_a_busy_machine(launcher: Launcher, name: str, args: tuple[Any, ...]) -> None:
    """Half of its seconds are enough for it, and by the clock on the wall it takes far more of them."""
    value, seconds = call(launcher, name, *args)
    assert 1 == value
    assert SECONDS < seconds


def test_the_plain_sandbox_has_the_same_time() -> None:
    """Where no process of bubblewrap's stands between the harness and Python."""
    with closing(make_launcher(GENEROUS, [sandbox.confine_plainly()])) as plain:
        assert 1 == call(plain, "compute", 0.5)[0]


@pytest.mark.parametrize("busy", [False, True])
def test_who_sleeps_uses_up_their_time(launcher: Launcher, busy: bool) -> None:
    """A batch is not held up by one that waits for nothing."""
    value, seconds = call(launcher, "sleep", 60, busy=busy)
    assert Status.TIMEOUT is value
    assert SECONDS <= seconds < SOON


def test_who_computes_for_ever_is_stopped_on_a_busy_machine(launcher: Launcher) -> None:
    """When the time is used up, or at the backstop."""
    value, seconds = call(launcher, "compute", 60)
    assert Status.TIMEOUT is value
    assert seconds < SECONDS + clock.BACKSTOP_SECONDS + 5


def test_processes_that_wait_for_each_other_are_not_kept_waiting(launcher: Launcher) -> None:
    """What they compute together counts: seven of them last no longer than one."""
    _, alone = call(launcher, "compute", 60, busy=False)
    value, seconds = call(launcher, "fork", 60, busy=False)
    assert Status.TIMEOUT is value
    assert seconds < alone + 1.5


def test_who_gives_way_of_their_own_will_gains_no_time() -> None:
    """Lowering one's own priority would else be a way to stay until the backstop, where no filter refuses it."""
    unfiltered = replace(sandbox.confine_plainly(), denied_calls=b"")
    with closing(make_launcher(GENEROUS, [unfiltered])) as plain:
        value, seconds = call(plain, "give_way", 60)
    assert Status.TIMEOUT is value
    assert seconds < SOON


def test_the_filter_refuses_to_give_way(launcher: Launcher) -> None:
    """The kernel refuses setpriority: the function gets Python's own error."""
    assert Status.FAILED is call(launcher, "give_way", 60, busy=False)[0]


def test_nothing_lasts_longer_than_the_backstop(launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr(clock, "BACKSTOP", 1.0)
    monkeypatch.setattr(clock, "BACKSTOP_SECONDS", 0.2)
    value, seconds = call(launcher, "compute", 60)
    assert Status.TIMEOUT is value
    assert seconds < 5


def test_a_busy_machine_does_not_use_up_a_submissions_time(launcher: Launcher) -> None:
    """Nor does the last call's waiting shorten the next one."""
    limits = Limits(load_seconds=60, call_seconds=60, submission_seconds=1.5)
    with open_student(launcher, SOURCE, limits) as (student, _), load_cores():
        started = time.monotonic()
        assert [1, 1] == [student.compute(0.3), student.compute(0.3)]
        assert time.monotonic() - started > 1.5


def test_a_submission_s_time_is_used_up_by_silence(launcher: Launcher) -> None:
    """No rest of it is left by rounding, which would be tried again and again, with a new worker for each."""
    limits = Limits(load_seconds=60, call_seconds=60, submission_seconds=1.0)
    with open_student(launcher, SOURCE, limits) as (student, client), load_cores(2):
        with pytest.raises(CheckFailed):
            student.compute(60)
        assert client._seconds_left <= 0
        with pytest.raises(CheckFailed, match="no time left"):
            student.compute(0)


def test_a_model_solution_is_right_on_a_busy_machine() -> None:
    """Homework 7 within a tenth of its limits, where every core has five programs to run."""
    course = read_course(ROOT)
    assignment = find_assignment(course, "hw7")
    limits = Limits(load_seconds=2.0, call_seconds=0.5, submission_seconds=6.0)
    assignment = replace(assignment, limits=limits)
    with closing(Grader(course, assignment, Launcher(limits), lookalikes=False)) as grader, load_cores():
        report = grader.grade_submission(take_in(ROOT / "solutions", assignment, "model"), 1)
    assert 100 == report.score


def test_where_the_system_tells_nothing_the_wall_counts(launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does elsewhere."""
    monkeypatch.setattr(clock, "_find_leader", lambda _: 0)
    value, seconds = call(launcher, "compute", 60)
    assert Status.TIMEOUT is value
    assert SECONDS <= seconds < 5
