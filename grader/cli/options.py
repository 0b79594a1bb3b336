"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from grader import language
from grader.cli import screen


def _choose_language(ctx: click.Context, option: click.Parameter, wanted: str | None) -> None:
    """Escapes are worse than a foreign language: Korean only where it can be shown, unless it was asked for."""
    language.choose(wanted or (language.detect() if screen.can_show("가") else language.SOURCE))


language_option = click.option(
    "--lang",
    type=click.Choice(language.LANGUAGES),
    help="The language to speak (default: your system's, or English).",
    is_eager=True,  # before anything is read that has sentences in it
    expose_value=False,
    callback=_choose_language,
)

course_option = click.option(
    "--course",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="GRADE_COURSE",
    help="The course's folder, if it is not this one or one above it.",
)
color_option = click.option("--no-color", is_flag=True, envvar="GRADE_NO_COLOR", help="Plain text.")
view_option = click.option(
    "--view",
    type=click.Choice(["student", "staff"]),
    default="student",
    envvar="GRADE_VIEW",
    help="What to show of hidden checks.",
)
task_option = click.option("--task", help="Show what there is to mend in this task only.")
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), help="Draw hidden inputs from this seed, to repeat a run."
)
exit_zero_option = click.option("--exit-zero", is_flag=True, help="Exit 0 even if something did not pass.")
