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
from contextlib import contextmanager, nullcontext, suppress
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


_lock = threading.Lock()
_deadlines: dict[int, _Deadline] = {}  # by thread
_watchdog: threading.Thread | None = None
_taken = 0  # bytes that were taken without a limit, within one


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Break off what takes longer than this, with `TooLong`, and refuse it memory beyond `MEMORY`.

    Inside another one, the time and the memory of the inner one are all that counts.
    """
    with limited_memory(), paused(), _limit_time(seconds):
        yield


@contextmanager
def paused() -> Iterator[None]:
    """Within `limited`: the time in here does not count, such as that of waiting for a worker."""
    here = threading.get_ident()
    with _lock:
        outer, started = _deadlines.pop(here, None), _Deadline.set(0)
    try:
        yield
    finally:
        if outer is not None:
            outer.move(started)
            with _lock:
                _deadlines[here] = outer


@contextmanager
def unlimited() -> Iterator[None]:
    """Within `limited`: nothing here is broken off, such as an import that would be left half done.

    The memory that it takes is no part of what may be used afterwards.
    """
    with paused(), _set_memory(None):
        yield


@contextmanager
def limited_memory() -> Iterator[None]:
    """Refuse memory beyond `MEMORY` to the whole process, as long as a submission is graded in it."""
    used = _read_used()
    with _set_memory(used + MEMORY) if used is not None else nullcontext():
        yield


@contextmanager
def _limit_time(seconds: float) -> Iterator[None]:
    here = threading.get_ident()
    _start_watchdog()
    with _lock:
        _deadlines[here] = _Deadline.set(seconds)
    try:
        yield
    finally:
        with _lock:
            fired = _deadlines.pop(here, None) is None
        if fired:
            with suppress(TooLong):  # it is on its way if it has not been raised yet
                time.sleep(TICK_SECONDS)


def _start_watchdog() -> None:
    global _watchdog
    if _watchdog is None or not _watchdog.is_alive():
        _watchdog = threading.Thread(target=_watch, daemon=True, name="answers-watchdog")
        _watchdog.start()


def _watch() -> None:
    while True:
        time.sleep(TICK_SECONDS)
        with _lock:
            for thread in [thread for thread, deadline in _deadlines.items() if deadline.is_over()]:
                del _deadlines[thread]
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooLong))


def _read_used() -> int | None:
    """Bytes of data that this process has, as RLIMIT_DATA counts them; None where the system does not say."""
    try:
        import resource

        return int(_STATM.read_text("ascii").split()[_DATA]) * resource.getpagesize()
    except (OSError, ImportError):
        return None


@contextmanager
def _set_memory(limit: int | None) -> Iterator[None]:
    """Limit the process's memory to this many bytes, None for as many as the system lets it have.

    A limit within another one never gives more than that one, and moves with what was taken without any.
    """
    global _taken
    try:
        import resource
    except ImportError:
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    had, taken = _read_used() or 0, _taken
    _try_to_set(hard if limit is None else min((limit, before, hard), key=_order), hard)
    try:
        yield
    finally:
        if limit is None:
            _taken += max(0, (_read_used() or 0) - had)
        _try_to_set(before if before == resource.RLIM_INFINITY else before + _taken - taken, hard)


def _try_to_set(limit: int, hard: int) -> None:
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _order(limit: int) -> float:
    """RLIM_INFINITY is -1 in Python."""
    return float("inf") if limit < 0 else limit
