"""The results of an audit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a homework, and whether it holds.

    `assignment` is the homework's id, and `subject` the part of the audit that the sentence belongs to.
    """

    assignment: str
    subject: str
    holds: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Margin:
    """The distances of a check's right and wrong answers from its edge.

    They tell how clearly the check tells right from wrong, and are errors in units of the check's tolerance: 1 is the
    edge. `variants` is the largest error of a right answer, and `mutants` the smallest error of an answer that failed
    for its value. A check without one of them has None. `seconds` are those that the check takes for the solution.
    """

    assignment: str
    check: str
    variants: float | None
    mutants: float | None
    seconds: float
