"""The events of one check, kept for its message and for its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.explain.values import describe_call
from grader.model.submission import Where

NOTHING = object()  # takes the place of a value until a call has answered


@dataclass(slots=True)
class Trace:
    """The events of one check: the last call, the output, the callbacks.

    `answered` is True once student code has returned a value or called a callback. `where` is the place of the last
    called function. `output` has the texts that were printed. `callback_error` is the last exception from a callback.
    `replaced` are the student's functions in whose place another one was called.
    """

    function: str = ""
    parameters: tuple[str, ...] = ()
    where: Where | None = None
    answered: bool = False
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    value: Any = NOTHING
    output: list[str] = field(default_factory=list)
    callback_error: Exception | None = None
    replaced: set[str] = field(default_factory=set)

    @property
    def called(self) -> str:
        """Return the last call in a student's words, or "" before the first.

        The text is made only on demand, because most checks pass and printing arrays is slow.
        """
        return describe_call(self.function, self.parameters, self.args, self.kwargs) if self.function else ""
