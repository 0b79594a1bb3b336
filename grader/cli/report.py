"""`grade report PATH`: a stored report, shown or turned into another format."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli import options
from grader.cli.outputs import Output, output_option, require_one_on_stdout, write_outputs


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@output_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
@options.view_option
@options.color_option
@options.language_option
def report(path: Path, outputs: tuple[Output, ...], as_json: bool, view: str, no_color: bool) -> None:
    """Show a stored report (a report.json, or the folder it is in)."""
    from grader.cli.run import show
    from grader.model import View
    from grader.report import dump, read_report, redact

    require_one_on_stdout(as_json, outputs)
    stored = read_report(path / "report.json" if path.is_dir() else path)
    shown = stored if view == View.STAFF else redact(stored)
    if as_json:
        click.echo(dump(shown), nl=False)
    else:
        show(shown, no_color, quoted=any(output.format == "github" for output in outputs))
    write_outputs(shown, outputs)
