"""The inputs that a suite sends to a student's functions.

They have to be the same twice under one seed, and different under another seed.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.audit.findings import Told, tell_exceptions
from grader.audit.homework import SEED, Homework
from grader.model.course import Visibility

MAX_FIXED = 0.25  # the share of the hidden points that may depend on inputs that no seed changes


def audit_inputs(homework: Homework) -> Iterator[Told]:
    """Judge whether the seed alone decides what a check sends to the solution."""
    first, again, other = (_listen(homework, seed) for seed in (SEED, SEED, SEED + 1))
    changing = [check for check in first if first[check] != again[check]]
    yield tell_exceptions("inputs", "one seed gives the same inputs twice", changing)
    yield _judge_fixed(homework, {check for check in first if first[check] and first[check] == other[check]})


def _listen(homework: Homework, seed: int) -> dict[str, str]:
    """Run each check under this seed; return a digest of its calls, by its id."""
    heard = {}
    for check in homework.grader.checks:
        homework.ear.tell()
        homework.grader.run_checks(homework.submit(homework.solution, "solution"), [check.id], seed, compare=False)
        heard[check.id] = homework.ear.tell()
    return heard


def _judge_fixed(homework: Homework, fixed: set[str]) -> Told:
    """Judge how many hidden points depend on inputs that are always the same.

    A few may: some properties are those of one input, such as a gate. But a student who has seen most inputs could
    return the answers to them, and needs no function.
    """
    hidden = [check for check in homework.grader.checks if check.visibility is Visibility.HIDDEN]
    points = sum(check.points for check in hidden if check.id in fixed)
    total = sum(check.points for check in hidden)
    names = ", ".join(check.id for check in hidden if check.id in fixed)
    sentence = f"hidden checks worth {points} of {total} points have the same inputs under every seed"
    return "inputs", points <= MAX_FIXED * total, f"{sentence}: {names}" if names else sentence
