"""Progress over time: the checks that each run of a homework passed.

The history is kept beside the homework's last report, and tells what has changed since an earlier run.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.language import join
from grader.model.report import Changes, CheckResult, Report, Status, TaskResult
from grader.plain import from_plain
from grader.report import write_atomically
from grader.reporters.wording import list_checks

FILE = "history.json"
MAX_RUNS = 200


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its time, submission and points, and the ids of passed checks.

    `score` are the points earned, out of the `judged` ones.
    """

    started_at: str
    submission: str
    score: int
    judged: int
    passed: tuple[str, ...]


def find_changes(runs: Sequence[Run], report: Report) -> Changes:
    """Find the checks that pass now and did not before, and the reverse.

    The report is compared with the last of `runs` of the same submission. Without such a run, or if nothing of the
    submission could run, there are no changes. A check that the grader could not judge is no change either.
    """
    before = next((run for run in reversed(runs) if run.submission == report.submission.id), None)
    if before is None or report.problem is not None:
        return Changes()
    fixed, broken = [], []
    for task in report.tasks:
        for check in task.checks:
            passes, passed = check.status is Status.PASSED, check.id in before.passed
            if passes and not passed:
                fixed.append(_name_check(check, task))
            elif passed and not passes and check.status is not Status.ERROR:
                broken.append(_name_check(check, task))
    return Changes(tuple(fixed), tuple(broken))


def _name_check(check: CheckResult, task: TaskResult) -> str:
    """Name a check, after its task where the check's own name does not say it.

    An example is `log_softmax: is finite`.
    """
    said = any(
        re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", check.name, re.IGNORECASE)
        for name in (task.id, *task.title.split(", "))
    )
    return check.name if said else join(": ", (task.title, check.name))


def read_history(folder: Path) -> tuple[Run, ...]:
    """Read the runs of a homework, oldest first.

    Returns an empty tuple if the history cannot be read, as a history is not worth an error.
    """
    try:
        runs: tuple[Run, ...] = from_plain(tuple[Run, ...], json.loads((folder / FILE).read_text("utf-8")), {})
    except (OSError, ValueError, RecursionError):
        return ()
    return runs


def add_run(runs: Sequence[Run], report: Report, folder: Path) -> None:
    """Keep this run beside the earlier ones.

    A run of which nothing could be judged is not kept, so that the next one is compared with the last that was judged.
    Only the newest `MAX_RUNS` are kept. Raises `OSError` if the history cannot be written.
    """
    if report.score is None or report.problem is not None:
        return
    passed = tuple(check.id for check in list_checks(report) if check.status is Status.PASSED)
    newest = Run(report.started_at, report.submission.id, report.score, report.judged, passed)
    entries = [dataclasses.asdict(run) for run in [*runs, newest][-MAX_RUNS:]]
    write_atomically(folder / FILE, "[\n" + ",\n".join(map(json.dumps, entries)) + "\n]\n")
