"""A report as people read it in a terminal or a log.

It shows the result of each task, and what to fix first.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.language import tell
from grader.model.report import Changes, CheckResult, Report, Status, TaskResult
from grader.model.submission import Problem
from grader.report import translate
from grader.reporters import dates, wording
from grader.reporters.text import EVERYTHING, clean, clean_block, mark_lines, spell

MIN_WIDTH, MAX_WIDTH = 40, 100
PART_LIMIT, PART_LINES = 1_000, 12
MARGIN = GAP = 2

# Blanks at the end of a line, and the escape sequences among them, which have to stay.
_STYLED_BLANK_ENDS = re.compile(r"(?: |\x1b\[[0-9;]*m)+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Screen:
    """The abilities of a terminal: its width in columns, colour, encoding.

    `lines` is how many lines a part of a message may have.
    """

    width: int
    color: bool
    encoding: str
    lines: int = PART_LINES

    def show(self, text: str, style: str = "") -> Text:
        """Make clean text ready for the layout."""
        return Text(spell(text, self.encoding), style)

    def show_title(self, text: str, style: str = "") -> Text:
        """Clean a title or a name, and make it ready for the layout."""
        return self.show(clean(text, wording.TITLE_LIMIT), style)

    def show_part(self, text: str, style: str = "") -> Text:
        """Clean a part of a message, and make it ready for the layout."""
        return self.show(clean_block(text, PART_LIMIT, PART_LINES), style)

    def shorten(self, text: str) -> str:
        """Shorten a part of a message to about the lines that it may have.

        It keeps half a line's width of characters for each of these lines.
        """
        return text if self.lines >= PART_LINES else clean_block(text, self.lines * (self.width // 2), self.lines)

    def measure(self, words: Iterable[str]) -> int:
        """Measure the width of the widest of these words, in columns."""
        return max(self.show(word).cell_len for word in words)


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of the columns of the task table.

    A remark that does not fit has the next line to itself.
    """

    digits: int
    title: int
    word: int
    points: int
    remark: int


def render(
    report: Report,
    *,
    width: int = 80,
    color: bool = False,
    encoding: str = EVERYTHING,
    now: datetime | None = None,
    changes: Changes | None = None,
    focus: str | None = None,
    lines: int | None = None,
) -> str:
    """Draw a report for a terminal `width` columns wide, ending in a newline.

    The text has no escape sequence unless `color` is true, and only letters and symbols that `encoding` has. The due
    date is compared with `now`, which has a time zone, and given in that zone. `changes` are those since an earlier
    run. `focus` is the id of the only task whose first failing check is shown.

    `lines` makes the report brief, for a small window. Then one failing check is shown, and all other tasks share one
    line. The parts of that check that tell the call, the expected value, the student's value and the output may have
    about `lines` lines each.
    """
    report, brief = translate(report), lines is not None
    screen = Screen(max(MIN_WIDTH, min(width, MAX_WIDTH)), color, encoding, lines or PART_LINES)
    if brief and focus is None:
        focus = next((failure.task.id for failure in wording.find_failures(report)), None)
    shown = [task.id for task in report.tasks if not brief or task.id == focus]
    blocks = [*_draw_head(report, screen, now), *_draw_table(report, screen, shown)]
    blocks += _draw_changes(changes or Changes(), screen, 1 if brief else wording.MAX_CHANGES)
    return _print(Group(*blocks, *_draw_reasons(report, screen, focus), *_draw_foot(report, screen)), screen)


def _print(drawing: RenderableType, screen: Screen) -> str:
    paper = io.StringIO()
    console = Console(
        file=paper,
        width=screen.width,
        color_system="standard" if screen.color else None,
        force_terminal=screen.color,
        no_color=not screen.color,
        legacy_windows=False,
        highlight=False,
    )
    console.print(drawing)
    return _STYLED_BLANK_ENDS.sub(lambda end: end[0].replace(" ", ""), paper.getvalue())


