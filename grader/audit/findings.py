"""What an audit finds out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a homework, and whether it holds."""

    assignment: str
    subject: str
    holds: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Margin:
    """How clearly a check tells right from wrong, in units of its tolerance: 1 is the edge.

    `variants` is the largest error of a right answer, `mutants` the smallest error that was failed for its value; a
    check without one of them has None.
    """

    assignment: str
    check: str
    variants: float | None
    mutants: float | None
    seconds: float
