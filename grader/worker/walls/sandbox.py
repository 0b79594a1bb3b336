"""How a worker is confined: the command that starts it, strongest first, and what its probes must show.

    3  level 2, and what all processes of a worker use together is limited: a control group
    2  bubblewrap, rlimits, a system-call filter; no way to the network, the host's files or other processes
    1  rlimits, a clean environment, a session of its own, the filter on Linux; no namespaces
    0  a plain process with deadlines (Windows; root's, where root cannot be given up)

Levels are never assumed: the child probes its own surroundings before it reads a student's file, and the level in
the report is the one its answers support.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from grader.model import BEST_LEVEL, Limits, SandboxFacts
from grader.worker.walls import bubblewrap, cgroup, interpreter
from grader.worker.walls.bubblewrap import NOBODY
from grader.worker.walls.cgroup import GroupLimits, Place
from grader.worker.walls.seccomp import filter_here

TOGETHER = "limited_together"  # the probe that level 3 is about; the harness makes it, as nobody inside can
HELPERS = 2  # processes of bubblewrap's own beside the worker's
UNNAMED = range(61184, 65520)  # ids that distributions set aside for users without a name


@dataclass(frozen=True, slots=True)
class Confinement:
    """A way to start a worker: the command, its environment, and the strongest level it can reach.

    `groups` is where its control group is made, or None for a worker without one.
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
    """Every way to start a worker here, the strongest first. Whether it works is found out by starting it."""
    place = cgroup.find_place()
    for bwrap in bubblewrap.find_tools():
        if place is not None:
            yield replace(confine_with_bubblewrap(bwrap), best_level=BEST_LEVEL, groups=place)
        yield confine_with_bubblewrap(bwrap)
    yield confine_plainly()


def choose_user(confinement: Confinement) -> int:
    """The user that a worker becomes; 0 to stay who it is.

    The kernel counts the processes of a user over all workers, and lets a user kill their own. So each worker is
    another user than all that run now, and none uses up or ends what the others start.
    """
    if not confinement.user:
        return 0
    taken = set(_list_users())
    return secrets.choice([user for user in UNNAMED if user not in taken])


def _list_users() -> Iterator[int]:
    """The users of all processes that run on this machine."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            yield folder.stat().st_uid


def rlimits(limits: Limits) -> dict[str, int]:
    """What the child gives up before it reads a student's file, by the names of the `resource` module.

    Standard output is a pipe, so no file may grow at all.
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
        "SIGPENDING": 64,  # all of a user's sandboxes have what the user has: none may use it up
    }


def limit_group(limits: Limits) -> GroupLimits:
    """What the processes of a worker may use together: what one of them may have alone."""
    alone = rlimits(limits)
    return GroupLimits(memory=alone["AS"], processes=alone["NPROC"] + HELPERS)


def describe(confinement: Confinement, limits: Limits, probes: dict[str, bool]) -> SandboxFacts:
    """What the report says: the level is what the probes support, whatever was asked for."""
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
        return 0  # root raises its own limits
    if not all(holds for probe, holds in probes.items() if probe != TOGETHER):
        return 1
    return BEST_LEVEL if probes.get(TOGETHER) else 2


def limits_work() -> bool:
    """Whether this system has rlimits at all (Windows has none)."""
    return find_spec("resource") is not None


def canary() -> str:
    """A file of the host's that a confined worker must not be able to see."""
    return str(interpreter.PACKAGE / "worker" / "client.py")


def confine_with_bubblewrap(bwrap: str) -> Confinement:
    """A worker in namespaces of its own; as root, the child gives root up itself."""
    root = is_root()
    command = bubblewrap.write_command(bwrap, root)
    return Confinement(command, {}, bwrap, bubblewrap.read_version(bwrap), 2, NOBODY if root else 0)


def confine_plainly() -> Confinement:
    """The interpreter itself with a clean environment; root is given up where its files stay readable without it."""
    environment = interpreter.write_environment()
    for name in ("SYSTEMROOT", "TEMP"):  # without the first, Windows cannot start Python at all
        if name in os.environ:
            environment[name] = os.environ[name]
    roots = (str(interpreter.PACKAGE.parent), str(interpreter.find_numpy()))
    command = (interpreter.find_python(), *interpreter.FLAGS, "-c", interpreter.BOOT, *roots)
    droppable = is_root() and all(_is_open_to_all(Path(path)) for path in (interpreter.find_stdlib(), *roots))
    return Confinement(command, environment, "rlimits", "", 1, NOBODY if droppable else 0)


def is_root() -> bool:
    """Whether this process may do anything on this machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
