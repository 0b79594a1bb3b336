"""Recorded answers: the same values back, and none for a question that was not asked at release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.course.layout import RECORDED
from grader.errors import OracleError
from grader.oracle.recording import RecordedSource, RecordingSource, from_json, to_json
from grader.oracle.source import STAND_IN, Question, Source

Z = np.array([[0.1, -2.5], [1e300, 3.0]])
LABELS = np.array([1, 0])
CHECK = "public/test_double"


class Doubling:
    """A source that needs no torch: twice the first argument, or the gradient of that."""

    def answer(self, question: Question) -> Any:
        """Answer at once."""
        return (2 * question.upstream,) if question.upstream is not None else 2 * question.args[0]

    def version(self) -> str | None:
        """The version that a report would name."""
        return "9.9"

    def forget(self) -> None:
        """Nothing was remembered."""


def make_question(*args: Any, number: int = 0, check: str = CHECK, function: str = "double", **more: Any) -> Question:
    """Make a question as a suite asks it."""
    return Question(check, number, function, args, more.pop("kwargs", {}), **more)


def record(tmp_path: Path, *questions: Question) -> RecordedSource:
    """Ask while recording, write, and give what a student's kit answers from."""
    source: Source = RecordingSource(Doubling())
    for question in questions:
        source.answer(question)
    assert isinstance(source, RecordingSource)
    source.write(tmp_path / "recorded.json")
    return RecordedSource(tmp_path / "recorded.json")


# ---------------------------------------------------------------- values as JSON

NUMBERS = st.floats() | st.integers(-(2**70), 2**70) | st.booleans()
ARRAYS = st.sampled_from([np.float64, np.float32, np.int64, np.int32, np.uint8, np.bool_]).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)
VALUES = st.recursive(
    st.none() | NUMBERS | st.text(max_size=5) | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(0, 9), inner, max_size=3)
    ),
    max_leaves=6,
)


def is_same(a: Any, b: Any) -> bool:
    """Equal in type, shape and every bit that JSON can hold; nan is nan."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(is_same(a[key], b[key]) for key in a)
    return bool(a == b) or bool(np.isnan(a) and np.isnan(b))


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(VALUES)
def test_a_value_survives_json(value: Any) -> None:
    """Arrays of any type and shape, tuples, dicts with whole numbers as keys, nan and infinities."""
    assert is_same(value, from_json(json.loads(json.dumps(to_json(value), allow_nan=False))))


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(0.1), 0.1),
        (np.int32(3), 3),
        (np.bool_(True), True),
        (np.float32(np.inf), {"float": "inf"}),
        (float("nan"), {"float": "nan"}),
        ((1, 2.0), {"tuple": [1, 2.0]}),
        (np.array([1.0, np.nan]), {"array": [1.0, {"float": "nan"}], "shape": [2], "dtype": "<f8"}),
        ({"a": (1,)}, {"dict": [["a", {"tuple": [1]}]]}),
    ],
    ids=repr,
)
def test_the_form_on_disk(value: Any, plain: Any) -> None:
    """JSON that any program reads; what JSON lacks is tagged."""
    assert plain == to_json(value)


def test_floats_keep_every_bit() -> None:
    """A recorded answer is the answer."""
    values = np.random.default_rng(0).normal(size=100) * 10.0 ** np.arange(-50, 50)
    np.testing.assert_array_equal(values, from_json(json.loads(json.dumps(to_json(values)))))


# ---------------------------------------------------------------- answers


def test_what_was_recorded_is_answered(tmp_path: Path) -> None:
    """By check and number, values and gradients, in any order."""
    questions = [
        make_question(Z),
        make_question(3, number=1),
        make_question(Z, number=2, upstream=Z + 1),
        make_question(Z + 5, check="public/test_other"),
    ]
    source = record(tmp_path, *questions)
    for question in reversed(questions):
        assert is_same(Doubling().answer(question), source.answer(question))


def test_answers_are_copies(tmp_path: Path) -> None:
    """A suite may write into what it is given."""
    source = record(tmp_path, make_question(Z))
    source.answer(make_question(Z))[:] = 0
    np.testing.assert_array_equal(source.answer(make_question(Z)), 2 * Z)


def test_records_need_no_torch(tmp_path: Path) -> None:
    """A report made from records names no version; while recording, the version is the source's."""
    assert (RecordedSource(tmp_path).version(), RecordingSource(Doubling()).version()) == (None, "9.9")


