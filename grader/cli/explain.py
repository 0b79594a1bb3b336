"""`grade explain CODE`: show the page of a likely cause.

A report shows the code of a cause below the cause itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli import screen
from grader.cli.options import color_option, course_option, language_option
from grader.course.layout import find_handout, locate_assignment
from grader.errors import CourseError
from grader.language import chosen, render, say
from grader.typos import suggest


@click.command()
@click.argument("code", required=False)
@color_option
@language_option
@course_option
def explain(code: str | None, no_color: bool, course: Path | None) -> None:
    """Explain a likely cause: what it means, a wrong line, a right line. Without CODE, list all of them."""
    from grader.explain.pages import format_page, read_pages

    pages = read_pages()
    if code is None:
        width = max(map(len, pages))
        click.echo("\n".join(f"{page.code:<{width}}  {render(page.title)}" for page in pages.values()))
        return
    if code not in pages:
        next_step = suggest(code, pages, say("all of them: grade explain"))
        raise CourseError(say("there is no cause {name}", name=code), next_step)
    text = render(format_page(pages[code], _find_handouts(course)))
    click.echo(_draw(text, screen.use_color(no_color)) if sys.stdout.isatty() else text)


def _find_handouts(course: Path | None) -> dict[str, str]:
    """Find the handouts of the course at hand, in the reader's language.

    Returns the path of each, as one would type it here, by the assignment's name; empty where no course is found.
    """
    from grader.course.manifest import find_course

    try:
        found = find_course(Path.cwd(), course)
    except CourseError:
        return {}
    handouts = {name: find_handout(locate_assignment(found.root, name), chosen()) for name in found.assignments}
    return {name: screen.shorten(path) for name, path in handouts.items() if path}


def _draw(text: str, color: bool) -> str:
    """Draw the page, which is Markdown, for a terminal."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=screen.measure_width(), no_color=not color, highlight=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(Markdown(text, code_theme="ansi_light", hyperlinks=False))
    return capture.get().rstrip("\n")
