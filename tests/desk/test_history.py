"""Progress over time: what is kept of a run, and what changed since."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.desk.history import FILE, MAX_RUNS, add_run, find_changes, read_history
from grader.model.report import Changes, Report, Status
from grader.model.submission import Problem
from tests.reporters import reports


def mend(report: Report, status: Status = Status.PASSED) -> Report:
    """The same report with all its checks at this status."""
    tasks = tuple(
        replace(task, status=status, checks=tuple(replace(check, status=status) for check in task.checks))
        for task in report.tasks
    )
    return replace(report, tasks=tasks)


def test_a_run_is_kept_and_the_next_one_compared_with_it(tmp_path: Path) -> None:
    """By the checks' ids; the names are those of the newer report."""
    partly = reports.make_partly_right()
    add_run((), partly, tmp_path)
    (run,) = read_history(tmp_path)
    assert (partly.score, partly.judged, partly.started_at) == (run.score, run.judged, run.started_at)
    assert Changes() == find_changes([run], partly)
    checks = [(f"{task.title}: {check.name}", check.status) for task in partly.tasks for check in task.checks]
    failing = [name for name, status in checks if status is not Status.PASSED]
    passing = [name for name, status in checks if status is Status.PASSED]
    assert failing
    assert passing
    assert Changes(fixed=tuple(failing)) == find_changes([run], mend(partly))
    assert Changes(broken=tuple(passing)) == find_changes([run], mend(partly, Status.FAILED))


def test_another_submission_is_compared_with_its_own_last_run(tmp_path: Path) -> None:
    """Whoever grades one student after the other reads of nobody that they lost what the last one had."""
    ann = mend(reports.make_partly_right())
    add_run((), ann, tmp_path)
    bob = replace(mend(ann, Status.FAILED), submission=replace(ann.submission, id="bob"))
    assert Changes() == find_changes(read_history(tmp_path), bob)
    add_run(read_history(tmp_path), bob, tmp_path)
    assert Changes() == find_changes(read_history(tmp_path), ann)


@pytest.mark.parametrize(
    ("title", "name", "said"),
    [
        ("softmax", "each row sums to 1", "softmax: each row sums to 1"),
        ("softmax", "softmax keeps the shape", "softmax keeps the shape"),
        ("softmax", "Softmax의 각 행의 합은 1", "Softmax의 각 행의 합은 1"),
        ("softmax", "agrees with log_softmax", "softmax: agrees with log_softmax"),
        ("predict, accuracy", "takes the largest", "predict, accuracy: takes the largest"),
        ("predict, accuracy", "accuracy of nothing", "accuracy of nothing"),
        ("a (b) [c]", "counts", "a (b) [c]: counts"),
    ],
)
def test_a_change_says_which_task_it_is_about(tmp_path: Path, title: str, name: str, said: str) -> None:
    """Where the check's own name does not."""
    broken = reports.make_report(reports.make_task(title, Status.FAILED, reports.make_check(name, Status.FAILED)))
    add_run((), broken, tmp_path)
    assert (said,) == find_changes(read_history(tmp_path), mend(broken)).fixed


def test_the_first_run_and_one_that_could_not_run_change_nothing(tmp_path: Path) -> None:
    """Nor do checks that we could not judge; and neither is kept."""
    partly = reports.make_partly_right()
    add_run((), partly, tmp_path)
    (run,) = read_history(tmp_path)
    stuck = replace(mend(partly, Status.SKIPPED), problem=Problem("syntax", "It has a syntax error."))
    ours = replace(mend(partly, Status.ERROR), score=None)
    assert Changes() == find_changes([], partly)
    for report in (stuck, ours):
        assert Changes() == find_changes([run], report)
        add_run([run], report, tmp_path)
    assert (run,) == read_history(tmp_path)


def test_the_newest_runs_are_kept(tmp_path: Path) -> None:
    """A year of saves does not fill the disk."""
    partly = reports.make_partly_right()
    row = {"submission": "kim", "judged": 9, "passed": []}
    (tmp_path / FILE).write_text(json.dumps([{**row, "started_at": str(n), "score": n} for n in range(MAX_RUNS)]))
    add_run(read_history(tmp_path), partly, tmp_path)
    runs = read_history(tmp_path)
    assert (MAX_RUNS, "1", partly.score) == (len(runs), runs[0].started_at, runs[-1].score)


@pytest.mark.parametrize(
    "text",
    ["", "no json", "{}", "[1]", '[{"score": 1}]', "[" * 100_000, '[{"score": "1", "judged": 1}]'],
)
def test_a_damaged_history_is_none(tmp_path: Path, text: str) -> None:
    """And the next run begins a new one."""
    (tmp_path / FILE).write_text(text)
    assert () == read_history(tmp_path)
    add_run(read_history(tmp_path), reports.make_partly_right(), tmp_path)
    assert 1 == len(read_history(tmp_path))