@pytest.mark.parametrize(
    "asked",
    [
        make_question(Z * (1 + 2e-12)),
        make_question(Z + 1e-9),
        make_question(Z.T),
        make_question(Z.ravel()),
        make_question(Z.tolist()),
        make_question(Z, LABELS),
        make_question(),
        make_question(Z, function="halve"),
        make_question(Z, upstream=Z),
        make_question(Z, number=1),
        make_question(Z, check="public/test_new"),
        make_question(np.where(Z > 2, np.inf, Z)),
        make_question(Z, kwargs={"n": 2}),
    ],
    ids=[
        "off", "way off", "transposed", "flat", "a list", "one more", "none", "function", "gradient", "number",
        "check", "infinite", "keyword",
    ],
)  # fmt: skip
def test_a_stale_record_is_refused(tmp_path: Path, asked: Question) -> None:
    """A value that was recorded for another question would judge a student wrongly; instead it says what to do."""
    source = record(tmp_path, make_question(Z))
    with pytest.raises(OracleError) as raised:
        source.answer(asked)
    assert raised.value.message == f"the recorded values of {asked.check} in {tmp_path}/recorded.json are stale"
    assert raised.value.next_step.startswith("download the course's newest kit")


@pytest.mark.parametrize(
    ("recorded", "asked"),
    [
        (Z, Z * (1 + 1e-13)),
        (Z, Z.copy(order="F")),
        (np.array([np.nan, -np.inf, 0.0]), np.array([np.nan, -np.inf, 1e-13])),
        (LABELS, LABELS.astype(np.int32)),
        (LABELS.astype(np.int32), LABELS),
        (2, 2.0),
        (2.0, 2),
        (np.float64(0.5), 0.5),
        ("AND", "AND"),
        (np.array([True]), np.array([True])),
    ],
    ids=repr,
)
def test_the_same_question_on_another_machine_is_answered(tmp_path: Path, recorded: Any, asked: Any) -> None:
    """Sums are rounded in another order elsewhere, and whole numbers are narrower on Windows with numpy 1."""
    source = record(tmp_path, make_question("ab", recorded))
    assert source.answer(make_question("ab", asked)) == "abab"


def test_a_named_argument_is_not_another_one(tmp_path: Path) -> None:
    """A name may be left out in one of the calls, but the same value under another name is another question."""
    source = record(tmp_path, make_question("ab", kwargs={"n": 2}))
    assert source.answer(make_question("ab", kwargs={"n": 2})) == "abab"
    assert source.answer(make_question("ab", 2)) == "abab"
    with pytest.raises(OracleError, match="stale"):
        source.answer(make_question("ab", kwargs={"m": 2}))


@pytest.mark.parametrize(
    ("recorded", "asked"), [(True, 1), (1, True), ("1", 1), ((1, 2), [1, 2]), (None, 0), (float("nan"), 0.0)], ids=repr
)
def test_other_types_are_other_questions(tmp_path: Path, recorded: Any, asked: Any) -> None:
    """True is no 1 here, and a tuple no list."""
    source = record(tmp_path, make_question("ab", recorded))
    with pytest.raises(OracleError):
        source.answer(make_question("ab", asked))


def test_a_function_agrees_with_any_other(tmp_path: Path) -> None:
    """Functions have no values that could be compared: the check's own code is what gives them."""
    source = record(tmp_path, make_question("ab", np.exp, kwargs={"f": len}))
    assert source.answer(make_question("ab", np.log, kwargs={"f": max})) == "abab"


def test_asking_again_records_nothing_twice(tmp_path: Path) -> None:
    """A check that was run a second time at release asks the same questions with the same numbers."""
    questions = [make_question(1), make_question(2, number=1)]
    source = record(tmp_path, *questions, *questions)
    assert [source.answer(question) for question in questions] == [2, 4]
    assert len(json.loads((tmp_path / "recorded.json").read_text())[CHECK]) == 2


# ---------------------------------------------------------------- in place of a student's function


