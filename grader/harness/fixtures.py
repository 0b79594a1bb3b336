"""The three fixtures that a suite may ask for: `student`, `oracle`, `rng`.

Each check gets its own, made for the submission that is being graded.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable

import numpy as np
import pytest

from grader.checks.run import Run, find_run
from grader.model.course import Visibility
from grader.model.report import Check
from grader.oracle.source import Oracle
from grader.worker.student import Student

PUBLIC_SEED = 0


def derive_seed(check: Check, seed: int) -> int:
    """Derive the seed of a check's `rng`.

    The seed of a public check is fixed. The seed of a hidden check depends on `seed`, the secret seed of the run.
    """
    root = PUBLIC_SEED if check.visibility is Visibility.PUBLIC else seed
    return int.from_bytes(hashlib.sha256(f"{root}:{check.id}".encode()).digest()[:8], "big")


def make_student(run: Run) -> Student:
    """Make the fixture `student`: the functions of the student's file.

    Every call of such a function goes to the worker.
    """
    return Student(run.client)


def make_oracle(run: Run) -> Oracle:
    """Make the fixture `oracle`: the functions of the reference.

    They compute in torch with float64; in a released kit they give recorded values.
    """
    return Oracle(run.source, run.check.id)


def make_rng(run: Run) -> np.random.Generator:
    """Make the fixture `rng`: a random generator for this check alone."""
    return np.random.default_rng(derive_seed(run.check, run.seed))


MAKERS: dict[str, Callable[[Run], object]] = {"student": make_student, "oracle": make_oracle, "rng": make_rng}


@pytest.fixture
def student() -> Student:
    """Give a suite the result of `make_student` for the current run."""
    return make_student(_find_run())


@pytest.fixture
def oracle() -> Oracle:
    """Give a suite the result of `make_oracle` for the current run."""
    return make_oracle(_find_run())


@pytest.fixture
def rng() -> np.random.Generator:
    """Give a suite the result of `make_rng` for the current run."""
    return make_rng(_find_run())


def _find_run() -> Run:
    run = find_run()
    assert run is not None  # pytest makes fixtures for checks only, and the harness opens a run around each check
    return run


def is_plain(item: pytest.Item) -> bool:
    """Tell whether a check can be called without pytest's protocol.

    This is so if pytest would only call the check with the harness's fixtures and the check's own parameters.
    """
    if not isinstance(item, pytest.Function) or item.cls is not None or inspect.iscoroutinefunction(item.obj):
        return False
    sources = item._fixtureinfo.name2fixturedefs
    own = {name for name, found in sources.items() if [each.func.__module__ for each in found] == [__name__]}
    known = own | set(item.callspec.params if hasattr(item, "callspec") else ())
    marks = {mark.name for mark in item.iter_markers()}
    asked = set(item._fixtureinfo.argnames)
    return asked <= known and set(item.fixturenames) <= known | {"request"} and marks <= {"task", "parametrize"}


def call_plainly(item: pytest.Function, run: Run) -> None:
    """Call a check with its fixtures and parameters, as pytest would.

    This takes a third of the work that pytest's protocol takes. It is right only for checks that pass `is_plain`.
    """
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    names = item._fixtureinfo.argnames
    item.obj(**{name: parameters[name] if name in parameters else MAKERS[name](run) for name in names})
