"""Did you mean: the name that was probably meant, for every place where a person types one."""

from __future__ import annotations

from collections.abc import Iterable


def find_nearest(name: str, names: Iterable[str]) -> str | None:
    """The most similar of `names`, or None if none is similar."""
    import difflib  # only a typo needs it

    return next(iter(difflib.get_close_matches(name, list(names), 1, 0.6)), None)
