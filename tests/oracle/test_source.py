"""The right answers: values and gradients of a reference in torch, computed once and given away as copies."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import OracleError
from grader.oracle.recording import RecordingSource
from grader.oracle.source import (
    ANSWER_BYTES,
    STAND_IN,
    STAND_IN_BYTES,
    Memory,
    Oracle,
    Question,
    TorchSource,
    find_torch,
)
from grader.oracle.store import AnswerStore
from tests.conftest import ROOT
from tests.worker.memory import measure_growth

REFERENCE = """
import pathlib

import torch

LOG = pathlib.Path(__file__).with_suffix(".log")

def affine(x, W, b):
    with LOG.open("a") as log:
        log.write("affine\\n")
    return x @ W + b

def describe(value):
    return f"{type(value).__name__} {getattr(value, 'dtype', '')} {getattr(value, 'requires_grad', '')}"

def nest(x):
    return {"parts": [x, (x.sum(), 3)], "name": "x", "flag": x.sum() > 0, "none": None}

def powers(x, n=2):
    return x ** n, x.sum() * n

def first(x, unused):
    return x * 2

def pick(x, labels):
    return x[torch.arange(len(labels)), labels]

def apply(f, x):
    with LOG.open("a") as log:
        log.write("apply\\n")
    return f(x)

def whole(n):
    return torch.arange(n)

def fail(x):
    raise RuntimeError("the matrix is singular")

def strange(x):
    return {1, 2}
"""
RNG = np.random.default_rng(0)
X, W, B, G = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=2), RNG.normal(size=(4, 2))


@pytest.fixture
def source(tmp_path: Path) -> TorchSource:
    """A homework's tiny reference."""
    path = tmp_path / "reference.py"
    path.write_text(REFERENCE)
    return TorchSource(path)


@pytest.fixture
def oracle(source: TorchSource) -> Any:
    """What a suite asks."""
    return Oracle(source, "public/test_affine")


def read_log(tmp_path: Path) -> list[str]:
    """What the reference was asked to compute."""
    return (tmp_path / "reference.log").read_text().split()


# ---------------------------------------------------------------- values


def test_a_value_is_an_array_of_float64(oracle: Any) -> None:
    """Arrays go in as tensors and come out as arrays."""
    value = oracle.affine(X, W, B)
    assert (np.ndarray, np.float64) == (type(value), value.dtype)
    np.testing.assert_allclose(value, X @ W + B, rtol=1e-14, atol=1e-14)


def test_single_precision_is_computed_in_double(oracle: Any) -> None:
    """The reference is exact whatever a suite gives it."""
    assert oracle.describe(X.astype(np.float32)) == "Tensor torch.float64 False"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (np.arange(3), "Tensor torch.int64 False"),
        (np.array([True]), "Tensor torch.bool False"),
        (np.float64(1), "float  "),
        (np.int32(1), "int  "),
        (2.5, "float  "),
        ("AND", "str  "),
        (None, "NoneType  "),
        ([X, (X,)], "list  "),
    ],
)
def test_other_values_keep_their_kind(oracle: Any, value: Any, seen: str) -> None:
    """Labels stay whole, numbers are numbers, names are names."""
    assert oracle.describe(value) == seen


def test_answers_are_plain(oracle: Any) -> None:
    """A tensor without dimensions is a number; containers keep their form."""
    nested = oracle.nest(np.array([1.0, 2.0]))
    assert nested["parts"][0].tolist() == [1.0, 2.0]
    assert (nested["parts"][1], nested["name"], nested["flag"], nested["none"]) == ((3.0, 3), "x", True, None)
    assert [type(part) for part in (nested["parts"][1][0], nested["flag"])] == [float, bool]
    assert (oracle.whole(3).tolist(), oracle.whole(3).dtype) == ([0, 1, 2], np.int64)


def test_arguments_have_names_too(oracle: Any) -> None:
    """Keyword arguments reach the reference, and make another question."""
    assert [oracle.powers(X)[1], oracle.powers(X, n=3)[1]] == pytest.approx([2 * X.sum(), 3 * X.sum()])


def test_a_function_is_an_argument(oracle: Any, tmp_path: Path) -> None:
    """It cannot be remembered by what it is, so the reference is asked each time."""
    np.testing.assert_allclose(oracle.apply(lambda x: 2 * x, X), 2 * X)
    np.testing.assert_allclose(oracle.apply(lambda x: 3 * x, X), 3 * X)
    assert read_log(tmp_path) == ["apply", "apply"]


