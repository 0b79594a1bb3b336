"""`--output FORMAT[:PATH]`: a report in the formats other programs read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from grader.errors import refuse_write
from grader.language import tell
from grader.typos import find_nearest

if TYPE_CHECKING:
    from grader.model import Report

FORMATS = ("json", "junit", "html", "github", "text")


class Output(NamedTuple):
    """One `--output`: a format and, for all but github, the file to write."""

    format: str
    path: Path | None


class OutputType(click.ParamType[Output]):
    """Reads FORMAT:PATH."""

    name = "FORMAT[:PATH]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """Check the format; `did you mean` for a typo."""
        if isinstance(value, Output):
            return value
        name, _, path = str(value).partition(":")
        if name not in FORMATS:
            if nearest := find_nearest(name, FORMATS):
                complaint = tell("there is no format {name!r}; did you mean {nearest}?", name=name, nearest=nearest)
            else:
                complaint = tell("there is no format {name!r}; known are {known}", name=name, known=", ".join(FORMATS))
            self.fail(complaint, param, ctx)
        if name != "github" and not path:
            self.fail(tell("{name} needs a file to write: {name}:PATH", name=name), param, ctx)
        return Output(name, Path(path) if path else None)


output_option = click.option(
    "--output",
    "outputs",
    type=OutputType(),
    multiple=True,
    help="Also write the report as json:, junit:, html: or text:PATH, or github (job summary and annotations).",
)


def require_one_on_stdout(as_json: bool, outputs: tuple[Output, ...]) -> None:
    """Raises a usage error where the report as JSON and GitHub's annotations would be printed into each other."""
    if as_json and is_quoted(outputs):
        raise click.UsageError(tell("--json prints the report alone; beside --output github, use --output json:PATH"))


def is_quoted(outputs: tuple[Output, ...]) -> bool:
    """Whether a CI runner reads along, which would obey commands in a student's text."""
    return any(output.format == "github" for output in outputs)


def write_outputs(report: Report, outputs: tuple[Output, ...]) -> None:
    """Write each output. Raises `ReportError` for a file that cannot be written."""
    for output in outputs:
        try:
            _WRITERS[output.format](report, output.path)
        except OSError as error:
            raise refuse_write(output.path or error.filename, error) from None


def _write_json(report: Report, path: Path | None) -> None:
    from grader.report import choose_mode, dump

    _write(path, dump(report), choose_mode(report))


def _write_junit(report: Report, path: Path | None) -> None:
    from grader.reporters import junit

    _write(path, junit.render(report))


def _write_html(report: Report, path: Path | None) -> None:
    from grader.reporters import html

    _write(path, html.render(report))


def _write_text(report: Report, path: Path | None) -> None:
    from grader.reporters import terminal

    _write(path, terminal.render(report, width=100))


def _write(path: Path | None, text: str, mode: int = 0o644) -> None:
    """Write a whole file, or into a pipe or a device as it is. Somebody typed this path: a link is followed."""
    from grader.report import write_atomically

    assert path is not None
    if path.is_relative_to("/dev") or (path.exists() and not path.is_file()):
        path.write_text(text, "utf-8")
    else:
        write_atomically(Path(os.path.realpath(path)), text, mode)


def _write_github(report: Report, _: Path | None) -> None:
    """The job summary into the file that GitHub names, annotations as commands on stdout."""
    from grader.reporters import github

    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with open(summary, "a", encoding="utf-8") as file:
            file.write(github.summary(report))
    for line in github.annotations(report, report.assignment.folder):
        click.echo(line)


_WRITERS: dict[str, Callable[[Report, Path | None], None]] = {
    "json": _write_json,
    "junit": _write_junit,
    "html": _write_html,
    "text": _write_text,
    "github": _write_github,
}
