"""Charts: the numbers of a figure, drawn as shapes on a canvas.

Each kind of figure has one artist, a function that draws it. The page's template writes the shapes as SVG.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from grader.figure import Figure, FigureKind, Series
from grader.language import tell
from grader.reporters import canvas
from grader.reporters.canvas import Axis, Drawing, across, draw_frame, is_drawable, upwards, write_number

GAP = 8
COLUMNS = 4  # of images beside one another
ROLES = ("yours", "reference")


def is_sound(figure: Figure) -> bool:
    """Tell whether a figure has something to draw, and its parts fit together.

    A report may come from anywhere, so the page asks this before it draws.
    """
    form = _FORMS[figure.kind]
    fits = all(math.prod(series.shape) == len(series.values) > 0 for series in figure.series)
    numbers = any(is_drawable(value) for series in figure.series for value in series.values)
    if not (fits and numbers and len(figure.series) in form.counts and len(figure.series[0].shape) in form.axes):
        return False
    lengths = {len(series.values) for series in figure.series}
    return len(lengths) == 1 or figure.kind not in (FigureKind.TABLE, FigureKind.SCATTER)


def draw(figure: Figure) -> Drawing:
    """Draw a sound figure of any kind but a table."""
    drawing = Drawing()
    _FORMS[figure.kind].draw(drawing, figure.series)
    drawing.words = "; ".join(_summarise(series) for series in figure.series if series.name)
    return drawing


def list_rows(figure: Figure) -> list[tuple[list[tuple[float, bool]], list[tuple[float, bool]]]]:
    """List the rows of a table.

    A row is a pair: the student's values and the expected ones. Each value comes with a flag that says whether this
    entry differs.
    """
    yours, expected, differs = figure.series
    width = yours.shape[-1]
    rows = []
    for start in range(0, len(yours.values), width):
        flags = [bool(flag) for flag in differs.values[start : start + width]]
        pair = [list(zip(s.values[start : start + width], flags, strict=True)) for s in (yours, expected)]
        rows.append((pair[0], pair[1]))
    return rows


def _summarise(series: Series) -> str:
    finite = [value for value in series.values if is_drawable(value)]
    if not finite:
        return tell("{name}: no finite number", name=series.name)
    low, high = write_number(min(finite)), write_number(max(finite))
    return tell("{name}: {count} numbers from {low} to {high}", name=series.name, count=len(finite), low=low, high=high)


# ---------------------------------------------------------------- one artist for each kind


def _name_roles(drawing: Drawing, series: Sequence[Series], form: str = "area") -> None:
    drawing.legend += [(form, role, each.name) for role, each in zip(ROLES, series, strict=False)]


def _draw_curves(drawing: Drawing, series: tuple[Series, ...]) -> None:
    band = series[2:]
    longest = max(len(each.values) for each in series)
    x, y = across([0, longest - 1], from_zero=True), upwards(value for each in series for value in each.values)
    draw_frame(drawing, x, y)
    if band:
        low, high = (_trace(edge, x, y) for edge in band)
        drawing.add("area", "band", [*low, *reversed(high)])
        drawing.legend.append(("area", "band", tell("where right answers lie")))
    for role, each in zip(ROLES, series, strict=False):
        drawing.add("line", role, _trace(each, x, y))
    _name_roles(drawing, series, "line")


def _trace(series: Series, x: Axis, y: Axis) -> list[tuple[float, float]]:
    return [(x.place(step), y.place(value)) for step, value in enumerate(series.values) if is_drawable(value)]


def _draw_scatter(drawing: Drawing, series: tuple[Series, ...]) -> None:
    yours, reference = series
    both = [*yours.values, *reference.values]
    x, y = across(both), upwards(both)
    draw_frame(drawing, x, y)
    drawing.add("line", "reference", [(x.start, y.start), (x.end, y.end)])
    for mine, right in zip(yours.values, reference.values, strict=True):
        if is_drawable(mine):
            drawing.add("dot", "yours", [(x.place(right), y.place(mine))])
    drawing.legend += [
        ("dot", "yours", tell("yours (upwards) against the reference (across)")),
        ("line", "reference", tell("equal")),
    ]


def _draw_bars(drawing: Drawing, series: tuple[Series, ...]) -> None:
    groups = max(len(each.values) for each in series)
    x = Axis(0, groups, canvas.LEFT, canvas.WIDTH - canvas.RIGHT)
    y = upwards((value for each in series for value in each.values), from_zero=True)
    draw_frame(drawing, x, y, [(group + 0.5, str(group + 1)) for group in range(groups)])
    for at, (role, each) in enumerate(zip(ROLES, series, strict=True)):
        for group, value in enumerate(each.values):
            if is_drawable(value):
                left = x.place(group + 0.15 + 0.35 * at)
                top, foot = sorted((y.place(value), y.place(0)))
                drawing.add_box(role, left, top, x.place(0.35) - x.start, foot - top)
    _name_roles(drawing, series)


def _draw_histogram(drawing: Drawing, series: tuple[Series, ...]) -> None:
    yours, reference, edges = series
    x, y = across(edges.values), upwards([*yours.values, *reference.values], from_zero=True)
    draw_frame(drawing, x, y)
    for left, right, count in zip(edges.values, edges.values[1:], yours.values, strict=False):
        top = y.place(count)
        drawing.add_box("yours", x.place(left), top, x.place(right) - x.place(left), y.start - top, opacity=0.6)
    steps = [
        (x.place(edge), y.place(count))
        for left, right, count in zip(edges.values, edges.values[1:], reference.values, strict=False)
        for edge in (left, right)
    ]
    drawing.add("line", "reference", steps)
    drawing.legend += [("area", "yours", yours.name), ("line", "reference", reference.name)]


def _draw_errors(drawing: Drawing, series: tuple[Series, ...]) -> None:
    rows, columns = series[0].shape
    size = min(20.0, (canvas.WIDTH - 2) / columns)
    drawing.width, drawing.height = columns * size + 2, rows * size + 2
    for place, share in enumerate(series[0].values):
        row, column = divmod(place, columns)
        role, opacity = ("wrong", 0.25 + 0.75 * min(1.0, share)) if share > 0 else ("right", 0.35)
        drawing.add_box(role, 1 + column * size, 1 + row * size, size - 1, size - 1, opacity)
    drawing.legend += [("area", "wrong", tell("wrong")), ("area", "right", tell("right"))]


def _draw_boundary(drawing: Drawing, series: tuple[Series, ...]) -> None:
    grid, truth = series
    rows, columns = grid.shape
    drawing.width = drawing.height = canvas.HEIGHT
    side = canvas.HEIGHT - canvas.BOTTOM - canvas.TOP
    x, y = Axis(-0.5, 1.5, canvas.BOTTOM, canvas.BOTTOM + side), Axis(-0.5, 1.5, canvas.TOP + side, canvas.TOP)
    for row in range(rows):
        for start, end in _list_runs(grid.values[row * columns : (row + 1) * columns]):
            left, width = canvas.BOTTOM + start * side / columns, (end - start) * side / columns
            drawing.add_box("one", left, canvas.TOP + row * side / rows, width, side / rows)
    drawing.add("line", "axis", [(x.start, y.end), (x.start, y.start), (x.end, y.start)])
    for value in (0, 1):
        drawing.add("text", "below", [(x.place(value), y.start + 16)], str(value))
        drawing.add("text", "left", [(x.start - 5, y.place(value) + 4)], str(value))
    for number, right in enumerate(truth.values):
        corner = (x.place(number // 2), y.place(number % 2))
        drawing.add("dot", "full" if right else "hollow", [corner])
    drawing.legend += [
        ("area", "one", tell("yours says 1")),
        ("dot", "full", tell("1 is right")),
        ("dot", "hollow", tell("0 is right")),
    ]


def _list_runs(values: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Find the stretches of values that are not 0.

    Yields the first place of each, and the place after its last.
    """
    for filled, places in itertools.groupby(range(len(values)), key=lambda place: bool(values[place])):
        if filled:
            stretch = list(places)
            yield stretch[0], stretch[-1] + 1


