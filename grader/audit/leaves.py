"""A walk through nested values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def iter_leaves(value: Any) -> Iterator[Any]:
    """Yield the parts of nested lists, tuples and dicts that are none of these."""
    if isinstance(value, dict):
        yield from iter_leaves([*value.values()])
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from iter_leaves(part)
    else:
        yield value
