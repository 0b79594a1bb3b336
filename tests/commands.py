"""The command `grade`, run as people run it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# -P as in the installed script: a module in the folder where somebody works is never imported.
GRADE = [sys.executable, "-P", "-c", "from grader.cli import main; main()"]
_SETTINGS = ("GITHUB_", "GRADE_", "PYTEST_", "NO_COLOR", "FORCE_COLOR", "CI", "COLUMNS", "PYTHONIOENCODING", "TERM")


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what changes what `grade` prints, and with `more`."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    return {**plain, **more}


def run_grade(*arguments: object, cwd: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `grade` with these arguments in `cwd`; stdout and stderr are pipes."""
    return subprocess.run(
        [*GRADE, *map(str, arguments)],
        cwd=cwd,
        env=clean_environment(**environment),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
