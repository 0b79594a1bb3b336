"""The schedule of a batch: whose process died is graded by another, and nobody else notices."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Collection
from pathlib import Path

import pytest

from grader.batch.entries import Entry, grade_batch
from grader.batch.process import GradingProcess, ProcessEnded, Settings
from grader.harness.proof import Proof
from grader.model import OFFICIAL_LEVEL
from tests.courses import SOLUTION, read_tiny, write_course
from tests.worker.processes import wait_until

NAMES = ("an", "kim", "lee", "seo")


def make_settings(root: Path) -> tuple[Settings, list[Entry]]:
    """A tiny course, and four right submissions."""
    course = write_course(root)
    entries = []
    for name in NAMES:
        path = root / "in" / name / "tiny.py"
        path.parent.mkdir(parents=True)
        path.write_text(SOLUTION)
        entries.append(Entry(name, path.parent))
    return Settings(course, read_tiny(course), seed=1, least=OFFICIAL_LEVEL), entries


def kill_graders() -> None:
    """Kill every process that grades, and wait until the kernel has done so."""
    for process in multiprocessing.active_children():
        os.kill(process.pid or 0, signal.SIGKILL)
        assert wait_until(lambda process=process: not process.is_alive())


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
    assert {100} == {report.score for report in reports}
    assert [] == multiprocessing.active_children()


def test_a_batch_that_is_left_early_leaves_no_process(tmp_path: Path) -> None:
    """As by Ctrl-C, or by a disk that is full."""
    settings, entries = make_settings(tmp_path)
    reports = grade_batch(settings, entries, 2, lambda proof: ())
    next(reports)
    assert multiprocessing.active_children()
    reports.close()
    assert [] == multiprocessing.active_children()


def test_a_dead_process_says_so(tmp_path: Path) -> None:
    """Whether it died before it was asked or afterwards."""
    settings, entries = make_settings(tmp_path)
    for early in (True, False):
        process = GradingProcess(settings)
        if early:
            kill_graders()
        process.grade(entries[0], frozenset())
        if not early:
            kill_graders()
        with pytest.raises(ProcessEnded):
            process.take()
        process.close()
