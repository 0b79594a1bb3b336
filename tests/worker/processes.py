"""Worker processes that can be found from outside: each carries a mark in its command line, and so do its children."""

from __future__ import annotations

import dataclasses
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from grader.model.course import Limits
from grader.worker.process import Launcher
from grader.worker.walls import sandbox
from grader.worker.walls.sandbox import Confinement

MARK = f"worker-of-test-{uuid.uuid4().hex}"
GENEROUS = Limits(load_seconds=60.0, call_seconds=120.0, submission_seconds=3600.0)
HASTY = Limits(load_seconds=60.0, call_seconds=2.0, submission_seconds=3600.0)


def mark(confinement: Confinement, text: str = MARK) -> Confinement:
    """The same confinement; the worker drops its last argument unread, but the kernel shows it."""
    return dataclasses.replace(confinement, command=(*confinement.command, text))


def make_launcher(
    limits: Limits, confinements: Iterable[Confinement] | None = None, spares: int = 0, text: str = MARK
) -> Launcher:
    """A launcher of marked workers."""
    ladder = sandbox.list_confinements() if confinements is None else confinements
    return Launcher(limits, spares, [mark(confinement, text) for confinement in ladder])


def find_processes(text: str = MARK) -> set[int]:
    """The processes that are alive and carry the mark. (One that is dead and not yet waited for has no command.)"""
    return {pid for pid, command in _list_commands() if text in command}


def _list_commands() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                yield int(folder.name), (folder / "cmdline").read_bytes().decode("utf-8", "replace")
            except OSError:  # it has just ended
                continue


def find_stopped(text: str = MARK) -> set[int]:
    """Those of them that were stopped by a signal."""
    return {pid for pid in find_processes(text) if _read_state(pid) == "T"}


def _read_state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def wait_until(holds: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether something comes true within this time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def are_gone(text: str = MARK) -> bool:
    """Whether no marked process is left, a moment later at most: the kernel clears a namespace away in its own time."""
    return wait_until(lambda: not find_processes(text))
