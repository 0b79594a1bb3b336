"""`--debug`: the student's file in this very process, so that breakpoint() and print work as at home.

No sandbox, no deadlines, nothing captured. A report made this way says so and never counts.
"""

from __future__ import annotations

from typing import Any

from grader.aside import speak_up
from grader.model import SandboxFacts
from grader.worker.inside import wire
from grader.worker.inside.guest import REQUESTS, Guest
from grader.worker.inside.tags import CallbackFailed, Unsupported
from grader.worker.inside.wire import Kind
from grader.worker.process import Answer


class InsideWorker:
    """Stands in for a `Worker`: answers the same requests by calling the guest directly."""

    facts = SandboxFacts(level=0, tool="none (debug)", version="", network=True, limits={}, probes={})
    spent = 0.0  # a breakpoint may take as long as it likes

    def __init__(self) -> None:
        self._guest = Guest(self._invoke, captured=False)
        self._answer: Answer | None = None

    def ask(self, kind: Kind, value: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """Answer at once, however long it takes. Values pass through the wire's encoding, as they would outside."""
        del seconds
        self._answer = answer
        with speak_up():
            outcome = REQUESTS[kind](self._guest, *_copy(value))
        try:
            return outcome.kind, _copy(outcome.value)
        except Unsupported as reason:
            return Kind.RAISED, self._guest.refuse(reason).value

    def _invoke(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        assert self._answer is not None
        worked, value = self._answer(_copy((number, args, kwargs)))
        if not worked:
            raise CallbackFailed
        return _copy(value)

    def close(self) -> None:
        """Nothing runs that could be ended."""


class InsideLauncher:
    """Stands in for a `Launcher`."""

    def warm(self) -> None:
        """There is nothing to start."""

    def take(self) -> InsideWorker:
        """A guest of its own for each submission."""
        return InsideWorker()

    def close(self) -> None:
        """There is nothing to end."""


def _copy(value: Any) -> Any:
    return wire.decode(wire.encode(Kind.CALL, 0, value))
