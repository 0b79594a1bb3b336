"""Automatic mutants: each changes one thing, all differ, and the rest of the module stays as it is."""

from __future__ import annotations

import ast

from grader.audit.mutation import mutate

SOURCE = '''
import numpy as np

LIMIT = 3


def softmax(z: float) -> float:
    """Not mutated: 1 + 1."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return -e / 2 if z.ndim > 1 else e


class Other:
    """Left alone."""

    size = 1
'''


def test_one_thing_changes_at_a_time() -> None:
    """Sign, operator, constant, comparison, axis and keyword, each by itself."""
    changes = [mutant.change for mutant in mutate(SOURCE)]
    for wanted in (
        "z - z.max(axis=-1, keepdims=True) -> z + z.max(axis=-1, keepdims=True)",
        "z.max(axis=-1, keepdims=True) -> z.max(axis=0, keepdims=True)",
        "z.max(axis=-1, keepdims=True) -> z.max(axis=-1)",
        "-e / 2 if z.ndim > 1 else e -> +e / 2 if z.ndim > 1 else e",
        "-e / 2 if z.ndim > 1 else e -> -e / 3 if z.ndim > 1 else e",
        "-e / 2 if z.ndim > 1 else e -> -e / 2 if z.ndim >= 1 else e",
    ):
        assert wanted in changes


def test_every_mutant_is_another_module() -> None:
    """All run as Python, no two are the same, and none is the original."""
    sources = [ast.unparse(ast.parse(mutant.source)) for mutant in mutate(SOURCE)]
    assert len(sources) == len({*sources, ast.unparse(ast.parse(SOURCE))}) - 1
    assert len({mutant.name for mutant in mutate(SOURCE)}) == len(sources)


def test_what_is_no_function_is_left_alone() -> None:
    """Constants, classes and docstrings of the module say nothing of a function's checks."""
    for mutant in mutate(SOURCE):
        assert mutant.function == "softmax"
        assert "LIMIT = 3" in mutant.source
        assert "size = 1" in mutant.source
        assert "Not mutated: 1 + 1." in mutant.source
