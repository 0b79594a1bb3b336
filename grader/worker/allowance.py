"""What the harness itself may spend on answering student code, which chooses the arguments: seconds and memory.

A callback or a stand-in runs in our process, where no sandbox holds it. One that takes too long is broken off by an
exception from outside, as the harness is not in the main thread, where alone a signal could reach it; one that asks
for too much memory gets a `MemoryError` where the system has such limits (Linux).
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEMORY = 2 << 30  # bytes beyond what the process has already
TICK_SECONDS = 0.1
_STATM = Path("/proc/self/statm")

_lock = threading.Lock()
_deadlines: dict[int, float] = {}  # by thread
_watchdog: threading.Thread | None = None


class TooLong(Exception):
    """The time for an answer is used up."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Break off what takes longer than this, with `TooLong`, and refuse it memory beyond `MEMORY`."""
    with _limit_memory(), _limit_time(seconds):
        yield


@contextmanager
def unlimited() -> Iterator[None]:
    """Within `limited`: nothing here is broken off, such as an import that would be left half done."""
    here = threading.get_ident()
    with _lock:
        deadline, started = _deadlines.pop(here, None), time.monotonic()
    try:
        with _set_memory(None):
            yield
    finally:
        if deadline is not None:
            with _lock:
                _deadlines[here] = deadline + time.monotonic() - started


@contextmanager
def _limit_time(seconds: float) -> Iterator[None]:
    here = threading.get_ident()
    _start_watchdog()
    with _lock:
        _deadlines[here] = time.monotonic() + seconds
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
            for thread in [thread for thread, deadline in _deadlines.items() if time.monotonic() > deadline]:
                del _deadlines[thread]
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooLong))


@contextmanager
def _limit_memory() -> Iterator[None]:
    try:
        used = int(_STATM.read_text("ascii").split()[0]) * _page_size()
    except (OSError, ImportError):
        yield  # not Linux
        return
    with _set_memory(used + MEMORY):
        yield


def _page_size() -> int:
    import resource

    return resource.getpagesize()


@contextmanager
def _set_memory(limit: int | None) -> Iterator[None]:
    """Limit the process's memory to this many bytes, None for as many as the system lets it have."""
    try:
        import resource
    except ImportError:
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = hard if limit is None or (hard != resource.RLIM_INFINITY and hard < limit) else limit
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (before, hard))
