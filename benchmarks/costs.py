"""What the commands cost: processor time of all their processes, in units of `import numpy`.

    python benchmarks/costs.py [--other DIR] [--runs 5] [--assignment hw4]

DIR is another checkout with a virtual environment in .venv, such as a git worktree of an earlier commit: its commands
are measured in turn with ours, and the last column is the ratio. Seconds depend on the machine and on what else it
does; the ratios hardly do.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from processes import measure_cpu

ROOT = Path(__file__).parent.parent
FEW, MANY = 2, 12  # submissions of two batches; the difference is what the others cost


def main() -> None:
    """Measure in turn, and print one line per command."""
    options = read_options()
    places = [ROOT, *([options.other.resolve()] if options.other else [])]
    with tempfile.TemporaryDirectory() as folder:
        measures = list_measures(options.assignment, Path(folder))
        seconds = {(name, place): [] for name in measures for place in places}
        for _ in range(options.runs + 1):
            for (name, place), found in seconds.items():
                found.append(measures[name](place))
    unit = statistics.median(seconds["import numpy", ROOT][1:])
    print(f"{'':34}{'s':>8}{'numpys':>8}" + (f"{'other':>8}{'ratio':>8}" if options.other else ""))
    for name in measures:
        ours, *theirs = (statistics.median(seconds[name, place][1:]) for place in places)  # the first run warms caches
        compared = "".join(f"{other:8.3f}{ours / other:8.2f}" for other in theirs)
        print(f"{name:34}{ours:8.3f}{ours / unit:8.2f}{compared}")


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--other", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--assignment", default="hw4")
    return parser.parse_args()


def list_measures(assignment: str, folder: Path) -> dict[str, Callable[[Path], float]]:
    """What is measured, by name: each a function of the checkout that gives seconds."""

    def run(*words: str) -> Callable[[Path], float]:
        return lambda place: measure_cpu([str(place / ".venv/bin/grade"), *words], place)

    def grade_batch(place: Path) -> float:
        return (measure_batch(place, assignment, folder, MANY) - measure_batch(place, assignment, folder, FEW)) / (
            MANY - FEW
        )

    return {
        "import numpy": lambda place: measure_cpu([str(place / ".venv/bin/python"), "-c", "import numpy"], place),
        "grade --help": run("--help"),
        "grade list": run("list"),
        f"grade {assignment}, right": run(assignment, "solutions"),
        f"grade {assignment}, partly right": run(assignment, "tests/submissions/partly_right", "--exit-zero"),
        "a batch, per submission": grade_batch,
    }


def measure_batch(place: Path, assignment: str, folder: Path, number: int) -> float:
    """The seconds of a batch of so many right submissions."""
    given, out = folder / "in", folder / "out"
    for each in (given, out):
        shutil.rmtree(each, ignore_errors=True)
    (solution,) = (ROOT / "solutions").glob(f"{assignment}_*/*.py")
    for student in range(number):
        (given / f"s{student:02}").mkdir(parents=True)
        shutil.copy(solution, given / f"s{student:02}")
    command = [str(place / ".venv/bin/grade"), "batch", assignment, str(given), "--out", str(out)]
    return measure_cpu([*command, "--min-sandbox", "0"], place)


if __name__ == "__main__":
    sys.exit(main())
