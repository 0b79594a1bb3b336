"""What may be said of a hidden check: no number that a student's code could have made of the hidden input.

The harness says of each check that runs whether it is hidden.
"""

from __future__ import annotations

UNSAID = "…"

_hidden = False


def keep_quiet(hidden: bool) -> None:
    """From now on, quote numbers or not."""
    global _hidden
    _hidden = hidden


def is_quiet() -> bool:
    """Whether the check that runs is hidden: a sentence about a number that was found is better without it."""
    return _hidden


def quote(number: float) -> str:
    """A number of the student's for a sentence, or dots in its place."""
    if is_quiet():
        return UNSAID
    return str(number) if isinstance(number, int) else f"{number:.4g}"
