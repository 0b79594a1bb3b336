"""Workers that are used again: as good as new ones, and no longer than they are sound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.audit import recycling
from grader.audit.recycling import MAX_SECONDS, RecyclingLauncher
from grader.model.report import Status
from tests.worker.processes import GENEROUS, HASTY, find_processes, make_launcher, wait_until
from tests.worker.students import fail, open_student

TEXT = "worker-of-recycling-test"
SOURCE = """
import os, sys
import numpy as np
kept = []
def pid(): return os.getpid()
def keep(x):
    kept.append(x)
    return len(kept), kept[-1]
def read(cache): return cache
def leave(): os._exit(3)
def hang():
    while True: pass
def ask(f): return f(1)
"""


@pytest.fixture
def launcher() -> Iterator[RecyclingLauncher]:
    """One that is closed in the end."""
    opened = RecyclingLauncher(make_launcher(GENEROUS, text=TEXT))
    yield opened
    opened.close()


def test_the_next_submission_gets_the_same_process_and_a_module_of_its_own(launcher: RecyclingLauncher) -> None:
    """Nothing of the last one's names or values is left."""
    with open_student(launcher, SOURCE) as (student, _):
        assert (1, 5) == student.keep(5)
    first = find_processes(TEXT)
    with open_student(launcher, "def other(): return 2\n") as (student, _):
        assert 2 == student.other()
        assert "no function of that name" == fail(student.keep, 1).message.got
    with open_student(launcher, SOURCE) as (student, _):
        assert (1, 6) == student.keep(6)
    assert first == find_processes(TEXT)


def test_functions_that_stood_in_are_gone(launcher: RecyclingLauncher) -> None:
    """What was bound was bound for one submission."""
    with open_student(launcher, SOURCE) as (student, client):
        client.bind({"read": lambda cache: 7})
        assert 7 == student.read(3)
    with open_student(launcher, SOURCE + "def twice(x): return read(x)\n") as (student, _):
        assert 4 == student.twice(4)


@pytest.mark.parametrize(("name", "status"), [("leave", Status.CRASHED), ("hang", Status.TIMEOUT)])
def test_a_worker_that_died_or_hung_is_not_used_again(name: str, status: Status) -> None:
    """The next submission gets a new one."""
    launcher = RecyclingLauncher(make_launcher(HASTY, text=TEXT))
    try:
        with open_student(launcher, SOURCE, HASTY) as (student, _):
            before = find_processes(TEXT)
            assert status is fail(getattr(student, name)).status
        with open_student(launcher, SOURCE, HASTY) as (student, _):
            assert (1, 2) == student.keep(2)
            assert not before & find_processes(TEXT)
    finally:
        launcher.close()


def test_a_check_that_ends_inside_a_callback_ends_the_worker(launcher: RecyclingLauncher) -> None:
    """It still waits for an answer, and would take the next request for it."""

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with open_student(launcher, SOURCE) as (student, _):
        before = find_processes(TEXT)
        with pytest.raises(KeyboardInterrupt):
            student.ask(interrupt)
    with open_student(launcher, SOURCE) as (student, _):
        assert 2 == student.ask(lambda x: x + 1)
        assert not before & find_processes(TEXT)


def test_a_worker_wears_out(launcher: RecyclingLauncher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its processor time is limited: after so many seconds of work, the next submission gets a new one."""
    seen = []
    for most in (MAX_SECONDS, MAX_SECONDS, 1e-6, MAX_SECONDS):
        monkeypatch.setattr(recycling, "MAX_SECONDS", most)
        with open_student(launcher, SOURCE):
            seen.append(frozenset(find_processes(TEXT)))
    assert 1 == len(set(seen[:3]))
    assert not seen[2] & seen[3]


def test_closing_ends_those_that_wait() -> None:
    """None survives the audit."""
    launcher = RecyclingLauncher(make_launcher(GENEROUS, text=TEXT))
    with open_student(launcher, SOURCE) as (student, _):
        assert (1, 1) == student.keep(1)
    assert find_processes(TEXT)
    launcher.close()
    assert wait_until(lambda: not find_processes(TEXT))
