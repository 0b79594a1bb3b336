"""A recorder for the calls that student code makes to a suite's function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Recorder:
    """A function that counts its calls and keeps the arguments of the first.

    A recorder passes every call on to `function`. It keeps only the first `keep` calls, because the student's code
    decides how many calls there are.

        loss = Recorder(lambda x: (x**2).sum(), keep=20)
        student.minimise(loss, start)
        require(loss.count <= 20, ...)
        first = loss.calls[0]

    `calls` has a tuple of the positional arguments for each call that is kept. Arguments by name are passed on and not
    kept.
    """

    def __init__(self, function: Callable[..., Any], keep: int = 1_000) -> None:
        self._function = function
        self._keep = keep
        self.count = 0
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Count the call, keep its arguments, and return the function's value."""
        self.count += 1
        if len(self.calls) < self._keep:
            self.calls.append(args)
        return self._function(*args, **kwargs)
