"""Run the student's file in the grader's own process, for `--debug`.

This way breakpoint() and print work as at home. There is no sandbox and no deadline, and nothing is captured. A report
that is made this way says so and never counts.
"""

from __future__ import annotations

from typing import Any

from grader.aside import speak_up
from grader.model.report import SandboxFacts
from grader.worker.inside import wire
from grader.worker.inside.guest import REQUESTS, Guest
from grader.worker.inside.tags import CallbackFailed, Unsupported
from grader.worker.inside.wire import Kind
from grader.worker.process import Answer


class InsideWorker:
    """A replacement for `Worker` that calls the guest directly.

    It answers the same requests.
    """

    facts = SandboxFacts(level=0, tool="none (debug)", version="", network=True, limits={}, probes={})
    spent = 0.0  # a student may stay at a breakpoint for as long as they like

    def __init__(self) -> None:
        self._guest = Guest(self._invoke, captured=False)
        self._answer: Answer | None = None

    def ask(self, kind: Kind, value: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """Answer one request, however long that takes.

        Values pass through the encoding of `wire`, as they would with a worker outside. `seconds` is ignored.
        """
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
        """Do nothing: no process runs that could be ended."""


class InsideLauncher:
    """A replacement for `Launcher` that gives `InsideWorker` objects."""

    def warm(self) -> None:
        """Do nothing: there is no process to start."""

    def take(self) -> InsideWorker:
        """Return a worker with a guest of its own, for one submission."""
        return InsideWorker()

    def require(self) -> SandboxFacts | None:
        """Return the facts of every worker: there is no sandbox."""
        return InsideWorker.facts

    def close(self) -> None:
        """Do nothing: there is no process to end."""


def _copy(value: Any) -> Any:
    return wire.decode(wire.encode(Kind.CALL, 0, value))
