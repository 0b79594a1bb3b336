"""Control groups: where they can be made, by the kernel's own files, and what they hold together where they can be."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from grader.model.course import Limits
from grader.worker.walls import cgroup, sandbox
from grader.worker.walls.cgroup import Group, GroupLimits, Place
from tests.worker.processes import make_launcher
from tests.worker.students import open_student

LIMITS = Limits(load_seconds=60.0, call_seconds=60.0, submission_seconds=600.0, memory_mib=512)
SOURCE = """
import os, time
import numpy as np

def count_survivors(number, mib):
    "How many of some children can have so much memory, all at the same time."
    children = []
    for _ in range(number):
        child = os.fork()
        if child == 0:
            kept = np.ones((mib, 1 << 17))
            time.sleep(2)
            os._exit(0)
        children.append(child)
    return sum(os.waitpid(child, 0)[1] == 0 for child in children)
"""


# ---------------------------------------------------------------- where they can be made


def write_process(folder: Path, groups: str, mounts: str) -> Path:
    """What /proc/self says of a process's groups and of the mounts that it sees."""
    (folder / "cgroup").write_text(groups)
    (folder / "mountinfo").write_text(mounts)
    return folder


def test_own_groups_are_found_in_both_versions(tmp_path: Path) -> None:
    """Below where they are mounted; a container's mount may begin further down; what lies above it is out of reach."""
    split = write_process(
        tmp_path,
        "9:name=systemd:/\n8:pids:/\n4:memory,hugetlb:/box/7\n0::/\n",
        "30 25 0:26 / /sys/fs/cgroup rw shared:4 - tmpfs tmpfs rw,mode=755\n"
        "31 30 0:27 / /sys/fs/cgroup/pids rw shared:5 - cgroup cgroup rw,pids\n"
        "32 30 0:28 /box /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory,hugetlb\n",
    )
    found = dict(cgroup._find_own_groups(split))
    assert {"pids": Path("/sys/fs/cgroup/pids"), "memory": Path("/sys/fs/cgroup/memory/7")} == found
    unified = write_process(
        tmp_path,
        "0::/user.slice/run-1.scope\n",
        "31 30 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n",
    )
    assert {"": Path("/sys/fs/cgroup/user.slice/run-1.scope")} == dict(cgroup._find_own_groups(unified))
    outside = write_process(tmp_path, "0::/../other\n", "31 30 0:27 /box /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
    assert {} == dict(cgroup._find_own_groups(outside))
    assert {} == dict(cgroup._find_own_groups(tmp_path / "no such system"))


def write_unified(folder: Path, offered: str = "cpu memory pids", given: str = "") -> Path:
    """A group of version 2 as files; there is no kernel behind them."""
    folder.mkdir()
    (folder / "cgroup.controllers").write_text(offered)
    (folder / "cgroup.subtree_control").write_text(given)
    (folder / "cgroup.procs").write_text("")
    return folder


def test_in_version_two_the_process_makes_room(tmp_path: Path) -> None:
    """It moves down, and what may be limited is handed on; the next process, born down there, finds that done."""
    own = write_unified(tmp_path / "scope")
    assert Place(2, (own,)) == cgroup._find_unified(own)
    assert "0" == (own / "nn-grader/cgroup.procs").read_text()
    assert "+memory +pids" == (own / "cgroup.subtree_control").read_text()
    (own / "cgroup.subtree_control").write_text("memory pids")
    assert Place(2, (own,)) == cgroup._find_unified(own / "nn-grader")
    assert "memory pids" == (own / "cgroup.subtree_control").read_text()


def test_a_group_that_is_not_ours_is_left_as_it_was(tmp_path: Path) -> None:
    """Other processes in it, no such controllers, no right to write, or no version 2 at all."""
    shared = write_unified(tmp_path / "shared")
    (shared / "cgroup.subtree_control").unlink()
    (shared / "cgroup.subtree_control").mkdir()  # refuses to be written, as the kernel's would
    assert cgroup._find_unified(shared) is None
    assert cgroup._find_unified(write_unified(tmp_path / "poor", offered="cpu hugetlb")) is None
    assert cgroup._find_unified(tmp_path / "no such group") is None
    assert cgroup._find_unified(None) is None
    assert cgroup._find_split({"memory": tmp_path}) is None


def test_moving_down_is_taken_back_where_it_did_not_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel says EBUSY as long as anybody else is in the group."""
    own = write_unified(tmp_path / "scope")
    (own / "nn-grader").mkdir()
    write = Path.write_text

    def refuse(path: Path, text: str) -> int:
        if path.name == "cgroup.subtree_control":
            raise OSError(16, "Device or resource busy")
        return 0 if path.parent.name == "nn-grader" else write(path, text)  # the kernel makes no file there

    monkeypatch.setattr(Path, "write_text", refuse)
    assert cgroup._find_unified(own) is None
    assert ("0", False) == ((own / "cgroup.procs").read_text(), (own / "nn-grader").exists())


@pytest.mark.parametrize(
    ("version", "files"),
    [
        (1, {"memory.limit_in_bytes": "4096", "memory.swappiness": "0", "pids.max": "7"}),
        (2, {"memory.max": "4096", "memory.swap.max": "0", "pids.max": "7"}),
    ],
)
def test_the_limits_are_the_kernels_files(tmp_path: Path, version: int, files: dict[str, str]) -> None:
    """Both versions by their own names, and in force only while processes are in the group and the limits are these."""
    group = Place(version, (tmp_path,)).make_group(GroupLimits(4096, 7))
    (folder,) = group.folders
    assert files == {path.name: path.read_text() for path in folder.iterdir()}
    assert not group.is_in_force()
    (folder / "cgroup.procs").write_text("17\n")
    assert group.is_in_force()
    (folder / "pids.max").write_text("max")
    assert not group.is_in_force()


# ---------------------------------------------------------------- where the kernel is behind it


@pytest.fixture
def place() -> Place:
    """Where this machine lets us make groups."""
    found = cgroup.find_place()
    if found is None:
        pytest.skip("this user may not make control groups here")
    return found


def find_groups(place: Place, but: Iterable[Path] = ()) -> list[Path]:
    """The groups of workers of this process, but for these: other tests' may still be dying."""
    found = [path for folder in place.folders for path in folder.glob(f"nn-grader-{os.getpid()}-*")]
    return [path for path in found if path not in but]


def test_a_worker_has_a_group_and_level_three(place: Place) -> None:
    """With everything that it starts in it, and it is gone with the worker."""
    launcher, others = make_launcher(LIMITS), find_groups(place)
    with open_student(launcher, SOURCE, LIMITS) as (student, client):
        assert client.facts is not None
        assert (3, True) == (client.facts.level, client.facts.probes[sandbox.TOGETHER])
        assert 512 << 20 == client.facts.limits["GROUP_MEMORY"]
        group = Group(tuple(find_groups(place, others)), place.version, sandbox.limit_group(LIMITS))
        assert len(place.folders) == len(group.folders)
        assert group.is_in_force()
        assert 1 == student.count_survivors(1, 16)
    launcher.close()
    assert [] == find_groups(place, others)


def test_processes_together_cannot_have_more_than_one_alone(place: Place) -> None:
    """Three times 300 MiB are within each one's own 512, and not within the group's; without it they are granted."""
    three, two = list(sandbox.list_confinements())[:2]
    others = find_groups(place)
    assert (3, 2) == (three.best_level, two.best_level)
    with open_student(make_launcher(LIMITS, [two]), SOURCE, LIMITS) as (student, _):
        assert 3 == student.count_survivors(3, 300)
    with open_student(make_launcher(LIMITS, [three]), SOURCE, LIMITS) as (student, _):
        assert student.count_survivors(3, 300) < 3
    assert [] == find_groups(place, others)


def test_a_group_that_cannot_be_made_costs_the_level_and_not_the_worker(place: Place) -> None:
    """The next way is tried, and the report says which it was."""
    three, two = list(sandbox.list_confinements())[:2]
    (first, *_) = place.folders
    three = dataclasses.replace(three, groups=Place(place.version, (first / "no such group",)))
    launcher = make_launcher(LIMITS, [three, two])
    worker = launcher.take()
    worker.close()
    assert worker.facts is not None
    assert 2 == worker.facts.level


def test_a_killed_harness_leaves_no_group_behind(place: Place) -> None:
    """The next one sweeps; groups of a harness that lives are left alone."""
    code = "import os; from grader.worker.walls import cgroup; p = cgroup.find_place(); "
    code += "p.make_group(cgroup.GroupLimits(1 << 30, 9)); print(os.getpid())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    left = [path for folder in place.folders for path in folder.glob(f"nn-grader-{done.stdout.strip()}-*")]
    assert len(place.folders) == len(left)
    kept = place.make_group(GroupLimits(1 << 30, 9))
    place.sweep()
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in kept.folders)
    kept.remove()
