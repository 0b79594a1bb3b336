"""Count the bytes that a submission makes the harness hold.

A suite may do anything with the values that student code sends: it may keep the arguments of every callback, and numpy
makes of a list with one text in it an array whose every entry is as wide as the longest text. So every value is weighed
when it arrives.

The model solutions send 0.6 MB in all and at most 0.2 MB in one check, which is a fraction of one per cent of the
limits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SUBMISSION_BYTES = 256 << 20
CHECK_BYTES = 64 << 20
_PART = 64  # bytes of a Python object, approximately
_CHARACTER = 4  # bytes of one character in a numpy array of texts


class Budget:
    """The bytes that a submission may still send, in all and in this check."""

    def __init__(self) -> None:
        self.refill()

    def refill(self) -> None:
        """Give the submission its whole budget again."""
        self._left = SUBMISSION_BYTES
        self.begin_check()

    def begin_check(self) -> None:
        """Give the check that begins a whole share of its own.

        The check can use its share only as far as the submission's budget lasts.
        """
        self._check = CHECK_BYTES

    def spend(self, *values: Any) -> bool:
        """Subtract the weight of these values from the budget.

        Return True if the values were within the budget of the submission and of the check.
        """
        for value in values:
            weight = weigh(value)
            self._left -= weight
            self._check -= weight
        return min(self._left, self._check) >= 0


def weigh(value: Any) -> int:
    """Return the largest number of bytes that a value may come to.

    It is reached if numpy makes an array of the value that holds its longest text in every entry.
    """
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
