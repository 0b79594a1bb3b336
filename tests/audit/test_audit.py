"""The audit of a tiny homework: sound as it is, and each thing that is taken away from it is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.audit import open_audit, suites
from grader.audit.findings import Finding
from grader.audit.nulls import audit_nulls
from grader.audit.watching import WatchedSource
from grader.errors import CourseError
from grader.model.course import Course
from grader.oracle.source import STAND_IN, Question
from tests import courses
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
HIDDEN = SUITE.format(points=75).replace("assert_close, task", "assert_close, require, task")
PIECES: dict[str, Any] = {
    "manifest": MANIFEST,
    "public": SUITE.format(points=25),
    "hidden": HIDDEN,
    "reference": REFERENCE,
    "solution": SOLUTION,
    "stub": SOLUTION.replace("return 2 * x", "raise NotImplementedError"),
}
NUMPY = "import numpy as np\n\n\ndef"
DROPOUT = """
import numpy as np
from grader.checks import assert_close, task

@task("dropout", points={{points}})
def test_dropout(student, rng):
    '''drops nothing where the rate is 0'''
    x, p, rate = rng.normal(size=5), rng.normal(size=5), rng.normal(size=5)
    assert_close(student.dropout(x, p, rate), ({right}))
"""
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
    assert "what is shown first names the cause of 100% of 12 mutants" in told
    assert "without the comparison it names the cause of 100% of 12 mutants" in told
    assert "2 seeds, 17 versions, 0 verdicts change" in told
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
        (
            {},
            {"solution": SOLUTION.replace("2 * x", "(1, 2)")},
            "solution: the solution earns 0 of 100; it loses public/test_double, hidden/test_double; "
            "public/test_double: expected shape (5,), shape (2,)",
        ),
        (
            {},
            {"hidden": HIDDEN.replace("rng.normal(size=5)", "np.arange(1.0, 6.0)")},
            "inputs: hidden checks worth 75 of 75 points have the same inputs under every seed: hidden/test_double",
        ),
        (
            {},
            {"hidden": HIDDEN.replace("rng.normal", "np.random.default_rng().normal")},
            "suites: what is random is drawn from rng, or seeded: not hidden/test_tiny.py:8 np.random.default_rng()",
        ),
        (
            {},
            {
                "hidden": "from numpy.random import default_rng as fresh\n"
                + HIDDEN.replace("rng.normal", "fresh().normal")
            },
            "inputs: one seed gives the same inputs twice: not hidden/test_double",
        ),
        (
            {},
            {"hidden": HIDDEN + '    require(x[0] < 9, "small", "large", f"x[0] is {x[0]}")\n'},
            "suites: no likely cause of a hidden check has a value written into it: "
            "not hidden/test_tiny.py:10 f'x[0] is {x[0]}'",
        ),
        (
            {},
            {"reference": REFERENCE.replace("x + x", "(x + x).float().double()")},
            "reference: double in hidden/test_double is in single precision",
        ),
        (
            {"mutants.py": MUTANTS + SQUARE + '\n\ndef doubel__x(x):\n    """Three."""\n    return 3 * x\n'},
            {},
            "patches: mutants.py: doubel__x is of no function of the homework; did you mean double?",
        ),
        (
            {"almost.py": 'def treble__x(x):\n    """Three."""\n    return 3 * x\n'},
            {},
            "patches: almost.py: treble__x is of no function of the homework; it has: double",
        ),
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
            "diagnosis: without the comparison it names the cause of 8% of 12 mutants; not of "
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


def audit_course(course: Course) -> list[str]:
    """All that is unsound in its homework."""
    with open_audit(course, read_tiny(course)) as opened:
        return list(list_faults(opened.run(automatic=True, seeds=1)))


def test_nothing_is_not_sound(tmp_path: Path) -> None:
    """None of none is no share: no mutants, no variants, no automatic mutants, no question to the reference."""
    plain = HIDDEN.replace("oracle.double(x)", "2 * x")
    pieces = {**PIECES, "public": plain.replace("points=75", "points=25"), "hidden": plain}
    course = write_course(tmp_path, **{**pieces, "solution": SOLUTION.replace("2 * x", "x.__add__(x)")})
    write_files(tmp_path / "assignments" / NAME, {name: FILES[name] for name in ("README.md", "README.ko.md")})
    assert [
        "variants: 0 variants, at least 4",
        "variants: 0 of 0 keep every point",
        "mutants: 0 mutants, at least 12",
        "mutants: 0 of 0 lose points on their own task",
        "diagnosis: what is shown first names the cause of 0% of 0 mutants",
        "diagnosis: without the comparison it names the cause of 0% of 0 mutants",
        "reference: 0 values are finite, none is tiny and none in single precision",
        "automatic: 0.0% of 0 automatic mutants die; 0 more are explained as equivalent",
    ] == audit_course(course)


def test_a_task_without_a_public_check_is_found(tmp_path: Path) -> None:
    """And so is one without a hidden check; the rest of the audit goes on."""
    public = courses.PUBLIC.replace('@task("halve", points=10)', '@task("double", points=50)')
    hidden = courses.HIDDEN.replace('@task("double", points=50)', '@task("halve", points=10)')
    faults = audit_course(write_course(tmp_path, public=public, hidden=hidden))
    assert "suites: every task has a public check: not halve" in faults
    assert "suites: every task has a hidden check: not double" in faults
    assert "variants: 0 variants, at least 4" in faults


@pytest.mark.parametrize(
    ("returned", "null"),
    [
        ("x, x", "echo, 2 values"),
        ("x.copy(), np.zeros_like(x)", "echo and zeros"),
        ("x, np.ones_like(x)", "echo and ones"),
        ("np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)", "zeros, 3 values"),
        ("0.0, np.zeros_like(x)", "zero and zeros"),
        ("rate, p, x", "the arguments backwards"),
        ("x, p, rate", "the first arguments, 3 values"),
    ],
)
def test_a_pair_of_nothing_is_found(tmp_path: Path, returned: str, null: str) -> None:
    """A dropout that is asked for one value only where nothing is dropped gives its points for the argument."""
    manifest = MANIFEST.replace('"double"', '"dropout"')
    suite = DROPOUT.format(right=returned)
    solution = SOLUTION.replace("double(x)", "dropout(x, p, rate)").replace("2 * x", returned).replace("def", NUMPY, 1)
    pieces = {**PIECES, "manifest": manifest, "public": suite.format(points=25), "hidden": suite.format(points=75)}
    course = write_course(tmp_path, **{**pieces, "solution": solution, "stub": solution})
    with open_audit(course, read_tiny(course)) as opened:
        faults = [fault for fault in list_faults(opened.run_part(audit_nulls)) if f"returning {null} passes" in fault]
    assert [f"null: a submission returning {null} passes public/test_dropout, hidden/test_dropout"] == faults


def test_a_slow_import_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run of every student waits for it; the file is named."""
    monkeypatch.setattr(suites, "MAX_IMPORT", 0.3)
    slow = "import time\ntime.sleep(0.5)\n"
    course = write_course(tmp_path, **{**PIECES, "reference": slow + REFERENCE, "public": slow + PIECES["public"]})
    faults = [fault for fault in audit_course(course) if "imported within" in fault]
    [fault] = faults
    assert fault.startswith("suites: suites and reference are imported within 0 s: not public/test_tiny.py 0.")
    assert f"{NAME}/reference.py 0." in fault


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


