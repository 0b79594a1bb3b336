"""`--output FORMAT[:PATH]`: a report in formats that other programs read."""

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
    from grader.model.report import Report

FORMATS = ("json", "junit", "html", "github", "text")


class Output(NamedTuple):
    """One `--output`: a format, and the file to write.

    The format github needs no file.
    """

    format: str
    path: Path | None


class OutputType(click.ParamType[Output]):
    """The type of the option `--output`, which reads FORMAT:PATH."""

    name = "FORMAT[:PATH]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """Turn FORMAT[:PATH] into an `Output`.

        An unknown format and a missing path are usage errors. For a misspelled format, the error names the nearest one.
        """
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
        if name == "github" and path:
            self.fail(tell("github needs no file: it writes where GitHub Actions asks for it"), param, ctx)
        return Output(name, Path(path) if path else None)


output_option = click.option(
    "--output",
    "outputs",
    type=OutputType(),
    multiple=True,
    help="Also write the report as json:, junit:, html: or text:PATH, or github (job summary and annotations).",
)


def require_one_on_stdout(as_json: bool, outputs: tuple[Output, ...]) -> None:
    """Raise a usage error if two formats would be mixed on stdout.

    These are the report as JSON (`--json`) and GitHub's annotations (`--output github`).
    """
    if as_json and is_quoted(outputs):
        raise click.UsageError(tell("--json prints the report alone; beside --output github, use --output json:PATH"))


def is_quoted(outputs: tuple[Output, ...]) -> bool:
    """Tell whether a CI runner reads stdout.

    Such a runner, GitHub Actions, would execute commands that it finds in a student's text.
    """
    return any(output.format == "github" for output in outputs)


def write_outputs(report: Report, outputs: tuple[Output, ...]) -> None:
    """Write the report in each of these formats.

    Raises `ReportError` for a file that cannot be written.
    """
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
    """Write a file as a whole, or write into a pipe or a device as it is.

    A person typed this path, so a symbolic link is followed.
    """
    from grader.report import write_atomically

    assert path is not None
    if path.is_relative_to("/dev") or (path.exists() and not path.is_file()):
        path.write_text(text, "utf-8")
    else:
        write_atomically(Path(os.path.realpath(path)), text, mode)


def _write_github(report: Report, _: Path | None) -> None:
    """Append the job summary to GitHub's file, and print the annotations.

    GitHub names the file in GITHUB_STEP_SUMMARY. Annotations are commands on stdout.
    """
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
