"""The command group `grade`. `grade hw4` is short for `grade run hw4`."""

from __future__ import annotations

import importlib
from typing import Any

import click
from click_default_group import DefaultGroup

from grader import __version__

SHARED = {"--lang": True, "--course": True, "--no-color": False}  # options, and whether a value follows each

_HELP = """Grade homework of a neural-network course.

\b
  grade hw4              grade your hw4 here
  grade hw4 PATH         grade a folder, file or zip
  grade watch hw4        grade it again on every save
  grade hint hw4 softmax the next hint for a task
  grade explain CODE     more about a likely cause
  grade list             what there is to do
"""


def move_options(words: list[str]) -> list[str]:
    """Put the options of `SHARED` that stand before the command behind it.

    `words` are the arguments of the command line: `--lang ko list` becomes `list --lang ko`. They are returned
    unchanged if neither a command nor an assignment follows these options.
    """
    at = 0
    while at < len(words) and (name := words[at].partition("=")[0]) in SHARED:
        at += 1 + (SHARED[name] and "=" not in words[at])
    if at >= len(words) or words[at].startswith("-"):
        return words
    return [words[at], *words[:at], *words[at + 1 :]]


class LazyCommand(click.Command):
    """A command whose module is imported only when the command is called.

    So help, and each command, start without importing the other commands.
    """

    def __init__(self, name: str, place: str, summary: str) -> None:
        super().__init__(name, short_help=summary)
        self._place = place

    def load(self) -> click.Command:
        """Import the real command and return it."""
        module, _, name = self._place.rpartition(".")
        command: click.Command = getattr(importlib.import_module(f"grader.cli.{module}"), name)
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Let the real command read its arguments.

        click goes on with the command of the returned context, which is the real one.
        """
        return self.load().make_context(info_name, args, parent, **extra)


@click.group(cls=DefaultGroup, default="run", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grade")
def app() -> None:
    """Hold the commands together."""


for command in (
    LazyCommand("run", "run.run", "Grade one submission: a folder, file or zip (default: here)."),
    LazyCommand("watch", "watch.watch", "Grade again on every save."),
    LazyCommand("list", "listing.list_assignments", "List the assignments: id, title, file and due date."),
    LazyCommand("hint", "hint.hint", "Show the next hint for a task."),
    LazyCommand("explain", "explain.explain", "Explain a likely cause, by its code."),
    LazyCommand("report", "report.report", "Show a stored report."),
    LazyCommand("batch", "batch.batch", "Grade every submission in a folder."),
    LazyCommand("keygen", "signing.keygen", "Make a pair of keys for official reports."),
    LazyCommand("sign", "signing.sign", "Sign reports."),
    LazyCommand("verify", "signing.verify", "Check that reports are signed, unchanged, and add up."),
    LazyCommand("doctor", "doctor.doctor", "Say how student code is confined here."),
    LazyCommand("audit", "audit.audit", "Prove homeworks sound, for their authors."),
    LazyCommand("translate", "translate.translate", "Find what students read and is not translated."),
    LazyCommand("release", "release.release", "Make the student's kit."),
):
    app.add_command(command)
