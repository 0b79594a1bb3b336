"""Machines that have less than this one, made of namespaces: run as a script, it becomes the command it is given.

    python -m tests.machines without_namespaces COMMAND...
    python -m tests.machines without_bubblewrap COMMAND...
    BUBBLEWRAP=FOLDER python -m tests.machines with_bubblewrap_elsewhere COMMAND...

The kernel's own rules are in force there, so nothing has to be pretended. It works as root and as an ordinary user.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

from grader.worker.walls import bubblewrap

NEW_MOUNTS, NEW_USER = 0x00020000, 0x10000000
LIBC = ctypes.CDLL(None, use_errno=True)
ROOT = Path(__file__).parent.parent


def imitate(machine: str, *command: str, **options: str) -> subprocess.CompletedProcess[str]:
    """Run a command on such a machine; `options` are environment variables."""
    words = [sys.executable, "-m", "tests.machines", machine, *command]
    environment = {**os.environ, **options, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        words, env=environment, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )


def without_namespaces() -> None:
    """An ordinary user in a user namespace in which no more of them can be made."""
    enter_user_namespace(inside=1000)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def without_bubblewrap() -> None:
    """For an ordinary user every bubblewrap that would be found lies under a file that nobody can execute."""
    tools = bubblewrap.find_tools()
    enter_user_namespace(inside=1000)
    check(LIBC.unshare(NEW_MOUNTS))
    check(LIBC.mount(b"none", b"/", None, 0x44000, None))  # MS_REC | MS_PRIVATE: what follows stays in here
    for tool in tools:
        check(LIBC.mount(b"/dev/null", tool.encode(), None, 0x1000, None))  # MS_BIND


def with_bubblewrap_elsewhere() -> None:
    """The one bubblewrap is $BUBBLEWRAP/bwrap, which a test may take away and bring back while the command runs."""
    tools = bubblewrap.find_tools()
    if os.geteuid():
        enter_user_namespace(inside=1000)
    check(LIBC.unshare(NEW_MOUNTS))
    check(LIBC.mount(b"none", b"/", None, 0x44000, None))  # MS_REC | MS_PRIVATE: what follows stays in here
    for tool in tools[:-1]:
        check(LIBC.mount(b"/dev/null", tool.encode(), None, 0x1000, None))  # MS_BIND
    folder = str(Path(tools[-1]).parent)  # the one of the wheel: a folder of its own
    check(LIBC.mount(os.environ["BUBBLEWRAP"].encode(), folder.encode(), None, 0x1000, None))


def enter_user_namespace(inside: int) -> None:
    """A new user namespace in which this user has the number `inside`."""
    user, group = os.geteuid(), os.getegid()
    check(LIBC.unshare(NEW_USER))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{inside} {group} 1")


def check(answer: int) -> None:
    """Raises for a system call that failed."""
    if answer:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


if __name__ == "__main__":
    machines = (without_namespaces, without_bubblewrap, with_bubblewrap_elsewhere)
    {machine.__name__: machine for machine in machines}[sys.argv[1]]()
    os.execv(sys.argv[2], sys.argv[2:])
