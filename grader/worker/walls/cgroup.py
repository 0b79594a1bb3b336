"""Control groups: limits on all processes of one worker together.

The other limits count each process alone. Control groups have two versions. Version 2 works where this process's own
group was delegated to its user (systemd's `Delegate=yes`). Version 1 works where groups may be made, which takes root.

The files of a group are described in cgroups(7), and in admin-guide/cgroup-v2.rst and admin-guide/cgroup-v1 of the
kernel's documentation.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("memory", "pids")
PREFIX = "nn-grader"
REMOVE_SECONDS = 2.0  # the kernel may take a while to let go of dead processes

# The shell puts itself into every group before it becomes the command, so that no process starts outside the groups.
_ENTER = 'while [ "$1" != -- ]; do echo 0 > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"'
_MEMORY = {1: "memory.limit_in_bytes", 2: "memory.max"}  # by version
_SWAP = {1: "memory.swappiness", 2: "memory.swap.max"}
_PROCESSES = "pids.max"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """The limits of one group.

    `memory` is in bytes. `processes` counts processes and their threads.
    """

    memory: int
    processes: int


@dataclass(frozen=True, slots=True)
class Place:
    """The folders in which groups can be made.

    There is one folder in version 2, and one for each controller in version 1.
    """

    version: int
    folders: tuple[Path, ...]

    def make_group(self, limits: GroupLimits) -> Group:
        """Make a new group with these limits.

        Raises `OSError` where the kernel refuses.
        """
        name = f"{PREFIX}-{os.getpid()}-{next(_numbers)}"
        group = Group(tuple(folder / name for folder in self.folders), self.version, limits)
        for folder in group.folders:
            folder.mkdir()
        group.set_limits()
        return group

    def sweep(self) -> None:
        """Remove the empty groups that killed harnesses left behind."""
        for folder in self.folders:
            for group in folder.glob(f"{PREFIX}-*-*"):
                if not os.path.exists(f"/proc/{group.name.split('-')[-2]}"):
                    with contextlib.suppress(OSError):  # the group is not empty, as its worker is dying
                        group.rmdir()


@dataclass(frozen=True, slots=True)
class Group:
    """The control group of one worker."""

    folders: tuple[Path, ...]
    version: int
    limits: GroupLimits

    def set_limits(self) -> None:
        """Tell the kernel the limits of the group.

        Raises `OSError` where the kernel refuses.
        """
        for file, limit in self._list_limits():
            file.write_text(limit)
        with contextlib.suppress(OSError):  # the file is absent where the kernel does not swap, or does not count swap
            (self.folders[0] / _SWAP[self.version]).write_text("0")

    def _list_limits(self) -> tuple[tuple[Path, str], ...]:
        """List the kernel's files that limit the group, with its limits."""
        memory, pids = self.folders[0] / _MEMORY[self.version], self.folders[-1] / _PROCESSES
        return (memory, str(self.limits.memory)), (pids, str(self.limits.processes))

    def wrap(self, command: tuple[str, ...]) -> tuple[str, ...]:
        """Return the command that runs `command` in the group."""
        return ("/bin/sh", "-c", _ENTER, "sh", *map(str, self.folders), "--", *command)

    def is_in_force(self) -> bool:
        """Tell whether the group has processes in it and limits them.

        The answer is the kernel's: it lists processes in the group and names these limits.
        """
        try:
            limited = all(file.read_text().strip() == limit for file, limit in self._list_limits())
            return limited and all((folder / "cgroup.procs").read_text() for folder in self.folders)
        except OSError:
            return False

    def remove(self) -> None:
        """Kill the processes that are left in the group, and remove it.

        A group that cannot be removed in REMOVE_SECONDS is left for a later `Place.sweep`.
        """
        deadline = time.monotonic() + REMOVE_SECONDS
        for folder in self.folders:
            while not _try_to_remove(folder) and time.monotonic() < deadline:
                time.sleep(0.002)


def _try_to_remove(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        folder.rmdir()
        return True
    with contextlib.suppress(OSError):
        for pid in (folder / "cgroup.procs").read_text().split():
            os.kill(int(pid), signal.SIGKILL)
    return not folder.exists()


# ---------------------------------------------------------------- where groups can be made


@functools.cache
def find_place() -> Place | None:
    """Return where this process may make groups, or None if it may not.

    A group is made to find out, because file permissions do not tell.
    """
    own = dict(_find_own_groups(Path("/proc/self")))
    place = _find_unified(own.get("")) or _find_split(own)
    if place is None:
        return None
    try:
        place.sweep()
        place.make_group(GroupLimits(1 << 30, 16)).remove()
    except OSError:
        return None
    return place


def _find_own_groups(process: Path) -> Iterator[tuple[str, Path]]:
    """Yield (controller, folder of this process's group).

    In version 2 the name of the controller is empty. The files are described in proc(5) and cgroups(7).
    """
    try:
        groups = dict(_read_groups((process / "cgroup").read_text()))
        mounts = _read_mounts((process / "mountinfo").read_text())
    except OSError:  # this is not Linux
        return
    for controller, root, point in mounts:
        group = groups.get(controller)
        if group is not None and group.is_relative_to(root):
            yield controller, point / group.relative_to(root)


def _read_groups(text: str) -> Iterator[tuple[str, Path]]:
    for line in text.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            yield controller, Path(path)


def _read_mounts(text: str) -> Iterator[tuple[str, Path, Path]]:
    for line in text.splitlines():
        where, _, what = line.partition(" - ")
        root, point = map(Path, where.split()[3:5])
        kind, _, options = what.split(" ", 2)
        if kind == "cgroup2":
            yield "", root, point
        elif kind == "cgroup":
            for controller in set(options.split(",")).intersection(CONTROLLERS):
                yield controller, root, point


def _find_split(own: dict[str, Path]) -> Place | None:
    """Find the place of version 1: below this process's own groups."""
    if not own.keys() >= set(CONTROLLERS):
        return None
    return Place(1, tuple(dict.fromkeys(own[name] for name in CONTROLLERS)))  # both controllers may have one folder


def _find_unified(own: Path | None) -> Place | None:
    """Find the place of version 2.

    A group has either processes in it or groups with limits, so this process moves down into a group of its own.
    """
    if own is None:
        return None
    parent = own.parent if own.name == PREFIX else own  # this process may have moved down already
    try:
        if not set(CONTROLLERS) <= set((parent / "cgroup.controllers").read_text().split()):
            return None
        if not set(CONTROLLERS) <= set((parent / "cgroup.subtree_control").read_text().split()):
            _move_down(parent)
    except OSError:
        return None
    return Place(2, (parent,))


def _move_down(parent: Path) -> None:
    """Move this process into a group below `parent`, and turn limits on there.

    Raises `OSError` where `parent` is not this process's alone: other processes are in it, or this one may not change
    it.
    """
    (parent / PREFIX).mkdir(exist_ok=True)
    (parent / PREFIX / "cgroup.procs").write_text("0")  # 0 is the process that writes
    try:
        (parent / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in CONTROLLERS))
    except OSError:
        (parent / "cgroup.procs").write_text("0")
        (parent / PREFIX).rmdir()
        raise
