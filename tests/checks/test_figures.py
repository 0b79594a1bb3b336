"""Figures: what a wrong value draws, what a suite adds, and that no picture fails or tells of a hidden check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks import (
    assert_close,
    assert_gradient,
    show_bars,
    show_boundary,
    show_curves,
    show_histogram,
    show_images,
)
from grader.checks.run import Run
from grader.errors import CheckFailed
from grader.figure import Figure, FigureKind
from grader.model.course import Visibility
from grader.model.report import View
from grader.report import dump, parse_report, redact
from tests.checks.runs import open_run
from tests.reporters import reports


@pytest.fixture(name="run", autouse=True)
def _run() -> Iterator[Run]:
    with open_run() as run:
        yield run


def fail(compare: Any, actual: Any, expected: Any) -> tuple[Figure, ...]:
    """The figures of a failing comparison."""
    with pytest.raises(CheckFailed) as caught:
        compare(actual, expected, {"some mistake": expected + 1})
    return caught.value.figures


def test_a_small_wrong_array_stands_beside_the_expected_one() -> None:
    """With nan and inf as they came, and the wrong entries marked."""
    (figure,) = fail(assert_close, np.array([[1.0, np.nan], [np.inf, 4.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    yours, expected, differs = figure.series
    assert figure.kind is FigureKind.TABLE
    assert repr(yours.values) == "(1.0, nan, inf, 4.0)"
    assert expected.values == (1.0, 2.0, 3.0, 4.0)
    assert (differs.values, differs.shape) == ((0.0, 1.0, 1.0, 0.0), (2, 2))


def test_a_large_wrong_array_shows_where_it_is_wrong() -> None:
    """As the share of wrong entries of each cell of a grid that a page can hold."""
    expected = np.arange(1.0, 10_001).reshape(100, 100)
    actual = expected.copy()
    actual[:50] = 0
    (figure,) = fail(assert_close, actual, expected)
    (share,) = figure.series
    assert figure.kind is FigureKind.ERRORS
    assert share.shape == (24, 24)
    assert (share.values[0], share.values[-1]) == (1.0, 0.0)


def test_a_wrong_gradient_is_drawn_against_the_reference() -> None:
    """At most a few hundred points of it."""
    expected = np.arange(1.0, 1001)
    strip, scatter = fail(assert_gradient, 2 * expected, expected)
    assert (strip.kind, scatter.kind) == (FigureKind.ERRORS, FigureKind.SCATTER)
    yours, reference = scatter.series
    assert len(yours.values) == len(reference.values) == 200
    assert yours.values[-1] == 2 * reference.values[-1] == 2000


def test_a_single_number_or_another_shape_draws_nothing() -> None:
    """There the words say all."""
    assert fail(assert_close, 2.0, np.array(3.0)) == ()
    assert fail(assert_close, np.zeros(3), np.ones(4)) == ()


@pytest.mark.parametrize("values", [None, "text", [1, [2]], object(), [10**400], 1j, np.zeros(10**5), []])
def test_what_is_no_numbers_is_not_shown(run: Run, values: Any) -> None:
    """And fails nothing: the comparison afterwards says what is wrong."""
    show_curves("curves", values, [1.0, 2.0])
    show_bars("bars", values, [1.0, 2.0])
    show_histogram("histogram", values, [1.0, 2.0])
    show_images("images", values)
    show_boundary("boundary", lambda points: values, [0, 1, 1, 0])
    assert run.figures == []


def test_a_boundary_is_drawn_from_above(run: Run) -> None:
    """The first row of the grid is the upper one, and x1 grows to the right."""
    show_boundary("upper right", lambda x: (x[:, 0] > 0.9) & (x[:, 1] > 0.9), [0, 0, 0, 1])
    (figure,) = run.figures
    grid = np.reshape(figure.series[0].values, figure.series[0].shape)
    assert grid[0, -1] == 1
    assert grid[-1, -1] == grid[0, 0] == grid[-1, 0] == 0


def test_figures_survive_the_report_and_hidden_ones_do_not_leave_it() -> None:
    """They are written as JSON and read again; of a hidden check a student gets none."""
    (figure,) = fail(assert_close, np.array([np.nan, 1.0]), np.array([1.0, 1.0]))
    report = reports.make_partly_right()
    task = report.tasks[0]
    checks = tuple(
        replace(check, visibility=visibility, figures=(figure,))
        for check, visibility in zip(task.checks, [*Visibility] * len(task.checks), strict=False)
    )
    report = replace(report, view=View.STAFF, tasks=(replace(task, checks=checks), *report.tasks[1:]))
    again = parse_report(dump(report).encode(), reports.__file__)
    assert repr(again.tasks[0].checks[0].figures) == repr((figure,))
    told = redact(again).tasks[0].checks
    assert {bool(check.figures) for check in told if check.visibility is Visibility.HIDDEN} == {False}
    assert {bool(check.figures) for check in told if check.visibility is Visibility.PUBLIC} == {True}


def test_what_cannot_be_drawn_fails_no_check(run: Run) -> None:
    """The edges of a histogram of the largest floats lie beyond them."""
    show_histogram("values", np.array([1e308, -1e308]), np.zeros(2))
    assert run.figures == []
