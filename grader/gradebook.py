"""Format the gradebook: CSV with one row per report. Pure.

A spreadsheet takes its cells as text and numbers only, never as formulas. Texts are quoted and numbers are not: a
reader that heeds quotes (`QUOTE_NONNUMERIC`, LibreOffice's "Format quoted field as text") keeps the zeros that an id
begins with. A program reads back exactly the same id.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from grader.language import render
from grader.model import Assignment, Report

# Characters that begin a formula or a command in some spreadsheet, with their wide, small and raised forms.
_FORMULA = "=+\\-@|%\u2212＝＋－＠｜％﹦﹢﹣﹫﹪⁼⁺₌₊"
# Characters that spreadsheets drop at the start of a cell, or do not show there.
_DROPPED = (
    r"\s\"\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
# Where a cell may begin: at the start, and after a semicolon, which separates cells in many countries' spreadsheets.
_START = re.compile(f"(^|;)(?=[{_DROPPED}]*[{_FORMULA}])")


def write_csv(reports: Sequence[Report], assignment: Assignment, notes: Mapping[str, str] | None = None) -> str:
    """Format the gradebook as the text of a CSV file.

    Each row has the student, name, scores, status, the points of each task, the problem that kept a file from running,
    and a note. `notes` are further facts that a person has to know of a student, by id. Rows are sorted by id.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    tasks = [task.id for task in assignment.tasks]
    writer.writerow(["student", "name", "score", "judged", "max_score", "status", *tasks, "problem", "note"])
    for report in sorted(reports, key=lambda report: report.submission.id):
        writer.writerow(_make_row(report, tasks, (notes or {}).get(report.submission.id, "")))
    return text.getvalue()


def _make_row(report: Report, tasks: Iterable[str], note: str) -> list[str | int]:
    scores = {task.id: task.score for task in report.tasks}
    judged = report.score is not None
    problem = report.problem.summary if report.problem else ""
    return [
        report.submission.id,
        quote_formula(report.submission.name),
        "" if report.score is None else report.score,
        report.judged,
        report.max_score,
        report.status.value,
        *(scores.get(task, "") if judged else "" for task in tasks),
        quote_formula(render(problem)),
        quote_formula(note),
    ]


def quote_formula(text: str) -> str:
    """Put an apostrophe before each part that a spreadsheet could run.

    The apostrophe makes a spreadsheet take a formula as text. White space becomes single blanks.
    """
    return _START.sub(r"\1'", " ".join(text.split()))
