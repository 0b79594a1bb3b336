"""What a student's runs of a homework leave behind: the last report and its page, and the history."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from grader.course.layout import locate_traces
from grader.desk.history import add_run, find_changes, read_history
from grader.model import Changes, Course, Report
from grader.report import write_report


class Kept(NamedTuple):
    """A run that was kept: what changed since the one before, its report's place, and the error where it has none."""

    changes: Changes
    path: Path
    unwritten: OSError | None = None


def locate_records(course: Course, assignment: str) -> Path:
    """The folder of a homework's last report and its history, by the homework's id."""
    return locate_traces(course.root) / assignment


def locate_report(course: Course, assignment: str) -> Path:
    """A homework's last report."""
    return locate_records(course, assignment) / "report.json"


def locate_page(course: Course, assignment: str) -> Path:
    """The page of a homework's last report that was opened in the browser."""
    return locate_records(course, assignment) / "report.html"


def keep_run(report: Report, course: Course) -> Kept:
    """Keep the report, and the run in the history.

    The report is the staff's view: what a student is shown of a hidden check has lost its parameters, and would look
    like another check than that of the run before.
    """
    folder, path = locate_records(course, report.assignment.id), locate_report(course, report.assignment.id)
    runs = read_history(folder)
    changes = find_changes(runs, report)
    try:
        write_report(report, path)
        add_run(runs, report, folder)
    except OSError as error:
        return Kept(changes, path, error)
    return Kept(changes, path)
