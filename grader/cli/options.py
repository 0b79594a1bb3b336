"""Command-line options that several commands share."""

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
    from grader.model.course import Assignment, Task

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _choose_language(ctx: click.Context, option: click.Parameter, wanted: str | None) -> None:
    """Choose the language of the output: Korean only if stdout can show it.

    Escapes would be harder to read than a foreign language. A reader who asked for Korean and gets English is told why.
    """
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
    """Choose the language of files: the one that was asked for, if any.

    Files can hold letters that stdout cannot show. Without a request, the language of the output is taken.
    """
    if wanted:
        language.choose(wanted)
    else:
        _choose_language(ctx, option, wanted)


def _make_language_option(choose: Callable[[click.Context, click.Parameter, str | None], None]) -> Decorator:
    return click.option(
        "--lang",
        type=click.Choice(language.LANGUAGES),
        help="The language to speak (default: your system's, or English).",
        is_eager=True,  # click handles it first, before anything is read that has sentences in it
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
task_option = click.option("--task", help="Show what there is to fix in this task only.")
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), help="Draw hidden inputs from this seed, to repeat a run."
)
exit_zero_option = click.option("--exit-zero", is_flag=True, help="Exit 0 even if something did not pass.")


def choose_task(assignment: Assignment, word: str) -> Task:
    """Find the task with this id, function name or number.

    Reports call the third task `Task 3`, so the number 3 means that task. Raises `CourseError`, with the nearest name,
    if there is no such task.
    """
    from grader.course.manifest import find_task

    numbers = {str(number): task for number, task in enumerate(assignment.tasks, start=1)}
    return numbers.get(word) or find_task(assignment, word)
