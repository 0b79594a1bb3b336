"""The marker that makes a pytest function a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import MarkDecorator


def task(name: str, points: int) -> MarkDecorator:
    """Mark a pytest function as a check of a task.

    `name` is the task's id in the manifest. `points` are the whole points that each item of the function is worth, all
    or nothing; a function with parameters has one item for each set of them.
    """
    return pytest.mark.task(name, points=points)
