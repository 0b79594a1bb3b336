"""The submissions in tests/submissions and their golden reports; `python -m tests.golden_reports` writes them anew.

Each folder is named by its defect and holds one thing to hand in (a folder, a file or a zip) and golden.json: what a
student of the whole course, hidden checks included, is told about it. After writing them anew, read what git says has
changed.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.course.intake import take_in
from grader.course.manifest import find_assignment, read_course
from grader.harness.grading import Grader
from grader.model.report import CheckResult, Message, Report, TaskResult
from grader.model.submission import Problem, Where
from grader.report import redact
from grader.worker.process import Launcher

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "submissions"
GOLDEN = "golden.json"
SEED = 20270402
CALL_SECONDS = 3.0  # what an endless loop costs; the manifest's own limit would take longer
SHOWN = 300

SOLUTION = ROOT / "solutions" / "hw4_softmax" / "softmax.py"
ZIPS = {
    "right_zip/softmax.zip": ["softmax.py"],
    "right_zip_with_folder/kim.zip": ["kim/", "kim/hw4_softmax/", "kim/hw4_softmax/softmax.py"],
    "zip_slip/kim.zip": ["hw4_softmax/softmax.py", "../../solutions/hw4_softmax/softmax.py"],
}


def list_defects() -> list[str]:
    """List the submissions by the names of their folders."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def find_submission(defect: str) -> Path:
    """Find the one thing that is handed in."""
    (path,) = (path for path in (FOLDER / defect).iterdir() if path.name != GOLDEN)
    return path


def make_grader() -> Grader:
    """Make the grader of hw4, with little patience for calls that hang."""
    course = read_course(ROOT)
    found = find_assignment(course, "hw4")
    assignment = replace(found, limits=replace(found.limits, call_seconds=CALL_SECONDS))
    return Grader(course, assignment, Launcher(assignment.limits, spares=1), lookalikes=False)


def grade_defect(grader: Grader, defect: str) -> Report:
    """Grade one of the submissions: the staff's report."""
    return grader.grade_submission(take_in(find_submission(defect), grader.assignment, "kim"), SEED)


# ---------------------------------------------------------------- what is kept of a report


def simplify(report: Report) -> dict[str, Any]:
    """Give what a student is told, and nothing that differs between two machines or two runs.

    Left out: times, seed, hashes, versions, sandbox and environment. Long texts are cut and their length is told.
    """
    seen = redact(report)
    kept: dict[str, Any] = {"status": seen.status.value, "score": f"{seen.score} of {seen.judged}"}
    if seen.problem:
        kept["problem"] = dict(_list_problem(seen.problem))
    return {**kept, "tasks": {task.id: _simplify_task(task) for task in seen.tasks}}


def _simplify_task(task: TaskResult) -> dict[str, Any]:
    kept: dict[str, Any] = {"status": task.status.value, "score": f"{task.score} of {task.judged}"}
    if task.follow_through:
        kept["follow_through"] = list(task.follow_through)
    if any(check.message for check in task.checks):
        kept["checks"] = [_simplify_check(check) for check in task.checks]
    return kept


def _simplify_check(check: CheckResult) -> str | dict[str, str]:
    head = f"{check.id}: {check.status.value}, {check.points} of {check.max_points}"
    parts = dict(_list_parts(check.message)) if check.message else {}
    if check.output:
        parts["output"] = _cut(check.output)
    return {"check": head, **parts} if parts else head


def _list_parts(message: Message) -> Iterator[tuple[str, str]]:
    for name in ("called", "expected", "got", "likely"):
        if text := getattr(message, name):
            yield name, _cut(text)
    if message.where:
        yield "where", _say_where(message.where)


def _list_problem(problem: Problem) -> Iterator[tuple[str, str]]:
    for name in ("kind", "summary", "next_step", "excerpt"):
        if text := getattr(problem, name):
            yield name, _cut(text)
    if problem.where:
        yield "where", _say_where(problem.where)


def _say_where(where: Where) -> str:
    return f"{where.file}:{where.line} {where.text}".strip()


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def write_down(report: Report) -> str:
    """Write what a student is told, line by line as a golden report has it: lines that differ are easily seen."""
    return json.dumps(simplify(report), indent=1, ensure_ascii=False) + "\n"


def read_golden(defect: str) -> str:
    """Read what a submission's student should be told."""
    return (FOLDER / defect / GOLDEN).read_text("utf-8")


# ---------------------------------------------------------------- writing them anew


def write_zips() -> None:
    """Pack the model solution under names that are right and wrong, the same bytes each time."""
    for place, names in ZIPS.items():
        (FOLDER / place).parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(FOLDER / place, "w") as archive:
            for name in names:
                member = zipfile.ZipInfo(name, (2027, 4, 2, 0, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, b"" if name.endswith("/") else SOLUTION.read_bytes())


def main() -> None:
    """Write the zips, the copy of the model solution and every golden report."""
    write_zips()
    single = FOLDER / "right_single_file" / "softmax (1).py"
    single.parent.mkdir(exist_ok=True)
    single.write_bytes(SOLUTION.read_bytes())
    grader = make_grader()
    for defect in list_defects():
        (FOLDER / defect / GOLDEN).write_text(write_down(grade_defect(grader, defect)), "utf-8", newline="\n")
    grader.close()


if __name__ == "__main__":
    main()
