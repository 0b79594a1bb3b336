"""Start a worker process, exchange frames with it, and kill it.

One thread per worker reads and writes, so that neither a silent worker nor one that stops reading can hold up the
harness, on any system. A deadline is the time for which the harness waits for that thread, and SIGKILL ends both the
process and the thread. A deadline counts the worker's own seconds (see `clock.py`).
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
from grader.model.course import Limits
from grader.model.report import SandboxFacts
from grader.worker.clock import Clock
from grader.worker.inside import wire
from grader.worker.inside.tags import ProtocolError
from grader.worker.inside.wire import Kind
from grader.worker.walls import sandbox
from grader.worker.walls.sandbox import Confinement

START_SECONDS = 60.0
PUMP_SECONDS = 10.0  # for the thread that reads and writes to begin, which takes time on a busy machine
ATTEMPTS = 3

# A function that evaluates (callback number, args, kwargs) in the harness and returns (worked, value).
Answer = Callable[[Any], tuple[bool, Any]]


class AnyWorker(Protocol):
    """The methods that a client needs of a worker, wherever student code runs."""

    @property
    def facts(self) -> SandboxFacts | None:
        """Return how the worker is confined, None until it is ready."""

    @property
    def spent(self) -> float:
        """Return the worker's own seconds that the last request took."""

    def ask(self, kind: Kind, value: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """Send one request and return its answer; see `Worker.ask`."""

    def close(self) -> None:
        """End the worker, because the client needs it no longer."""


class AnyLauncher(Protocol):
    """The methods that are needed of an object that gives workers."""

    def warm(self) -> None:
        """Prepare a worker, because one will be needed soon."""

    def take(self) -> AnyWorker:
        """Return a worker that is ready."""

    def require(self) -> SandboxFacts | None:
        """Start a worker that will be taken later, and return how it is confined."""

    def close(self) -> None:
        """End the workers that were not taken, because no more are needed."""


class WorkerGone(Exception):
    """The worker's process ended, or closed its pipe, before it answered."""


class WorkerSilent(Exception):
    """No answer of the worker came before the deadline."""


class Worker:
    """A process that runs one student's code.

    After any exception from `ask` the worker has to be replaced. `facts` is how the worker is confined, None until it
    is ready. `spent` is how many of the worker's own seconds the last request took.
    """

    facts: SandboxFacts | None = None
    spent = 0.0

    def __init__(self, confinement: Confinement, limits: Limits) -> None:
        self._confinement = confinement
        self._limits = limits
        self._group = confinement.groups.make_group(sandbox.limit_group(limits)) if confinement.groups else None
        self._process = subprocess.Popen(  # the command is the grader's, nothing in it comes from a student
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
        self._reply_limit = wire.MAX_BODY
        self._last_call = 0
        self._clock: Clock | None = None  # set when the worker is ready
        self._pump_id: queue.SimpleQueue[int] = queue.SimpleQueue()  # the system's id of the pump's thread
        # Where memory has run out, a thread may never begin, and `threading.Thread.start` would wait for it for ever.
        _thread.start_new_thread(self._pump, ())
        user = sandbox.choose_user(confinement)
        start = (sandbox.rlimits(limits), user, sandbox.canary(), confinement.denied_calls)
        self._requests.put(wire.encode(Kind.START, 0, start))

    def wait_until_ready(self) -> SandboxFacts:
        """Wait for the first frame, and return how the worker is confined.

        In that frame the child says what its probes found. Only the first call waits. Raises `WorkerGone`,
        `WorkerSilent` or `ProtocolError` if no such frame comes.
        """
        if self.facts is None:
            pump = self._find_pump()
            kind, value = self._receive(START_SECONDS)
            if kind is not Kind.READY:  # the process that answers may be any program, while no student's file was sent
                raise ProtocolError("the worker did not say that it is ready")
            together = self._group is not None and self._group.is_in_force()
            probes = {**value[0], sandbox.TOGETHER: together}
            self.facts = sandbox.describe(self._confinement, self._limits, probes)
            self._clock = Clock(self._process.pid, pump)
        return self.facts

    def ask(self, kind: Kind, value: object, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """Send one request, and wait for the frame that answers it.

        Return the kind and the value of that frame.

        `seconds` are the worker's own: the time in which the harness answers questions does not count, and neither does
        the time in which other programs have the processors. `spent` tells how many of them the request took. `answer`
        evaluates callbacks in the meantime.

        Raises `WorkerSilent` at the deadline, `WorkerGone` when the process ended, `ProtocolError` for a frame that is
        not an answer to this request, and `Unsupported` if `value` cannot be sent.
        """
        assert self._clock is not None  # every caller has waited until the worker was ready
        self._clock.start()
        try:
            self._last_call = secrets.randbits(64)  # so that student code cannot prepare an answer before its question
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
            # All of them: rounding could leave a tiny rest of time, and the client would use it again and again.
            self.spent = seconds
            raise
        except BaseException:
            self.spent = self._clock.measure()
            raise

    def _wait(self, clock: Clock, seconds: float) -> tuple[Kind, Any]:
        """Return the next frame, if it comes in the worker's own `seconds`."""
        while True:
            left = clock.find_left(seconds)
            try:
                return self._receive(left)
            except WorkerSilent:
                if left <= 0:
                    raise

    def read_complaint(self) -> str:
        """Kill a process that never became ready, and return its error text.

        The text is the first 4000 bytes that the process wrote to its standard error.
        """
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
        """Kill the process, and let go of its pipes and its control group.

        The thread that uses standard input and output closes these two itself.
        """
        self.kill()
        if self._process.stderr is not None:
            self._process.stderr.close()
        if self._clock is not None:
            self._clock.close()
        if self._group is not None:
            self._group.remove()

    def exit_code(self) -> int | None:
        """Return the exit code of the process; call `kill` first."""
        return self._process.returncode

    def _find_pump(self) -> int:
        try:
            return self._pump_id.get(timeout=PUMP_SECONDS)
        except queue.Empty:
            self.kill()
            for pipe in (self._process.stdin, self._process.stdout):  # the thread that closes them has not begun
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
        """Write a request and read its reply, until told to stop.

        An exception takes the place of the reply.
        """
        self._pump_id.put(threading.get_native_id())
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None

        def read(size: int) -> bytes:
            data = stdout.read(size)
            if len(data) < size:
                raise EOFError
            return data

        # Closing a pipe waits for a thread that is writing to it, so only this thread, which writes, may close these.
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
    """Starts workers at the strongest sandbox level that this machine has.

    Each worker is for one submission.

    `confinements` are the ways to start a worker, the strongest first. The first worker to become ready settles which
    of them is used. A worker whose probes support less than the sandbox level `least` counts as one that did not start.

    With `spares`, that many workers more are always starting in the background, so that the next submission, or the
    replacement after a crash, need not wait for Python and numpy.
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
        """Return a worker that is ready.

        Before a way to start workers is settled, a way that fails is dropped, and the next weaker one is tried.
        Afterwards a way that fails is tried again, and never weakened.

        Raises `WorkerError` if no worker can be started, and `SandboxError` if none can be started at the level
        `least`.
        """
        worker = self._take_first()
        self._start_spares(self._spares)
        return worker

    def require(self) -> SandboxFacts | None:
        """Start a worker before anything depends on it, and return its facts.

        The facts are how the worker is confined. The worker is kept for the next `take`. Raises the same exceptions as
        `take`.
        """
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
        with contextlib.suppress(OSError):  # `take` will meet the same error and report it
            while len(self._waiting) < number:
                self._waiting.append(self._start())

    def _start(self) -> Worker:
        return Worker(self._ladder[0], self._limits)
