"""What a student can make appear of one hidden check that fails: every view is a message about the hidden input."""

from __future__ import annotations

import builtins
import textwrap
from collections.abc import Iterator

import pytest

from grader.explain.replies import COMMON_CLASSES
from grader.harness.session import Suites
from grader.model.course import Limits
from grader.model.report import CheckResult, Status, TaskResult
from grader.model.submission import SubmittedFile
from grader.oracle.source import TorchSource
from grader.report import redact, to_json
from grader.worker.client import Client
from grader.worker.in_process import InsideLauncher
from tests.courses import read_tiny, write_course
from tests.reporters import reports

HIDDEN = '''
import numpy as np
from grader.checks import assert_close, task

@task("double", points=60)
def test_double(student):
    """double of a table"""
    x = np.array([[0.4321, 7.0, 8.0, -2.5], [9.5, 1.25, 3.0, 0.5], [2.0, 4.5, -6.0, 1.5]])
    assert_close(student.double(x), 2 * x)

@task("halve", points=40)
def test_halve(student):
    """half of a vector"""
    assert_close(student.halve(np.ones(3)), np.ones(3) / 2)
'''
CLASSES = [name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)]
TEXTS = [
    *("", "42", "f() missing 1 required positional argument", "double() takes 1 positional argument but 2 were given"),
    "operands could not be broadcast together with shapes (3,4) (3,)",
    *("shapes (3,) and (4,) not aligned", "matmul: Input operand 1 has a mismatch in its core dimension 0"),
    *("cannot reshape array of size 12 into shape (5,)", "axis 2 is out of bounds for axis 1", "index out of range"),
    *("too many indices for array", "only integer scalar arrays can be converted", "only size-1 arrays scalar"),
    *("The truth value of an array is ambiguous", "not enough values to unpack", "inhomogeneous shape after 1"),
    *("'NoneType' object has no attribute", "'list' object has no attribute 'shape'", "ufunc 'bitwise_and'"),
    *(
        "Cannot cast ufunc 'add'",
        "the function that was passed in",
        "must be of integer type",
        "x object is not callable",
    ),
]
FEW = {*COMMON_CLASSES, "RuntimeError", "OSError"}
# Too late, no time left; ended, nonsense on the pipe, ended while loading again: each has its own fixed sentence.
HANGS_AND_CRASHES = 5
PRELUDE = """
import numpy as np
def raise_it(kind, text):
    error = kind.__new__(kind)
    error.args = (text,)
    raise error
class Odd(Exception): pass
class AxisError(ValueError, IndexError): pass
def note(x):
    print("seen")
    return 0 * x
"""
# What code can give back that does not know what was asked for, and what it can make of the right answer.
BLIND = [
    *("None", "0", "1.5", "True", "'text'", "b'bytes'", "[1, [2]]", "()", "{}", "object()", "1j", "x.astype(str)"),
    *(
        "x.tolist()",
        "x > 0",
        "0 * x",
        "0 * x + 1",
        "0 * x - 3",
        "0 * x + x[0, 0]",
        "x * np.nan",
        "x + np.inf",
        "-np.inf * x",
    ),
    *(
        "np.where(x > 1, np.nan, x)",
        "np.where(x > 1, np.inf, x)",
        "x.astype(int)",
        "x[:2]",
        "x[0]",
        "x[:, :1]",
        "x[0, 0]",
    ),
    *("0 * x.T", "x.ravel()", "x[None]", "x[..., None]", "x.sum()", "x.mean(0)", "np.zeros(3)", "np.zeros((3, 3))"),
    *("np.zeros((4, 4))", "np.zeros((3, 4, 4))", "np.zeros(0)", "np.zeros((0, 4))", "np.eye(3, 4)", "np.ones((3, 1))"),
    *("np.random.rand(3, 4)", "-np.abs(x)", "np.abs(x)", "np.clip(x, 0, 1)", "x / x.sum()", "x / x.sum(0)", "note(x)"),
    *("x / x.sum(1, keepdims=True)", "x - x.max()", "x.astype('f4')", "x + 0j", "np.ma.array(x, mask=True)"),
]
KNOWING = [
    *("y.T", "-y", "y / 2", "y * 3", "y * 12", "y / 12", "y / 3", "y / 4", "y * 4", "y + 1", "y - 1", "y + 0.25"),
    *(
        "1 - y",
        "np.abs(y)",
        "y ** 2",
        "np.sqrt(y)",
        "np.exp(y)",
        "np.log(y)",
        "1 / y",
        "y[::-1]",
        "y[:, ::-1]",
        "y * 7.5",
    ),
    *("np.roll(y, 1)", "np.roll(y, 1, 0)", "np.roll(y, 1, 1)", "np.sort(y.ravel()).reshape(3, 4)", "np.trunc(y)"),
    *("y.sum(0)", "y.sum(1)", "y.sum()", "y.mean(0)", "y.mean(1)", "y.mean()", "y.max(0)", "y.max(1)", "y.max()"),
    *("y[:, 0]", "y[0]", "y[None]", "y[..., None]", "y[:, None]", "np.minimum(y, 4)", "np.maximum(y, 4)", "y.ravel()"),
    *("np.minimum(y, 0)", "np.maximum(y, 0)", "np.stack([y, y])", "np.stack([y, y], 1)", "np.stack([y, y], 2)"),
    *("y @ y.T", "y * np.arange(1, 5)", "y * np.arange(1, 4)[:, None]", "y + np.arange(4)", "np.repeat(y, 2, 0)"),
    *("np.where(np.arange(4) == 0, 0, y)", "np.where(np.arange(4) == 3, 0, y)", "np.where(y > 4, 0, y)"),
    *("np.where(np.arange(3)[:, None] == 0, 0, y)", "np.where(np.arange(3)[:, None] == 2, 0, y)", "y.reshape(4, 3)"),
]


