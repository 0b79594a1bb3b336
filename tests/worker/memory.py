"""How much memory this process took at most, over a stretch of a test."""

from __future__ import annotations

import contextlib
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_RESET_PEAK = "5"  # proc(5): the high-water mark starts again at what is resident now


@dataclass(slots=True)
class Growth:
    """By how many MiB the peak rose over what was there before; known when the block ends."""

    mib: float = 0.0


@contextlib.contextmanager
def measure_growth() -> Iterator[Growth]:
    """Measure the block's peak in resident memory."""
    growth = Growth()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK)
    before = _read_peak()
    yield growth
    growth.mib = (_read_peak() - before) / 1024


def _read_peak() -> float:
    """The high-water mark in KiB."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else peak
