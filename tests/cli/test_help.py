"""Help: it is there for everything, and it comes at once."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from grader import __version__
from grader.cli.app import app
from grader.course.manifest import COMMANDS
from tests.cli.commands import run_grade
from tests.conftest import ROOT

HEAVY = ("jinja2", "jsonschema", "numpy", "pytest", "torch")
LOOK = f"""
import sys
from grader.cli import run
codes = {{run(arguments.split()) for arguments in sys.argv[1:]}}
print(codes, [name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""


def test_help_imports_nothing_that_takes_time() -> None:
    """`grade --help`, and that of every command, need none of the libraries that grading needs."""
    questions = ["--help", "--version", *(f"{name} --help" for name in app.commands)]
    done = subprocess.run([sys.executable, "-c", LOOK, *questions], capture_output=True, text=True, check=False)
    assert done.stderr == "{0} []\n"
    assert len(questions) - 1 == done.stdout.count("Usage: grade ")


def test_every_command_is_a_word_that_no_homework_may_have() -> None:
    """A new command joins the list that manifests are checked against."""
    assert COMMANDS == {*app.commands, "help"}


def test_python_m_grader_is_grade() -> None:
    """Where scripts are not on the PATH, as on many Windows machines."""
    done = subprocess.run([sys.executable, "-m", "grader", "--version"], capture_output=True, text=True, check=False)
    assert (0, f"grade, version {__version__}\n") == (done.returncode, done.stdout)


@pytest.mark.parametrize("name", app.commands)
def test_every_command_says_what_it_is_for(name: str) -> None:
    """The command, and each of its options, has a line of help."""
    command = app.commands[name].load()
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert command.help
    assert name == command.name
    assert [] == [option.name for option in options if not option.help]


def test_help_lists_every_command_without_loading_any() -> None:
    """What it is for stands beside each name; the modules wait until they are called."""
    look = "import sys; from grader.cli import run; run(['--help']); print([m for m in sys.modules if 'cli.run' in m])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert lines[-1] == "[]"
    for name, command in app.commands.items():
        assert any(line.split()[:1] in ([name], [f"{name}*"]) and command.short_help in line for line in lines)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["run", "-h"]])
def test_help_is_a_result(arguments: list[str]) -> None:
    """What was asked for goes to stdout and is no mistake."""
    done = run_grade(*arguments, folder=ROOT)
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("Usage: grade ")


def test_no_arguments_show_the_help() -> None:
    """Who types `grade` alone is told what there is, not graded."""
    done = run_grade(folder=ROOT)
    assert done.code == 2
    assert "grade hw4 PATH" in done.out + done.err


def test_the_version_is_the_package_s() -> None:
    """`grade --version` names what a report names."""
    assert f"grade, version {__version__}\n" == run_grade("--version", folder=ROOT).out
