"""What may be said of a hidden check: no number that a student's code could have made of the hidden input.

The harness says of each check that runs whether it is hidden; a rule that would quote a number has a sentence without
it then.
"""

from __future__ import annotations

_hidden = False


def keep_quiet(hidden: bool) -> None:
    """From now on, quote numbers or not."""
    global _hidden
    _hidden = hidden


def is_quiet() -> bool:
    """Whether the check that runs is hidden."""
    return _hidden
