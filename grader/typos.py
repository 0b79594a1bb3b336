"""Find the name that a person meant to type, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable

from grader.language import say


def find_nearest(name: str, names: Iterable[str]) -> str | None:
    """Find the most similar of `names`; None if no name is similar."""
    import difflib  # only a typo needs this import

    return next(iter(difflib.get_close_matches(name, list(names), 1, 0.6)), None)


def suggest(name: str, names: Iterable[str], otherwise: str) -> str:
    """Suggest the most similar of `names`, or say `otherwise`."""
    nearest = find_nearest(name, names)
    return say("did you mean {name}?", name=nearest) if nearest else otherwise
