"""The gradebook: one row per report, as CSV that a spreadsheet takes as text and numbers only. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from grader.model import Assignment, Report

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(reports: Sequence[Report], assignment: Assignment, notes: Mapping[str, str] | None = None) -> str:
    """The table: student, name, scores, status, each task's points, and what kept a file from running.

    `notes` are what else a person has to know of a student, by id.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    tasks = [task.id for task in assignment.tasks]
    writer.writerow(["student", "name", "score", "judged", "max_score", "status", *tasks, "problem"])
    for report in sorted(reports, key=lambda report: report.submission.id):
        writer.writerow(
            quote_formula(cell) for cell in _make_row(report, tasks, (notes or {}).get(report.submission.id, ""))
        )
    return text.getvalue()


def _make_row(report: Report, tasks: Iterable[str], note: str) -> list[str]:
    scores = {task.id: task.score for task in report.tasks}
    score = "" if report.score is None else str(report.score)
    earned = [str(scores.get(task, "")) if report.score is not None else "" for task in tasks]
    problem = " · ".join(filter(None, (report.problem.summary if report.problem else "", note)))
    head = [
        report.submission.id,
        report.submission.name,
        score,
        str(report.judged),
        str(report.max_score),
        report.status.value,
    ]
    return [*head, *earned, problem]


def quote_formula(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula, made text by an apostrophe."""
    cell = " ".join(cell.split())
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
