"""Format the gradebook: CSV with one row per student. Pure.

A spreadsheet takes its cells as text and numbers only, never as formulas. Texts are quoted and numbers are not: a
reader that heeds quotes (`QUOTE_NONNUMERIC`, LibreOffice's "Format quoted field as text") keeps the zeros that an id
begins with. A program reads back exactly the same id.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grader.language import render
from grader.model.course import Assignment
from grader.model.report import Report, Status

# Characters that begin a formula or a command in some spreadsheet, with their wide, small and raised forms.
_FORMULA = "=+\\-@|%\u2212＝＋－＠｜％﹦﹢﹣﹫﹪⁼⁺₌₊"
# Characters that spreadsheets drop at the start of a cell, or do not show there.
_DROPPED = (
    r"\s\"\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
# Where a cell may begin: at the start, and after a semicolon, which separates cells in many countries' spreadsheets.
_START = re.compile(f"(^|;)(?=[{_DROPPED}]*[{_FORMULA}])")


VERSIONS = ("suite", "grader", "Python", "numpy", "torch")  # what a judgement hangs on


@dataclass(frozen=True, slots=True)
class Row:
    """One student's row, which is all that a batch remembers of a report.

    `points` has the points of each task by its id, and is empty without a score. `problem` is what kept the file from
    running. `versions` are those that judged, in the order of `VERSIONS`.
    """

    student: str
    name: str
    score: int | None
    judged: int
    max_score: int
    status: Status
    points: Mapping[str, int]
    problem: str
    warnings: tuple[str, ...]
    versions: tuple[str, ...]


def make_row(report: Report) -> Row:
    """Make the row of one report."""
    return Row(
        student=report.submission.id,
        name=report.submission.name,
        score=report.score,
        judged=report.judged,
        max_score=report.max_score,
        status=report.status,
        points={} if report.score is None else {sys.intern(str(task.id)): task.score for task in report.tasks},
        problem=render(report.problem.summary) if report.problem else "",
        warnings=tuple(sys.intern(str(warning)) for warning in report.warnings),
        versions=tuple(map(sys.intern, _list_versions(report))),
    )


def _list_versions(report: Report) -> Iterator[str]:
    yield report.assignment.sha256[:8]
    yield report.grader.version
    yield report.environment.python
    yield report.environment.numpy
    yield report.environment.torch or "none"


def write_csv(rows: Iterable[Row], assignment: Assignment, notes: Mapping[str, str] | None = None) -> str:
    """Format the gradebook as the text of a CSV file.

    Each row has the student, name, scores, status, the points of each task, the problem that kept a file from running,
    and a note. `notes` are further facts that a person has to know of a student, by id. Rows are sorted by id.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    tasks = [task.id for task in assignment.tasks]
    writer.writerow(["student", "name", "score", "judged", "max_score", "status", *tasks, "problem", "note"])
    for row in sorted(rows, key=lambda row: row.student):
        note = (notes or {}).get(row.student, "")
        writer.writerow(
            [
                row.student,
                quote_formula(row.name),
                "" if row.score is None else row.score,
                row.judged,
                row.max_score,
                row.status.value,
                *(row.points.get(task, "") for task in tasks),
                quote_formula(row.problem),
                quote_formula(note),
            ]
        )
    return text.getvalue()


def quote_formula(text: str) -> str:
    """Put an apostrophe before each part that a spreadsheet could run.

    The apostrophe makes a spreadsheet take a formula as text. White space becomes single blanks.
    """
    return _START.sub(r"\1'", " ".join(text.split()))
