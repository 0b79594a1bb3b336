"""Random numbers that suites draw for their inputs.

Every function takes numpy's generator `rng`, and draws the same numbers from the same state.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Shape = int | tuple[int, ...]


def draw_signed(rng: np.random.Generator, low: float, high: float, shape: Shape) -> Array:
    """Draw numbers whose size lies between `low` and `high`, each of either sign."""
    return np.asarray(rng.uniform(low, high, size=shape) * rng.choice([-1, 1], size=shape))


def draw_balanced(rng: np.random.Generator, shape: Shape, low: float = 0.05, high: float = 3.0) -> Array:
    """Draw numbers as `draw_signed` does, of which half are negative.

    Even a few of them have both signs, and none is near the kink of an activation at 0.
    """
    signs = rng.permutation((-1.0) ** np.arange(np.prod(shape)))
    return signs.reshape(shape) * rng.uniform(low, high, size=shape)


def draw_grid(rng: np.random.Generator, n: int, d: int, alone: float = 0.5) -> Array:
    """Draw a table of shape (n, d) for n samples, with numbers between -1.65 and 1.65.

    The numbers of a column are spread evenly, so that their variance is between 0.9 and 2.7 whatever is drawn. With one
    sample, all numbers are near `alone`.
    """
    grid = np.tile(np.linspace(-1.5, 1.5, n), (d, 1)) if n > 1 else np.full((d, 1), alone)
    return rng.permuted(grid, axis=1).T + rng.uniform(-0.15, 0.15, size=(n, d))
