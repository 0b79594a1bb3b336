"""Choose how a worker is confined, and say which level its probes show.

    3  level 2, and a control group: one limit on what all processes of a worker use together
    2  bubblewrap, rlimits, a filter for system calls; no way to the network, the host's files or other processes
    1  rlimits, a clean environment, a session of its own, the filter on Linux; no namespaces
    0  a plain process with deadlines (Windows; a process of root where root cannot be given up)

No level is assumed: the child probes its own surroundings before it reads a student's file, and the level in the report
is the one that its answers support.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from grader.model.course import Limits
from grader.model.report import BEST_LEVEL, SandboxFacts
from grader.worker.walls import bubblewrap, cgroup, interpreter
from grader.worker.walls.bubblewrap import NOBODY
from grader.worker.walls.cgroup import GroupLimits, Place
from grader.worker.walls.seccomp import filter_here

TOGETHER = "limited_together"  # the probe that level 3 is about; the harness makes it, as no process inside can
HELPERS = 2  # bubblewrap's own processes beside the worker's
UNNAMED = range(61184, 65520)  # user ids that distributions set aside for users without a name


@dataclass(frozen=True, slots=True)
class Confinement:
    """A way to start a worker.

    `command` and `environment` start it, and `best_level` is the strongest level that it can reach. `tool` and
    `version` are for the report. `user` is 0 if the worker stays the user that starts it, `denied_calls` is the filter
    for system calls, and `groups` is where its control group is made, or None for a worker without one.
    """

    command: tuple[str, ...]
    environment: dict[str, str]
    tool: str
    version: str
    best_level: int
    user: int
    denied_calls: bytes = field(default_factory=filter_here)
    groups: Place | None = None


def list_confinements() -> Iterator[Confinement]:
    """Yield every way to start a worker here, the strongest first.

    Whether a way works is found out by starting a worker.
    """
    place = cgroup.find_place()
    for bwrap in bubblewrap.find_tools():
        if place is not None:
            yield replace(confine_with_bubblewrap(bwrap), best_level=BEST_LEVEL, groups=place)
        yield confine_with_bubblewrap(bwrap)
    yield confine_plainly()


def choose_user(confinement: Confinement) -> int:
    """Return the user that a worker becomes, or 0 to stay the same user.

    The kernel counts the processes of a user over all workers, and lets a user kill their own processes. So each worker
    becomes a user that no running process has, and no worker uses up or ends what the others start.
    """
    if not confinement.user:
        return 0
    taken = set(_list_users())
    return secrets.choice([user for user in UNNAMED if user not in taken])


def _list_users() -> Iterator[int]:
    """Yield the users of all processes that run on this machine."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # the process has just ended
            yield folder.stat().st_uid


def rlimits(limits: Limits) -> dict[str, int]:
    """Return the limits that the child sets before it reads a student's file.

    The keys are the names in the `resource` module without "RLIMIT_". Standard output is a pipe, so no file may grow at
    all.
    """
    seconds = int(limits.load_seconds + limits.submission_seconds) + 10
    return {
        "AS": limits.memory_mib << 20,
        "CPU": seconds,
        "FSIZE": 0,
        "CORE": 0,
        "NOFILE": 32,
        "NPROC": 8,
        "STACK": 8 << 20,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "SIGPENDING": 64,  # counted for all sandboxes of a user together: none may use up the user's limit
    }


def limit_group(limits: Limits) -> GroupLimits:
    """Return the limits on all processes of a worker together.

    Together they may use what one of them may use alone.
    """
    alone = rlimits(limits)
    return GroupLimits(memory=alone["AS"], processes=alone["NPROC"] + HELPERS)


def describe(confinement: Confinement, limits: Limits, probes: dict[str, bool]) -> SandboxFacts:
    """Return how a worker is confined, for the report.

    The level is the one that the probes support, whatever was asked for, and at most `best_level`.
    """
    in_force = rlimits(limits) if limits_work() else {}
    if probes.get(TOGETHER):
        group = limit_group(limits)
        in_force |= {"GROUP_MEMORY": group.memory, "GROUP_PIDS": group.processes}
    return SandboxFacts(
        level=min(confinement.best_level, _support(probes)),
        tool=confinement.tool,
        version=confinement.version,
        network=not probes.get("no_network", False),
        limits=in_force,
        probes=probes,
    )


def _support(probes: dict[str, bool]) -> int:
    if not limits_work() or not probes.get("no_root"):
        return 0  # root can raise its own limits
    if not all(holds for probe, holds in probes.items() if probe != TOGETHER):
        return 1
    return BEST_LEVEL if probes.get(TOGETHER) else 2


def limits_work() -> bool:
    """Tell whether this system has rlimits at all; Windows has none."""
    return find_spec("resource") is not None


def canary() -> str:
    """Return the path of a host file that a confined worker must not see."""
    return str(interpreter.PACKAGE / "worker" / "client.py")


def confine_with_bubblewrap(bwrap: str) -> Confinement:
    """Return the way to start a worker in namespaces of its own.

    If the harness runs as root, the child gives root up itself.
    """
    root = is_root()
    command = bubblewrap.write_command(bwrap, root)
    return Confinement(command, {}, bwrap, bubblewrap.read_version(bwrap), 2, NOBODY if root else 0)


def confine_plainly() -> Confinement:
    """Return the way to start a plain interpreter with a clean environment.

    Root is given up where another user can still read the files of Python, numpy and the grader.
    """
    environment = interpreter.write_environment()
    for name in ("SYSTEMROOT", "TEMP"):  # without SYSTEMROOT, Windows cannot start Python at all
        if name in os.environ:
            environment[name] = os.environ[name]
    roots = (str(interpreter.PACKAGE.parent), str(interpreter.find_numpy()))
    command = (interpreter.find_python(), *interpreter.FLAGS, "-c", interpreter.BOOT, *roots)
    droppable = is_root() and all(_is_open_to_all(Path(path)) for path in (interpreter.find_stdlib(), *roots))
    return Confinement(command, environment, "rlimits", "", 1, NOBODY if droppable else 0)


def is_root() -> bool:
    """Tell whether this process is root's, and may do anything here."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
