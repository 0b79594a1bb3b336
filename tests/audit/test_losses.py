"""What a mistake costs: counted, and told where it is more than the checks of its own property."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.audit import open_audit
from grader.audit.losses import Loss, find_unused
from tests.courses import NAME, read_tiny, write_course, write_files

MANIFEST = """
id = "hw1"
title = "Tiny"
file = "tiny.py"

[[tasks]]
id = "scale"
points = 80

[[tasks]]
id = "other"
points = 20
"""
HIDDEN = '''
import numpy as np
from grader.checks import assert_close, assert_unchanged, task

@task("scale", points=40)
def test_plain(student, rng):
    """gives factor x"""
    x = rng.uniform(1, 2, 3)
    assert_close(student.scale(x{factor}), {product} * x)

@task("scale", points=10)
def test_large(student):
    """is finite for large x"""
    assert_close(student.scale(np.array([800.0])), np.array([1600.0]))

@task("scale", points=10)
def test_unchanged(student):
    """leaves x alone"""
    x = np.array([{extreme}, 2.0])
    assert_close(assert_unchanged(student.scale, x), 2 * x)

@task("scale", points=20)
def test_factor(student):
    """takes another factor"""
    assert_close(student.scale(np.ones(3), factor=5.0), np.full(3, 5.0))

@task("other", points=20)
def test_other(student):
    """gives x + 1"""
    assert_close(student.other(np.ones(2)), np.full(2, 2.0))
'''
SOLUTION = '''"""Tiny."""
import numpy as np


def scale(x, factor=2.0):
    """Give factor x."""
    return np.multiply(x, factor)


def other(x):
    """Give x + 1."""
    return x + 1
'''
MUTANTS = '''
import numpy as np


def scale__overflows(x, factor=2.0):
    """Overflows.{overflows}"""
    return np.log(np.exp(x)) * factor


def scale__in_place(x, factor=2.0):
    """Writes into x."""
    x *= factor
    return x


def scale__fixed(x, factor=2.0):
    """The factor is always 2.{fixed}"""
    return 2 * x


def scale__off(x, factor=2.0):
    """One more."""
    return factor * x + 1


def other__two(x):
    """2 is added."""
    return x + 2
'''


def find_losses(
    root: Path, extreme: str = "1.0", factor: str = "", product: str = "2", overflows: str = "", fixed: str = ""
) -> dict[str, Loss]:
    """What the mutants of this homework lose, by their names."""
    hidden = HIDDEN.format(extreme=extreme, factor=factor, product=product)
    course = write_course(
        root,
        manifest=MANIFEST,
        public=None,
        hidden=hidden,
        solution=SOLUTION,
        stub=SOLUTION,
        reference="import torch\n",
    )
    write_files(root / "assignments" / NAME, {"mutants.py": MUTANTS.format(overflows=overflows, fixed=fixed)})
    with open_audit(course, read_tiny(course)) as opened:
        return {loss.mutant: loss for loss in opened.list_losses()}


def test_points_are_counted(tmp_path: Path) -> None:
    """Of the mutant's own task and elsewhere; nothing is out of proportion where each mistake costs its own checks."""
    losses = find_losses(tmp_path)
    counted = {name: (loss.own, loss.own_points, loss.elsewhere, loss.properties) for name, loss in losses.items()}
    assert counted == {
        "overflows": (10, 80, 0, ("large",)),
        "in_place": (10, 80, 0, ("unchanged",)),
        "fixed": (20, 80, 0, ("factor",)),
        "off": (80, 80, 0, ("plain", "large", "unchanged", "factor")),
        "two": (20, 20, 0, ("other",)),
    }
    assert [""] * 5 == [loss.outlier for loss in losses.values()]


def test_a_check_that_looks_at_a_second_property_is_told(tmp_path: Path) -> None:
    """The one about arguments has a large number in it, and costs who overflows."""
    losses = find_losses(tmp_path, extreme="800.0")
    assert losses["overflows"].outlier == (
        "it fails more than its own property: unchanged (that in_place of scale breaks)"
    )
    assert ["overflows"] == [name for name, loss in losses.items() if loss.outlier]


def test_an_argument_that_every_check_varies_is_told(tmp_path: Path) -> None:
    """Who fixes an optional argument is right wherever it has its default, if there is such a check."""
    losses = find_losses(tmp_path, factor=", factor=4.0", product="4")
    assert losses["fixed"].own == 60
    assert losses["fixed"].outlier == "it does not use factor, which nearly every check varies"
    assert ["fixed"] == [name for name, loss in losses.items() if loss.outlier]


def test_a_cost_can_be_accepted(tmp_path: Path) -> None:
    """With the reason, in the mutant's docstring."""
    accepted = "\n\n    Costs: the argument is checked where it is large.\n    "
    assert [] == [
        name for name, loss in find_losses(tmp_path, extreme="800.0", overflows=accepted).items() if loss.outlier
    ]


@pytest.mark.parametrize(
    ("mutant", "unused"),
    [
        ("def f__m(x, eps=1e-5, *, alpha=1.0): return x + eps * alpha", ()),
        ("def f__m(x, eps=1e-5, *, alpha=1.0): return x + alpha", ("eps",)),
        ("def f__m(x, *args, **kwargs): return x", ("eps", "alpha")),
        ("def g__m(x): return x", ()),
    ],
)
def test_unused_optional_arguments_are_found(mutant: str, unused: tuple[str, ...]) -> None:
    """Those that the solution uses; a required argument, or one that nobody uses, is none."""
    solution = "def f(x, eps=1e-5, spare=0, *, alpha=1.0): return x + eps * alpha"
    assert unused == find_unused(solution, mutant, "f", "f__m")