# ---------------------------------------------------------------- head and foot


def _draw_head(report: Report, screen: Screen, now: datetime | None) -> Iterator[RenderableType]:
    title = screen.show_title(f"{report.assignment.id} · {report.assignment.title}", "bold")
    yield _draw_ends(title, screen.show_title(dates.describe_due(report.assignment.due, now)), screen)
    yield screen.show(wording.describe_submission(report), "dim")


def _draw_foot(report: Report, screen: Screen) -> Iterator[RenderableType]:
    yield screen.show(wording.describe_score(report), "bold")
    for warning in report.warnings:
        yield _draw_part(screen, "note", warning, indent=0, style="yellow")


def _draw_ends(left: Text, right: Text, screen: Screen) -> RenderableType:
    """Put two texts at the ends of a line.

    They are put below each other if they do not fit.
    """
    if left.cell_len + GAP + right.cell_len > screen.width:
        return Group(left, right)
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    line.add_row(left, right)
    return line


# ---------------------------------------------------------------- one row per task


def _draw_table(report: Report, screen: Screen, shown: list[str]) -> Iterator[RenderableType]:
    """Draw a row for each task that is `shown`, and a line for all others."""
    columns = _measure_columns(report, screen)
    for number, task in enumerate(report.tasks, start=1):
        if task.id in shown:
            yield from _draw_row(number, task, columns, screen)
    if others := [task for task in report.tasks if task.id not in shown]:
        yield Padding(screen.show(wording.count_tasks(others, bool(shown)), "dim"), (0, 0, 0, MARGIN))


def _measure_columns(report: Report, screen: Screen) -> Columns:
    titles = [screen.show_title(task.title).cell_len for task in report.tasks]
    points = max([2, *(len(str(number)) for task in report.tasks for number in (task.score, task.judged))])
    digits = len(str(len(report.tasks)))
    word = screen.measure(map(wording.name_status, Status))
    fixed = _indent_title(digits) + 2 * GAP + word + GAP + 2 * points + len(" / ")
    title = min(max(titles, default=0), screen.width - fixed)
    return Columns(digits, title, word, points, screen.width - fixed - title - 2 * GAP)


def _indent_title(digits: int) -> int:
    return MARGIN + len("✓ ") + digits + GAP


def _draw_row(number: int, task: TaskResult, columns: Columns, screen: Screen) -> Iterator[RenderableType]:
    look = wording.LOOKS[task.status]
    symbol = look.symbol if screen.encoding == EVERYTHING else look.ascii
    remark = screen.show(wording.describe_task(task))
    beside = remark.cell_len <= columns.remark
    row = Table.grid()
    title, word, points = columns.title + 2 * GAP, columns.word + GAP, 2 * columns.points + len(" / ")
    for width in (_indent_title(columns.digits), title, word, points, None):
        row.add_column(width=width, overflow="fold")
    row.add_row(
        screen.show(f"{' ' * MARGIN}{symbol} {number:>{columns.digits}}", look.style),
        Padding(screen.show_title(task.title), (0, 2 * GAP, 0, 0)),
        screen.show(wording.name_status(task.status), look.style),
        screen.show(wording.describe_points(task, columns.points)),
        Padding(remark, (0, 0, 0, 2 * GAP)) if beside else "",
    )
    yield row
    if remark and not beside:
        yield Padding(remark, (0, 0, 0, _indent_title(columns.digits)))


def _draw_changes(changes: Changes, screen: Screen, most: int) -> Iterator[RenderableType]:
    for line in wording.describe_changes(changes, most):
        style = "green" if line.startswith("+") else "red"
        yield Padding(screen.show_title(line, style), (0, 0, 0, MARGIN))


# ---------------------------------------------------------------- what to fix


def _draw_reasons(report: Report, screen: Screen, focus: str | None) -> Iterator[RenderableType]:
    if report.problem:
        yield from _draw_problem(report.problem, screen)
    for failure in wording.find_failures(report):
        if focus in (None, failure.task.id):
            yield from _draw_failure(failure, report, screen)
    yield from _draw_error(report, screen)


