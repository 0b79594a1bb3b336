"""The likely cause of a wrong value, found by an ordered list of rules.

A rule is a pure function of the student's value and the reference's. It gives a cause, which says what was observed and
what that points to, never how to fix it; or None, if it does not fit. The cause of the first rule that fits is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.arrays import to_array
from grader.explain import place_rules, shape_rules, value_rules
from grader.explain.alike import agree
from grader.explain.causes import Cause

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
    shape_rules.explain_transposed,
    shape_rules.explain_not_reduced,
    shape_rules.explain_whole_table,
    shape_rules.explain_squeezed,
    shape_rules.explain_reduced,
    value_rules.explain_not_finite,
    value_rules.explain_complement,
    value_rules.explain_constant,
    value_rules.explain_truncated,
    value_rules.explain_ratio,
    value_rules.explain_offset,
    value_rules.explain_function,
    value_rules.explain_other_order,
    place_rules.explain_probabilities,
    value_rules.explain_ratio_by_line,
    place_rules.explain_limited,
    place_rules.explain_one_sign,
    place_rules.explain_some_lines,
)
