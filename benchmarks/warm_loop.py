"""How long a submission takes: many in one warm process, against one pytest process for each, with the same checks.

    python benchmarks/warm_loop.py [--assignment hw4] [--submissions 50] [--peers 5]

Absolute times depend on the machine; quote the ratio, which is measured side by side in one run.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from grader.course.intake import take_in
from grader.course.manifest import find_assignment, read_course
from grader.harness.grading import Grader
from grader.model.course import Assignment
from grader.worker.client import Client
from grader.worker.process import Launcher

ROOT = Path(__file__).parent.parent
WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def main() -> None:
    """Measure, and print one figure per line."""
    options = read_options()
    course = read_course(ROOT)
    assignment = find_assignment(course, options.assignment)
    launcher = Launcher(assignment.limits, spares=1)
    grader = Grader(course, assignment, launcher)
    warm = [time_warm(grader) for _ in range(options.submissions + 1)][1:]
    trip = time_round_trip(launcher, assignment)
    peers = [time_peer(assignment) for _ in range(options.peers)]
    grader.close()
    own, children = (resource.getrusage(who).ru_maxrss >> 10 for who in WHO)
    cold = [time_command("hw4", "solutions") for _ in range(3)]
    usage = [time_command("--help") for _ in range(5)]
    print(f"checks                        {len(grader.checks)}")
    print(f"warm, per submission          {describe(warm)}")
    print(f"one pytest process each       {describe(peers)}")
    print(f"ratio of medians              {statistics.median(peers) / statistics.median(warm):.1f}")
    print(f"call round trip               {trip * 1e6:.0f} us")
    print(f"cold `grade hw4 solutions`    {describe(cold)}")
    print(f"`grade --help`                {describe(usage)}")
    print(f"peak memory of the harness    {own} MiB (with torch), largest child {children} MiB")


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assignment", default="hw4")
    parser.add_argument("--submissions", type=int, default=50)
    parser.add_argument("--peers", type=int, default=5)
    return parser.parse_args()


def time_warm(grader: Grader) -> float:
    """Seconds for one submission in a process that is warm."""
    started = time.perf_counter()
    report = grader.grade_submission(take_in(ROOT / "solutions", grader.assignment, "solution"), seed=1)
    assert report.score == 100
    return time.perf_counter() - started


def time_round_trip(launcher: Launcher, assignment: Assignment, calls: int = 500) -> float:
    """Seconds for one call with a small array, there and back."""
    client = Client(launcher, take_in(ROOT / "solutions", assignment, "solution").files[0], assignment.limits)
    assert client.load() is None
    started = time.perf_counter()
    for _ in range(calls):
        client.call("predict", ([[1.0, 2.0, 0.0]],), {})
    seconds = (time.perf_counter() - started) / calls
    client.close()
    return seconds


def time_peer(assignment: Assignment) -> float:
    """Seconds for one submission in a pytest process of its own."""
    environment = {
        **os.environ,
        "PEER_ASSIGNMENT": str(assignment.folder),
        "PEER_SUBMISSION": str(ROOT / "solutions" / assignment.name / assignment.file),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'benchmarks'}",
    }
    folders = [str(assignment.folder / name) for name in ("public", "hidden")]
    options = ["-q", "-p", "peer_plugin", "-p", "no:cacheprovider", "--import-mode=importlib"]
    command = [sys.executable, "-m", "pytest", *options, f"--rootdir={assignment.folder}", *folders]
    return time_process(command, environment)


def time_command(*arguments: str) -> float:
    """Seconds for one run of `grade`."""
    return time_process([str(Path(sys.executable).with_name("grade")), *arguments], dict(os.environ))


def time_process(command: list[str], environment: dict[str, str]) -> float:
    """Seconds for a command that succeeds."""
    started = time.perf_counter()
    subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def describe(seconds: list[float]) -> str:
    """Median, least and most in milliseconds."""
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    return f"{middle * 1e3:.0f} ms (from {low * 1e3:.0f} to {high * 1e3:.0f}, {len(seconds)} runs)"


if __name__ == "__main__":
    main()
