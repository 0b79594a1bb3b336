"""The results of an audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 8  # places named in one sentence

Told = tuple[str, bool, str]  # one finding of a part of the audit: subject, whether the sentence holds, sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a homework, and whether it holds.

    `assignment` is the homework's id, and `subject` the part of the audit that the sentence belongs to.
    """

    assignment: str
    subject: str
    holds: bool
    sentence: str


@dataclass(slots=True)
class Margin:
    """The distances of a check's right and wrong answers from its edge.

    They tell how clearly the check tells right from wrong, and are errors in units of the check's tolerance: 1 is the
    edge. `variants` is the largest error of a right answer, and `mutants` the smallest error of an answer that failed
    for its value. A check without one of them has None. `seconds` are those that the check takes for the solution.
    """

    assignment: str
    check: str
    variants: float | None = None
    mutants: float | None = None
    seconds: float = 0.0


def tell_exceptions(subject: str, sentence: str, exceptions: Sequence[str]) -> Told:
    """Build the finding of a sentence that holds if it has no exceptions.

    The first `SHOWN` exceptions are named in the sentence, and the others are counted.
    """
    if not exceptions:
        return subject, True, sentence
    more = len(exceptions) - SHOWN
    named = ", ".join(exceptions[:SHOWN]) + (f" and {more} more" if more > 0 else "")
    return subject, False, f"{sentence}: not {named}"