def _draw_images(drawing: Drawing, series: tuple[Series, ...]) -> None:
    count, rows, columns = series[0].shape
    values = series[0].values
    largest = max((abs(value) for value in values if is_drawable(value)), default=0.0) or 1.0
    width = (canvas.WIDTH - (COLUMNS - 1) * GAP) / COLUMNS
    pixel = width / max(rows, columns)
    drawing.height = math.ceil(count / COLUMNS) * (rows * pixel + GAP) - GAP
    for place, value in enumerate(values):
        image, pixels = divmod(place, rows * columns)
        row, column = divmod(pixels, columns)
        left = image % COLUMNS * (width + GAP) + column * pixel
        top = image // COLUMNS * (rows * pixel + GAP) + row * pixel
        if is_drawable(value):
            drawing.add_box("above" if value > 0 else "under", left, top, pixel, pixel, abs(value) / largest)
    drawing.legend += [("area", "above", tell("above 0")), ("area", "under", tell("below 0"))]


class _Form(NamedTuple):
    """The form of one kind of figure.

    `counts` are how many series it may have, `axes` how many axes the first series may have, and `draw` is its artist.
    """

    counts: Collection[int]
    axes: Collection[int]
    draw: Callable[[Drawing, tuple[Series, ...]], None]


_FORMS = {
    FigureKind.TABLE: _Form([3], [1, 2], lambda drawing, series: None),  # the page's template draws it
    FigureKind.SCATTER: _Form([2], [1], _draw_scatter),
    FigureKind.CURVES: _Form([2, 3, 4], [1], _draw_curves),
    FigureKind.BARS: _Form([2], [1], _draw_bars),
    FigureKind.HISTOGRAM: _Form([3], [1], _draw_histogram),
    FigureKind.ERRORS: _Form([1], [2], _draw_errors),
    FigureKind.BOUNDARY: _Form([2], [2], _draw_boundary),
    FigureKind.IMAGES: _Form([1], [3], _draw_images),
}
