"""What the tests of the command line share: a tiny course that needs no torch, and an environment that says nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.commands import clean_environment
from tests.courses import write_course


@pytest.fixture(scope="package", autouse=True)
def plain_environment() -> Iterator[None]:
    """Leave out what the machine that runs the tests has set for itself, such as CI."""
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - set(clean_environment()):
            patch.delenv(name)
        yield


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A course of one homework with two tasks, in a folder of the test's own."""
    return write_course(tmp_path / "course").root
