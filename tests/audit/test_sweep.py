"""The sweep: what hangs on luck is found, nothing is judged twice, and nothing that hung is waited for again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.audit import open_audit
from grader.audit.sweep import Seed, Sweep, Verdict, Version, make_key
from grader.course.manifest import read_assignment
from grader.model.report import Status
from tests.audit.test_audit import FILES, PIECES, SUITE, list_faults
from tests.courses import NAME, read_tiny, write_course, write_files

ALMOST = '''"""Almost right."""

import numpy as np


def double__nudged(x):
    """A little more than twice, as a small number in a logarithm would make it."""
    return 2 * x + 2e-7
'''
LUCKY = SUITE.replace("rng.normal(size=5)", "rng.permutation([1e-9, 1.0])[:1]")
VERSIONS = (Version("solution", "right", ("hidden/a", "hidden/b")), Version("mutant x of f", "wrong", ("hidden/b",)))


class Judges:
    """Judges as it is told, and keeps what it was asked."""

    def __init__(self, answers: dict[tuple[str, str, int], Status] | None = None) -> None:
        self.answers = answers or {}
        self.asked: list[tuple[str, tuple[str, ...], int]] = []

    def judge(self, source: str, checks: Sequence[str], seed: int) -> dict[str, Verdict]:
        """Passed, where nothing else was told."""
        self.asked.append((source, tuple(checks), seed))
        return {check: Verdict(self.answers.get((source, check, seed), Status.PASSED)) for check in checks}

    def sweep(
        self, path: Path, seeds: int, key: str = "key", versions: Sequence[Version] = VERSIONS
    ) -> tuple[list[Seed], list[str]]:
        """The seeds that were judged, and what changed."""
        made = Sweep(versions, key, path)
        new = list(made.run(range(1, seeds + 1), self.judge, lambda seed: None))
        return new, made.list_changes(range(1, seeds + 1))


def run_audit(root: Path, seeds: int) -> tuple[list[str], list[str]]:
    """What an audit of the course under `root` finds, and what it logs."""
    course = write_course(root, **{**PIECES, "hidden": LUCKY.format(points=75)})
    logged: list[str] = []
    with open_audit(course, read_tiny(course), log=logged.append) as opened:
        return list(list_faults(opened.run(automatic=False, seeds=seeds))), logged


def test_an_almost_right_answer_that_hangs_on_luck_is_found(tmp_path: Path) -> None:
    """The same code passes a check under some seeds and fails it under others; it is said which and how often."""
    write_files(tmp_path / "assignments" / NAME, {**FILES, "almost.py": ALMOST})
    faults, logged = run_audit(tmp_path, seeds=20)
    [changed, total] = [fault for fault in faults if fault.startswith("seeds")]
    assert changed.startswith("seeds: another verdict: almost nudged of double: hidden/test_double ")
    assert " of 20 seeds: " in changed
    assert total == "seeds: 20 seeds, 18 versions, 1 verdicts change"
    assert [line.split(",")[0] for line in logged] == ["hw1: seed 10 of 20", "hw1: seed 20 of 20"]
    again, logged = run_audit(tmp_path, seeds=20)
    assert (faults, []) == (again, logged)  # from the file: no seed is judged twice


@pytest.mark.parametrize(
    ("answers", "changes"),
    [
        ({}, []),
        ({("wrong", "hidden/b", seed): Status.FAILED for seed in (1, 2, 3, 4)}, []),
        (
            {("right", "hidden/a", 3): Status.FAILED},
            ["solution: hidden/a fails under 1 of 4 seeds: 3"],
        ),
        (
            {("wrong", "hidden/b", seed): Status.FAILED for seed in (1, 2, 4)},
            ["mutant x of f: hidden/b passes under 1 of 4 seeds: 3"],
        ),
        ({("wrong", "hidden/b", seed): status for seed, status in enumerate(list(Status)[1:5], 1)}, None),
    ],
    ids=["all passed", "all failed", "one failed", "one passed", "each failed otherwise"],
)
def test_a_verdict_is_whether_a_check_passed(
    tmp_path: Path, answers: dict[Any, Status], changes: list[str] | None
) -> None:
    """How a check fails is no verdict; whether we could judge it at all is."""
    found = Judges(answers).sweep(tmp_path / "a", 4)[1]
    if changes is None:
        assert found == ["mutant x of f: hidden/b cannot be judged under seed 2"]
    else:
        assert found == changes


def test_what_is_known_is_not_judged_again(tmp_path: Path) -> None:
    """A sweep goes on behind the last whole line; of other files it begins anew."""
    path = tmp_path / "folder" / "hw1.jsonl"
    assert [1, 2] == [seed.number for seed in Judges().sweep(path, 2)[0]]
    with path.open("a") as file:
        file.write(path.read_text().splitlines(keepends=True)[-1])  # by another sweep, at the same time
        file.write('{"seed": 3, "lost": {"solu')
    failing = Judges({("right", "hidden/a", 3): Status.FAILED})
    new, changes = failing.sweep(path, 3)
    assert [3] == [seed.number for seed in new]
    assert changes == ["solution: hidden/a fails under 1 of 3 seeds: 3"]
    assert changes == Judges().sweep(path, 3)[1]
    assert [] == Judges().sweep(path, 3)[0]
    assert [1, 2, 3] == [seed.number for seed in Judges().sweep(path, 3, "another")[0]]
    assert [1] == [seed.number for seed in Judges().sweep(path, 1)[0]]


def test_of_a_changed_version_that_one_alone_is_judged(tmp_path: Path) -> None:
    """A mended mutant costs its own time; what is known of the others stays, and the old one's verdicts do not."""
    path = tmp_path / "hw1.jsonl"
    lucky = Judges({("wrong", "hidden/b", 2): Status.FAILED})
    assert ["mutant x of f: hidden/b fails under 1 of 3 seeds: 2"] == lucky.sweep(path, 3)[1]
    mended = (VERSIONS[0], replace(VERSIONS[1], source="mended"), replace(VERSIONS[1], name="mutant y of f"))
    judges = Judges()
    assert [] == judges.sweep(path, 3, versions=mended)[1]
    assert [(source, seed) for seed in (1, 2, 3) for source in ("mended", "wrong")] == [
        (source, seed) for source, _, seed in judges.asked
    ]
    assert [] == Judges().sweep(path, 3, versions=mended)[0]
    assert [] == Judges().sweep(path, 3, versions=mended[:1])[0]


