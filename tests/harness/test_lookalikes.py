"""Comparison with mutants: the one mistake that answers as the student's code did is named, and no other."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from grader.harness.lookalikes import Lookalikes
from grader.model.course import Limits
from grader.model.submission import SubmittedFile
from grader.worker.process import Launcher
from grader.worker.trace import NOTHING, Trace
from grader.worker.walls.sandbox import Confinement

SOLUTION = "import numpy as np\n\ndef step(a):\n    return np.where(np.asarray(a) > 0, 1, 0)\n"
MUTANTS = '''
def step__at_zero(a):
    """It fires at 0."""
    return np.where(np.asarray(a) >= 0, 1, 0)

def step__nearly(a):
    """It fires just below 0."""
    return np.where(np.asarray(a) > -0.1, 1, 0)

def step__sign(a):
    """It is the sign."""
    return np.sign(a)
'''


def open_lookalikes(folder: Path, mutants: str = MUTANTS, launcher: Launcher | None = None) -> Lookalikes:
    """The mutants, in a file of this folder."""
    path = folder / "mutants.py"
    path.write_text(mutants, encoding="utf-8")
    solution = SubmittedFile("solution.py", "", SOLUTION.encode())
    return Lookalikes(launcher or Launcher(Limits()), solution, path, Limits())


@pytest.mark.parametrize(
    ("argument", "answer", "said"),
    [
        ([-2.0, 0.0, 3.0], [-1, 0, 1], "It is the sign."),
        ([-2.0, -0.05, 3.0], [0, 1, 1], "It fires just below 0."),
        ([-2.0, 0.0, 3.0], [0, 1, 1], ""),  # two mistakes give this
        ([-2.0, 0.0, 3.0], [0, 0, 1], ""),  # it is the right answer
        ([-2.0, 0.0, 3.0], [5, 5, 5], ""),
        (0.0, 1, ""),  # a single bit tells nothing
        (-2.0, -1, "It is the sign."),
    ],
)
def test_one_mistake_is_named(tmp_path: Path, argument: object, answer: object, said: str) -> None:
    """By its summary; where several would do, or the value is right, nothing is said."""
    with closing(open_lookalikes(tmp_path)) as lookalikes:
        trace = Trace()
        trace.function, trace.args, trace.value = "step", (np.array(argument),), np.array(answer)
        assert lookalikes.find(trace) == said
        trace.value = NOTHING
        assert lookalikes.find(trace) == ""


@pytest.mark.parametrize(
    ("elsewhere", "said"),
    [
        ([([-5.0], [-1]), ([4.0, 2.0], [1, 1])], "It is the sign."),
        ([([-5.0], [0]), ([4.0, 2.0], [1, 1])], ""),  # a check that passed: the sign would not have
        ([([-5.0], [7])], ""),
        ([([-5.0], NOTHING)], "It is the sign."),
    ],
)
def test_a_mistake_is_the_student_s_in_every_check(
    tmp_path: Path, elsewhere: list[tuple[list[float], object]], said: str
) -> None:
    """One that answers alike by chance, where these inputs are, is not named."""
    trace, *others = (
        Trace("step", args=(np.array(given),), value=answer if answer is NOTHING else np.array(answer))
        for given, answer in [([-2.0, 0.0, 3.0], [-1, 0, 1]), *elsewhere]
    )
    with closing(open_lookalikes(tmp_path)) as lookalikes:
        assert lookalikes.find(trace, others) == said


def test_without_a_worker_nothing_is_explained(tmp_path: Path) -> None:
    """A score must not hang on an explanation: no mutant is asked, and nothing is raised."""
    launcher = Launcher(Limits(), confinements=[Confinement(("/bin/false",), {}, "broken", "", 1, 0)])
    with closing(open_lookalikes(tmp_path, launcher=launcher)) as lookalikes:
        trace = Trace()
        trace.function, trace.args, trace.value = "step", (np.array([-2.0, 3.0]),), np.array([-1, 1])
        assert "" == lookalikes.find(trace)


def test_mutants_that_cannot_be_read_explain_nothing(tmp_path: Path) -> None:
    """They are the author's mistake, and no student's grading ends by it."""
    with closing(open_lookalikes(tmp_path, mutants="def step__sign(a:")) as lookalikes:
        assert "" == lookalikes.find(Trace("step", args=(np.array([-2.0, 3.0]),), value=np.array([-1, 1])))


def test_error_in_a_callback_ends_one_comparison(tmp_path: Path) -> None:
    """A function of the suite that raises for one mutant leaves the next comparison alone."""
    mutants = MUTANTS + '\n\ndef step__asks(a):\n    """It asks."""\n    return a(0)\n'

    def refuse(value: object) -> float:
        raise ValueError("never asked like this")

    with closing(open_lookalikes(tmp_path, mutants)) as lookalikes:
        asking, plain = Trace(), Trace()
        asking.function, asking.args, asking.value = "step", (refuse,), np.array([2.0])
        assert lookalikes.find(asking) == ""
        plain.function, plain.args, plain.value = "step", (np.array([-2.0, 0.0, 3.0]),), np.array([-1, 0, 1])
        assert lookalikes.find(plain) == "It is the sign."
