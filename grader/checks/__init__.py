"""Names that suites import: `task`, comparisons, pictures and helpers.

`task` states how many points a check is worth. The comparisons fail with a message in a student's words.
"""

from grader.arrays import find_shape, to_array
from grader.checks.arguments import in_layouts, laid_out, shared
from grader.checks.compare import (
    agrees,
    assert_close,
    assert_equal,
    assert_gradient,
    assert_small,
    assert_unchanged,
    name_mistake,
    require,
)
from grader.checks.draws import draw_balanced, draw_grid, draw_signed
from grader.checks.figures import picturing, show_bars, show_boundary, show_curves, show_histogram, show_images
from grader.checks.marker import task
from grader.checks.parts import (
    are_pairs,
    as_vector,
    is_dict,
    name_layers,
    require_parts,
    take,
    take_layers,
    take_number,
    take_pairs,
)
from grader.explain.phrases import describe_kind
from grader.language import join, say

__all__ = [
    "agrees",
    "are_pairs",
    "as_vector",
    "assert_close",
    "assert_equal",
    "assert_gradient",
    "assert_small",
    "assert_unchanged",
    "describe_kind",
    "draw_balanced",
    "draw_grid",
    "draw_signed",
    "find_shape",
    "in_layouts",
    "is_dict",
    "join",
    "laid_out",
    "name_layers",
    "name_mistake",
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
    "take",
    "take_layers",
    "take_number",
    "take_pairs",
    "task",
    "to_array",
]
