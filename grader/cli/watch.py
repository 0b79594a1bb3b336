"""`grade watch hw4`: grade again on every save.

On a terminal it shows one page that stays; elsewhere it prints a line for each run.
"""

from __future__ import annotations

import functools
import queue
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options, screen
from grader.language import render, tell
from grader.model.report import DESK_SEED, Mode

if TYPE_CHECKING:
    from grader.model.course import Assignment, Course
    from grader.model.report import Changes, Report
    from grader.model.submission import Submission

TICK_SECONDS = 0.2
LEAVE = ("q", "Q")
BRIEF = (12, 6, 3, 2, 1)  # lines for each part of a failure, tried in this order until the page fits


@click.command()
@click.argument("assignment")
@click.argument("path", type=click.Path(path_type=Path, exists=True), default=Path())
@options.task_option
@click.option(
    "--poll", is_flag=True, envvar="GRADE_POLL", help="Look at the file again and again: some drives need it."
)
@options.color_option
@options.language_option
@options.course_option
def watch(assignment: str, path: Path, task: str | None, poll: bool, no_color: bool, course: Path | None) -> None:
    """Grade one submission now, and again whenever it is saved."""
    from grader.course.intake import make_id, take_in
    from grader.course.manifest import find_assignment, find_course

    found = find_course(Path.cwd(), course)
    wanted = find_assignment(found, assignment)
    name = make_id(path.absolute().name)
    focus = options.choose_task(wanted, task).id if task else None
    page = Page(found, wanted, lambda: take_in(path, wanted, name), focus=focus, no_color=no_color)
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    live = screen.is_live(sys.stdout) and sys.stdin.isatty()
    with watching(page, path, poll, live, events.put) as request:
        request()
        show = show_page if live else show_lines
        show(page, events, request)


@dataclass(frozen=True)
class Saved:
    """The event that the submission was saved."""


@dataclass(frozen=True)
class Pressed:
    """The event that a key was pressed."""

    key: str


@contextmanager
def watching(
    page: Page, path: Path, poll: bool, live: bool, send: Callable[[object], None]
) -> Iterator[Callable[[], None]]:
    """Make everything ready, and yield the function that asks for a grading.

    `send` is called with each event: a report, the exception that came instead of one, a `Saved` and, on a live page, a
    `Pressed`.
    """
    from grader.cli import keys, saves
    from grader.desk.regrader import Regrader
    from grader.harness.process import Settings

    assignment = page.assignment
    settings = Settings(page.course, assignment, Mode.LOCAL, spares=1)
    regrader = Regrader(settings, DESK_SEED, page.take, send)
    with ExitStack() as stack:
        stack.callback(regrader.close)
        stack.enter_context(saves.listen(path, assignment.name, assignment.file, lambda: send(Saved()), poll))
        if live:
            stack.enter_context(keys.listen(lambda key: send(Pressed(key))))
        yield regrader.request


