"""The canvas of a chart: shapes, axes, and the frame around them.

Nothing here knows colours: a shape has a role, which the page's style gives a colour for light, dark and print.
Coordinates are those of SVG: x grows to the right, y grows downwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 10, 30
SMALLEST, LARGEST = 1e-90, 1e90  # beyond these values the arithmetic of axes fails


@dataclass(frozen=True, slots=True)
class Shape:
    """A piece of a drawing.

    `points` are the corners of a line or an area, the centre of a dot, or the place of a text.
    """

    form: str  # line, area, dot, text
    role: str
    points: tuple[tuple[float, float], ...]
    text: str = ""
    opacity: float = 1.0


@dataclass(slots=True)
class Drawing:
    """Shapes on a canvas, a legend of their roles, and the drawing in words."""

    width: float = WIDTH
    height: float = HEIGHT
    shapes: list[Shape] = field(default_factory=list)
    legend: list[tuple[str, str, str]] = field(default_factory=list)  # form, role, name
    words: str = ""

    def add(
        self, form: str, role: str, points: Iterable[tuple[float, float]], text: str = "", opacity: float = 1
    ) -> None:
        """Put one more shape on top."""
        corners = tuple((round(x, 1), round(y, 1)) for x, y in points)
        self.shapes.append(Shape(form, role, corners, text, round(opacity, 2)))

    def add_box(self, role: str, x: float, y: float, width: float, height: float, opacity: float = 1) -> None:
        """Put one more rectangle on top; `x` and `y` are its upper left corner."""
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self.add("area", role, corners, opacity=opacity)


@dataclass(frozen=True, slots=True)
class Axis:
    """The way from values to places on the canvas.

    The value `low` lies at the place `start`, and the value `high` at the place `end`.
    """

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return the place of a value; a value beyond the axis lies at its end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def write_number(value: float) -> str:
    """Format a number as short as it can be read: with four digits at most."""
    return f"{value:.4g}"


def is_drawable(value: float) -> bool:
    """Tell whether a number has a place on an axis.

    A nan has none, and neither has infinity or a number too large for the arithmetic.
    """
    return abs(value) < LARGEST


def _span(values: Iterable[float], start: float, end: float, *, from_zero: bool = False) -> Axis:
    """Make an axis for these values, with a little space around them."""
    finite = [value for value in values if is_drawable(value)] or [0.0]
    low, high = min(finite), max(finite)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    size = max(abs(low), abs(high))
    flat = high - low < 1e-9 * size or size < SMALLEST
    air = max(size, SMALLEST) if flat else 0.05 * (high - low)
    return Axis(low - (0 if from_zero and low == 0 else air), high + air, start, end)


def across(values: Iterable[float], *, from_zero: bool = False) -> Axis:
    """Make an axis from left to right for these values.

    With `from_zero`, 0 lies on the axis.
    """
    return _span(values, LEFT, WIDTH - RIGHT, from_zero=from_zero)


def upwards(values: Iterable[float], *, from_zero: bool = False) -> Axis:
    """Make an axis from the bottom to the top for these values.

    With `from_zero`, 0 lies on the axis.
    """
    return _span(values, HEIGHT - BOTTOM, TOP, from_zero=from_zero)


def draw_frame(drawing: Drawing, x: Axis, y: Axis, ticks: Sequence[tuple[float, str]] = ()) -> None:
    """Draw the axes with their numbers.

    `ticks` are the values and texts of the lower axis, if these are not to be round numbers.
    """
    drawing.add("line", "axis", [(x.start, y.end), (x.start, y.start), (x.end, y.start)])
    for value in _choose_ticks(y.low, y.high):
        drawing.add("line", "grid", [(x.start, y.place(value)), (x.end, y.place(value))])
        drawing.add("text", "left", [(x.start - 5, y.place(value) + 4)], write_number(value))
    for value, text in ticks or [(value, write_number(value)) for value in _choose_ticks(x.low, x.high)]:
        drawing.add("text", "below", [(x.place(value), y.start + 16)], text)


def _choose_ticks(low: float, high: float) -> Iterator[float]:
    """Choose round numbers between the ends, two to six of them."""
    power = 10.0 ** math.floor(math.log10((high - low) / 2))
    step = next(factor * power for factor in (1, 2, 5, 10) if (high - low) / (factor * power) <= 5)
    number = math.ceil(low / step)
    while number * step <= high:
        yield number * step
        number += 1
