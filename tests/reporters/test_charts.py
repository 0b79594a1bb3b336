"""Figures: numbers become shapes inside their canvas, whatever the numbers are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.figure import Figure, FigureKind, Series
from grader.reporters import charts

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
CHARTS = [kind for kind in FigureKind if kind is not FigureKind.TABLE]


def make_series(name: str, values: list[float], *shape: int) -> Series:
    """A series of one axis, or of these."""
    return Series(name, shape or (len(values),), tuple(values))


def make_figure(kind: FigureKind, values: list[float]) -> Figure:
    """A figure of this kind with these dozen numbers wherever it has numbers."""
    first = {
        FigureKind.ERRORS: make_series("share", values, 3, 4),
        FigureKind.BOUNDARY: make_series("yours", values, 3, 4),
        FigureKind.IMAGES: make_series("yours", values, 3, 2, 2),
    }.get(kind, make_series("yours", values))
    more = {
        FigureKind.BOUNDARY: [make_series("expected", [0, 1, 1, 0])],
        FigureKind.CURVES: [
            make_series("reference", values[:5]),
            make_series("low", values),
            make_series("high", values),
        ],
        FigureKind.SCATTER: [make_series("reference", values[::-1])],
        FigureKind.BARS: [make_series("reference", values[:3])],
        FigureKind.HISTOGRAM: [make_series("reference", values), make_series("", [float(edge) for edge in range(13)])],
    }
    return Figure(kind, "a title", (first, *more.get(kind, [])))


@pytest.mark.parametrize("kind", CHARTS)
@settings(deadline=None)  # machines are busy
@given(values=st.lists(NUMBERS, min_size=12, max_size=12))
def test_every_shape_lies_on_its_canvas(kind: FigureKind, values: list[float]) -> None:
    """Also with infinite numbers, none at all, all the same, or tiny beside huge."""
    figure = make_figure(kind, values)
    if not charts.is_sound(figure):
        return
    drawing = charts.draw(figure)
    assert drawing.shapes
    for shape in drawing.shapes:
        assert 0 <= shape.opacity <= 1
        for x, y in shape.points:
            assert -1 <= x <= drawing.width + 1
            assert -1 <= y <= drawing.height + 1


def test_a_curve_goes_through_its_values() -> None:
    """The highest loss is the highest point, and one that is not a number is left out."""
    curves = (make_series("yours", [3.0, math.nan, 1.0]), make_series("reference", [3.0, 2.0, 1.0]))
    drawing = charts.draw(Figure(FigureKind.CURVES, "loss", curves))
    (yours,) = [shape for shape in drawing.shapes if shape.role == "yours"]
    (first, last) = yours.points
    assert first[0] < last[0]
    assert first[1] < last[1]
    assert drawing.words == "yours: 2 numbers from 1 to 3; reference: 3 numbers from 1 to 3"


def test_equal_gradients_lie_on_the_diagonal() -> None:
    """Yours upwards, the reference's across."""
    pair = (make_series("yours", [1.0, 2.0, 9.0]), make_series("reference", [1.0, 2.0, 3.0]))
    drawing = charts.draw(Figure(FigureKind.SCATTER, "gradient", pair))
    dots = [shape.points[0] for shape in drawing.shapes if shape.form == "dot"]
    (start, end) = next(shape.points for shape in drawing.shapes if shape.role == "reference")
    slope = (end[1] - start[1]) / (end[0] - start[0])
    gaps = [y - (start[1] + slope * (x - start[0])) for x, y in dots]
    assert [abs(gap) < 0.2 for gap in gaps] == [True, True, False]


def test_a_table_stands_side_by_side() -> None:
    """Row by row: the student's entries, the expected ones, and which differ."""
    series = (
        make_series("yours", [1.0, 2.0, 3.0, 4.0], 2, 2),
        make_series("expected", [1.0, 2.0, 5.0, 4.0], 2, 2),
        make_series("differs", [0, 0, 1, 0], 2, 2),
    )
    rows = charts.list_rows(Figure(FigureKind.TABLE, "values", series))
    assert rows[1] == ([(3.0, True), (4.0, False)], [(5.0, True), (4.0, False)])


@pytest.mark.parametrize(
    "figure",
    [
        Figure(FigureKind.CURVES, "too few", (make_series("yours", [1.0, 2.0]),)),
        Figure(FigureKind.CURVES, "nothing finite", (make_series("yours", [math.nan]), make_series("r", [math.inf]))),
        Figure(FigureKind.SCATTER, "lengths", (make_series("yours", [1.0]), make_series("reference", [1.0, 2.0]))),
        Figure(FigureKind.ERRORS, "shape", (make_series("share", [1.0, 2.0], 3, 4),)),
        Figure(FigureKind.IMAGES, "axes", (make_series("yours", [1.0, 2.0]),)),
        Figure(FigureKind.TABLE, "empty", (make_series("yours", [], 0),) * 3),
    ],
)
def test_what_does_not_fit_together_is_not_drawn(figure: Figure) -> None:
    """A report may come from anywhere."""
    assert not charts.is_sound(figure)
