"""Workers that are used again, for the audit of authors' code.

An audit tries some hundred versions of that code, and most of a short grading is the start of Python and numpy.
Versions of one model solution may share a worker; no student gets a worker that ran another's code.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from grader.model.report import SandboxFacts
from grader.worker.inside.wire import Kind
from grader.worker.process import Answer, Launcher, Worker

Hear = Callable[[Kind, Any], None]

MAX_SECONDS = 5.0  # at work, after which a worker is worn out, as its processor time is limited


class RecyclingLauncher:
    """A launcher that gives a closed worker to the next client.

    It stands in for a `Launcher`.
    """

    def __init__(self, launcher: Launcher, hear: Hear = lambda kind, value: None) -> None:
        """Use the workers of `launcher`; `hear` is called with every request."""
        self._launcher = launcher
        self._hear = hear
        self._idle: list[RecycledWorker] = []

    def warm(self) -> None:
        """Start a worker now that will be taken later."""
        self._launcher.warm()

    def take(self) -> RecycledWorker:
        """Return a worker that is ready.

        Raises `WorkerError` as `Launcher.take` does.
        """
        return self._idle.pop() if self._idle else RecycledWorker(self._launcher.take(), self._idle, self._hear)

    def require(self) -> SandboxFacts | None:
        """Start a worker that will be taken later, and return how it is confined."""
        return self._launcher.require()

    def close(self) -> None:
        """Kill the workers that wait."""
        while self._idle:
            self._idle.pop().kill()
        self._launcher.close()


class RecycledWorker:
    """A worker that goes back among the idle ones when it is closed.

    It is killed instead if something went wrong with it, or if it is worn out.
    """

    def __init__(self, worker: Worker, idle: list[RecycledWorker], hear: Hear) -> None:
        self._worker = worker
        self._hear = hear
        self._idle = idle
        self._seconds = 0.0
        self._sound = True

    @property
    def facts(self) -> SandboxFacts | None:
        """The facts that the probes found."""
        return self._worker.facts

    @property
    def spent(self) -> float:
        """The seconds of the worker's own that the last request took."""
        return self._worker.spent

    def ask(self, kind: Kind, value: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """Send one request and give its answer, as `Worker.ask` does.

        After any exception the worker is not used again.
        """
        self._hear(kind, value)
        self._sound, sound = False, self._sound  # an exception below leaves it unsound
        started = time.monotonic()
        reply = self._worker.ask(kind, value, seconds, answer)
        self._seconds += time.monotonic() - started
        self._sound = sound
        return reply

    def close(self) -> None:
        """Let the worker wait for the next client, or kill it."""
        if self._sound and self._seconds < MAX_SECONDS:
            self._idle.append(self)
        else:
            self.kill()

    def kill(self) -> None:
        """End the process."""
        self._worker.close()
