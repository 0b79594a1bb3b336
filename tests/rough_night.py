"""A batch on a rough night: bubblewrap is gone for a while, and memory runs out once.

    python -m tests.rough_night 200

No student may have a lower score than on a calm night, and whoever has none must be listed. Prints what happened, and
ends with 1 if that did not hold.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from grader.worker.walls import bubblewrap
from tests.cli.commands import GRADE, clean_environment
from tests.cli.crowd import PATCHES, SOLUTION, write
from tests.cli.processes import list_harnesses
from tests.conftest import ROOT
from tests.worker.processes import wait_until

SEED = 20270402
KINDS = ("wrong_axis", "no_shift", "half_done", "changes_arguments", "exits", "raises", "returns_none")
PATIENCE = 1200.0
LIMITS = "[limits]\nsubmission_seconds = 4"


@dataclass(frozen=True)
class Night:
    """What a batch came to: scores by student, the exit code, and what was printed."""

    scores: dict[str, int | None]
    code: int
    out: str
    err: str


def write_class(root: Path, number: int) -> None:
    """Write hw4 and this many submissions, half of them right."""
    for tree in ("assignments", "solutions"):
        shutil.copytree(ROOT / tree / "hw4_softmax", root / tree / "hw4_softmax")
    manifest = root / "assignments/hw4_softmax/assignment.toml"  # what hangs is ended after 20 times these seconds
    manifest.write_text(manifest.read_text("utf-8").replace("[[tasks]]", f"{LIMITS}\n\n[[tasks]]", 1), "utf-8")
    (root / "assignments/course.toml").write_text('name = "Rough"\nassignments = ["hw4_softmax"]\n')
    for count in range(number):
        patch = PATCHES[KINDS[count // 2 % len(KINDS)]] if count % 2 else ""
        write(root / f"in/s{count:03}", f"{SOLUTION}\n{patch}\n".encode())


def grade_calmly(root: Path) -> Night:
    """Grade the class while nothing happens."""
    command = [GRADE, "batch", "hw4", "in", "--out", "calm", "--seed", str(SEED), "--jobs", "2"]
    done = subprocess.run(
        command, cwd=root, env=clean_environment(), capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    return Night(read_scores(root / "calm"), done.returncode, done.stdout, done.stderr)


def grade_roughly(root: Path, seconds: float) -> Night:
    """Grade the class; after a third bubblewrap is gone for this long, after two thirds memory is."""
    tool = root / "bubblewrap" / "bwrap"
    tool.parent.mkdir()
    shutil.copy2(bubblewrap.find_tools()[-1], tool)
    command = [sys.executable, "-m", "tests.machines", "with_bubblewrap_elsewhere", GRADE, "batch", "hw4", "in"]
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT), "BUBBLEWRAP": str(tool.parent)}
    number = len(list((root / "in").iterdir()))
    with subprocess.Popen(
        [*command, "--out", "rough", "--seed", str(SEED), "--jobs", "2"],
        cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as batch:  # fmt: skip
        wait_for_scores(root / "rough", number // 3)
        tool.rename(tool.with_name("away"))
        time.sleep(seconds)
        tool.with_name("away").rename(tool)
        wait_for_scores(root / "rough", 2 * number // 3)
        exhaust_memory(list_harnesses(batch.pid), seconds)
        out, err = batch.communicate(timeout=PATIENCE)
    return Night(read_scores(root / "rough"), batch.returncode, out, err)


def wait_for_scores(out: Path, number: int) -> None:
    """Wait until this many have a score."""
    assert wait_until(lambda: sum(score is not None for score in read_scores(out).values()) >= number, PATIENCE)


def exhaust_memory(pids: Collection[int], seconds: float) -> None:
    """Let these processes have no more memory than they have, for so long."""
    assert pids
    before = {}
    for pid in pids:
        try:
            used = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
            before[pid] = resource.prlimit(pid, resource.RLIMIT_AS)
            resource.prlimit(pid, resource.RLIMIT_AS, (used, before[pid][1]))
        except OSError:
            continue
    time.sleep(seconds)
    for pid, limits in before.items():
        try:
            resource.prlimit(pid, resource.RLIMIT_AS, limits)
        except OSError:
            continue


def read_scores(out: Path) -> dict[str, int | None]:
    """Read the scores by student."""
    return {path.parent.name: json.loads(path.read_text("utf-8"))["score"] for path in out.glob("*/report.json")}


def list_losses(calm: Night, rough: Night) -> list[str]:
    """List who lost by the night: a lower score, no report, or no score and no word about it."""
    losses = []
    listed = re.search(r"Needs a person +(\d+)", rough.out)
    for name, score in calm.scores.items():
        assert score is not None
        now = rough.scores.get(name, -1)
        if now is not None and now < score:
            losses.append(f"{name}: {score} on a calm night, {now} on a rough one")
    unjudged = sum(score is None for score in rough.scores.values())
    if unjudged != int(listed[1] if listed else 0):
        losses.append(f"{unjudged} without a score are not all listed")
    return losses


def main(number: int, seconds: float) -> int:
    """Compare the two nights."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_class(root, number)
        calm, rough = grade_calmly(root), grade_roughly(root, seconds)
        losses = list_losses(calm, rough)
        print(f"calm: exit {calm.code}\n{calm.out}\nrough: exit {rough.code}\n{rough.err}\n{rough.out}")
        unjudged = sum(score is None for score in rough.scores.values())
        print("\n".join(losses) or f"nobody of {number} has a lower score; {unjudged} have none, and are listed")
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), seconds=10.0))
