"""The schedule of a batch: whose process died is graded by another, and nobody else notices."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection
from pathlib import Path

import pytest

from grader.batch.entries import Entry, grade_batch
from grader.batch.work import BatchSettings
from grader.harness.proof import Proof
from grader.model.report import OFFICIAL_LEVEL
from tests.cli.processes import are_gone, list_harnesses
from tests.courses import REFERENCE, SOLUTION, read_tiny, write_course
from tests.worker.processes import wait_until

NAMES = ("an", "kim", "lee", "seo")


def make_settings(root: Path, **pieces: str | None) -> tuple[BatchSettings, list[Entry]]:
    """A tiny course, and four right submissions."""
    course = write_course(root, **pieces)
    entries = []
    for name in NAMES:
        path = root / "in" / name / "tiny.py"
        path.parent.mkdir(parents=True)
        path.write_text(SOLUTION)
        entries.append(Entry(name, path.parent))
    return BatchSettings(course, read_tiny(course), seed=1, least=OFFICIAL_LEVEL), entries


def kill_graders() -> None:
    """Kill every process that grades, and wait until the kernel has done so."""
    found = list_harnesses(os.getpid())
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: are_gone(found))


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_process_that_dies_between_two_submissions_costs_nobody_a_score(tmp_path: Path, jobs: int) -> None:
    """It is killed after the proof, and once more after the first report."""
    settings, entries = make_settings(tmp_path)

    def judge(proof: Proof) -> Collection[str]:
        kill_graders()
        return ()

    reports = []
    for report in grade_batch(settings, entries, jobs, judge):
        if not reports:
            kill_graders()
        reports.append(report)
    assert sorted(NAMES) == sorted(report.submission.id for report in reports)
    assert dict.fromkeys(NAMES, (100, ())) == {each.submission.id: (each.score, each.warnings) for each in reports}
    assert set() == list_harnesses(os.getpid())


def test_a_batch_that_is_left_early_leaves_no_process(tmp_path: Path) -> None:
    """As by Ctrl-C, or by a disk that is full."""
    settings, entries = make_settings(tmp_path)
    reports = grade_batch(settings, entries, 2, lambda proof: ())
    next(reports)
    assert list_harnesses(os.getpid())
    reports.close()
    assert set() == list_harnesses(os.getpid())


ASKING = """
from grader.checks import assert_close, task

@task("double", points=60)
def test_double(student, oracle, rng):
    \"\"\"double of a number\"\"\"
    x = rng.normal()
    assert_close(student.double(x), oracle.double(x))

@task("halve", points=40)
def test_halve(student):
    \"\"\"half of 2 is 1\"\"\"
    assert_close(student.halve(2.0), 1.0)
"""
NOISY = "with open({path!r}, 'a') as file:\n    file.write('x')\n" + REFERENCE


def test_the_reference_is_asked_in_one_process_only(tmp_path: Path) -> None:
    """The others begin with the answers of the proof run: to import torch takes seconds and 230 MB in each."""
    imports = tmp_path / "imports"
    settings, entries = make_settings(tmp_path, public=None, hidden=ASKING, reference=NOISY.format(path=str(imports)))
    reports = list(grade_batch(settings, entries, 3, lambda proof: ()))
    assert {100} == {report.score for report in reports}
    assert "x" == imports.read_text("utf-8")
