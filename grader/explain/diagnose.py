"""The likely cause of a wrong value, found by an ordered list of rules.

A rule is a pure function of the student's value and the reference's. It gives a cause, which says what was observed and
what that points to, never how to fix it; or None, if it does not fit. The cause of the first rule that fits is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.arrays import to_array
from grader.explain.alike import agree
from grader.explain.causes import Cause
from grader.explain.place_rules import explain_limited, explain_one_sign, explain_probabilities, explain_some_lines
from grader.explain.shape_rules import (
    explain_not_reduced,
    explain_reduced,
    explain_squeezed,
    explain_transposed,
    explain_whole_table,
)
from grader.explain.value_rules import (
    explain_complement,
    explain_constant,
    explain_function,
    explain_not_finite,
    explain_offset,
    explain_other_order,
    explain_ratio,
    explain_ratio_by_line,
    explain_truncated,
)

Array = np.ndarray[Any, Any]
Rule = Callable[[Array, Array], Cause | None]

MAX_ENTRIES = 1_000_000  # student code chooses the size of its answer; no rule looks at a larger one


def diagnose(actual: Any, expected: Array) -> Cause | None:
    """Find the likely cause of a wrong value, or return None.

    `actual` is the student's value, of any type, and `expected` the reference's. Returns None if no rule fits, if the
    two agree, or if `actual` is not an array of 1 to `MAX_ENTRIES` real numbers.
    """
    numbers = to_array(actual)
    if numbers is None or numbers.dtype.kind == "c" or not 0 < numbers.size <= MAX_ENTRIES:
        return None
    yours, right = numbers.astype(float), expected.astype(float)
    with np.errstate(all="ignore"):
        if agree(yours, right):
            return None
        return next((cause for rule in RULES if (cause := rule(yours, right))), None)


RULES: tuple[Rule, ...] = (
    explain_transposed,
    explain_not_reduced,
    explain_whole_table,
    explain_squeezed,
    explain_reduced,
    explain_not_finite,
    explain_complement,
    explain_constant,
    explain_truncated,
    explain_ratio,
    explain_offset,
    explain_function,
    explain_other_order,
    explain_probabilities,
    explain_ratio_by_line,
    explain_limited,
    explain_one_sign,
    explain_some_lines,
)
