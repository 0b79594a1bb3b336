"""How long all checks of each homework take in a warm process, for its model solution.

    python benchmarks/homeworks.py [--runs 5] [hw6 ...]

The time of a check counts from its start to its end: pytest, oracle, comparison, and the student's code in its own
process. Beside it, what the harness itself computed meanwhile, which a busy machine changes less.
"""

from __future__ import annotations

import argparse
import statistics
import time
from contextlib import closing
from pathlib import Path

from grader.course.intake import take_in
from grader.course.manifest import find_assignment, read_course
from grader.harness.grading import Grader
from grader.model.course import Assignment, Course
from grader.worker.process import Launcher

ROOT = Path(__file__).parent.parent


def main() -> None:
    """One line per homework."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("homeworks", nargs="*")
    options = parser.parse_args()
    course = read_course(ROOT)
    for name in options.homeworks or course.assignments:
        assignment = find_assignment(course, name)
        checks, harness = zip(*time_checks(course, assignment, options.runs), strict=True)
        print(f"{assignment.id}  checks {describe(checks)}   harness alone {describe(harness)}", flush=True)


def describe(seconds: tuple[float, ...]) -> str:
    """The middle and the range of some times."""
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


def time_checks(course: Course, assignment: Assignment, runs: int) -> list[tuple[float, float]]:
    """Seconds of all checks together, and processor seconds of this process, run by run.

    The first run, in which the oracle starts, is left out.
    """
    launcher = Launcher(assignment.limits, spares=1)
    solution = take_in(course.root / "solutions", assignment, "solution")
    times = []
    with closing(Grader(course, assignment, launcher)) as grader:
        for _ in range(runs + 1):
            started = time.process_time()
            report = grader.grade_submission(solution, seed=1)
            harness = time.process_time() - started
            times.append((sum(check.seconds or 0 for task in report.tasks for check in task.checks), harness))
    return times[1:]


if __name__ == "__main__":
    main()
