"""The three fixtures a suite may ask for. Each check gets its own, made for the submission under way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pytest

from grader.checks.oracle import Oracle, Source
from grader.model import Check, Visibility
from grader.worker.client import Client
from grader.worker.student import Student

PUBLIC_SEED = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One check of one submission, as the fixtures see it."""

    check: Check
    client: Client
    source: Source
    seed: int


CURRENT: pytest.StashKey[Run] = pytest.StashKey()


def derive_seed(check: Check, seed: int) -> int:
    """The seed of a check's `rng`: fixed for public checks, drawn from the run's secret seed for hidden ones."""
    root = PUBLIC_SEED if check.visibility is Visibility.PUBLIC else seed
    return int.from_bytes(hashlib.sha256(f"{root}:{check.id}".encode()).digest()[:8], "big")


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Student:
    """The student's functions; every call crosses to the worker."""
    return Student(request.config.stash[CURRENT].client)


@pytest.fixture
def oracle(request: pytest.FixtureRequest) -> Oracle:
    """The reference's functions: torch in float64, or the recorded values of a released kit."""
    run = request.config.stash[CURRENT]
    return Oracle(run.source, run.check.id)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A random generator of the check's own."""
    run = request.config.stash[CURRENT]
    return np.random.default_rng(derive_seed(run.check, run.seed))
