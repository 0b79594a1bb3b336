"""A class full of attackers, graded in one batch as on a deadline night: what each gets is in matrix.csv.

At the levels of official grading that is nothing. What gets through below them is known, and a cell that changes, for
better or worse, fails here.
"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.intake import take_in
from grader.course.manifest import read_assignment, read_course
from grader.harness.grading import Grader
from grader.report import to_json
from grader.worker.process import Launcher
from tests.cli.test_batch import strip
from tests.redteam.vault import (
    MARK,
    STAFF,
    STUDENT,
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
MATRIX = Path(__file__).parent / "matrix.csv"
HELD, WRITES = "held", "writes"  # no report shows the latter: what was changed is counted
BOUND = 20.0  # seconds for one submission at most, on a slow machine: deadlines, workers and reports


def read_matrix() -> dict[int, dict[str, str]]:
    """{level: {attack: what it gets}}, as committed."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {level: {row["attack"]: row[f"level {level}"] for row in rows} for level in (3, 2, 1)}


KNOWN = read_matrix()


class Night:
    """What the batch came to, at one level."""

    def __init__(self, vault: Vault, level: int) -> None:
        self.vault, self.level = vault, level
        crowd = dict(ALL)
        for number, kind in enumerate(sorted({attack.kind for attack in ALL.values()})):
            honest = ALL[sorted(HONEST)[number % len(HONEST)]]  # before the attacks of each kind
            crowd[f"{kind}-0-honest"] = replace(honest, kind=kind, name="0-honest")
        self.crowd = crowd
        with open_listeners() as (port, name, listeners):
            vault.hand_in(crowd, port, name)
            before, started = vault.list_state(), time.monotonic()
            self.done = vault.grade(level, "--jobs", "4", "--min-sandbox", str(level))
            self.seconds = time.monotonic() - started
            wait_until(lambda: not list_orphans())
            self.survivors = list_orphans()
            self.callers = sum(map(count_connections, listeners))
        after = vault.list_state()
        self.changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
        for path in Path("/tmp").glob(f"{MARK}*"):
            self.changed.add(str(path).rstrip("0123456789"))
            path.unlink()
        for pid in self.survivors:
            os.kill(pid, signal.SIGKILL)

    def judge(self, name: str) -> str:
        """What an attack's reports show: points, or secrets. The number that hidden inputs come from is one."""
        report, student = (self.vault.read_report(name, view) for view in (STAFF, STUDENT))
        if report["score"] is None or report["score"] > ALL[name].deserves:
            return f"scores {report['score']}"
        if find_leaks(student, report["seed"]) or student["seed"] is not None:
            return "reads, and tells the student"
        return "reads" if find_leaks(report, report["seed"]) else HELD


@pytest.fixture(scope="module")
def night(request: pytest.FixtureRequest) -> Iterator[Night]:
    """Graded once at each level."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Night(Vault(Path(folder)), request.param)


@pytest.fixture(scope="module")
def alone(night: Night) -> Iterator[Grader]:
    """A grader for one submission at a time."""
    course = read_course(night.vault.course)
    night.vault.write_machine()  # where attacks can write, one has emptied the suite
    assignment = read_assignment(night.vault.course / "assignments/hw1_vault")
    grader = Grader(course, assignment, Launcher(assignment.limits, spares=1))
    yield grader
    grader.close()


def test_there_are_enough_of_them() -> None:
    """Of every kind several, each saying what it does."""
    assert len(ALL) - len(HONEST) >= 80
    kinds = [attack.kind for attack in ALL.values()]
    assert all(kinds.count(kind) >= 4 for kind in kinds)
    assert all('"""' in "".join(attack.files["vault.py"].splitlines()[:2]) for attack in ALL.values())


def test_the_batch_ends_within_its_bound_and_everybody_has_a_report(night: Night) -> None:
    """None lost; what could not be graded would be said."""
    assert 0 == night.done.code, night.done.err
    assert night.seconds < BOUND * len(night.crowd) / 4
    assert {*night.crowd, "victim"} == {path.parent.name for path in night.vault.out.glob("*/report.json")}
    assert {night.level} == {
        report["sandbox"]["level"]
        for name in night.crowd
        if (report := night.vault.read_report(name))["sandbox"] is not None
    }


@pytest.mark.parametrize("name", sorted(set(ALL) - HONEST))
def test_an_attack_gets_what_the_matrix_says(night: Night, name: str) -> None:
    """Not a point too many, and no secret: neither in the student's report nor in the staff's."""
    known = KNOWN[night.level][name]
    assert (HELD if known == WRITES else known) == night.judge(name)
    report = night.vault.read_report(name)
    assert 100 == report["max_score"] == report["judged"]


def test_learning_the_public_answers_earns_the_public_points(night: Night) -> None:
    """They were given away on purpose; nothing else is earned that way."""
    report = night.vault.read_report("state-the_public_answers")
    earned = {check["id"]: check["points"] for task in report["tasks"] for check in task["checks"]}
    assert 20 == report["score"] == earned["public/test_double"]


@pytest.mark.parametrize("name", sorted(HONEST))
def test_the_honest_get_all_that_they_deserve(night: Night, name: str) -> None:
    """Whoever sat beside them."""
    report = night.vault.read_report(name)
    assert (100, ALL[name].deserves) == (report["max_score"], report["score"])


def test_the_matrix_is_complete_and_official_levels_hold() -> None:
    """Every attack has its row; at levels 3 and 2 nothing gets through, and below that something does."""
    assert set(ALL) - HONEST == set(KNOWN[3])
    assert {HELD} == {*KNOWN[3].values(), *KNOWN[2].values()}
    assert {HELD, WRITES} < set(KNOWN[1].values())


def test_no_file_was_changed_but_what_the_matrix_says(night: Night) -> None:
    """The course, the home, the neighbours' work and the grader are what they were, and nothing lies in /tmp."""
    assert list(KNOWN[night.level].values()).count(WRITES) == len(night.changed), night.changed


def test_nobody_was_called(night: Night) -> None:
    """Neither the port nor the abstract socket heard anything."""
    assert 0 == night.callers


def test_nothing_survived(night: Night) -> None:
    """No process of any worker is left. (Without namespaces, a user's other processes use up the limit.)"""
    assert set() == night.survivors


def test_the_honest_are_graded_as_if_they_were_alone(night: Night, alone: Grader) -> None:
    """Whoever sat beside them."""
    for name in [*HONEST, *(name for name in night.crowd if name.endswith("-0-honest"))]:
        in_class = night.vault.read_report(name)
        submission = replace(take_in(night.vault.handed_in / name, alone.assignment, name), name=name)
        by_itself = to_json(alone.grade_submission(submission, in_class["seed"]))
        for report in (in_class, by_itself):
            warnings = report.pop("warnings")
            report["sentences"] = [entry for entry in report["sentences"] if entry["text"] not in warnings]
            del report["sandbox"]
        assert strip(in_class) == strip(by_itself), name


def test_a_survivor_is_found() -> None:
    """Whatever carries the worker's command and has nobody to answer to."""
    forked = "import os, time; os.fork() and os._exit(0); os.setsid(); time.sleep(60)  # grader.worker.inside.child"
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
