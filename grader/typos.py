"""Find the name that a person meant to type, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable


def find_nearest(name: str, names: Iterable[str]) -> str | None:
    """Find the most similar of `names`; None if no name is similar."""
    import difflib  # only a typo needs this import

    return next(iter(difflib.get_close_matches(name, list(names), 1, 0.6)), None)
