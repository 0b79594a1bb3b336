"""A worker's own time: what passes by the clock on the wall, but for what it was kept waiting by other programs.

A deadline on the wall alone fails right answers on a busy machine. Linux tells of each thread how long it stood ready
and had no processor (schedstat in proc(5)); that much is given back to the worker, and so is what the harness's two
threads at the pipe were kept waiting. Whoever sleeps uses up their time, as ever. All of it is read from outside: no
student code has a say. Elsewhere (macOS, Windows, gVisor) a worker's time is that of the wall.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

BACKSTOP = 6  # times its seconds, or this many more, by the clock on the wall: then a worker's time is over anyway
BACKSTOP_SECONDS = 20.0
_LEAST = 0.01  # seconds that are worth waiting for once more
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class _Process(NamedTuple):
    """A line of /proc/<pid>/stat."""

    pid: int
    parent: int
    session: int
    seconds: float  # of processor time, with that of its children that have ended


class Clock:
    """The time of one worker after another request. `start` begins one; `pause` and `go_on` frame an answer of ours."""

    def __init__(self, root: int, thread: int) -> None:
        """`root` is the process that was started, `thread` the harness's own that reads and writes for it."""
        self._root = root
        self._leader = _find_leader(root)
        self._files: dict[str, io.FileIO] = {}  # open for as long as the worker lives: this is read for every call
        self._pump = f"/proc/self/task/{thread}/schedstat"

    def start(self) -> None:
        """A request begins; the thread that calls this is the one that waits for the reply."""
        self._caller = f"/proc/self/task/{threading.get_native_id()}/schedstat"
        self._waited = self._read_waits()
        self._usage = self._read(f"/proc/{self._leader}/stat")
        self._granted = 0.0
        self._started = time.monotonic()

    def pause(self) -> None:
        """The harness is answering: that time is not the worker's."""
        self._paused = time.monotonic(), self._read_wait(self._caller)

    def go_on(self) -> None:
        """The answer is there."""
        started, waited = self._paused
        self._started += time.monotonic() - started
        self._waited += self._read_wait(self._caller) - waited

    def measure(self) -> float:
        """Seconds of the worker's own since the start."""
        return self._measure_wall() - self._measure_starving()

    def find_left(self, seconds: float) -> float:
        """How much longer to wait for a reply that has `seconds` of the worker's own time; nothing when they are over.

        As long as the clock on the wall says that there is time, nothing else is looked at.
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
        """Let go of the files."""
        while self._files:
            self._files.popitem()[1].close()

    def _measure_wall(self) -> float:
        return time.monotonic() - self._started

    def _measure_starving(self) -> float:
        """Seconds in which there was work to do, and no processor for it."""
        return max(0.0, self._read_waits() - self._waited)

    def _measure_usage(self) -> float:
        """Processor time of all the worker's processes: many that wait for each other are not kept waiting by us."""
        before = _parse(self._usage)
        total = sum(process.seconds for process in _list_family(self._root))
        return total - (before.seconds if before else 0.0)

    def _has_lowered_itself(self) -> bool:
        """Whether it gave precedence to all other programs of its own will."""
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
        """Seconds that a thread has stood ready without a processor."""
        fields = self._read(path).split()
        return int(fields[1]) / 1e9 if self._leader and len(fields) > 1 else 0.0

    def _read(self, path: str) -> bytes:
        """The text of a file that stays open, empty where it cannot be read."""
        try:
            if path not in self._files:
                self._files[path] = io.FileIO(path)
            return os.pread(self._files[path].fileno(), 1000, 0)
        except (OSError, ValueError, AttributeError):  # not there, closed by an abort, or Windows
            return b""


def _find_leader(root: int) -> int:
    """The youngest descendant, which is Python behind the sandbox's own processes; 0 where the system does not say."""
    family = list(_list_family(root))
    parents = {process.parent for process in family}
    leader = next((process.pid for process in family if process.pid not in parents), 0)
    return leader if os.access(f"/proc/{leader}/schedstat", os.R_OK) else 0


def _list_family(root: int) -> Iterator[_Process]:
    """A process, its session and their descendants, those that are left."""
    processes = list(_list_processes())
    family = {process.pid for process in processes if root in (process.pid, process.session)}
    size = -1
    while len(family) != size:
        size = len(family)
        family |= {process.pid for process in processes if process.parent in family}
    return (process for process in processes if process.pid in family)


def _list_processes() -> Iterator[_Process]:
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                    if process := _parse(file.read()):
                        yield process


def _parse(text: bytes) -> _Process | None:
    """None for what is no such line; the name, in brackets, may hold anything."""
    fields = text.rpartition(b")")[2].split()
    if len(fields) < 15:
        return None
    ticks = sum(map(int, fields[11:15]))
    return _Process(int(text.split(maxsplit=1)[0]), int(fields[1]), int(fields[3]), ticks / _TICKS)
