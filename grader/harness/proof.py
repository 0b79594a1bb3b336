"""The proof run: before a homework judges anybody, its model solution is graded as a submission would be.

A check that the model solution does not pass is broken: its suite, its reference or this machine is at fault, and no
submission may lose points by it.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import grader as package
from grader.course.manifest import hash_folder
from grader.errors import CouldNotGrade
from grader.harness.grading import Grader, find_solution
from grader.model import CheckResult, SandboxFacts, Status, Submission
from grader.oracle.source import find_torch


@dataclass(frozen=True, slots=True)
class BrokenCheck:
    """A check that the model solution does not pass: where its suite or reference ended, and why."""

    id: str
    name: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of a proof run. `key` is a hash of all that it depends on: an equal one need not be repeated."""

    key: str
    broken: tuple[BrokenCheck, ...]


def prove(grader: Grader, seed: int, sandbox: SandboxFacts, known: Proof | None = None) -> Proof:
    """Grade the model solution with this seed; give `known` where it was made of the same content in this sandbox.

    Raises `CouldNotGrade` where there is no model solution, or where its file cannot be run.
    """
    solution = find_solution(grader.course, grader.assignment)
    if solution is None:
        raise CouldNotGrade(
            f"{grader.assignment.name} has no model solution here, so its checks cannot be tried before they judge",
            f"put it where it belongs: solutions/{grader.assignment.name}/{grader.assignment.file}",
        )
    key = _make_key(grader, solution, seed, sandbox)
    if known is not None and known.key == key:
        return known
    if solution.problem:
        raise CouldNotGrade(f"the model solution cannot be run: {solution.problem.summary}")
    results = grader.run_checks(solution, [check.id for check in grader.checks], seed, compare=False)
    if not results:
        raise CouldNotGrade(f"the model solution of {grader.assignment.id} cannot be run", _see(grader))
    broken = tuple(_describe(grader, result) for result in results if result.status is not Status.PASSED)
    return Proof(key, broken)


def list_broken(proof: Proof) -> Iterator[str]:
    """Say of each broken check which it is, the line it ended at, and the reason; one line each."""
    for check in proof.broken:
        yield f"{check.id} ({check.name}): {check.place}{': ' if check.place else ''}{check.reason}"


def _describe(grader: Grader, result: CheckResult) -> BrokenCheck:
    facts, message = grader.facts[result.id], result.message
    told = f"expected {message.expected}; got {message.got}" if message and message.expected else ""
    reason = facts.exception or told or (message.got if message else "") or result.status.value
    return BrokenCheck(result.id, result.name, facts.place, " ".join(reason.split())[:500])


def _see(grader: Grader) -> str:
    return f"see why: grade {grader.assignment.id} solutions --view staff"


def _make_key(grader: Grader, solution: Submission, seed: int, sandbox: SandboxFacts) -> str:
    """Hash what a verdict on the model solution depends on: homework, solution, seed, program, versions."""
    assignment = grader.assignment
    parts = (
        *(assignment.sha256, *(file.sha256 for file in solution.files), seed, assignment.limits),
        *(hash_folder(Path(package.__file__).parent), sys.version, np.__version__, find_torch(), platform.platform()),
        *(sandbox.level, sandbox.tool, sandbox.version),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()
