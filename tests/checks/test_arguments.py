"""Arguments in another memory layout: how suites send them, and how the reference and the comparisons take them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.checks import in_layouts, laid_out, shared
from grader.harness.grading import Grader
from grader.model.report import Status
from grader.worker.inside.tags import LaidOut, Layout
from grader.worker.process import Launcher
from tests.courses import read_tiny, write_course
from tests.harness.test_session import hand_in, list_results

SUITE = '''
import numpy as np
from grader.checks import assert_close, assert_unchanged, laid_out, shared, task

@task("double", points=60)
def test_double(student, oracle, rng):
    """double works on a transposed table"""
    x = laid_out(rng.normal(size=(3, 2)), "columns")
    assert_close(assert_unchanged(student.double, x), oracle.double(x))

@task("halve", points=40)
def test_halve(student, oracle):
    """halve works where both arguments are one array"""
    x = shared(np.ones(3))
    assert_close(student.halve(x, x), oracle.halve(x, x))
'''
REFERENCE = "def double(x):\n    return 2 * x\n\ndef halve(x, y):\n    return (x + y) / 4\n"
RIGHT = "def double(x):\n    return 2 * x\n\ndef halve(x, y):\n    return (x + y) / 4\n"
# ravel(order="K") reads memory, not entries; += changes the other argument, too.
LAYOUT = RIGHT.replace("return 2 * x", "return 2 * x.ravel(order='K').reshape(x.shape)")
IN_PLACE = RIGHT.replace("return 2 * x", "x *= 2; return x")
ALIAS = RIGHT.replace("return (x + y) / 4", "x /= 4; y /= 4; return x + y")


@pytest.mark.parametrize(
    ("source", "double", "halve"),
    [
        (RIGHT, Status.PASSED, Status.PASSED),
        (LAYOUT, Status.FAILED, Status.PASSED),
        (IN_PLACE, Status.FAILED, Status.PASSED),
        (ALIAS, Status.PASSED, Status.FAILED),
    ],
    ids=["right", "reads memory in order", "in place", "changes the shared array"],
)
def test_a_layout_tells_right_from_wrong(tmp_path: Path, source: str, double: Status, halve: Status) -> None:
    """These wrong functions are right for plain arrays that are apart."""
    course = write_course(tmp_path, public=SUITE, hidden=None, reference=REFERENCE)
    assignment = read_tiny(course)
    grader = Grader(course, assignment, Launcher(assignment.limits))
    results = list_results(grader.grade_submission(hand_in(source), seed=0))
    grader.close()
    assert double is results["public/test_double"].status
    assert halve is results["public/test_halve"].status


def test_a_layout_is_one_of_the_known_ones() -> None:
    """A suite's mistake is found where it is made."""
    with pytest.raises(ValueError, match="known are columns, strided, reversed, read-only, repeated"):
        laid_out(np.ones(2), "fortran")
    with pytest.raises(ValueError, match="equal rows"):
        laid_out(np.eye(2), "repeated")
    assert [1, 1] == shared(np.ones(2)).array.tolist()


def test_every_array_of_a_network_is_laid_out() -> None:
    """Lists, tuples and dicts keep their types and their order; numbers and texts stay as they are."""
    table, b = np.ones((2, 3)), np.zeros(3)
    pairs, named, number, text = laid_out(([(table, b)], {"W": table}, 0.5, "relu"), "columns")
    assert [type(pairs), type(pairs[0]), type(named), number, text] == [list, tuple, dict, 0.5, "relu"]
    assert [part.array is array for part, array in zip((*pairs[0], named["W"]), (table, b, table), strict=True)] == [
        True
    ] * 3
    assert {part.layout for part in (*pairs[0], named["W"])} == {Layout.COLUMNS}
    with pytest.raises(ValueError, match="equal rows"):
        laid_out([b, np.eye(2)], "repeated")
    with pytest.raises(ValueError, match="known are columns"):
        laid_out([], "fortran")


def test_arguments_come_in_every_layout_one_at_a_time() -> None:
    """The plain ones come first; the others stay plain while one is laid out."""
    y, p = np.zeros(2), np.ones(2)
    plain, *others = in_layouts(y, p)
    assert plain == (y, p)
    assert [[isinstance(part, LaidOut) for part in given] for given in others] == [[True, False], [False, True]] * 4
    layouts = [part.layout for given in others for part in given if isinstance(part, LaidOut)]
    assert layouts[::2] == layouts[1::2] == [Layout.COLUMNS, Layout.STRIDED, Layout.REVERSED, Layout.READ_ONLY]