@dataclass
class Page:
    """The state of the page: the last report, its changes, the task in focus."""

    course: Course
    assignment: Assignment
    take: Callable[[], Submission]
    focus: str | None
    no_color: bool
    all_tasks: bool = False
    report: Report | None = None
    changes: Changes | None = None
    busy: bool = True
    hint: str = ""
    error: str = ""

    def take_report(self, report: Report) -> None:
        """Take the report of a finished run, compare it with the last, keep it."""
        from grader.cli.show import keep
        from grader.report import redact

        self.report = redact(report)
        self.changes = keep(report, self.course).changes
        self.busy, self.hint, self.error = False, "", ""

    def failing(self) -> list[str]:
        """List the ids of the tasks that have something to fix."""
        from grader.reporters.wording import find_failures

        return [failure.task.id for failure in find_failures(self.report)] if self.report else []

    def find_focus(self) -> str | None:
        """Find the id of the task to show.

        It is the chosen task as long as that one fails, and else the first task that fails. If none fails, the choice
        stays.
        """
        failing = self.failing()
        return self.focus if self.focus in failing or not failing else failing[0]

    def choose_next(self) -> None:
        """Choose the next failing task to show."""
        failing = self.failing()
        if failing:
            at = failing.index(self.find_focus() or failing[0])
            self.focus, self.all_tasks, self.hint = failing[(at + 1) % len(failing)], False, ""

    def ask_hint(self) -> None:
        """Show the next hint of the task that is shown.

        If no task fails, it is the hint of the first one that is not done. If nothing of the submission could run, the
        page says that this has to be fixed first.
        """
        from grader.cli.show import give_hint
        from grader.desk.hints import list_undone

        if self.report is None:
            return
        tasks = {task.id: task for task in self.assignment.tasks}
        focus = self.find_focus() or next(iter(list_undone(self.report)), None)
        if self.report.problem is not None:
            syntax = self.report.problem.kind == "syntax_error"
            self.hint = tell("Fix the syntax error first.") if syntax else tell("Fix what is said above first.")
        elif focus in tasks:
            self.hint = give_hint(self.course, self.assignment, tasks[focus], by_key=True)

    def open_report(self) -> None:
        """Open the last report in the browser, beside the code as it is now."""
        from grader.cli.show import open_page

        if self.report is not None and self.changes is not None:
            self.hint = open_page(self.report, self.take(), self.course, self.changes)

    def press(self, key: str) -> None:
        """Change the page as a key asks for; a key without a meaning does nothing."""
        if key == "h":
            self.ask_hint()
        elif key == "t":
            self.choose_next()
        elif key == "a":
            self.all_tasks = not self.all_tasks
        elif key == "o":
            self.open_report()

    def draw(self, width: int, height: int, color: bool, encoding: str) -> list[str]:
        """Draw the page as lines, `height` of them at most.

        `width` is in columns. The lines with the keys are always among them.
        """
        from rich.console import Console
        from rich.text import Text

        from grader.reporters.text import spell

        state = self.error or (tell("grading …") if self.busy else tell("watching for the next save"))
        keys = tell("h hint · t next task · a all · o open · r run · q quit")
        said = "\n".join([*(["", self.hint] if self.hint else []), "", state, keys])
        # The foot is never cut away, as it may hold the hint that the student asked for.
        foot = [line.plain for line in Text(spell(said, encoding)).wrap(Console(), width)]
        body = self._draw_body(width, max(1, height - len(foot)), color, encoding)
        return [spell(line, encoding) for line in [*body, *foot]]

    def _draw_body(self, width: int, room: int, color: bool, encoding: str) -> list[str]:
        """Draw the report in `room` lines at most.

        It is drawn whole if it fits, and else ever shorter. If even the shortest does not fit, its last lines are kept,
        as they say what has to be fixed; of the report with all tasks, which is not made shorter, the first lines are
        kept.
        """
        if self.report is None:
            return [f"{self.assignment.id} · {render(self.assignment.title)}"]
        from grader.reporters import terminal

        draw = functools.partial(
            terminal.render,
            self.report,
            width=width,
            color=color,
            encoding=encoding,
            now=screen.read_clock(),
            changes=self.changes,
            focus=None if self.all_tasks else self.find_focus(),
        )
        body = draw().splitlines()
        for lines in () if self.all_tasks else BRIEF:
            if len(body) > room:
                body = draw(lines=lines).splitlines()
        if len(body) <= room:
            return body
        more = tell("… {number} more lines; a larger window shows them", number=len(body) - room + 1)
        return [*body[: room - 1], more] if self.all_tasks else [more, *body[len(body) - room + 1 :]]


def show_page(page: Page, events: queue.SimpleQueue[object], request: Callable[[], None]) -> None:
    """Show one page in the terminal's other screen until a key ends it.

    The page is drawn again when something has happened. Afterwards the terminal shows what it showed before.
    """
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    color, encoding = screen.use_color(page.no_color), screen.find_encoding()
    console = Console(highlight=False, no_color=not color, legacy_windows=False)

    def draw() -> Text:
        columns, rows = shutil.get_terminal_size()
        lines = page.draw(max(40, columns), rows, color, encoding)
        return Text("\n", no_wrap=True, overflow="crop", end="").join(Text.from_ansi(line) for line in lines)

    with Live(draw(), console=console, screen=True, auto_refresh=False) as live:
        size = shutil.get_terminal_size()
        while True:
            event = wait(events)
            if isinstance(event, Pressed) and event.key in LEAVE:
                return
            handle(page, event, request)
            if event is not None or size != (size := shutil.get_terminal_size()):
                live.update(draw(), refresh=True)


def handle(page: Page, event: object, request: Callable[[], None]) -> None:
    """Handle one event: a save, a key, or the end of a run."""
    from grader.model.report import Report

    if isinstance(event, Report):
        page.take_report(event)
    elif isinstance(event, Exception):
        page.error, page.busy = f"{type(event).__name__}: {event}", False
    elif isinstance(event, Saved) or (isinstance(event, Pressed) and event.key == "r"):
        page.busy = True
        request()
    elif isinstance(event, Pressed):
        page.press(event.key)


def show_lines(page: Page, events: queue.SimpleQueue[object], request: Callable[[], None]) -> None:
    """Print a line for each run, for a log or an editor's window.

    This goes on until Ctrl-C. Raises `GraderError` if a run ends in an exception.
    """
    from grader.errors import GraderError
    from grader.reporters import wording

    while True:
        event = wait(events)
        handle(page, event, request)
        if isinstance(event, Exception):
            raise event if isinstance(event, GraderError) else GraderError(page.error)
        if page.report is not None and not isinstance(event, (Saved, Pressed, type(None))):
            assert page.changes is not None
            said = [wording.describe_outcome(page.report), *wording.describe_changes(page.changes)]
            click.echo(f"{datetime.now():%H:%M:%S}  {page.assignment.id}  {'; '.join(said)}")
            sys.stdout.flush()


def wait(events: queue.SimpleQueue[object]) -> object:
    """Wait for the next event; return None after a while without one."""
    try:
        return events.get(timeout=TICK_SECONDS)
    except queue.Empty:
        return None
