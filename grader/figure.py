"""Keep pictures of values as numbers that travel with a report.

The program that shows the report draws them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.kinds import Count


class FigureKind(StrEnum):
    """The way in which the numbers of a figure are to be drawn."""

    TABLE = "table"  # small arrays beside one another, and which entries differ
    ERRORS = "errors"  # the share of wrong entries in each cell of a large array
    SCATTER = "scatter"  # one series against the other
    CURVES = "curves"  # a value for each step: the student's, the reference's, the edges of what is right
    BARS = "bars"
    HISTOGRAM = "histogram"  # counts, and the edges of the bins in the last series
    BOUNDARY = "boundary"  # where in a square a classifier says 1, and the right answers at its four corners
    IMAGES = "images"


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers under a name, laid out in the order of numpy's `ravel`."""

    name: str
    shape: tuple[Count, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of values, as numbers, drawn when the report is shown."""

    kind: FigureKind
    title: str
    series: tuple[Series, ...]
