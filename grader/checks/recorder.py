"""A function of a suite's that a student's code calls, and what it was called with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Recorder:
    """Passes calls on to a function, counts them, and keeps the first `keep` of them: the student decides how many.

        loss = Recorder(lambda x: (x**2).sum(), keep=20)
        student.minimise(loss, start)
        require(loss.count <= 20, ...)
        first = loss.calls[0]

    `calls` has a tuple of the positional arguments for each call. Arguments by name are passed on and not kept.
    """

    def __init__(self, function: Callable[..., Any], keep: int = 1_000) -> None:
        self._function = function
        self._keep = keep
        self.count = 0
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Answer as the function does."""
        self.count += 1
        if len(self.calls) < self._keep:
            self.calls.append(args)
        return self._function(*args, **kwargs)
