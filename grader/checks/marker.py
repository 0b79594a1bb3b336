"""The marker that makes a pytest function a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import MarkDecorator


def task(name: str, points: int) -> MarkDecorator:
    """Mark a check: the task it belongs to and the whole points that each of its items is worth, all or nothing."""
    return pytest.mark.task(name, points=points)
