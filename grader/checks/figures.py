"""Figures of the values in a check, kept as numbers for a report's page.

A failing comparison adds its figures itself: a small value beside the expected one, the places of the wrong entries of
a large value, and a gradient against the reference's. A suite adds figures that only the suite can know: a loss curve,
a decision boundary, learned weights.

A value that a student's code returned is shown as far as it consists of numbers. A figure never fails a check.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from typing import Any

import numpy as np

from grader.arrays import to_array
from grader.checks.run import find_run
from grader.figure import Figure, FigureKind, Series
from grader.language import say

SMALL = 36  # entries of the largest table that is shown as numbers
MAX_POINTS = 200
MAX_CELLS = 24  # along each side of the grid that shows where entries are wrong
MAX_IMAGES = 12
MAX_VALUES = 1_500
GRID = np.linspace(-0.5, 1.5, 25)

Array = np.ndarray[Any, Any]


def _harmless(show: Callable[..., None]) -> Callable[..., None]:
    """Make `show` leave out a figure that cannot be drawn.

    For example, numbers close to the largest float cannot be drawn.
    """

    @functools.wraps(show)
    def draw(*args: Any, **kwargs: Any) -> None:
        with picturing():
            show(*args, **kwargs)

    return draw


def picturing() -> AbstractContextManager[None]:
    """Suppress exceptions in calls that are made only for a picture.

    Returns a context manager. A call that fails inside it draws nothing and fails no check.
    """
    return suppress(Exception)


@_harmless
def show_curves(title: str, yours: Any, reference: Any, band: tuple[Any, Any] | None = None) -> None:
    """Draw one value for each step, such as a loss.

    `yours` is the student's curve and `reference` the reference's. `band` is (low, high): the lowest and the highest
    right curve. Each curve has shape (N,) with N > 1; otherwise nothing is drawn.
    """
    curves = [_read(yours), _read(reference), *(_read(edge) for edge in band or ())]
    names = [say("yours"), say("reference"), say("lowest right one"), say("highest right one")]
    if all(curve is not None and curve.ndim == 1 and curve.size > 1 for curve in curves):
        _keep(FigureKind.CURVES, title, zip(names, curves, strict=False))


@_harmless
def show_bars(title: str, yours: Any, reference: Any) -> None:
    """Draw one number for each layer or class, beside the reference's.

    `yours` has the student's numbers and `reference` the reference's, both of shape (N,); otherwise nothing is drawn.
    """
    bars = [_read(yours), _read(reference)]
    if all(bar is not None and bar.ndim == 1 and bar.size for bar in bars):
        _keep(FigureKind.BARS, title, zip([say("yours"), say("reference")], bars, strict=True))


@_harmless
def show_histogram(title: str, yours: Any, reference: Any, bins: int = 20) -> None:
    """Draw how often values occur, such as activations.

    `yours` has the student's values and `reference` the reference's, in any shape; both get the same `bins`. Nothing is
    drawn for an empty array or a value that is not finite.
    """
    values = [_read(yours), _read(reference)]
    if any(value is None or not np.isfinite(value).all() or not value.size for value in values):
        return
    _, edges = np.histogram(np.concatenate([np.ravel(value) for value in values if value is not None]), bins)
    counts = [np.histogram(value, edges)[0] for value in values if value is not None]
    _keep(FigureKind.HISTOGRAM, title, zip([say("yours"), say("reference"), ""], [*counts, edges], strict=True))


@_harmless
def show_boundary(title: str, decide: Any, truth: Any) -> None:
    """Draw where a classifier says 1, in a square around four corners.

    The corners are those from (0, 0) to (1, 1). `decide` takes points of shape (N, 2) and returns N bools; it must be
    the suite's own function of a student's weights. `truth` has the right answers at the corners, in the order 00, 01,
    10, 11.
    """
    # The second axis is reversed, because the first row of the picture is its top.
    points = np.stack(np.meshgrid(GRID, GRID[::-1]), axis=-1).reshape(-1, 2)
    said = _read(decide(points))
    if said is not None and said.size == len(points):
        grid = said.reshape(len(GRID), len(GRID))
        _keep(FigureKind.BOUNDARY, title, [(say("yours"), grid), (say("expected"), _read(truth))])


@_harmless
def show_images(title: str, images: Any) -> None:
    """Draw the first dozen images of an array, such as learned weights.

    `images` has shape (n, height, width), with n images such as the weights into each unit. Nothing is drawn for
    another shape.
    """
    values = _read(images)
    if values is not None and values.ndim == 3 and values.size:
        _keep(FigureKind.IMAGES, title, [(say("yours"), values[:MAX_IMAGES])])


def draw_difference(actual: Array, expected: Array, wrong: Array, is_gradient: bool = False) -> list[Figure]:
    """Build the figures that show how a value is wrong.

    `actual`, `expected` and `wrong` have one shape; `wrong` is True at each wrong entry. With `is_gradient`, a scatter
    plot shows the gradient against the reference's. Returns an empty list for a single number and for more than four
    axes.
    """
    if expected.size < 2 or expected.ndim > 4:
        return []
    pairs = [(say("yours"), actual), (say("expected"), expected)]
    figures = []
    if expected.size <= SMALL and expected.ndim <= 2:
        shown = [*pairs, (say("differs"), wrong)]
        figures.append(_make(FigureKind.TABLE, say("your values beside the expected ones"), shown))
    else:
        strip = [(say("share of wrong entries"), _shrink(wrong))]
        figures.append(_make(FigureKind.ERRORS, say("where the wrong entries are"), strip))
    if is_gradient and expected.size > 3:
        chosen = np.linspace(0, expected.size - 1, min(expected.size, MAX_POINTS)).astype(int)
        points = [(name, values.ravel()[chosen]) for name, values in pairs]
        figures.append(_make(FigureKind.SCATTER, say("your gradient against the reference's"), points))
    return figures


def _shrink(wrong: Array) -> Array:
    """Compute the share of wrong entries in each cell of a coarse grid.

    The grid has at most MAX_CELLS by MAX_CELLS cells. A vector becomes one row.
    """
    table = wrong.reshape(-1, wrong.shape[-1]).astype(float)
    for axis in (0, 1):
        pieces = np.array_split(table, min(table.shape[axis], MAX_CELLS), axis=axis)
        table = np.stack([piece.mean(axis=axis) for piece in pieces], axis=axis)
    return table


def _read(values: Any) -> Array | None:
    """Convert values to an array of floats, or return None.

    Returns None for values that are not real numbers, and for more than `MAX_VALUES` of them.
    """
    array = to_array(values)
    return array.astype(float) if array is not None and array.dtype.kind != "c" and array.size <= MAX_VALUES else None


def _keep(kind: FigureKind, title: str, series: Iterable[tuple[str, Any]]) -> None:
    run = find_run()
    if run is not None:
        run.figures.append(_make(kind, say(title), series))


def _make(kind: FigureKind, title: str, series: Iterable[tuple[str, Any]]) -> Figure:
    return Figure(kind, title, tuple(_make_series(name, np.asarray(values)) for name, values in series))


def _make_series(name: str, values: Array) -> Series:
    rounded = tuple(float(f"{value:.6g}") for value in values.astype(float).ravel().tolist())
    return Series(name, tuple(map(int, values.shape)), rounded)
