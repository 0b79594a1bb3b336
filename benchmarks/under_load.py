"""The same submissions graded again and again while every core is busy: the same scores, and far from any deadline?

    python benchmarks/under_load.py [--runs 50] [hw4 ...]

Ends with 1 if a report differs from the first one in more than its times, or a call came within a factor 5 of its
deadline.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.course.intake import take_in
from grader.course.manifest import find_assignment, read_course
from grader.harness.grading import Grader
from grader.model.course import Assignment, Course
from grader.model.report import Report, SandboxFacts
from grader.report import to_json
from grader.worker.inside.wire import Kind
from grader.worker.process import Answer, AnyWorker, Launcher

ROOT = Path(__file__).parent.parent
LEAST_FACTOR = 5.0
TIMES = {"seconds", "started_at"}


@dataclass
class Margins:
    """How often each request's time would have fitted into its deadline, at least."""

    smallest: float = float("inf")
    what: str = ""

    def note(self, factor: float, what: str) -> None:
        """Keep the smallest."""
        if factor < self.smallest:
            self.smallest, self.what = factor, what


class TimedWorker:
    """A worker that is watched."""

    def __init__(self, worker: AnyWorker, margins: Margins) -> None:
        self._worker, self._margins = worker, margins

    @property
    def facts(self) -> SandboxFacts | None:
        """What the probes found."""
        return self._worker.facts

    @property
    def spent(self) -> float:
        """Seconds of its own that the last request took."""
        return self._worker.spent

    def ask(self, kind: Kind, value: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """One request, whose time is noted as the deadline counts it."""
        reply = self._worker.ask(kind, value, seconds, answer)
        spent = max(self._worker.spent, 1e-6)
        what = value[0] if kind is Kind.CALL else kind.name
        self._margins.note(seconds / spent, f"{what}: {spent:.3f} of {seconds:g} s")
        return reply

    def close(self) -> None:
        """End it."""
        self._worker.close()


@dataclass
class TimedLauncher:
    """Gives workers that are watched."""

    launcher: Launcher
    margins: Margins = field(default_factory=Margins)

    def warm(self) -> None:
        """A worker will be needed soon."""
        self.launcher.warm()

    def take(self) -> TimedWorker:
        """Give a worker that is ready."""
        return TimedWorker(self.launcher.take(), self.margins)

    def close(self) -> None:
        """No more are needed."""
        self.launcher.close()


@contextmanager
def load_cores() -> Iterator[None]:
    """Keep every core busy, four times over."""
    burners = [multiprocessing.Process(target=burn, daemon=True) for _ in range(4 * (os.cpu_count() or 1))]
    for burner in burners:
        burner.start()
    try:
        yield
    finally:
        for burner in burners:
            burner.terminate()


def burn() -> None:
    """Compute for ever."""
    while True:
        sum(range(100_000))


def strip(data: Any) -> Any:
    """A report without its times."""
    if isinstance(data, dict):
        return {key: strip(value) for key, value in data.items() if key not in TIMES}
    return [strip(part) for part in data] if isinstance(data, list) else data


def grade_often(course: Course, assignment: Assignment, folder: Path, runs: int) -> tuple[list[Report], Margins]:
    """Every report of the same submission, and how near a deadline came."""
    submission = take_in(folder, assignment, "same")
    launcher = TimedLauncher(Launcher(assignment.limits, spares=1))
    with closing(Grader(course, assignment, launcher)) as grader:
        return [grader.grade_submission(submission, seed=1) for _ in range(runs)], launcher.margins


def main() -> None:
    """One line per homework."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("homeworks", nargs="*")
    options = parser.parse_args()
    course, well = read_course(ROOT), True
    with load_cores():
        for name in options.homeworks or course.assignments:
            assignment = find_assignment(course, name)
            reports, margins = grade_often(course, assignment, ROOT / "solutions", options.runs)
            scores = sorted({str(report.score) for report in reports})
            kinds = len({str(strip(to_json(report))) for report in reports})
            print(
                f"{assignment.id}  {len(reports)} runs, score {', '.join(scores)}, {kinds} different report(s); "
                f"nearest to a deadline by a factor of {margins.smallest:.0f}, {margins.what}",
                flush=True,
            )
            well = well and kinds == 1 and margins.smallest >= LEAST_FACTOR
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