def _draw_problem(problem: Problem, screen: Screen) -> Iterator[RenderableType]:
    where = screen.show_title(wording.describe_where(problem.where))
    yield _draw_ends(screen.show(tell("Not run"), "bold red"), where, screen)
    summary = mark_lines(clean_block(problem.summary, PART_LIMIT, PART_LINES))
    yield Padding(screen.show(summary, "bold"), (0, 0, 0, MARGIN))
    # An excerpt is the student's text. Where no line of the grader's begins, it cannot pass for one.
    indent = 2 * MARGIN + _measure_labels(screen)
    for line in _align_excerpt(problem.excerpt, screen.width - indent - MARGIN, screen):
        yield Padding(Text(line), (0, 0, 0, indent))
    if problem.next_step:
        yield _draw_part(screen, "next", problem.next_step)


def _draw_failure(failure: wording.Failure, report: Report, screen: Screen) -> Iterator[RenderableType]:
    heading = screen.show_title(f"{wording.name_task(failure.number)}  {failure.task.title}", "bold red")
    yield _draw_ends(heading, screen.show(wording.describe_position(failure), "dim"), screen)
    yield from _draw_check(failure.check, report, screen)


def _draw_error(report: Report, screen: Screen) -> Iterator[RenderableType]:
    sentence = wording.describe_error(report)
    if sentence:
        yield screen.show(f"! {sentence}", "bold magenta")
    check = wording.find_error(report)
    if check:
        yield from _draw_check(check, report, screen)


def _draw_check(check: CheckResult, report: Report, screen: Screen) -> Iterator[RenderableType]:
    yield Padding(screen.show_title(check.name, "bold"), (0, 0, 0, MARGIN))
    for part in wording.list_parts(check, report.view):
        if part.kind in ("where", "likely"):  # never shortened: these two help most to fix it
            yield _draw_part(screen, part.kind, part.text)
        elif screen.lines == PART_LINES or part.kind != "output" or check.output.strip():
            yield _draw_part(screen, part.kind, screen.shorten(part.text))


def _draw_part(screen: Screen, kind: str, text: str, indent: int = 2 * MARGIN, style: str = "") -> Padding:
    part = Table.grid()
    part.add_column(width=_measure_labels(screen), no_wrap=True)
    part.add_column(overflow="fold")
    part.add_row(screen.show(wording.name_part(kind), "dim"), screen.show_part(text, style))
    return Padding(part, (0, 0, 0, indent))


def _measure_labels(screen: Screen) -> int:
    return screen.measure(map(wording.name_part, wording.PARTS)) + GAP


def _align_excerpt(excerpt: str, width: int, screen: Screen) -> list[str]:
    """Keep the caret of an excerpt under its character.

    This also works with wide characters before it, and in a long line, which is cut.
    """
    *before, code, marker = ["", "", *excerpt[:PART_LIMIT].rstrip("\n").split("\n")[:PART_LINES]]
    caret = marker.strip()
    if not caret or caret.strip("^~"):
        return [_fit(line, width, screen) for line in [*before, code, marker] if line.strip()]
    column = min(len(code), len(marker) - len(marker.lstrip()))
    start = max(0, column - width // 3) if cell_len(_show_line(code, screen)) > width else 0
    room = cell_len(_show_line(code[start:column], screen))
    above = [_fit(line, width, screen) for line in before if line.strip()]
    return [*above, _fit(code[start:], width, screen), " " * room + caret[: max(1, width - room)]]


def _show_line(line: str, screen: Screen) -> str:
    return screen.show(clean_block(line, PART_LIMIT, 1)).plain


def _fit(line: str, width: int, screen: Screen) -> str:
    shown = _show_line(line, screen)
    return shown if cell_len(shown) <= width else set_cell_size(shown, width)
