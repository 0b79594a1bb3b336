"""What happened during one check, for its message and for whoever judges it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.explain.values import describe_call
from grader.model import Where

NOTHING = object()  # in place of a value, while a call has not answered


@dataclass(slots=True)
class Trace:
    """What happened during one check: the last call, what was printed, whether the student's code ever answered."""

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
        """The last call in a student's words; most checks pass, and printing arrays is slow, so only on demand."""
        return describe_call(self.function, self.parameters, self.args, self.kwargs) if self.function else ""
