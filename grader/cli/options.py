"""Options that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader import language
from grader.cli import screen
from grader.language import tell

if TYPE_CHECKING:
    from grader.model import Assignment, Task

DEFAULT_SEED = 0  # a run at one's desk can be repeated; the seeds that count are drawn by `grade batch`
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _choose_language(ctx: click.Context, option: click.Parameter, wanted: str | None) -> None:
    """Escapes are worse than a foreign language: Korean only where it can be shown; who asked for it is told."""
    if screen.can_show("가"):
        language.choose(wanted or language.detect())
        return
    language.choose(language.SOURCE)
    if wanted not in (None, language.SOURCE):
        screen.note(
            tell(
                "This output is encoded as {encoding}, which has no Korean letters: it will be English. "
                "PYTHONIOENCODING=utf-8 changes that.",
                encoding=sys.stdout.encoding,
            )
        )


def _choose_written(ctx: click.Context, option: click.Parameter, wanted: str | None) -> None:
    """What is asked for goes into files, whatever can be shown here."""
    if wanted:
        language.choose(wanted)
    else:
        _choose_language(ctx, option, wanted)


def _make_language_option(choose: Callable[[click.Context, click.Parameter, str | None], None]) -> Decorator:
    return click.option(
        "--lang",
        type=click.Choice(language.LANGUAGES),
        help="The language to speak (default: your system's, or English).",
        is_eager=True,  # before anything is read that has sentences in it
        expose_value=False,
        callback=choose,
    )


language_option = _make_language_option(_choose_language)
written_language_option = _make_language_option(_choose_written)

course_option = click.option(
    "--course",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="GRADE_COURSE",
    show_envvar=True,
    help="The course's folder, if it is not this one or one above it.",
)
color_option = click.option("--no-color", is_flag=True, envvar="GRADE_NO_COLOR", help="Plain text.")
view_option = click.option(
    "--view",
    type=click.Choice(["student", "staff"]),
    default="student",
    envvar="GRADE_VIEW",
    show_envvar=True,
    help="What to show of hidden checks.",
)
task_option = click.option("--task", help="Show what there is to mend in this task only.")
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), help="Draw hidden inputs from this seed, to repeat a run."
)
exit_zero_option = click.option("--exit-zero", is_flag=True, help="Exit 0 even if something did not pass.")


def choose_task(assignment: Assignment, word: str) -> Task:
    """The task with this id, function or number: reports call it `Task 3`. Raises `CourseError` with the nearest."""
    from grader.course.manifest import find_task

    numbers = {str(number): task for number, task in enumerate(assignment.tasks, start=1)}
    return numbers.get(word) or find_task(assignment, word)
