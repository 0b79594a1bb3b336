"""The command line as people use it: in this process where that is enough, else as a process of its own."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from grader.cli import run
from tests.courses import SOLUTION

GRADE = str(Path(sys.executable).with_name("grade"))
MINE = ("GRADE_", "GITHUB_", "CI", "NO_COLOR", "FORCE_COLOR", "PYTHON", "LC_", "LANG", "TERM", "COLUMNS")
WRONG = SOLUTION.replace("return 2 * x", 'print("given", x)\n    return x')
LOOP = SOLUTION.replace("return 2 * x", "while True: pass")


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


def run_grade(*arguments: object, folder: Path) -> Done:
    """Run `grade` in this process from `folder`, with its output going into pipes."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Done(code, read_back(out), read_back(err))


def read_back(pipe: io.TextIOWrapper) -> str:
    """What was written into a pipe."""
    pipe.seek(0)
    return pipe.read()


def start_grade(
    *arguments: object, folder: Path, command: Sequence[str] = (GRADE,), **variables: str
) -> subprocess.Popen[str]:
    """Start `grade`, or a command that comes to the same, as a process of its own session, as a terminal does."""
    return subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=folder,
        env={**clean_environment(), **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], typed: str = "", seconds: float = 120) -> Done:
    """Wait for a process that is typed something, and no longer than that."""
    out, err = process.communicate(typed, timeout=seconds)
    return Done(process.returncode, out, err)


def clean_environment() -> dict[str, str]:
    """The environment without what would change how the command speaks."""
    return {name: value for name, value in os.environ.items() if not name.startswith(MINE)}


def hand_in(path: Path, source: str) -> Path:
    """Write a student's file, with its folders; a path that ends in .zip becomes a zip with tiny.py in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("tiny.py", source)
    else:
        path.write_text(source, "utf-8")
    return path
