"""The files that a student's runs of a homework leave behind.

These are the last report, its page, and the history.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from grader.course.layout import locate_traces
from grader.desk.history import add_run, find_changes, read_history
from grader.model.course import Course
from grader.model.report import Changes, Report
from grader.report import write_report


class Kept(NamedTuple):
    """A run that was kept.

    `changes` are those since the run before, and `path` is where the report is. If the run could not be written,
    `unwritten` is the error.
    """

    changes: Changes
    path: Path
    unwritten: OSError | None = None


def locate_records(course: Course, assignment: str) -> Path:
    """Locate the folder of a homework's last report and its history.

    `assignment` is the homework's id.
    """
    return locate_traces(course.root) / assignment


def locate_report(course: Course, assignment: str) -> Path:
    """Locate a homework's last report."""
    return locate_records(course, assignment) / "report.json"


def locate_page(course: Course, assignment: str) -> Path:
    """Locate the page of a homework's last report.

    It is the page that was opened in the browser.
    """
    return locate_records(course, assignment) / "report.html"


def keep_run(report: Report, course: Course) -> Kept:
    """Keep the report, and the run in the history.

    `report` has to be the staff's view: in the student's view, a hidden check has lost its parameters, and would look
    like another check than that of the run before. Nothing is raised if a file cannot be written: the result has the
    error.
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
