"""Nothing crosses from one sandbox to another: every wire that we know, between two real ones on a real kernel."""

from __future__ import annotations

import json
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest

from grader.worker.walls import sandbox
from tests.worker import wires
from tests.worker.wires import carries

Findings = dict[str, dict[str, dict[str, Any]]]
# What any kernel of these years carries without the filter. The others need a newer one, an owner, or a quiet machine.
COMMON = ("open_file_lock", "process_lock", "whole_file_lock", "waiter", "private_waiter", "pipe_numbers")


@pytest.fixture(scope="module")
def notebook() -> dict[str, Findings]:
    """What was tried already."""
    return {}


@pytest.fixture(params=["this user", "nobody"])
def found(
    request: pytest.FixtureRequest, notebook: dict[str, Findings], run_as_nobody: Callable[..., CompletedProcess[str]]
) -> Findings:
    """What arrived, between sandboxes of whoever runs these tests, and of an ordinary user."""
    if request.param not in notebook:
        if request.param == "this user":
            notebook[request.param] = {"filtered": wires.try_wires(True), "open": wires.try_wires(False)}
        else:
            done = run_as_nobody("-c", "from tests.worker.wires import main; main()")
            assert 0 == done.returncode, done.stderr
            notebook[request.param] = json.loads(done.stdout)
    return notebook[request.param]


def test_nothing_arrives_in_another_sandbox(found: Findings) -> None:
    """Locks, leases, notices, waiters, amounts, numbers, times, pages, terminals, priorities: not a single bit."""
    arrived = {name: row["received"] for name, row in found["filtered"].items() if True in row["received"]}
    assert {} == arrived
    assert len(found["filtered"]) > 20


def test_without_the_filter_it_would(found: Findings) -> None:
    """So the test above can fail."""
    for name in COMMON:
        assert carries(found["open"][name]["received"]), (name, found["open"][name])


def test_two_workers_are_never_the_same_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel would count the processes of both together: who cannot start one knows that the other did."""
    monkeypatch.setattr(sandbox, "UNNAMED", range(61184, 61187))
    monkeypatch.setattr(sandbox, "_list_users", lambda: iter([0, 61184, 61186]))
    rootly = sandbox.Confinement((), {}, "tool", "1.0", 2, sandbox.NOBODY)
    assert {61185} == {sandbox.choose_user(rootly) for _ in range(20)}