def test_what_hung_is_not_waited_for_again(tmp_path: Path) -> None:
    """Five seconds for each seed would be hours; a first deadline in a later seed is tried once more."""
    hangs = Judges({("wrong", "hidden/b", seed): Status.TIMEOUT for seed in range(9)})
    assert [] == hangs.sweep(tmp_path / "a", 4)[1]
    assert [1] == [seed for source, _, seed in hangs.asked if source == "wrong"]
    later = Judges({("wrong", "hidden/b", 3): Status.TIMEOUT})
    assert ["mutant x of f: hidden/b fails under 1 of 3 seeds: 3"] == later.sweep(tmp_path / "b", 5)[1]
    assert [1, 2, 3, 3] == [seed for source, _, seed in later.asked if source == "wrong"]


def test_a_changed_file_is_another_sweep(tmp_path: Path) -> None:
    """Suites and reference are what every verdict depends on; a handout is not, and each version has its own mark."""
    course = write_course(tmp_path, **PIECES)
    folder = tmp_path / "assignments" / NAME
    first = make_key(read_assignment(folder))
    write_files(folder, {"README.md": "# Other\n", "hidden/ko.po": "#\n", "almost.py": ALMOST})
    assert first == make_key(read_tiny(course))
    for file in ("hidden/test_tiny.py", "reference.py", "assignment.toml"):
        write_files(folder, {file: (folder / file).read_text() + "\n"})
        assert first != (first := make_key(read_tiny(course)))


@pytest.mark.parametrize(
    ("likely", "told"),
    [
        ("[f'the first is {x[0]:.3f}', 'b'][0]", True),
        ("'it is {:.0f} too large'.format(abs(x[0]) * 1e6)", True),
        ("['it is too large', 'it is too small'][int(x[0] > 0)]", False),
        ("'it is 3 times too large'", False),
    ],
)
def test_a_likely_cause_with_a_hidden_number_is_found(tmp_path: Path, likely: str, told: bool) -> None:
    """However the sentence is made: where its number changes with the seed, it tells of the inputs."""
    quoting = SUITE.format(points=75).replace("assert_close, task", "assert_close, require, task")
    quoting = quoting.replace(
        "    assert_close(",
        f"    require(abs(student.double(x)[0] / x[0]) < 2.5, 'a', 'b', {likely})\n    assert_close(",
    )
    course = write_course(tmp_path, **{**PIECES, "hidden": quoting})
    write_files(tmp_path / "assignments" / NAME, FILES)
    with open_audit(course, read_tiny(course)) as opened:
        faults = [fault for fault in list_faults(opened.run(automatic=False, seeds=4)) if fault.startswith("telling")]
    assert told == any(fault.startswith("telling: hidden/test_double says '") for fault in faults)
    assert told == ("telling: 1 hidden checks tell students a number of their inputs" in faults)
