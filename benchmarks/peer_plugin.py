"""The usual way, for comparison: a pytest process per submission, with the student's file imported beside the tests.

The same suites, the same reference, the same seeds; no worker, no sandbox.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader.course.manifest import read_assignment
from grader.harness.fixtures import derive_seed
from grader.harness.session import read_check
from grader.oracle.source import Oracle, TorchSource

ASSIGNMENT = read_assignment(Path(os.environ["PEER_ASSIGNMENT"]))


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker."""
    config.addinivalue_line("markers", "task(id, points): the task of a check")


@pytest.fixture(scope="session")
def student() -> ModuleType:
    """The student's module itself."""
    spec = importlib.util.spec_from_file_location("submission", os.environ["PEER_SUBMISSION"])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for value in vars(module).values():
        if callable(value):
            value.echo = _echo(value)
    return module


def _echo(function):
    return lambda *args: (function(*args), args)


@pytest.fixture(scope="session")
def source() -> TorchSource:
    """One reference per process."""
    return TorchSource(ASSIGNMENT.folder / "reference.py")


@pytest.fixture
def oracle(request: pytest.FixtureRequest, source: TorchSource) -> Oracle:
    """The same answers."""
    return Oracle(source, request.node.nodeid)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """The same draws."""
    return np.random.default_rng(derive_seed(read_check(request.node, ASSIGNMENT), 1))
