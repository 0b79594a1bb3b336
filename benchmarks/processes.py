"""The processor time of a command, with all the processes that it starts and leaves behind.

`resource.getrusage(RUSAGE_CHILDREN)` misses workers: they are killed together with the process that would have waited
for them. So the measuring process becomes a subreaper (Linux), which inherits every orphan among its descendants and
waits for it. It must have no other children meanwhile.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


def measure_cpu(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> float:
    """Return the processor seconds of a command and of all its descendants.

    Raises `CalledProcessError` if the command fails.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    seconds, code = 0.0, 0
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:  # nobody is left
            break
        seconds += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            code = process.returncode = os.waitstatus_to_exitcode(status)
    if code:
        raise subprocess.CalledProcessError(code, command)
    return seconds
