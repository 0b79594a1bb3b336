"""The three fixtures a suite may ask for. Each check gets its own, made for the submission under way."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable

import numpy as np
import pytest

from grader.checks.run import Run, find_run
from grader.model import Check, Visibility
from grader.oracle.source import Oracle
from grader.worker.student import Student

PUBLIC_SEED = 0


def derive_seed(check: Check, seed: int) -> int:
    """The seed of a check's `rng`: fixed for public checks, drawn from the run's secret seed for hidden ones."""
    root = PUBLIC_SEED if check.visibility is Visibility.PUBLIC else seed
    return int.from_bytes(hashlib.sha256(f"{root}:{check.id}".encode()).digest()[:8], "big")


def make_student(run: Run) -> Student:
    """The student's functions; every call crosses to the worker."""
    return Student(run.client)


def make_oracle(run: Run) -> Oracle:
    """The reference's functions: torch in float64, or the recorded values of a released kit."""
    return Oracle(run.source, run.check.id)


def make_rng(run: Run) -> np.random.Generator:
    """A random generator of the check's own."""
    return np.random.default_rng(derive_seed(run.check, run.seed))


MAKERS: dict[str, Callable[[Run], object]] = {"student": make_student, "oracle": make_oracle, "rng": make_rng}


@pytest.fixture
def student() -> Student:
    """See `make_student`."""
    return make_student(_find_run())


@pytest.fixture
def oracle() -> Oracle:
    """See `make_oracle`."""
    return make_oracle(_find_run())


@pytest.fixture
def rng() -> np.random.Generator:
    """See `make_rng`."""
    return make_rng(_find_run())


def _find_run() -> Run:
    run = find_run()
    assert run is not None  # a fixture is made for a check, and the harness runs no check without one
    return run


def is_plain(item: pytest.Item) -> bool:
    """Whether all that pytest would do for a check is to call it with our fixtures and its parameters."""
    if not isinstance(item, pytest.Function) or item.cls is not None or inspect.iscoroutinefunction(item.obj):
        return False
    sources = item._fixtureinfo.name2fixturedefs
    own = {name for name, found in sources.items() if [each.func.__module__ for each in found] == [__name__]}
    known = own | set(item.callspec.params if hasattr(item, "callspec") else ())
    marks = {mark.name for mark in item.iter_markers()}
    asked = set(item._fixtureinfo.argnames)
    return asked <= known and set(item.fixturenames) <= known | {"request"} and marks <= {"task", "parametrize"}


def call_plainly(item: pytest.Function, run: Run) -> None:
    """Call a check as pytest would, a third of the work; `is_plain` says of which ones that is true."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    names = item._fixtureinfo.argnames
    item.obj(**{name: parameters[name] if name in parameters else MAKERS[name](run) for name in names})
