"""Measure a worker's own seconds.

They are the seconds of the wall clock without those in which other programs kept the worker waiting. A deadline on the
wall clock alone would fail right answers on a busy machine. Linux tells of each thread how long it stood ready and had
no processor (schedstat in proc(5)); that time is given back to the worker, and so is the time that the harness's two
threads at the pipe were kept waiting. Code that sleeps uses up its time as before.

All of this is read from outside the worker, so student code cannot change it. On other systems (macOS, Windows, gVisor)
a worker's seconds are those of the wall clock.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

# On the wall clock a worker's time is over in any case after BACKSTOP times its seconds or after BACKSTOP_SECONDS more
# than its seconds, the later of the two.
BACKSTOP = 6
BACKSTOP_SECONDS = 20.0
_LEAST = 0.01  # seconds; it is not worth waiting again for less
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class _Process(NamedTuple):
    """One process, as its line in /proc/<pid>/stat describes it."""

    pid: int
    parent: int
    session: int
    seconds: float  # of processor time, including that of its children that have ended


class Clock:
    """Measures a worker's own seconds for one request after another.

    `start` begins a request. `pause` and `go_on` enclose the time in which the harness answers a question.
    """

    def __init__(self, root: int, thread: int) -> None:
        """Prepare to measure the worker whose first process is `root`.

        `root` is the process that the harness started, which may be a sandbox tool's. `thread` is the system's id of
        the harness's thread that reads and writes for this worker.
        """
        self._root = root
        self._leader = _find_leader(root)
        self._files: dict[str, io.FileIO] = {}  # open as long as the worker lives, as they are read for every call
        self._pump = f"/proc/self/task/{thread}/schedstat"

    def start(self) -> None:
        """Begin a request.

        The thread that calls this method must be the one that waits for the reply.
        """
        self._caller = f"/proc/self/task/{threading.get_native_id()}/schedstat"
        self._waited = self._read_waits()
        self._usage = self._read(f"/proc/{self._leader}/stat")
        self._granted = 0.0  # seconds by which the deadline on the wall clock was moved
        self._started = time.monotonic()

    def pause(self) -> None:
        """Stop the clock while the harness answers a question."""
        self._paused = time.monotonic(), self._read_wait(self._caller)

    def go_on(self) -> None:
        """Let the clock run again: the harness has answered."""
        started, waited = self._paused
        self._started += time.monotonic() - started
        self._waited += self._read_wait(self._caller) - waited

    def measure(self) -> float:
        """Return the worker's own seconds since `start`."""
        return self._measure_wall() - self._measure_starving()

    def find_left(self, seconds: float) -> float:
        """Return for how many seconds more to wait for a reply.

        The reply has `seconds` of the worker's own time. A result of 0 or less says that they are over. As long as the
        wall clock says that there is time, nothing else is looked at.
        """
        left = seconds + self._granted - self._measure_wall()
        if left > 0 or not self._leader or self._has_lowered_itself():
            return left
        wall = self._measure_wall()
        own = max(wall - self._measure_starving(), self._measure_usage())
        end = max(BACKSTOP * seconds, seconds + BACKSTOP_SECONDS)
        left = min(seconds - own, end - wall)
        if left < _LEAST:
            return 0.0
        self._granted = wall + left - seconds
        return left

    def close(self) -> None:
        """Close the files in /proc."""
        while self._files:
            self._files.popitem()[1].close()

    def _measure_wall(self) -> float:
        return time.monotonic() - self._started

    def _measure_starving(self) -> float:
        """Return the seconds in which a thread was ready but had no processor."""
        return max(0.0, self._read_waits() - self._waited)

    def _measure_usage(self) -> float:
        """Return the processor time of all the worker's processes, in seconds.

        It counts in full: a worker whose many processes wait for each other is not kept waiting by other programs.
        """
        before = _parse(self._usage)
        total = sum(process.seconds for process in _list_family(self._root))
        return total - (before.seconds if before else 0.0)

    def _has_lowered_itself(self) -> bool:
        """Tell whether the worker lowered its own priority.

        Such a worker let all other programs go first of its own will, so it gets no time back.
        """
        try:
            return (
                os.getpriority(os.PRIO_PROCESS, self._leader) > os.getpriority(os.PRIO_PROCESS, 0)
                or os.sched_getscheduler(self._leader) == os.SCHED_IDLE
            )
        except OSError:
            return False

    def _read_waits(self) -> float:
        return sum(map(self._read_wait, (f"/proc/{self._leader}/schedstat", self._pump, self._caller)))

    def _read_wait(self, path: str) -> float:
        """Return the seconds that a thread has stood ready without a processor."""
        fields = self._read(path).split()
        return int(fields[1]) / 1e9 if self._leader and len(fields) > 1 else 0.0

    def _read(self, path: str) -> bytes:
        """Return the content of a file, which stays open for the next time.

        Return no bytes if the file cannot be read.
        """
        try:
            if path not in self._files:
                self._files[path] = io.FileIO(path)
            return os.pread(self._files[path].fileno(), 1000, 0)
        except (OSError, ValueError, AttributeError):  # the file is missing, an abort closed it, or this is Windows
            return b""


def _find_leader(root: int) -> int:
    """Return the process id of the Python that runs in the sandbox.

    It is the youngest descendant of `root`, behind the sandbox's own processes. Return 0 where the system does not say.
    """
    family = list(_list_family(root))
    parents = {process.parent for process in family}
    leader = next((process.pid for process in family if process.pid not in parents), 0)
    return leader if os.access(f"/proc/{leader}/schedstat", os.R_OK) else 0


def _list_family(root: int) -> Iterator[_Process]:
    """List a process, its session and their descendants that are left."""
    processes = list(_list_processes())
    family = {process.pid for process in processes if root in (process.pid, process.session)}
    size = -1
    while len(family) != size:
        size = len(family)
        family |= {process.pid for process in processes if process.parent in family}  # until no child is new
    return (process for process in processes if process.pid in family)


def _list_processes() -> Iterator[_Process]:
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                    if process := _parse(file.read()):
                        yield process


def _parse(text: bytes) -> _Process | None:
    """Parse a line of /proc/<pid>/stat; return None for any other text.

    The process's name, which is in brackets, may hold any characters, so fields are counted from the last bracket.
    """
    fields = text.rpartition(b")")[2].split()
    if len(fields) < 15:
        return None
    ticks = sum(map(int, fields[11:15]))
    return _Process(int(text.split(maxsplit=1)[0]), int(fields[1]), int(fields[3]), ticks / _TICKS)
