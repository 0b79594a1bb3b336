"""How much a submission may make the harness hold: everything that its code sends, in bytes.

What a suite does with a value is the suite's affair: it may keep the arguments of every callback, and numpy makes of
a list with a text in it a table whose every entry is as wide as the longest text. So a value is weighed at the door.
The model solutions send 0.6 MB in all and 0.2 MB in one check at most, or a fraction of one per cent of this.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SUBMISSION_BYTES = 256 << 20
CHECK_BYTES = 64 << 20
_PART = 64  # bytes of a Python object, about
_CHARACTER = 4  # bytes of one in an array of texts


class Budget:
    """What one submission has left, in all and in the check that runs."""

    def __init__(self) -> None:
        self.refill()

    def refill(self) -> None:
        """Give the submission its whole budget again."""
        self._left = SUBMISSION_BYTES
        self.begin_check()

    def begin_check(self) -> None:
        """The check that begins may use its own share, if as much is left."""
        self._check = CHECK_BYTES

    def spend(self, *values: Any) -> bool:
        """Take the weight of these off. Gives whether they were within the budget."""
        for value in values:
            weight = weigh(value)
            self._left -= weight
            self._check -= weight
        return min(self._left, self._check) >= 0


def weigh(value: Any) -> int:
    """How many bytes a value may come to, if numpy makes an array of it that holds its longest text in every entry."""
    size = entries = longest = 0
    stack = [value]
    while stack:
        part = stack.pop()
        size += _PART
        entries += 1
        if isinstance(part, np.ndarray):
            size += part.nbytes
            entries += part.size
        elif isinstance(part, (list, tuple)):
            stack.extend(part)
        elif isinstance(part, dict):
            stack.extend(part)
            stack.extend(part.values())
        elif isinstance(part, str):
            longest = max(longest, _CHARACTER * len(part))
        elif isinstance(part, bytes):
            longest = max(longest, len(part))
    return size + entries * longest