def test_a_stand_in_is_found_by_its_arguments(tmp_path: Path) -> None:
    """A student's code asks in an order of its own; what the model solution asked is there, once."""
    asked = [make_question(value, check=STAND_IN) for value in (1, Z, 1)]
    source = record(tmp_path, *asked)
    assert len(json.loads((tmp_path / "recorded.json").read_text())[STAND_IN]) == 2
    assert [source.answer(asked[0]), source.answer(asked[1]).tolist()] == [2, (2 * Z).tolist()]


def test_a_stand_in_for_other_arguments_is_not_there(tmp_path: Path) -> None:
    """No fault of ours: the student's code asked what nobody could foresee."""
    source = record(tmp_path, make_question(1, check=STAND_IN))
    with pytest.raises(LookupError):
        source.answer(make_question(2, check=STAND_IN))


# ---------------------------------------------------------------- the file


def test_the_file_has_a_line_per_check(tmp_path: Path) -> None:
    """In the order of ids, so that a release's changes can be read."""
    record(tmp_path, make_question(1, check="public/b"), make_question(1, check="public/a"))
    assert (tmp_path / "recorded.json").read_text().splitlines() == [
        "{",
        ' "public/a": [{"asked": ["double", "value", [1, null], []], "answer": 2}],',
        ' "public/b": [{"asked": ["double", "value", [1, null], []], "answer": 2}]',
        "}",
    ]


def test_no_question_at_all_is_a_file_too(tmp_path: Path) -> None:
    """A homework whose public checks need no reference."""
    source = record(tmp_path)
    with pytest.raises(OracleError, match="stale"):
        source.answer(make_question(1))


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '"x"', b"\xff"])
def test_a_file_that_holds_no_records_is_told(tmp_path: Path, content: str | bytes) -> None:
    """Our error and not the student's: it says to get the kit again."""
    path = tmp_path / "recorded.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(OracleError) as raised:
        RecordedSource(path).answer(make_question(1))
    assert raised.value.message.startswith(f"{path} cannot be read: ")
    assert raised.value.next_step == "download the kit again"


def test_a_homework_without_answers_says_both_files_that_it_may_have(tmp_path: Path) -> None:
    """An author forgot the one, a student's kit lost the other."""
    with pytest.raises(OracleError) as raised:
        RecordedSource(tmp_path / RECORDED).answer(make_question(1))
    assert raised.value.message == f"{tmp_path} has neither a reference.py nor a recorded.json"
    assert raised.value.next_step == "download the kit again"


def test_a_generator_is_asked_by_its_state(tmp_path: Path) -> None:
    """A stand-in for `init_params(sizes, rng)` is found where the generator is as far as it was."""
    asked = [Question(STAND_IN, 0, "draw", (np.random.default_rng(seed),), {}) for seed in (1, 1, 2)]
    recording = RecordingSource(Fixed(3.0))
    recording.answer(asked[0])
    recording.write(tmp_path / RECORDED)
    source = RecordedSource(tmp_path / RECORDED)
    assert source.answer(asked[1]) == 3.0
    with pytest.raises(LookupError):
        source.answer(asked[2])


def test_a_stand_in_that_takes_a_function_is_not_recorded(tmp_path: Path) -> None:
    """In a record all functions look alike, and the answer would be another one's."""
    question = Question(STAND_IN, 0, "train", (len, 2.0), {})
    recording = RecordingSource(Fixed(3.0))
    assert recording.answer(question) == 3.0
    recording.write(tmp_path / RECORDED)
    with pytest.raises(LookupError):
        RecordedSource(tmp_path / RECORDED).answer(question)


def test_large_stand_ins_are_not_recorded(tmp_path: Path) -> None:
    """A training asks hundreds of them; a kit of megabytes would help nobody."""
    recording = RecordingSource(Fixed(3.0))
    for size in (3, 3_000):
        recording.answer(Question(STAND_IN, 0, "total", (np.ones(size) / 3,), {}))
    assert [1] == [len(records) for records in recording.records.values()]


class Fixed:
    """A source of one answer."""

    def __init__(self, value: float) -> None:
        self._value = value

    def version(self) -> str | None:
        """None."""
        return None

    def forget(self) -> None:
        """Nothing was remembered."""

    def answer(self, question: Question) -> Any:
        """Always the same."""
        return self._value
