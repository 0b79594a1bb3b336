"""A class full of attackers, graded in one batch at level 2 as on a deadline night: nobody gets anywhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.assignment import read_assignment, read_course
from grader.grading import Grader
from grader.report import to_json
from grader.submission import take_in
from grader.worker.process import Launcher
from tests.cli.test_batch import strip
from tests.redteam.vault import (
    MARK,
    Vault,
    find_leaks,
    list_orphans,
    read_attack,
    read_attacks,
)
from tests.worker.intruder import count_connections, open_listeners
from tests.worker.processes import wait_until

ALL = read_attacks()
HONEST = {name for name in ALL if name.startswith("honest-")}
BOUND = 20.0  # seconds for one submission at most, on a slow machine: deadlines, workers and reports


class Night:
    """What the batch came to."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        crowd = dict(ALL)
        for number, kind in enumerate(sorted({attack.kind for attack in ALL.values()})):
            honest = ALL[sorted(HONEST)[number % len(HONEST)]]  # before the attacks of each kind
            crowd[f"{kind}-0-honest"] = replace(honest, kind=kind, name="0-honest")
        self.crowd = crowd
        with open_listeners() as (port, name, listeners):
            vault.hand_in(crowd, port, name)
            self.before, started = vault.list_state(), time.monotonic()
            self.done = vault.grade("--jobs", "2")
            self.seconds = time.monotonic() - started
            wait_until(lambda: not list_orphans())
            self.survivors = list_orphans()
            self.callers = sum(map(count_connections, listeners))
        self.after = vault.list_state()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Graded once."""
    return Night(Vault(tmp_path_factory.mktemp("vault")))


@pytest.fixture(scope="module")
def alone(night: Night) -> Iterator[Grader]:
    """A grader for one submission at a time."""
    course = read_course(night.vault.course)
    assignment = read_assignment(night.vault.course / "assignments/hw1_vault")
    grader = Grader(course, assignment, Launcher(assignment.limits, spares=1))
    yield grader
    grader.close()


def test_there_are_enough_of_them() -> None:
    """Of every kind several, each saying what it does."""
    assert len(ALL) - len(HONEST) >= 80
    kinds = [attack.kind for attack in ALL.values()]
    assert all(kinds.count(kind) >= 4 for kind in kinds)
    assert all(attack.files["vault.py"].startswith('"""') for attack in ALL.values())


def test_the_batch_ends_within_its_bound_and_everybody_has_a_report(night: Night) -> None:
    """None lost; what could not be graded would be said."""
    assert 0 == night.done.code, night.done.err
    assert night.seconds < BOUND * len(night.crowd) / 2
    assert {*night.crowd, "victim"} == {path.parent.name for path in night.vault.out.glob("*/report.json")}
    assert {2} == {
        report["sandbox"]["level"]
        for name in night.crowd
        if (report := night.vault.read_report(name))["sandbox"] is not None
    }


@pytest.mark.parametrize("name", ALL)
def test_nobody_gets_more_than_they_deserve(night: Night, name: str) -> None:
    """And the honest get all of it."""
    report = night.vault.read_report(name)
    assert 100 == report["max_score"] == report["judged"]
    assert report["score"] is not None
    assert report["score"] <= ALL[name].deserves
    if name in HONEST:
        assert report["score"] == ALL[name].deserves


@pytest.mark.parametrize("name", ALL)
def test_no_secret_is_in_a_report(night: Night, name: str) -> None:
    """Neither in the student's nor in the staff's, as text or as the number that hidden inputs come from."""
    for view in ("report.json", "report.student.json"):
        report = night.vault.read_report(name, view)
        seed = report.pop("seed")
        assert [] == find_leaks(report)
        assert seed is None or str(seed) not in str(report)


def test_no_file_was_changed(night: Night) -> None:
    """The course, the home, the neighbours' work and the grader are what they were, and nothing lies in /tmp."""
    assert night.before == night.after
    assert [] == list(Path("/tmp").glob(f"{MARK}*"))


def test_nobody_was_called(night: Night) -> None:
    """Neither the port nor the abstract socket heard anything."""
    assert 0 == night.callers


def test_nothing_survived(night: Night) -> None:
    """No process of any worker is left."""
    assert set() == night.survivors


def test_the_honest_are_graded_as_if_they_were_alone(night: Night, alone: Grader) -> None:
    """Whoever sat beside them."""
    for name in [*HONEST, *(name for name in night.crowd if name.endswith("-0-honest"))]:
        in_class = night.vault.read_report(name)
        submission = replace(take_in(night.vault.handed_in / name, alone.assignment, name), name=name)
        by_itself = to_json(alone.grade_submission(submission, in_class["seed"]))
        assert strip(in_class) == strip(by_itself), name


def test_a_survivor_is_found() -> None:
    """Whatever carries the worker's command and has nobody to answer to."""
    forked = "import os, time; os.fork() and os._exit(0); os.setsid(); time.sleep(60)  # grader.worker.child"
    subprocess.run([sys.executable, "-c", forked], check=True)
    found = list_orphans()
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    assert 1 == len(found)


def test_an_attack_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Its points, its other files, and nothing of one in another."""
    folder = tmp_path / "kind"
    folder.mkdir()
    (folder / "name.py").write_text('"""What.\n\nDeserves: 20\n"""\nx = 1\n#--- a/b.py\ny = 2\n#--- c\nz\n')
    attack = read_attack(folder / "name.py")
    assert ("kind-name", 20) == (attack.id, attack.deserves)
    assert {"vault.py": '"""What.\n\nDeserves: 20\n"""\nx = 1\n', "a/b.py": "y = 2\n", "c": "z\n"} == attack.files


def test_a_leak_is_found(night: Night) -> None:
    """Otherwise the tests above would prove nothing; a line of the student's own file is no leak."""
    report = night.vault.read_report("honest-right")
    assert [] == find_leaks(report)
    secret = night.vault.secrets["hidden"]
    assert [secret] == find_leaks({**report, "tasks": [{"checks": [{"output": secret}]}]})
    assert [] == find_leaks({**report, "problem": {"where": {"text": secret}}})
