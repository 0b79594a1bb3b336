"""Workers that are used again: for authors' code, of which an audit tries some hundred versions.

Most of a short grading is the start of Python and numpy. No student gets a worker that ran another's code; versions of
one model solution may share theirs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from grader.model import SandboxFacts
from grader.worker.inside.wire import Kind
from grader.worker.process import Answer, Launcher, Worker

Hear = Callable[[Kind, Any], None]

MAX_SECONDS = 5.0  # at work, after which a worker is used up: its processor time is limited


class RecyclingLauncher:
    """Stands in for a `Launcher`: a worker that its client is done with is given to the next one."""

    def __init__(self, launcher: Launcher, hear: Hear = lambda kind, value: None) -> None:
        """`hear` is told every request."""
        self._launcher = launcher
        self._hear = hear
        self._idle: list[RecycledWorker] = []

    def warm(self) -> None:
        """Start a worker now that will be taken later."""
        self._launcher.warm()

    def take(self) -> RecycledWorker:
        """Give a worker that is ready. Raises `WorkerError` as `Launcher.take` does."""
        return self._idle.pop() if self._idle else RecycledWorker(self._launcher.take(), self._idle, self._hear)

    def close(self) -> None:
        """Kill those that wait."""
        while self._idle:
            self._idle.pop().kill()
        self._launcher.close()


class RecycledWorker:
    """A worker that goes back among the idle ones when it is closed, unless something went wrong or it is worn out."""

    def __init__(self, worker: Worker, idle: list[RecycledWorker], hear: Hear) -> None:
        self._worker = worker
        self._hear = hear
        self._idle = idle
        self._seconds = 0.0
        self._sound = True

    @property
    def facts(self) -> SandboxFacts | None:
        """What the probes found."""
        return self._worker.facts

    @property
    def spent(self) -> float:
        """Seconds of the worker's own that the last request took."""
        return self._worker.spent

    def ask(self, kind: Kind, value: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """One request and its answer; after any exception the worker is not used again."""
        self._hear(kind, value)
        self._sound, sound = False, self._sound
        started = time.monotonic()
        reply = self._worker.ask(kind, value, seconds, answer)
        self._seconds += time.monotonic() - started
        self._sound = sound
        return reply

    def close(self) -> None:
        """Wait for the next client."""
        if self._sound and self._seconds < MAX_SECONDS:
            self._idle.append(self)
        else:
            self.kill()

    def kill(self) -> None:
        """End the process."""
        self._worker.close()
