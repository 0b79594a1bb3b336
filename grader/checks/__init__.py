"""Names that suites import: `task`, comparisons, pictures and helpers.

`task` states how many points a check is worth. The comparisons fail with a message in a student's words.
"""

from grader.arrays import find_shape, to_array
from grader.checks.arguments import laid_out, shared
from grader.checks.compare import (
    agrees,
    as_vector,
    assert_close,
    assert_equal,
    assert_gradient,
    assert_unchanged,
    require,
    require_parts,
)
from grader.checks.figures import picturing, show_bars, show_boundary, show_curves, show_histogram, show_images
from grader.checks.marker import task
from grader.checks.recorder import Recorder
from grader.explain.phrases import describe_kind
from grader.language import join, say

__all__ = [
    "Recorder",
    "agrees",
    "as_vector",
    "assert_close",
    "assert_equal",
    "assert_gradient",
    "assert_unchanged",
    "describe_kind",
    "find_shape",
    "join",
    "laid_out",
    "picturing",
    "require",
    "require_parts",
    "say",
    "shared",
    "show_bars",
    "show_boundary",
    "show_curves",
    "show_histogram",
    "show_images",
    "task",
    "to_array",
]