# ---------------------------------------------------------------- gradients


def test_gradients_are_those_of_the_mathematics(oracle: Any) -> None:
    """g W^T, X^T g and the sum over the samples: one for each argument, in their order."""
    dx, dw, db = oracle.vjp("affine", X, W, B, upstream=G)
    np.testing.assert_allclose(dx, G @ W.T, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(dw, X.T @ G, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(db, G.sum(axis=0), rtol=1e-13, atol=1e-14)


def test_several_outputs_have_an_upstream_each(oracle: Any) -> None:
    """d sum(g x^2) + 3 * 2 sum(x) is 2 g x + 6."""
    (dx,) = oracle.vjp("powers", X, upstream=(X + 1, 3.0))
    np.testing.assert_allclose(dx, 2 * (X + 1) * X + 6, rtol=1e-13, atol=1e-14)


def test_an_unused_argument_has_a_gradient_of_zero(oracle: Any) -> None:
    """A suite gets an array for every float array it gave."""
    gradients = oracle.vjp("first", X, W, upstream=X)
    np.testing.assert_allclose(gradients[0], 2 * X)
    np.testing.assert_array_equal(gradients[1], np.zeros_like(W))


def test_labels_have_no_gradient(oracle: Any) -> None:
    """Only float arrays are differentiated; a number as upstream is fine for a loss."""
    gradients = oracle.vjp("pick", X, np.array([2, 0, 1, 1]), upstream=np.ones(4))
    assert len(gradients) == 1
    np.testing.assert_array_equal(gradients[0], np.eye(3)[[2, 0, 1, 1]])


# ---------------------------------------------------------------- memory


def test_an_answer_is_computed_once(oracle: Any, source: TorchSource, tmp_path: Path) -> None:
    """A class of five hundred asks the same; another check with the same question asks nothing new."""
    for _ in range(3):
        oracle.affine(X, W, B)
        Oracle(source, "hidden/test_other").affine(X.copy(), W.copy(), B.copy())
    assert read_log(tmp_path) == ["affine"]


def test_another_question_is_computed(oracle: Any, tmp_path: Path) -> None:
    """Another value, another type, another shape, or a gradient instead of a value."""
    ones = np.ones((1, 3))
    oracle.affine(ones, W, B)
    oracle.affine(ones + 1e-15, W, B)
    oracle.affine(ones[0], W, B)
    oracle.vjp("affine", ones, W, B, upstream=np.ones((1, 2)))
    oracle.vjp("affine", ones, W, B, upstream=np.zeros((1, 2)))
    assert read_log(tmp_path) == ["affine"] * 5


def test_answers_are_copies(oracle: Any) -> None:
    """A suite, or a student's code that is given the array, may write into it."""
    first, second = oracle.affine(X, W, B), oracle.affine(X, W, B)
    expected = first.copy()
    first[:] = 0
    second += 1
    np.testing.assert_array_equal(oracle.affine(X, W, B), expected)
    unremembered = oracle.apply(lambda x: x, X)
    unremembered[:] = 0
    assert X.any()


# ---------------------------------------------------------------- what is remembered


def test_what_a_submission_asked_is_forgotten_after_it(source: TorchSource, tmp_path: Path) -> None:
    """Its code chooses the questions, and no other will ask them; a suite's own are remembered for the batch."""
    stand_in = Question(STAND_IN, 0, "affine", (X, W, B), {})
    for _ in range(2):
        source.answer(stand_in)
        source.answer(Question("public/test", 0, "affine", (X + 1, W, B), {}))
    assert read_log(tmp_path) == ["affine"] * 2
    source.forget()
    source.answer(stand_in)
    source.answer(Question("public/test", 0, "affine", (X + 1, W, B), {}))
    assert read_log(tmp_path) == ["affine"] * 3


def test_many_stand_in_answers_do_not_fill_the_memory(tmp_path: Path, source: TorchSource) -> None:
    """One submission can ask 50,000 times in its minute; here half a gigabyte of bytes would be kept."""
    (tmp_path / "reference.py").write_text("def double(x):\n    return bytes(9_000)\n")
    source.answer(Question(STAND_IN, 0, "double", (0,), {}))
    with measure_growth() as growth:
        for number in range(20_000):
            source.answer(Question(STAND_IN, 0, "double", (number,), {}))
    assert growth.mib < 4 * STAND_IN_BYTES >> 20


def test_answers_about_a_students_values_do_not_fill_the_memory(tmp_path: Path, source: TorchSource) -> None:
    """A hidden check may ask the reference about what came back: in a batch, about another value each time."""
    (tmp_path / "reference.py").write_text("import numpy as np\ndef double(x):\n    return bytes(1 << 20)\n")
    x = np.ones(1 << 17)
    with measure_growth() as growth:
        for number in range(400):
            source.answer(Question("hidden/test", 0, "double", (x + number,), {}))
    assert growth.mib < 1.5 * ANSWER_BYTES / (1 << 20)


def test_what_was_asked_for_last_is_remembered() -> None:
    """And as much of it as fits."""
    memory = Memory(3_000)
    for question in (b"a", b"b", b"a", b"c", b"c", b"d"):
        if memory.get(question) is None:
            memory.put(question, bytes(800))
    assert [None, bytes(800)] == [memory.get(b"b"), memory.get(b"a")]
    assert memory.size == 3 * 1_000
    memory.put(b"a", bytes(100))
    assert memory.size == 2 * 1_000 + 300
    memory.put(b"e", bytes(10_000))
    assert (0, None) == (memory.size, memory.get(b"e"))


# ---------------------------------------------------------------- the store


def make_stored(tmp_path: Path, version: str | None = "2.13") -> TorchSource:
    """A reference whose answers are kept on disk."""
    path = tmp_path / "reference.py"
    if not path.exists():
        path.write_text(REFERENCE)
    return TorchSource(path, AnswerStore(path, version, tmp_path / "cache" / "answers.sqlite"))


def ask(source: TorchSource, x: Any = X) -> Any:
    """Ask for one value."""
    return source.answer(Question("public/test", 0, "affine", (x, W, B), {}))


def test_a_second_process_need_not_compute(tmp_path: Path) -> None:
    """What one run of `grade` computed, the next one reads."""
    expected = ask(make_stored(tmp_path))
    np.testing.assert_array_equal(expected, ask(make_stored(tmp_path)))
    assert read_log(tmp_path) == ["affine"]


@pytest.mark.parametrize(("size", "times"), [(10, 1), (3_000, 2)], ids=["small", "large"])
def test_small_stand_ins_are_kept_as_well(tmp_path: Path, size: int, times: int) -> None:
    """A second run of the same file need not import torch; a training's many large ones are not worth their room."""
    x = np.ones((1, size))
    for _ in range(2):
        answer = make_stored(tmp_path).answer(Question(STAND_IN, 0, "affine", (x, x.T, 0.0), {}))
        assert answer.tolist() == [[size]]
    assert read_log(tmp_path) == ["affine"] * times


def test_a_changed_reference_is_asked_anew(tmp_path: Path) -> None:
    """So is another torch, and another question."""
    ask(make_stored(tmp_path))
    ask(make_stored(tmp_path, "2.14"))
    ask(make_stored(tmp_path), X + 1)
    (tmp_path / "reference.py").write_text(REFERENCE.replace("x @ W + b", "x @ W + b + 1"))
    np.testing.assert_allclose(ask(make_stored(tmp_path)), X @ W + B + 1)
    assert read_log(tmp_path) == ["affine"] * 4


def test_the_store_is_for_its_owner(tmp_path: Path) -> None:
    """It holds answers to hidden checks."""
    ask(make_stored(tmp_path))
    assert oct((tmp_path / "cache/answers.sqlite").stat().st_mode & 0o777) == oct(0o600)


@pytest.mark.parametrize("content", [b"", b"no database\n" * 100])
def test_a_broken_store_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    """A cache may be cut off, or a folder may lie in its place."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/answers.sqlite").write_bytes(content)
    np.testing.assert_allclose(ask(make_stored(tmp_path)), X @ W + B)


def test_a_folder_in_place_of_the_store_is_as_good_as_none(tmp_path: Path) -> None:
    """Nothing is written, and the answer comes all the same."""
    (tmp_path / "cache/answers.sqlite").mkdir(parents=True)
    np.testing.assert_allclose(ask(make_stored(tmp_path)), X @ W + B)


def test_one_who_only_reads_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Two runs side by side: what one of them looks up does not lock the other out."""
    path = tmp_path / "reference.py"
    path.write_text(REFERENCE)
    reader, writer, later = (AnswerStore(path, "2.13", tmp_path / "answers.sqlite") for _ in range(3))
    assert reader.get(b"question") is None
    writer.put(b"question", b"answer")
    assert b"answer" == reader.get(b"question") == later.get(b"question")


def test_a_locked_store_is_waited_for_once(tmp_path: Path) -> None:
    """Somebody else writes and does not end: the answers come all the same, and no more time is lost."""
    ask(make_stored(tmp_path))
    other = sqlite3.connect(tmp_path / "cache/answers.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    source = make_stored(tmp_path)
    np.testing.assert_allclose(ask(source, X + 1), (X + 1) @ W + B)
    other.execute("COMMIT")
    ask(source, X + 2)
    assert [(1,)] == other.execute("SELECT COUNT(*) FROM answers").fetchall()
    other.close()


@pytest.mark.parametrize("damaged", ["X'6e6e6772'", "substr(answer, 1, 30)", "substr(answer, 1, length(answer) - 1)"])
def test_a_damaged_answer_is_computed_anew(tmp_path: Path, damaged: str) -> None:
    """What is read back is checked like anything that comes over a pipe, and may have been cut off anywhere."""
    path = tmp_path / "reference.py"
    ask(make_stored(tmp_path))
    store = AnswerStore(path, "2.13", tmp_path / "cache/answers.sqlite")
    store._execute(f"UPDATE answers SET answer = {damaged}")
    np.testing.assert_allclose(ask(make_stored(tmp_path)), X @ W + B)
    assert read_log(tmp_path) == ["affine", "affine"]


# ---------------------------------------------------------------- failures


def test_an_unknown_function_is_our_error(oracle: Any, tmp_path: Path) -> None:
    """A suite that asks for what the reference does not have."""
    with pytest.raises(OracleError) as raised:
        oracle.afine(X)
    assert raised.value.message == f"{tmp_path / 'reference.py'} has no function afine"


def test_an_exception_of_the_reference_says_where(oracle: Any, tmp_path: Path) -> None:
    """It comes as it is, with the function and the file."""
    with pytest.raises(RuntimeError, match="the matrix is singular") as raised:
        oracle.fail(X)
    assert raised.value.__notes__ == [f"in the reference fail of {tmp_path / 'reference.py'}"]


def test_an_answer_that_is_no_plain_value_is_refused(oracle: Any) -> None:
    """A set, a module: by an exception of which the harness finds out whose failure it is."""
    with pytest.raises(TypeError, match="returned a value of type set"):
        oracle.strange(X)


def test_a_reference_that_cannot_be_imported_is_our_error(tmp_path: Path) -> None:
    """A syntax error in it is told with its path."""
    path = tmp_path / "reference.py"
    path.write_text("import torch\ndef f(:\n")
    with pytest.raises(OracleError, match="cannot be imported: SyntaxError") as raised:
        ask(TorchSource(path))
    assert raised.value.message.startswith(str(path))


def test_without_torch_the_staff_is_told_how_to_get_it(source: TorchSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """torch is the extra that students do not need."""
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(OracleError) as raised:
        ask(source)
    assert raised.value.message == "the reference needs torch, which is not installed"
    assert raised.value.next_step == "install it with: pip install 'nn-grader[reference]'"


def test_python_s_own_attributes_are_none_of_the_reference_s(oracle: Any) -> None:
    """pytest, copy and pickle look for such names on whatever they meet."""
    with pytest.raises(AttributeError):
        _ = oracle.__wrapped__


def test_torch_is_not_imported_before_the_first_question() -> None:
    """A grader is ready, its version of torch known, and seconds are saved where no check asks."""
    script = """
import sys
from pathlib import Path
from grader.course.manifest import find_assignment, read_course
from grader.harness.grading import Grader
from grader.worker.process import Launcher
course = read_course(Path(sys.argv[1]))
assignment = find_assignment(course, "hw4")
grader = Grader(course, assignment, Launcher(assignment.limits))
print(len(grader.checks) > 40, grader._suites.source.version(), "torch" in sys.modules)
grader.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == f"True {find_torch()} False\n"


def test_questions_are_numbered_within_a_check(source: TorchSource) -> None:
    """A record is found by check and number; each check counts from 0."""
    recording = RecordingSource(source)
    for check in ("public/a", "public/b"):
        asked: Any = Oracle(recording, check)
        asked.affine(X, W, B)
        asked.vjp("affine", X, W, B, upstream=G)
    assert {name: len(calls) for name, calls in recording.records.items()} == {"public/a": 2, "public/b": 2}
