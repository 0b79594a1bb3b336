"""What the harness itself may spend on a submission, whose code chooses what is computed: seconds and memory.

Callbacks, stand-ins and comparisons run in our process, where no sandbox holds them. What takes too long is broken
off by an exception from outside, as the harness is not in the main thread, where alone a signal could reach it; what
asks for too much memory gets a `MemoryError` where the system has such limits (Linux). Seconds are the thread's own
processor time where the system tells it, so that a busy machine breaks nothing off.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MEMORY = 2 << 30  # bytes beyond what the process has already
TICK_SECONDS = 0.1
BACKSTOP = 10  # times the seconds, by the clock on the wall: for what waits and computes nothing
_STATM = Path("/proc/self/statm")
_DATA = 5  # the field of it: pages of data and stacks


class TooLong(BaseException):
    """The time for an answer is used up. No `Exception`: a suite that ignores those must not ignore this one."""


@dataclass(slots=True)
class _Deadline:
    """When a thread has to be done: in its own processor time, and by the clock on the wall."""

    clock: int | None
    processor: float
    wall: float

    @classmethod
    def set(cls, seconds: float) -> _Deadline:
        """For the thread that runs, this many seconds from now."""
        clock = time.pthread_getcpuclockid(threading.get_ident()) if hasattr(time, "pthread_getcpuclockid") else None
        wall = time.monotonic() + (seconds if clock is None else BACKSTOP * seconds)
        return cls(clock, _read(clock) + seconds, wall)

    def is_over(self) -> bool:
        """Whether one of the two has come."""
        return time.monotonic() > self.wall or _read(self.clock) > self.processor

    def move(self, start: _Deadline) -> None:
        """Not to count what has passed since `start`, which was set without any seconds."""
        self.processor += _read(self.clock) - start.processor
        self.wall += time.monotonic() - start.wall


def _read(clock: int | None) -> float:
    """Processor time of a thread; the clock on the wall where the system has none (macOS, Windows)."""
    if clock is None:
        return time.monotonic()
    try:
        return time.clock_gettime(clock)
    except OSError:  # the thread has ended
        return 0.0


class _Watchdog:
    """A thread that looks at the deadlines of all others, and breaks off whoever is past its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deadlines: dict[int, _Deadline] = {}  # by thread
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Break off this thread by `TooLong` after so much time."""
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
                with suppress(TooLong):  # it is on its way if it has not been raised yet
                    time.sleep(TICK_SECONDS)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Meanwhile this thread's time does not count."""
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
                    del self._deadlines[thread]
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooLong))


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Break off what takes longer than this, with `TooLong`, and refuse it memory beyond `MEMORY`.

    Inside another one, the time and the memory of the inner one are all that counts.
    """
    with limited_memory(), paused(), _watchdog.limit(seconds):
        yield


def paused() -> AbstractContextManager[None]:
    """Within `limited`: the time in here does not count, such as that of waiting for a worker."""
    return _watchdog.pause()


@contextmanager
def unlimited() -> Iterator[None]:
    """Within `limited`: nothing here is broken off, such as an import that would be left half done.

    The memory that it takes is no part of what may be used afterwards.
    """
    with paused(), _memory.lift():
        yield


def limited_memory() -> AbstractContextManager[None]:
    """Refuse memory beyond `MEMORY` to the whole process, as long as a submission is graded in it."""
    return _memory.limit(MEMORY)


@dataclass(eq=False, slots=True)
class _Limit:
    """The bytes of data that the process may have until one `limited_memory` ends."""

    size: int


class _ProcessMemory:
    """The limit on the process's data, which all its threads share: the smallest that any of them asks for.

    Threads begin and end theirs in any order, so what is in force is worked out anew each time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: list[_Limit] = []
        self._outside = 0  # the limit that the process had before the first of them
        self._lifted = 0  # how many threads are without any now
        self._had = 0  # bytes, when the first of those began

    @contextmanager
    def limit(self, extra: int) -> Iterator[None]:
        """Refuse more than so many bytes beyond what the process has; nothing where no system tells or limits it."""
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
        """Refuse nothing meanwhile, and let every limit move by what the process took."""
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


# A process has one limit of memory, and one watchdog is enough for all of its threads.
_memory = _ProcessMemory()
_watchdog = _Watchdog()


def _read_used() -> int | None:
    """Bytes of data that this process has, as RLIMIT_DATA counts them; None where the system does not say."""
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
    """RLIM_INFINITY is -1 in Python."""
    return float("inf") if limit < 0 else limit
