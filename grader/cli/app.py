"""The command group. `grade hw4` is short for `grade run hw4`."""

from __future__ import annotations

import click
from click_default_group import DefaultGroup

from grader import __version__
from grader.cli.audit import audit
from grader.cli.batch import batch
from grader.cli.hint import hint
from grader.cli.listing import list_assignments
from grader.cli.release import release
from grader.cli.report import report
from grader.cli.run import run

_HELP = """Grade homework of a neural-network course.

\b
  grade hw4              grade your hw4 here
  grade hw4 PATH         grade a folder, file or zip
  grade hint hw4 softmax the next hint for a task
  grade list             what there is to do
"""


@click.group(cls=DefaultGroup, default="run", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grade")
def app() -> None:
    """Hold the commands together."""


for command in (run, list_assignments, hint, report, batch, audit, release):
    app.add_command(command)