def list_tricks() -> Iterator[tuple[str, str]]:
    """(kind, statement) of everything that a function could do with a bit of what it was given."""
    for name in CLASSES:
        for text in TEXTS if name in FEW else TEXTS[:1]:
            yield "raises", f"raise_it({name}, {text!r})"
    yield from (("raises", f"raise {name}('x')") for name in ("Odd", "AxisError"))
    yield from (("gives", f"return {value}") for value in BLIND)
    yield from (("knows", f"y = 2 * x\nreturn {value}") for value in KNOWING)


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The different views of one hidden check, by the kind of trick."""
    assignment = read_tiny(write_course(tmp_path_factory.mktemp("views"), hidden=HIDDEN, public=None))
    suites = Suites(assignment, TorchSource(assignment.folder / "reference.py"))
    tricks = list(list_tricks())
    source = PRELUDE + "TURN = [0]\ndef double(x):\n    TURN[0] += 1\n    return TRICKS[TURN[0] - 1](x)\n"
    for number, (_, statement) in enumerate(tricks):
        source += f"def trick_{number}(x):\n{textwrap.indent(statement, '    ')}\n"
    source += f"TRICKS = [{', '.join(f'trick_{number}' for number in range(len(tricks)))}]\n"
    client = Client(InsideLauncher(), SubmittedFile("tiny.py", "", source.encode()), Limits())
    assert client.load() is None
    found: dict[str, set[str]] = {"raises": set(), "gives": set(), "knows": set()}
    for kind, statement in tricks:
        (result,) = suites.run(client, 7, ["hidden/test_double"])
        assert result.status is not Status.ERROR, (statement, result)
        if result.status is not Status.PASSED:
            found[kind].add(show(result))
    client.close()
    suites.close()
    return found


def show(result: CheckResult) -> str:
    """All that a student's report says of this check."""
    task = TaskResult("double", "Double", Status.FAILED, 0, 50, 50, (result,))
    shown = to_json(redact(reports.make_report(task)))
    return repr(shown["tasks"][0]["checks"])


def test_an_exception_says_three_bits(views: dict[str, set[str]]) -> None:
    """One of seven classes that students meet, or that there was one; and whether the stub is still there."""
    assert len(COMMON_CLASSES) + 1 + 1 == len(views["raises"])
    assert any("raised an exception" in view for view in views["raises"])


def test_code_that_does_not_know_the_answer_can_make_few_views(views: dict[str, set[str]]) -> None:
    """At most 24, which is less than five bits; docs/security.md says so."""
    assert len(views["raises"] | views["gives"]) + HANGS_AND_CRASHES <= 24


def test_code_that_knows_the_answer_has_no_use_for_the_input(views: dict[str, set[str]]) -> None:
    """The likely causes of wrong values are for learners: six bits, for those who could have had the points."""
    assert len(set.union(*views.values())) + HANGS_AND_CRASHES <= 70
