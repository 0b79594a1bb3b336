"""The audit of a tiny homework: sound as it is, and each thing that is taken away from it is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.audit import open_audit
from grader.audit.findings import Finding
from grader.audit.watching import WatchedSource
from grader.checks.oracle import STAND_IN, Question
from grader.errors import CourseError
from tests.courses import NAME, read_tiny, write_course, write_files

HINTS = 'hints = ["What is twice a number?", "Add it to itself.", "x + x"]'
MANIFEST = f"""
id = "hw1"
title = "Tiny"
file = "tiny.py"

[[tasks]]
id = "double"
points = 100
{HINTS}
"""
SUITE = '''
import numpy as np
from grader.checks import assert_close, task

@task("double", points={points})
def test_double(student, oracle, rng):
    """double gives 2 x"""
    x = rng.normal(size=5)
    assert_close(student.double(x), oracle.double(x), {{"the square is not the double": x**2}})
'''
REFERENCE = "def double(x):\n    return x + x\n"
SOLUTION = '''"""Tiny."""


def double(x):
    """Give 2 x."""
    return 2 * x
'''
FACTORS = (3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20)
MUTANTS = '"""Wrong."""\n' + "".join(
    f'\n\ndef double__times_{factor}(x):\n    """{factor} times, not 2 times.\n\n    Likely: times\n    """\n'
    f"    return {factor} * x\n"
    for factor in FACTORS
)
SQUARE = (
    '\n\ndef double__square(x):\n    """The square.\n\n    Likely: square is not the double\n    """\n    return x**2\n'
)
VARIANTS = '''"""Right."""

import numpy as np


def double__added(x):
    """Added to itself."""
    return x + x


def double__loops(x):
    """A loop, and a list."""
    return [value * 2 for value in x]


def double__single(x):
    """In single precision."""
    return np.float32(x) * 2


def double__halved(x):
    """Divided by a half."""
    return x / 0.5
'''
PIECES: dict[str, Any] = {
    "manifest": MANIFEST,
    "public": SUITE.format(points=25),
    "hidden": SUITE.format(points=75),
    "reference": REFERENCE,
    "solution": SOLUTION,
    "stub": SOLUTION.replace("return 2 * x", "raise NotImplementedError"),
}
FILES = {
    "README.md": "# Tiny\n\nWrite double.\n",
    "README.ko.md": "# Tiny\n\ndouble.\n",
    "mutants.py": MUTANTS + SQUARE,
    "variants.py": VARIANTS,
}


def list_faults(findings: Iterable[Finding]) -> Iterator[str]:
    """What does not hold, as soon as it is found."""
    return (f"{finding.subject}: {finding.sentence}" for finding in findings if not finding.holds)


def test_a_sound_homework_passes(tmp_path: Path) -> None:
    """Every finding holds, under two seeds, the figures are those of the files, and right answers keep far away."""
    course = write_course(tmp_path, **PIECES)
    write_files(tmp_path / "assignments" / NAME, FILES)
    with open_audit(course, read_tiny(course)) as opened:
        findings = list(opened.run(automatic=True, seeds=2))
        margins = opened.list_margins()
    assert [] == list(list_faults(findings))
    told = {finding.sentence for finding in findings}
    assert "the solution earns 100 of 100" in told
    assert "12 of 12 lose points on their own task" in told
    assert "4 of 4 keep every point" in told
    assert "what is shown first names the cause of 100% of the mutants" in told
    assert "without the comparison it names the cause of 100% of the mutants" in told
    assert "2 seeds, 0 verdicts on solution, variants and mutants differ" in told
    assert all(margin.variants is not None and margin.variants < 0.1 for margin in margins)
    assert all(margin.mutants is not None and margin.mutants > 1000 for margin in margins)


@pytest.mark.parametrize(
    ("files", "pieces", "fault"),
    [
        ({"README.ko.md": None}, {}, "documents: README.ko.md is missing"),
        ({"README.ko.md": "# Tiny\n"}, {}, "documents: README.ko.md names every function: not double"),
        ({"variants.py": None}, {}, "variants: 0 variants, at least 4"),
        ({"mutants.py": None}, {}, "mutants: 0 mutants, at least 12"),
        (
            {},
            {"manifest": MANIFEST.replace(HINTS, 'hints = ["?"]')},
            "documents: every task has three hints: not double",
        ),
        ({}, {"solution": SOLUTION.replace("2 * x", "3 * x")}, "solution: the solution earns 0 of 100"),
        ({}, {"stub": SOLUTION}, "stub: the stub earns 100 and is passed"),
        (
            {},
            {"public": SUITE.format(points=25).replace("rng.normal(size=5)", "np.zeros(5)")},
            "null: a submission returning echo passes public/test_double",
        ),
        ({"mutants.py": MUTANTS}, {}, "mutants: 11 mutants, at least 12"),
        (
            {"mutants.py": MUTANTS + SQUARE + '\n\ndef double__right(x):\n    """Right."""\n    return x + x\n'},
            {},
            "mutants: right of double loses nothing on its own task",
        ),
        (
            {"variants.py": VARIANTS.replace("x / 0.5", "x / 0.49")},
            {},
            "variants: halved earns 0; it loses public/test_double, hidden/test_double",
        ),
        (
            {"mutants.py": (MUTANTS + SQUARE).replace("Likely: times", "Likely: thyme")},
            {},
            "diagnosis: without the comparison it names the cause of 8% of the mutants; not of "
            + ", ".join(f"times_{factor} of double" for factor in FACTORS),
        ),
        (
            {},
            {"solution": SOLUTION.replace("return 2 * x", "ignored = 7\n    return 2 * x")},
            "automatic: survives unexplained: double: ignored = 7 -> ignored = 8",
        ),
        (
            {"mutants.py": MUTANTS + SQUARE + '\n\nEQUIVALENT = {"double: 2 * x -> x * 2": "the same"}\n'},
            {},
            "automatic: explained, but no automatic mutant: double: 2 * x -> x * 2",
        ),
    ],
)
def test_what_is_unsound_is_found(tmp_path: Path, files: dict[str, Any], pieces: dict[str, Any], fault: str) -> None:
    """One thing is wrong, and the audit says which."""
    course = write_course(tmp_path, **{**PIECES, **pieces})
    write_files(tmp_path / "assignments" / NAME, {**FILES, **files})
    with open_audit(course, read_tiny(course)) as opened:
        assert fault == next(list_faults(opened.run(automatic=True, seeds=1)))


class Answers:
    """A source of one answer."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def version(self) -> str | None:
        """None."""
        return None

    def forget(self) -> None:
        """Nothing was remembered."""

    def answer(self, question: Question) -> Any:
        """Always the same."""
        return self._answer


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (np.array([1.0, np.inf]), "double in public/test_double is not finite"),
        (float("nan"), "double in public/test_double is not finite"),
        ({"w": [np.full(3, 1e-9)]}, "double in public/test_double is tiny: its largest entry is 1.0e-09"),
        (np.array([0.0, 3.0]), None),
        (np.array([1e-9, 3.0]), None),
        (np.zeros(3), None),
        (np.full(3, 3e-14), None),
        (np.array([0, 1]), None),
    ],
)
def test_a_reference_that_judges_nothing_is_found(answer: Any, complaint: str | None) -> None:
    """All but zero lets zeros pass, and not finite lets anything pass; a true zero is right."""
    source = WatchedSource(Answers(answer))
    assert source.answer(Question("public/test_double", 0, "double", (), {})) is answer
    assert ({complaint} if complaint else set()) == source.complaints


