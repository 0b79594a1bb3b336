"""Limit the time and memory that the harness spends on a submission.

Student code chooses how much the harness computes: it picks the arguments of callbacks and stand-ins, and it returns
the values that are compared. Callbacks, stand-ins and comparisons run in the harness's process, where no sandbox
confines them.

Time: a watchdog thread raises an exception in a thread that takes too long. A signal could not do this, because signals
reach only the main thread, and the harness runs in another one. Seconds are the thread's own processor time where the
system tells it, so that a busy machine breaks nothing off.

Memory: where the system has such limits (Linux), an allocation that is too large raises `MemoryError`.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MEMORY = 2 << 30  # bytes beyond those that the process has already
TICK_SECONDS = 0.1
# A computation that only waits uses no processor time, so it is broken off after this many times its seconds on the
# wall clock.
BACKSTOP = 10
_STATM = Path("/proc/self/statm")
_DATA = 5  # the index of its field with the pages of data and stacks, see proc(5)


class TooLong(BaseException):
    """The exception that `limited` raises when its time is used up.

    It is not an `Exception`, so that a suite that ignores every `Exception` does not ignore this one.
    """


@dataclass(slots=True)
class _Deadline:
    """The two moments at which a thread has to be done, in seconds.

    `processor` is a moment of the thread's own processor time, `wall` one of the wall clock. `clock` is the system's id
    of the thread's processor clock, or None where the system has no such clock.
    """

    clock: int | None
    processor: float
    wall: float

    @classmethod
    def set(cls, seconds: float) -> _Deadline:
        """Build the deadline of the calling thread, `seconds` from now."""
        clock = time.pthread_getcpuclockid(threading.get_ident()) if hasattr(time, "pthread_getcpuclockid") else None
        wall = time.monotonic() + (seconds if clock is None else BACKSTOP * seconds)
        return cls(clock, _read(clock) + seconds, wall)

    def is_over(self) -> bool:
        """Tell whether one of the two moments has come."""
        return time.monotonic() > self.wall or _read(self.clock) > self.processor

    def move(self, start: _Deadline) -> None:
        """Postpone the deadline by the time that has passed since `start`.

        `start` is a deadline that was set with 0 seconds.
        """
        self.processor += _read(self.clock) - start.processor
        self.wall += time.monotonic() - start.wall


def _read(clock: int | None) -> float:
    """Return the processor time of a thread in seconds.

    Return the wall clock's time if `clock` is None: the system has no such clock (macOS, Windows).
    """
    if clock is None:
        return time.monotonic()
    try:
        return time.clock_gettime(clock)
    except OSError:  # the thread has ended
        return 0.0


class _Watchdog:
    """A thread that looks at the deadlines of all others and enforces them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deadlines: dict[int, _Deadline] = {}  # by the thread's id
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Raise `TooLong` in the calling thread when `seconds` are used up."""
        here = threading.get_ident()
        self._start()
        with self._lock:
            self._deadlines[here] = _Deadline.set(seconds)
        try:
            yield
        finally:
            with self._lock:
                fired = self._deadlines.pop(here, None) is None
            if fired:
                with suppress(TooLong):  # the watchdog has asked for it, but Python may raise it a little later
                    time.sleep(TICK_SECONDS)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Do not count the calling thread's time inside this context."""
        here = threading.get_ident()
        with self._lock:
            outer, started = self._deadlines.pop(here, None), _Deadline.set(0)
        try:
            yield
        finally:
            if outer is not None:
                outer.move(started)
                with self._lock:
                    self._deadlines[here] = outer

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._watch, daemon=True, name="answers-watchdog")
            self._thread.start()

    def _watch(self) -> None:
        while True:
            time.sleep(TICK_SECONDS)
            with self._lock:
                for thread in [thread for thread, deadline in self._deadlines.items() if deadline.is_over()]:
                    del self._deadlines[thread]  # a missing deadline tells `limit` that the exception is coming
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooLong))


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Limit the time and memory of the code inside this context.

    When `seconds` are used up, `TooLong` is raised in the calling thread. Memory of more than `MEMORY` bytes beyond
    what the process has is refused (`MemoryError`), where the system can do so.

    Such contexts can be nested: inside the inner one, only its own time counts, and the time of the outer one stands
    still. Of several memory limits, the smallest is in force.
    """
    with limited_memory(), paused(), _watchdog.limit(seconds):
        yield


def paused() -> AbstractContextManager[None]:
    """Do not count the time inside this context, within `limited`.

    The harness uses it while it waits for a worker, for example.
    """
    return _watchdog.pause()


@contextmanager
def unlimited() -> Iterator[None]:
    """Lift the limits of `limited` on time and memory inside this context.

    Use it for work that must not be broken off, such as an import that would be left half done. The memory that this
    work takes is not subtracted from the memory that may be used afterwards.
    """
    with paused(), _memory.lift():
        yield


def limited_memory() -> AbstractContextManager[None]:
    """Limit the memory of the whole process while a submission is graded.

    The limit is `MEMORY` bytes beyond what the process has when the context begins.
    """
    return _memory.limit(MEMORY)


@dataclass(eq=False, slots=True)
class _Limit:
    """The bytes of data that the process may have, for one `limited_memory`."""

    size: int


class _ProcessMemory:
    """The limit on the process's data, which all its threads share.

    The smallest limit that any of the threads asks for is in force. The threads begin and end their limits in any
    order, so the limit in force is worked out again each time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: list[_Limit] = []
        self._outside = 0  # the limit that the process had before the first of these
        self._lifted = 0  # how many threads are inside `lift` now
        self._had = 0  # bytes of data when the first of those threads began

    @contextmanager
    def limit(self, extra: int) -> Iterator[None]:
        """Refuse more than `extra` bytes beyond what the process has now.

        Nothing is refused where the system does not tell the memory of a process or cannot limit it.
        """
        used = _read_used()
        if used is None:
            yield
            return
        limit = _Limit(used + extra)
        with self._lock:
            if not self._limits:
                self._outside = _get_limit()
            self._limits.append(limit)
            self._enforce()
        try:
            yield
        finally:
            with self._lock:
                self._limits.remove(limit)
                self._enforce()

    @contextmanager
    def lift(self) -> Iterator[None]:
        """Lift all limits, then raise each by the memory that was taken."""
        with self._lock:
            if not self._lifted:
                self._had = _read_used() or 0
            self._lifted += 1
            self._enforce()
        try:
            yield
        finally:
            with self._lock:
                self._lifted -= 1
                if not self._lifted:
                    taken = max(0, (_read_used() or 0) - self._had)
                    for limit in self._limits:
                        limit.size += taken
                self._enforce()

    def _enforce(self) -> None:
        if self._outside:
            sizes = [] if self._lifted else [limit.size for limit in self._limits]
            _set_limit(min(self._outside, *sizes, key=_order) if sizes else self._outside)


# Both are shared: a process has one memory limit, and one watchdog is enough for all of its threads.
_memory = _ProcessMemory()
_watchdog = _Watchdog()


def _read_used() -> int | None:
    """Return the bytes of data that this process has.

    They are counted as RLIMIT_DATA counts them. Return None where the system does not say.
    """
    try:
        import resource

        return int(_STATM.read_text("ascii").split()[_DATA]) * resource.getpagesize()
    except (OSError, ImportError):
        return None


def _get_limit() -> int:
    import resource

    return resource.getrlimit(resource.RLIMIT_DATA)[0]


def _set_limit(limit: int) -> None:
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _order(limit: int) -> float:
    """Return a key to sort limits by: RLIM_INFINITY is -1 in Python."""
    return float("inf") if limit < 0 else limit
