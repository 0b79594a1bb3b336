"""The random numbers that suites draw: their sizes and signs, and the same ones from the same state."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import draw_balanced, draw_grid, draw_signed


@pytest.mark.parametrize("shape", [6, (4, 3), (2, 3, 2)])
def test_signed_numbers_keep_away_from_zero(shape: int | tuple[int, ...]) -> None:
    """Each is between the two sizes, of either sign."""
    drawn = draw_signed(np.random.default_rng(3), 0.5, 2, shape)
    assert drawn.shape == np.zeros(shape).shape
    assert ((np.abs(drawn) >= 0.5) & (np.abs(drawn) <= 2)).all()
    assert {-1.0, 1.0} == set(np.sign(drawn).ravel().tolist())


@pytest.mark.parametrize("shape", [7, (5, 1), (4, 3)])
def test_half_of_the_balanced_numbers_are_negative(shape: int | tuple[int, ...]) -> None:
    """So a few samples have both signs, whatever the state."""
    for state in range(20):
        drawn = draw_balanced(np.random.default_rng(state), shape)
        assert drawn.shape == np.zeros(shape).shape
        assert (drawn < 0).sum() == drawn.size // 2
        assert ((np.abs(drawn) >= 0.05) & (np.abs(drawn) <= 3)).all()


def test_the_columns_of_a_grid_vary_alike() -> None:
    """The variance does not hang on luck; one sample is near its own number."""
    for state in range(20):
        grid = draw_grid(np.random.default_rng(state), 8, 3)
        assert grid.shape == (8, 3)
        assert np.abs(grid).max() <= 1.65
        assert ((grid.var(axis=0) > 0.6) & (grid.var(axis=0) < 2.7)).all()
        assert len(set(grid.ravel().tolist())) == grid.size
    assert np.abs(draw_grid(np.random.default_rng(1), 1, 4, alone=1.0) - 1).max() <= 0.15


def test_the_same_state_gives_the_same_numbers() -> None:
    """Hidden inputs are drawn from a seed, and stay as they are from release to release."""
    rng = np.random.default_rng(11)
    drawn = draw_signed(rng, 1, 2, 2), draw_balanced(rng, 2), draw_grid(rng, 2, 1)
    rng = np.random.default_rng(11)
    signed = rng.uniform(1, 2, size=2) * rng.choice([-1, 1], size=2)
    balanced = rng.permutation([1.0, -1.0]) * rng.uniform(0.05, 3, size=2)
    grid = rng.permuted([[-1.5, 1.5]], axis=1).T + rng.uniform(-0.15, 0.15, size=(2, 1))
    for numbers, right in zip(drawn, (signed, balanced, grid), strict=True):
        assert numbers.tolist() == right.tolist()
