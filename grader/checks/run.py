"""The run of one check: everything that belongs to it and to no other.

The harness opens a `Run` around each check. What works for the check (comparisons, rules, pictures) asks for it here
instead of being handed it through every call, and finds its own also where several graders share a process: the
current run is a context variable, so each thread has its own. Outside a check there is none; a comparison then
measures nothing, keeps no picture and may quote every number.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.figure import Figure
from grader.model import Check

if TYPE_CHECKING:
    from grader.oracle.source import Source
    from grader.worker.client import Client

_current: ContextVar[Run | None] = ContextVar("run", default=None)


@dataclass(frozen=True, slots=True)
class Run:
    """One check of one submission.

    `errors` are the largest error of each comparison so far, in units of the tolerance (1 is the edge); `figures` are
    the pictures that the suite has drawn.
    """

    check: Check
    client: Client
    source: Source
    seed: int
    errors: list[float] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


@contextmanager
def running(run: Run) -> Iterator[None]:
    """Make `run` the current one."""
    token = _current.set(run)
    try:
        yield
    finally:
        _current.reset(token)


def find_run() -> Run | None:
    """The current run; None outside a check."""
    return _current.get()