@pytest.mark.parametrize("piece", ["solution", "stub"])
def test_a_homework_whose_solution_or_stub_is_no_python_is_an_error(tmp_path: Path, piece: str) -> None:
    """The file and the line are named; it was a fault of ours."""
    course = write_course(tmp_path, **{**PIECES, piece: SOLUTION.replace("(x):", "(x:")})
    with (
        pytest.raises(CourseError, match=r"tiny\.py is not valid Python: '\(' was never closed .*line 4"),
        open_audit(course, read_tiny(course)),
    ):
        pass


def test_a_reference_that_is_no_python_is_named(tmp_path: Path) -> None:
    """By the first check that asks it; the audit goes on."""
    faults = audit_course(write_course(tmp_path, **{**PIECES, "reference": "def double(x:\n"}))
    [fault] = [fault for fault in faults if fault.startswith("solution: ")]
    assert "OracleError" in fault
    assert "reference.py cannot be imported: SyntaxError" in fault
    assert "mutants: 0 mutants, at least 12" in faults


def test_a_file_of_mutants_that_is_none_is_an_error(tmp_path: Path) -> None:
    """It is said which file, before anything runs."""
    course = write_course(tmp_path, **PIECES)
    write_files(tmp_path / "assignments" / NAME, {**FILES, "mutants.py": "def double__x(x:\n"})
    with pytest.raises(CourseError, match=r"mutants\.py cannot be read"), open_audit(course, read_tiny(course)):
        pass
