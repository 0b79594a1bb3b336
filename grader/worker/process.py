"""A worker process from outside: start it, exchange frames with it under deadlines, kill it.

Reading and writing happen in one thread per worker, so that neither a silent worker nor one that stops reading can
hold up the harness, on any system: a deadline is the time to wait for that thread, and SIGKILL ends both. It is the
worker's own time that has a deadline (see `clock.py`).
"""

from __future__ import annotations

import _thread
import contextlib
import os
import queue
import secrets
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from grader.errors import SandboxError, WorkerError
from grader.language import say
from grader.model import Limits, SandboxFacts
from grader.worker.clock import Clock
from grader.worker.inside import tags, wire
from grader.worker.inside.tags import ProtocolError
from grader.worker.inside.wire import Kind
from grader.worker.walls import sandbox
from grader.worker.walls.sandbox import Confinement

START_SECONDS = 60.0
PUMP_SECONDS = 10.0  # until the thread that reads and writes has begun; a busy machine takes its time
ATTEMPTS = 3

# Evaluates (callback number, args, kwargs) in the harness and gives (worked, value).
Answer = Callable[[Any], tuple[bool, Any]]


class AnyWorker(Protocol):
    """What a client needs of a worker, wherever the student's code runs."""

    @property
    def facts(self) -> SandboxFacts | None:
        """What the probes found, once it is ready."""

    @property
    def spent(self) -> float:
        """Seconds of the worker's own that the last request took."""

    def ask(self, kind: Kind, value: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """One request and its answer; see `Worker.ask`."""

    def close(self) -> None:
        """The client needs it no longer."""


class AnyLauncher(Protocol):
    """Whatever has workers to give."""

    def warm(self) -> None:
        """A worker will be needed soon."""

    def take(self) -> AnyWorker:
        """Give a worker that is ready."""

    def close(self) -> None:
        """No more workers are needed."""


class WorkerGone(Exception):
    """The process ended, or closed its pipe, before it answered."""


class WorkerSilent(Exception):
    """No answer came before the deadline."""


class Worker:
    """One process that runs one student's code. After any exception from `exchange` it has to be replaced."""

    facts: SandboxFacts | None = None
    spent = 0.0

    def __init__(self, confinement: Confinement, limits: Limits) -> None:
        self._confinement = confinement
        self._limits = limits
        self._group = confinement.groups.make_group(sandbox.limit_group(limits)) if confinement.groups else None
        self._process = subprocess.Popen(  # the command is ours
            self._group.wrap(confinement.command) if self._group else confinement.command,
            env=confinement.environment,
            cwd=os.path.abspath(os.sep),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
        self._requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[tuple[Kind, int, Any] | Exception] = queue.SimpleQueue()
        self._reply_limit = tags.MAX_BODY
        self._last_call = 0
        self._clock: Clock | None = None  # from when it is ready
        self._pump_id: queue.SimpleQueue[int] = queue.SimpleQueue()  # the thread's, as the system counts them
        # Thread.start would wait for ever for a thread that never begins, as where memory has run out.
        _thread.start_new_thread(self._pump, ())
        user = sandbox.choose_user(confinement)
        start = (sandbox.rlimits(limits), user, sandbox.canary(), confinement.denied_calls)
        self._requests.put(wire.encode(Kind.START, 0, start))

    def wait_until_ready(self) -> SandboxFacts:
        """Wait for the first frame, in which the child says what its probes found; needed once."""
        if self.facts is None:
            pump = self._find_pump()
            kind, value = self._receive(START_SECONDS)
            if kind is not Kind.READY:  # what answers may be anything, as long as no student's file was sent
                raise ProtocolError("the worker did not say that it is ready")
            together = self._group is not None and self._group.is_in_force()
            probes = {**value[0], sandbox.TOGETHER: together}
            self.facts = sandbox.describe(self._confinement, self._limits, probes)
            self._clock = Clock(self._process.pid, pump)
        return self.facts

    def ask(self, kind: Kind, value: object, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """Send one request and wait for the frame that answers it; `answer` evaluates callbacks meanwhile.

        `seconds` are the worker's own: neither those in which the harness answers, nor those in which other programs
        have the processors. `spent` tells how many of them it took.
        Raises `WorkerSilent` at the deadline, `WorkerGone` when the process ended, `ProtocolError` for an answer
        that is none, and `wire.Unsupported` if `value` cannot be sent.
        """
        assert self._clock is not None  # whoever asks has waited until it was ready
        self._clock.start()
        try:
            self._last_call = secrets.randbits(64)  # so that no answer can be prepared before its question
            frame = wire.encode(kind, self._last_call, value)
            self._reply_limit = wire.limit_reply(len(frame))
            self._requests.put(frame)
            while (reply := self._wait(self._clock, seconds))[0] is Kind.INVOKE:
                self._clock.pause()
                try:
                    self._requests.put(wire.encode(Kind.ANSWER, self._last_call, answer(reply[1])))
                finally:
                    self._clock.go_on()
            self.spent = self._clock.measure()
            return reply
        except WorkerSilent:
            self.spent = seconds  # all of them: rounding must not leave a rest that is tried again and again
            raise
        except BaseException:
            self.spent = self._clock.measure()
            raise

    def _wait(self, clock: Clock, seconds: float) -> tuple[Kind, Any]:
        """The next frame, if it comes within these seconds of the worker's own."""
        while True:
            left = clock.find_left(seconds)
            try:
                return self._receive(left)
            except WorkerSilent:
                if left <= 0:
                    raise

    def read_complaint(self) -> str:
        """What a process that never became ready wrote to its standard error."""
        self.kill()
        assert self._process.stderr is not None
        return self._process.stderr.read(4000).decode("utf-8", "replace").strip()

    def kill(self) -> None:
        """End the process and all that it started in its session."""
        self._requests.put(None)
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Kill the process and let go of its pipes; the thread that uses the other two closes them itself."""
        self.kill()
        if self._process.stderr is not None:
            self._process.stderr.close()
        if self._clock is not None:
            self._clock.close()
        if self._group is not None:
            self._group.remove()

    def exit_code(self) -> int | None:
        """How the process ended, after `kill`."""
        return self._process.returncode

    def _find_pump(self) -> int:
        try:
            return self._pump_id.get(timeout=PUMP_SECONDS)
        except queue.Empty:
            self.kill()
            for pipe in (self._process.stdin, self._process.stdout):  # nobody else will close them
                if pipe is not None:
                    pipe.close()
            raise WorkerSilent from None

    def _receive(self, seconds: float) -> tuple[Kind, Any]:
        try:
            reply = self._replies.get(timeout=max(0.0, seconds))
        except queue.Empty:
            raise WorkerSilent from None
        if isinstance(reply, (OSError, EOFError)):
            raise WorkerGone from None
        if isinstance(reply, Exception):
            raise reply
        kind, call, value = reply
        if call != self._last_call:
            raise ProtocolError("an answer to a question that was not asked")
        return kind, value

    def _pump(self) -> None:
        """Write a request, read its reply, until told to stop; whatever goes wrong is the reply."""
        self._pump_id.put(threading.get_native_id())
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None

        def read(size: int) -> bytes:
            data = stdout.read(size)
            if len(data) < size:
                raise EOFError
            return data

        # Closing waits for whoever is writing, so nobody but this thread may do it.
        with contextlib.suppress(OSError), stdin, stdout:
            while (frame := self._requests.get()) is not None:
                try:
                    stdin.write(frame)
                    stdin.flush()
                    self._replies.put(wire.read_frame(read, limit=self._reply_limit))
                except Exception as error:  # a forged frame may raise anything; it goes to the caller
                    self._replies.put(error)
                    return


class Launcher:
    """Starts workers, each for one submission, at the strongest level that works on this machine.

    The first worker to become ready settles the level. With `spares` one more worker is always starting in the
    background, so that the next submission, or the replacement after a crash, need not wait for Python and numpy.
    A worker whose probes support less than the level `least` is none.
    """

    def __init__(
        self, limits: Limits, spares: int = 0, confinements: Iterable[Confinement] | None = None, least: int = 0
    ) -> None:
        self._limits = limits
        self._spares = spares
        self._least = least
        self._ladder = list(sandbox.list_confinements() if confinements is None else confinements)
        self._waiting: list[Worker] = []
        self._settled = False
        self.complaints: list[str] = []

    def warm(self) -> None:
        """Start a worker now that will be taken later."""
        self._start_spares(1)

    def take(self) -> Worker:
        """Give a worker that is ready. Raises `WorkerError` if none can be started, `SandboxError` if none is enough.

        Before the level is settled, a way that fails makes room for the next weaker one; afterwards it is tried
        again, and never weakened.
        """
        worker = self._take_first()
        self._start_spares(self._spares)
        return worker

    def require(self) -> SandboxFacts:
        """Start a worker before anything depends on it, and give what its probes found. Raises what `take` raises."""
        worker = self._take_first()
        self._waiting.append(worker)
        return worker.wait_until_ready()

    def _take_first(self) -> Worker:
        for _ in range(ATTEMPTS + len(self._ladder)):
            worker = self._take_ready()
            if worker is not None:
                return worker
        reasons = "; ".join(dict.fromkeys(self.complaints[-3:]))
        if self._least and not self._settled:
            raise SandboxError(
                f"student code cannot be confined at sandbox level {self._least} here ({reasons})",
                "grade doctor  says what is missing here, and what that leaves open to student code",
            )
        raise WorkerError(
            say("the process that runs student code could not be started: {reasons}", reasons=reasons),
            say("check that Python and numpy work here: python -c 'import numpy'"),
        )

    def _take_ready(self) -> Worker | None:
        try:
            worker = self._waiting.pop() if self._waiting else self._start()
        except OSError as error:
            self._note_failure(str(error))
            return None
        try:
            facts = worker.wait_until_ready()
        except (WorkerGone, WorkerSilent, ProtocolError):
            self._note_failure(worker.read_complaint())
            worker.close()
            return None
        if facts.level < self._least:
            self._note_failure(f"level {facts.level}")
            worker.close()
            return None
        self._settled = True
        return worker

    def _note_failure(self, complaint: str) -> None:
        self.complaints.append(f"{self._ladder[0].tool}: {complaint[:300] or 'no answer'}")
        if not self._settled and len(self._ladder) > 1:
            del self._ladder[0]
            self.close()

    def close(self) -> None:
        """Kill the spares."""
        while self._waiting:
            self._waiting.pop().close()

    def _start_spares(self, number: int) -> None:
        with contextlib.suppress(OSError):  # `take` will meet the same error, and say so
            while len(self._waiting) < number:
                self._waiting.append(self._start())

    def _start(self) -> Worker:
        return Worker(self._ladder[0], self._limits)
