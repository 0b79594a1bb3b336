"""What a command started, seen from outside."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tests.worker.processes import wait_until

BUSY_SECONDS = 3.0  # more than it takes to import numpy


def list_descendants(pid: int) -> set[int]:
    """The processes that a process has started, and those that they have."""
    parents = {child: fields[1] for child in list_processes() if (fields := read_fields(child))}
    found = {pid}
    while more := {child for child, parent in parents.items() if int(parent) in found} - found:
        found |= more
    return found - {pid}


def list_harnesses(pid: int) -> set[int]:
    """Those of a process's descendants that grade; workers are their children."""
    return {child for child in list_descendants(pid) if b"grader.harness.process" in read_command(child)}


def read_command(pid: int) -> bytes:
    """The command line of a process, nothing for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def wait_for_work(pid: int, seconds: float = 120.0) -> bool:
    """Whether, within this time, one that a process has started is busy with more than its own start."""
    return wait_until(lambda: any(measure_seconds(child) > BUSY_SECONDS for child in list_descendants(pid)), seconds)


def are_gone(pids: Iterable[int]) -> bool:
    """Whether none of these is alive."""
    return not any((fields := read_fields(pid)) and fields[0] != "Z" for pid in pids)


def list_processes() -> list[int]:
    """Every process there is."""
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def measure_seconds(pid: int) -> float:
    """The processor's time that a process has used."""
    fields = read_fields(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def read_fields(pid: int) -> list[str]:
    """State, parent and so on, as in proc(5) from the third field; nothing for one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []
