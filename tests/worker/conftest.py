"""Workers for these tests, and a look around afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.worker.process import Launcher
from tests.worker.processes import GENEROUS, are_gone, find_processes, make_launcher


@pytest.fixture(scope="module", autouse=True)
def leave_no_process() -> Iterator[None]:
    """Whatever a module's tests started is gone after its last one."""
    yield
    assert are_gone(), find_processes()


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    """Workers as strong as this machine allows."""
    made = make_launcher(GENEROUS)
    yield made
    made.close()