def test_a_stand_in_that_judges_nothing_is_no_fault() -> None:
    """Its arguments are a wrong solution's, and its value judges nobody."""
    source = WatchedSource(Answers(float("inf")))
    source.answer(Question(STAND_IN, 0, "double", (), {}))
    assert not source.complaints


@pytest.mark.parametrize("folder", ["solutions", "student_template"])
def test_a_homework_without_its_solution_or_stub_is_an_error(tmp_path: Path, folder: str) -> None:
    """It is said where the file belongs; nothing can be audited without."""
    course = write_course(tmp_path, **PIECES)
    write_files(tmp_path / "assignments" / NAME, FILES)
    path = next((tmp_path / folder / NAME).iterdir())
    path.unlink()
    with pytest.raises(CourseError, match=f"{path.name} is missing"), open_audit(course, read_tiny(course)):
        pass


def test_a_file_of_mutants_that_is_none_is_an_error(tmp_path: Path) -> None:
    """It is said which file, before anything runs."""
    course = write_course(tmp_path, **PIECES)
    write_files(tmp_path / "assignments" / NAME, {**FILES, "mutants.py": "def double__x(x:\n"})
    with pytest.raises(CourseError, match=r"mutants\.py cannot be read"), open_audit(course, read_tiny(course)):
        pass
