"""A report as one HTML page, for a browser or a printer.

The page needs no network and no script, and comes in light and dark. Text that a student may have written is cleaned,
as in every reporter, and escaped by the template. The page's own policy forbids the browser to fetch or run anything.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import jinja2

from grader import language
from grader.language import tell
from grader.model.report import DESK_SEED, Changes, CheckResult, Report, Status, TaskResult
from grader.report import translate
from grader.reporters import canvas, charts, wording
from grader.reporters.text import clean, clean_block

PART_LIMIT, PART_LINES = 4_000, 60
CODE_LINES, CODE_WIDTH = 3_000, 400


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of the student's file; `marked` if it has something to fix."""

    number: int
    text: str
    marked: bool


def render(report: Report, source: str = "", changes: Changes | None = None) -> str:
    """Draw a report as a complete HTML page.

    `source` is the student's file. It is shown with a mark on each line that the report names. `changes` are those
    since an earlier run.
    """
    report = translate(report)
    return _read_template().render(
        report=report,
        changes=wording.describe_changes(changes or Changes()),
        tasks=list(enumerate(report.tasks, start=1)),
        code=list(_list_lines(report, source)),
        command=_write_command(report),
        started=_write_time(report.started_at),
    )


@functools.cache
def _read_template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("grader.reporters", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["title_text"] = lambda text: clean(text, wording.TITLE_LIMIT)
    environment.filters["block_text"] = lambda text: clean_block(text, PART_LIMIT, PART_LINES)
    environment.globals |= {
        "tell": tell,
        "language": language.chosen,
        "wording": wording,
        "charts": charts,
        "number": canvas.write_number,
        "share": _measure_share,
        "failing": _list_failing,
        "passed": _list_passed,
        "pictured": _list_pictured,
    }
    return environment.get_template("page.html.jinja")


def _measure_share(task: TaskResult) -> int:
    """Measure the earned share of a task's points, in per cent."""
    return round(100 * task.score / task.judged) if task.judged else 0


def _list_failing(task: TaskResult) -> list[CheckResult]:
    """List a task's checks that fail, and those that could not be judged."""
    silent = (Status.PASSED, Status.SKIPPED, Status.NOT_ATTEMPTED)
    return wording.sort_failing(check for check in task.checks if check.status not in silent)


def _list_passed(task: TaskResult) -> list[CheckResult]:
    return [check for check in task.checks if check.status is Status.PASSED]


def _list_pictured(report: Report) -> list[CheckResult]:
    """List the checks that passed and have pictures worth looking at."""
    return [check for task in report.tasks for check in _list_passed(task) if check.figures]


def _list_lines(report: Report, source: str) -> Iterator[CodeLine]:
    places = [check.message.where for task in report.tasks for check in _list_failing(task) if check.message]
    if report.problem is not None:
        places.append(report.problem.where)
    marked = {place.line for place in places if place}
    lines = io.StringIO(source, newline=None).readlines()  # splits at the line ends that Python counts
    for number, text in enumerate(lines[:CODE_LINES], start=1):
        yield CodeLine(number, clean_block(text.rstrip("\n"), CODE_WIDTH, 1), number in marked)


def _write_command(report: Report) -> str:
    """Format the command that repeats this run; a run at the desk needs no seed.

    A student must not learn the seed of the hidden checks, so it is missing from the student's view.
    """
    seed = f" --seed {report.seed}" if report.seed not in (None, DESK_SEED) else ""
    return f"grade {report.assignment.id}{seed}"


def _write_time(started_at: str) -> str:
    try:
        return f"{datetime.fromisoformat(started_at):%Y-%m-%d %H:%M %Z}".strip()
    except ValueError:
        return ""
