"""The proof run: a homework's model solution, graded before submissions.

A check that the model solution does not pass is broken: its suite, its reference or this machine is at fault. No
submission may lose points by such a check.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grader as package
from grader.course.intake import find_solution
from grader.course.manifest import hash_folder
from grader.errors import CouldNotGrade
from grader.model.report import CheckResult, SandboxFacts, Status
from grader.model.submission import Submission

if TYPE_CHECKING:
    from grader.harness.grading import Grader


UNSOUND = "the model solution does not pass this check"  # the message of a check that is withheld


@dataclass(frozen=True, slots=True)
class BrokenCheck:
    """A check that the model solution does not pass.

    `place` is the line of the suite or the reference where the check ended, and `reason` says why.
    """

    id: str
    name: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of a proof run.

    `key` is a hash of everything that the result depends on. A proof run with an equal key need not be repeated.
    """

    key: str
    broken: tuple[BrokenCheck, ...]


def prove(grader: Grader, seed: int, known: Proof | None = None) -> Proof:
    """Grade the model solution with this seed, and list the broken checks.

    `known` is an earlier proof; it is returned as it is if everything that it depends on is still the same. Raises
    `CouldNotGrade` if there is no model solution, or if its file cannot run.
    """
    solution = find_solution(grader.course, grader.assignment)
    if solution is None:
        raise CouldNotGrade(
            f"{grader.assignment.name} has no model solution here, so its checks cannot be tried before they judge",
            f"put it where it belongs: solutions/{grader.assignment.name}/{grader.assignment.file}",
        )
    key = _make_key(grader, solution, seed, grader.require())
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
    """Format each broken check as one line of text.

    The line has the check's id and name, the place where it ended, and the reason.
    """
    for check in proof.broken:
        yield f"{check.id} ({check.name}): {check.place}{': ' if check.place else ''}{check.reason}"


def _describe(grader: Grader, result: CheckResult) -> BrokenCheck:
    facts, message = grader.facts[result.id], result.message
    told = f"expected {message.expected}; got {message.got}" if message and message.expected else ""
    reason = facts.exception or told or (message.got if message else "") or result.status.value
    return BrokenCheck(result.id, result.name, facts.place, " ".join(reason.split())[:500])


def _see(grader: Grader) -> str:
    return f"see why: grade {grader.assignment.id} solutions --view staff"


def _make_key(grader: Grader, solution: Submission, seed: int, sandbox: SandboxFacts | None) -> str:
    """Hash everything that a verdict on the model solution depends on.

    These are the homework, the solution, the seed, the grader's own files, the versions, the platform and the sandbox.
    """
    import numpy as np  # as late as torch: who only reads a proof needs neither

    from grader.oracle.source import find_torch

    assignment = grader.assignment
    parts = (
        *(assignment.sha256, *(file.sha256 for file in solution.files), seed, assignment.limits),
        *(hash_folder(Path(package.__file__).parent), sys.version, np.__version__, find_torch(), platform.platform()),
        *((sandbox.level, sandbox.tool, sandbox.version) if sandbox else ()),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()
