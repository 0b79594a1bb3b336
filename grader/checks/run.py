"""The run of one check: all data that belong to it and to no other run.

The harness opens a `Run` around each check. Code that works for the check, such as comparisons and pictures, gets the
run from `find_run`, so that the run need not be passed through every call. The current run is a context variable, so
each thread has its own, and several graders in one process never see each other's run. Outside a check there is no run;
a comparison then measures nothing and keeps no picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.figure import Figure
from grader.model.report import Check

if TYPE_CHECKING:
    from grader.oracle.source import Source
    from grader.worker.client import Client

_current: ContextVar[Run | None] = ContextVar("run", default=None)


@dataclass(frozen=True, slots=True)
class Run:
    """One check of one submission, with the data that are collected meanwhile.

    `seed` is the number that the inputs of hidden checks are drawn from. `errors` has the largest error of each
    comparison so far, in units of the tolerance (1 is the edge). `figures` has the pictures that the suite has drawn.
    """

    check: Check
    client: Client
    source: Source
    seed: int
    errors: list[float] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


@contextmanager
def running(run: Run) -> Iterator[None]:
    """Make `run` the current run within a `with` block."""
    token = _current.set(run)
    try:
        yield
    finally:
        _current.reset(token)


def find_run() -> Run | None:
    """Find the current run, or return None outside a check."""
    return _current.get()
