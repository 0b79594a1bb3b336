"""How long all checks of each homework take in a warm process, for its model solution.

    python benchmarks/homeworks.py [--runs 5] [hw6 ...]

The time of a check counts from its start to its end: pytest, oracle, comparison, and the student's code.
"""

from __future__ import annotations

import argparse
import statistics
from contextlib import closing
from pathlib import Path

from grader.assignment import find_assignment, read_course
from grader.grading import Grader
from grader.model import Assignment, Course
from grader.submission import take_in
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
        runs = time_checks(course, assignment, options.runs)
        middle = statistics.median(runs)
        print(f"{assignment.id}  median {middle:.2f} s, {min(runs):.2f} to {max(runs):.2f}", flush=True)


def time_checks(course: Course, assignment: Assignment, runs: int) -> list[float]:
    """Seconds of all checks together, run by run; the first run, in which the oracle starts, is left out."""
    launcher = Launcher(assignment.limits, spares=1)
    solution = take_in(course.root / "solutions", assignment, "solution")
    with closing(Grader(course, assignment, launcher)) as grader:
        reports = [grader.grade_submission(solution, seed=1) for _ in range(runs + 1)]
    return [sum(check.seconds or 0 for task in report.tasks for check in task.checks) for report in reports[1:]]


if __name__ == "__main__":
    main()
