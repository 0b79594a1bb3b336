"""A run of a check without a harness, a worker or a reference around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from grader.checks.run import Run, running
from grader.model.course import Visibility
from grader.model.report import Check


@contextmanager
def open_run(visibility: Visibility = Visibility.PUBLIC) -> Iterator[Run]:
    """Make a new run the current one."""
    check = Check(f"{visibility}/test_double", "double of 2 is 4", "double", visibility, 1)
    nothing = cast("Any", None)
    run = Run(check, client=nothing, source=nothing, seed=0)
    with running(run):
        yield run
