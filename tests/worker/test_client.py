"""The student's functions as a suite sees them, and what a check is told when something goes wrong."""

from __future__ import annotations

import dataclasses
import textwrap
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks import assert_unchanged
from grader.checks.figures import picturing
from grader.errors import CheckFailed, OracleError
from grader.model.course import Limits
from grader.model.report import Message, SandboxFacts, Status
from grader.model.submission import SubmittedFile, Where
from grader.worker import allowance, reading
from grader.worker.budget import CHECK_BYTES, SUBMISSION_BYTES, weigh
from grader.worker.client import IMPATIENCE, Client
from grader.worker.in_process import InsideLauncher
from grader.worker.inside.output import MAX_OUTPUT
from grader.worker.inside.survey import MAX_FUNCTIONS
from grader.worker.inside.tags import CallbackFailed, Handle, ProtocolError
from grader.worker.inside.wire import Kind
from grader.worker.process import Answer, AnyWorker, Launcher, WorkerGone
from grader.worker.student import Student
from grader.worker.walls import interpreter, sandbox
from tests.worker.memory import measure_growth
from tests.worker.processes import GENEROUS, HASTY, find_processes, make_launcher, wait_until
from tests.worker.students import FILE, fail, make_client, open_student

SOURCE = """\
import os, random, signal, sys, time, warnings
import numpy as np

calls = 0

def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def count():
    global calls
    calls += 1
    return calls

def forward(x, W): return x @ W, {"x": x, "W": W, "note": object()}

def backward(d, cache): return d @ cache["W"].T, cache["x"].T @ d

def scale_in_place(x, factor):
    x *= factor
    return x.sum()

def numerical_gradient(f, x, h=1e-5):
    g = np.zeros_like(x)
    for i in range(x.size):
        step = np.zeros_like(x); step.flat[i] = h
        g.flat[i] = (f(x + step) - f(x - step)) / (2 * h)
    return g

def call_with_nonsense(f): return f("no", "numbers", here=None)
def call_once(f): return f(1.0)
def call_and_catch(f):
    try:
        return f("no number")
    except Exception:
        return 0.0
def call_often(f, n): return [f(i) for i in range(n)]
def call_with_a_function(f): return f(lambda: 1)

def not_written(x):
    raise NotImplementedError("TODO: softmax")

def raise_in_numpy(x):
    y = x + 1
    return y @ np.ones(99)

def raise_with_address(): raise ValueError(f"{object()} and {softmax}")
def raise_own():
    class ShapeMismatch(ValueError): pass
    raise ShapeMismatch("(2, 3)")
def raise_below(): return raise_in_numpy(np.ones(3))
def recurse(): return recurse()
def unpack_too_few(): a, b, c = [1, 2]
def unpack_too_many(): a, b = [1, 2, 3]
def overflow(): return 2.0 ** 10_000
def fill_bytes(): return np.uint8(3) * 300
def keep_no_axis(): return np.ones((2, 3)) - np.ones((2, 3)).max(axis=1)
def take_dot(): return np.ones((2, 3)).dot(np.ones((2, 3)))
def reshape_wrongly(): return np.ones(6).reshape(4, 2)
def read_past_the_end(): return np.ones(3)[3]
def read_past_a_list(): return [1, 2][2]
def index_twice(): return np.ones(3)[0, 1]
def stack_unequal(): return np.array([[1, 2], [3]])
def use_none(): return None + 1.0
def ask_none(): return None.shape
def subtract_lists(): return [1.0] - [2.0]
def ask_list(): return [1.0].shape
def multiply_list(): return 0.5 * [1.0]
def change_integers():
    x = np.arange(3)
    x -= 0.5
def take_bits(): return np.ones(2) ^ np.zeros(2)
def take_bits_of_one(): return 1.0 & 0.0
def compare_by_max(): return np.max(np.ones(3), np.zeros(3))
def index_by_float(): return np.ones(3)[np.zeros(2)]
def call_array(): return np.ones(3)(0)
def read_too_early():
    total += 1
    return total
def mistype(): return npp.ones(3)
def divide_by_zero(): return 1 / 0
def ask_array(): return 1 if np.ones(3) > 0 else 0
def make_float(): return float(np.ones(3))
def misfit(): return np.ones(3) + np.ones(4)
def multiply_misfits(): return np.ones((2, 3)) @ np.ones((2, 3))
def sum_far_axis(): return np.ones(3).sum(axis=1)
def read_input(): return input("n = ")
def leave(): sys.exit("done")
def leave_by_exit(): exit()
def allocate(): return np.ones((1 << 20, 1 << 20))
def print_debug(z):
    print("z is", z)
    return z
def print_at_once():
    print("x" * 10**9)
    return 1
def print_in_chunks():
    chunk = "x" * 10**6
    for _ in range(1000):
        print(chunk)
    return 1
def warn(): return np.log(np.zeros(2))

def give_set(): return {1, 2}
def give_object(): return object()
def give_function(): return softmax
def give_nested(): return [1, (2, {"a": np.array([object()])})]
def give_date(): return np.datetime64("2024-02-29")
def give_text_array(): return np.array(["a", "b"])
def give_structured(): return np.zeros(2, [("a", "f8")])
def give_deep():
    value = 0
    for _ in range(50): value = [value]
    return value
def give_itself():
    value = []
    value.append(value)
    return value
def give_long(): return [0] * 200_000
def give_large(): return np.zeros(10_000_000)
def give_endless():
    while True:
        yield 1
def give_many_digits(): return 10 ** 5000

def random_numbers():
    return random.random(), np.random.rand(), np.random.default_rng(np.random.randint(100)).random(), hash("word")
def draw(rng): return rng.standard_normal(3), rng.integers(0, 100, 3)

def hang():
    while True: pass
def crash(): os._exit(1)
def raise_syntax_errors(kind):
    place = [("a", "b", 5), (-1, 1, "text"), (10**9, 1, "text")][kind]
    raise SyntaxError("mine", ("student_under_test.py", *place))
def pretend_to_be_built_in():
    class x_0p25_0p75(Exception): pass
    sys.modules["builtins"].x_0p25_0p75 = x_0p25_0p75
    raise x_0p25_0p75
"""


def line_of(text: str) -> int:
    """The number of the first line that starts with this text."""
    return next(number for number, line in enumerate(SOURCE.splitlines(), 1) if line.strip().startswith(text))


@pytest.fixture(scope="module")
def opened(launcher: Launcher) -> Iterator[tuple[Student, Client]]:
    """One submission for all tests that do not end its worker (and for those that do)."""
    with open_student(launcher, SOURCE) as pair:
        yield pair


@pytest.fixture
def client(opened: tuple[Student, Client]) -> Client:
    """The harness's side, at the beginning of a check."""
    opened[1].begin_check()
    return opened[1]


@pytest.fixture
def student(opened: tuple[Student, Client], client: Client) -> Student:
    """The suite's side."""
    del client
    return opened[0]


# ---------------------------------------------------------------- calls


def test_a_call_reads_like_a_call(student: Student) -> None:
    """Positions and keywords go out, an array comes back."""
    z = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
    assert np.allclose(1, student.softmax(z).sum(axis=1))
    assert np.allclose(1, student.softmax(z, axis=0).sum(axis=0))


def test_the_module_keeps_its_state_between_calls(student: Student) -> None:
    """It is loaded once, as it is at home."""
    first = student.count()
    assert first + 1 == student.count()


def test_python_internals_are_no_functions_of_the_students(student: Student) -> None:
    """pytest and numpy look for them when they show or convert what they are given."""
    with pytest.raises(AttributeError):
        _ = student.__array__


def test_an_echo_shows_a_change_in_place(student: Student) -> None:
    """The suite's own array stays as it was."""
    x = np.ones(3)
    value, (after, factor) = student.scale_in_place.echo(x, 2.0)
    assert (6.0, [2.0] * 3, 2.0, [1.0] * 3) == (value, list(after), factor, list(x))


def test_an_echo_of_a_function_that_takes_a_function_works(student: Student) -> None:
    """Whether numerical_gradient changes x can be asked."""
    x = np.array([3.0])
    value, echoed = student.numerical_gradient.echo(lambda v: float((v**2).sum()), x)
    assert np.allclose(6, value)
    assert [3.0] == list(echoed[1])


def test_a_cache_stays_in_the_worker_and_can_be_passed_back_twice(student: Student) -> None:
    """What is in it need not be plain."""
    x, weights = np.arange(6.0).reshape(2, 3), np.ones((3, 2))
    y, cache = student.forward.opaque(1)(x, weights)
    assert isinstance(cache, Handle)
    assert np.array_equal(x @ weights, y)
    for _ in range(2):
        dx, dw = student.backward(np.ones((2, 2)), cache)
        assert np.array_equal(np.full((2, 3), 2.0), dx)
        assert np.array_equal(x.T @ np.ones((2, 2)), dw)


def test_an_echo_of_a_cache_is_the_cache(student: Student) -> None:
    """It is opaque in both directions."""
    _, cache = student.forward.opaque(1)(np.ones((2, 3)), np.ones((3, 2)))
    _, (_, echoed) = student.backward.echo(np.ones((2, 2)), cache)
    assert cache == echoed


def test_a_generator_travels_and_gives_the_same_draws_each_time(student: Student) -> None:
    """As its state: the suite's generator does not move, and an equal one gives equal draws."""
    rng = np.random.default_rng(7)
    normal, whole = student.draw(rng)
    again = student.draw(np.random.default_rng(7))
    assert np.array_equal(normal, again[0])
    assert np.array_equal(whole, again[1])
    assert np.array_equal(normal, rng.standard_normal(3))
    assert np.array_equal(whole, rng.integers(0, 100, 3))


def test_unseeded_random_numbers_are_the_same_in_every_worker(launcher: Launcher) -> None:
    """A report can be repeated although the student forgot to seed, and hashes of text do not vary either."""
    found = []
    for _ in range(2):
        with open_student(launcher, SOURCE) as (student, _):
            found.append((student.random_numbers(), student.random_numbers()))
    assert found[0] == found[1]
    assert found[0][0][:3] != found[0][1][:3]


# ---------------------------------------------------------------- callbacks


def test_the_harness_sees_every_evaluation(student: Student) -> None:
    """With the very arguments, in order."""
    seen = []

    def square(x: np.ndarray[Any, Any]) -> float:
        seen.append(x.copy())
        return float((x**2).sum())

    x = np.array([1.0, -2.0])
    assert np.allclose(2 * x, student.numerical_gradient(square, x, h=1e-4))
    expected = np.array([[1.0001, -2], [0.9999, -2], [1, -1.9999], [1, -2.0001]])
    assert np.allclose(expected, np.array(seen), rtol=0, atol=1e-12)


def test_a_thousand_evaluations_are_quick(student: Student) -> None:
    """A round trip costs far less than a millisecond on an idle machine."""
    start = time.monotonic()
    assert list(range(1000)) == student.call_often(lambda i: i, 1000)
    assert time.monotonic() - start < 15


def add_one(x: float) -> float:
    """A suite's function that cannot do much with text."""
    return x + 1.0


def test_a_callback_that_cannot_be_evaluated_raises_in_the_students_code(student: Student, client: Client) -> None:
    """With the line where it was called; the suite's own exception is kept, and the student's code had its say."""
    message = fail(student.call_with_nonsense, add_one).message
    assert f"RuntimeError: {CallbackFailed()}" == message.got
    assert message.where is not None
    assert line_of("def call_with_nonsense") == message.where.line
    assert isinstance(client.trace.callback_error, TypeError)
    assert client.trace.answered


def test_an_exception_of_a_callback_surfaces_although_it_was_caught(student: Student) -> None:
    """A student's `except` does not save the value."""
    with pytest.raises(TypeError):
        student.call_and_catch(add_one)


@pytest.mark.parametrize("name", ["call_once", "call_and_catch"])
@pytest.mark.parametrize(
    "error", [CheckFailed(Message(got="x changed"), Status.FAILED), OracleError("torch is missing")], ids=repr
)
def test_what_a_callback_raises_on_purpose_surfaces_as_it_is(student: Student, name: str, error: Exception) -> None:
    """A finding of the suite's keeps its words, and our own failure does not become the student's."""

    def refuse(_: Any) -> float:
        raise error

    with pytest.raises(type(error)) as caught:
        getattr(student, name)(refuse)
    assert error is caught.value


def test_a_callback_may_not_answer_with_anything(student: Student, client: Client) -> None:
    """What cannot be sent is an exception of the suite, and the worker goes on."""
    with pytest.raises(Exception, match="type object"):
        student.call_and_catch(lambda _: object())
    client.begin_check()
    assert 1.5 == student.call_and_catch(lambda _: 1.5)


def test_a_callback_is_given_plain_values_only(student: Student) -> None:
    """A function of the student's does not leave the worker, not even as an argument."""
    failure = fail(student.call_with_a_function, lambda g: 1.0)
    assert "a value of type function" in failure.message.got


# ---------------------------------------------------------------- what answering may cost


def test_an_answer_that_takes_too_long_is_broken_off(
    student: Student, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The student chose the arguments; the harness and the worker go on."""
    monkeypatch.setattr("grader.worker.client.ANSWER_SECONDS", 0.3)

    def count(_: Any) -> float:
        total = 0
        while True:
            total += 1

    assert "far more time" in fail(student.call_and_catch, count).message.got
    client.begin_check()
    assert 1.5 == student.call_and_catch(lambda _: 1.5)


def test_an_answer_that_needs_too_much_memory_is_refused(student: Student, client: Client) -> None:
    """Else one submission could take all of the machine's."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("no such limit here")
    failure = fail(student.call_and_catch, lambda _: float(len(b"x" * (5 * allowance.MEMORY // 4))))
    assert Status.FAILED is failure.status
    assert "memory" in failure.message.got
    client.begin_check()
    assert 1 << 30 == student.call_and_catch(lambda _: len(b"x" * (1 << 30)))


def test_nothing_is_broken_off_where_it_must_not_be() -> None:
    """An import that is left half done would break every later answer; its time does not count."""
    with allowance.limited(0.5):
        for pause in (allowance.unlimited, allowance.paused):
            with pause():
                spend(0.8)
        spend(0.1)
    with pytest.raises(allowance.TooLong), allowance.limited(0.2):
        spend(20)


def spend(seconds: float) -> None:
    """Compute for so long."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        sum(range(1_000))


def test_what_only_waits_is_broken_off_too() -> None:
    """Some time later: it may have been kept waiting by other programs."""
    started = time.monotonic()
    with pytest.raises(allowance.TooLong), allowance.limited(0.2):
        [time.sleep(0.05) for _ in range(1_000)]
    assert time.monotonic() - started < 20


def test_no_suite_can_ignore_that_it_takes_too_long() -> None:
    """Such as one that is drawing, where every exception is ignored."""
    with pytest.raises(allowance.TooLong), allowance.limited(0.2), picturing():
        spend(20)


def test_the_memory_of_a_submission_is_limited_as_a_whole() -> None:
    """What is limited within has no more than that, and what is imported meanwhile takes nothing away."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("no such limit here")
    with allowance.limited_memory():
        kept = bytearray(allowance.MEMORY // 2)
        with allowance.limited(5), allowance.unlimited():
            imported = bytearray(allowance.MEMORY)
        with pytest.raises(MemoryError), allowance.limited(5):
            bytearray(3 * allowance.MEMORY // 4)
        assert allowance.MEMORY // 4 == len(bytearray(allowance.MEMORY // 4))
    assert 5 * allowance.MEMORY // 4 == len(bytearray(5 * allowance.MEMORY // 4))
    assert len(kept) < len(imported)


def test_threads_limit_memory_in_any_order() -> None:
    """The smallest limit is in force as long as it is wanted, and none is left when the last thread is done."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("no such limit here")
    first, second, lifted = allowance.limited_memory(), allowance.limited_memory(), allowance.unlimited()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    with pytest.raises(MemoryError):
        bytearray(5 * allowance.MEMORY // 4)
    lifted.__enter__()
    second.__exit__(None, None, None)
    lifted.__exit__(None, None, None)
    assert 5 * allowance.MEMORY // 4 == len(bytearray(5 * allowance.MEMORY // 4))


# ---------------------------------------------------------------- what a submission may make the harness hold

GREEDY = """\
import numpy as np
def ask(f):
    x = np.zeros(1 << 17)
    while True: f(x)
def ask_a_little(f): return [f(np.zeros(1 << 17)) for _ in range(20)]
def ask_with_texts(f):
    f(["x" * 60_000, *["x"] * 3_000])
    return 1
def give_texts(): return ["x" * 60_000, *["x"] * 3_000]
def give_a_little(): return np.zeros(1 << 17)
"""


def test_asking_without_end_does_not_fill_the_harness(launcher: Launcher) -> None:
    """A suite keeps all that its function is asked; it fails this check alone, in the student's words."""
    asked: list[Any] = []
    with open_student(launcher, GREEDY) as (student, client), measure_growth() as growth:
        failure = fail(student.ask, asked.append)
        assert (Status.FAILED, "far more calls") == (failure.status, failure.message.got[:14])
        assert 0.5 * CHECK_BYTES < sum(x.nbytes for x in asked) <= CHECK_BYTES
        asked.clear()
        client.begin_check()
        assert 20 * [1.0] == student.ask_a_little(lambda _: 1.0)
    assert growth.mib < 3 * CHECK_BYTES >> 20


def test_all_checks_together_have_a_budget_too(launcher: Launcher) -> None:
    """Else a submission with many checks could ask its fill in each; another submission has all of it again."""
    received = 0

    def count(x: Any) -> float:
        nonlocal received
        received += x.nbytes
        return 1.0

    with open_student(launcher, GREEDY) as (student, client):
        for _ in range(SUBMISSION_BYTES // CHECK_BYTES + 4):
            client.begin_check()
            fail(student.ask, count)
        assert received <= SUBMISSION_BYTES
        client.begin_check()
        assert "far more" in fail(student.give_a_little).message.got
        client.refresh()
        assert 1 << 17 == student.give_a_little().size


def test_forged_noise_is_bounded(launcher: Launcher) -> None:
    """What is said to be printed or warned of is kept for the whole check."""
    source = """\
        from grader.worker.inside.guest import Guest
        Guest._take_noise = lambda self: ("x" * 60_000, ["y" * 60_000] * 5)
        def double(x): return 2 * x
    """
    with open_student(launcher, source) as (student, client):
        assert 6 == student.double(3)
        assert 20_000 >= len("".join(client.trace.output)) > 8_000


@pytest.mark.parametrize("name", ["ask_with_texts", "give_texts"])
def test_what_numpy_would_make_gigabytes_of_is_not_let_in(launcher: Launcher, name: str) -> None:
    """300 KiB on the wire; a suite may well make an array of it, or ask for its shape."""
    arguments = [np.asarray] if name.startswith("ask") else []
    with open_student(launcher, GREEDY) as (student, _), measure_growth() as growth:
        failure = fail(lambda: np.shape(getattr(student, name)(*arguments)))
    assert Status.FAILED is failure.status
    assert growth.mib < 100


@pytest.mark.parametrize(
    ("value", "at_least", "at_most"),
    [
        (np.zeros(1000), 8_000, 8_500),
        ([np.zeros(1000)] * 3, 24_000, 25_000),
        ({"x" * 1000: [1, 2, 3]}, 4_000 * 5, 4_000 * 8),
        (["x" * 1000, *range(1000)], 4_000_000, 4_500_000),
        ([b"x" * 1000, *range(1000)], 1_000_000, 1_500_000),
        ("x" * 1000, 4_000, 5_000),
        (1.5, 8, 100),
    ],
)
def test_a_value_weighs_what_numpy_could_make_of_it(value: Any, at_least: int, at_most: int) -> None:
    """An array of texts is as wide everywhere as the longest of them."""
    assert at_least <= weigh(value) <= at_most


def test_judging_has_a_limit_in_each_check_and_in_all(launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hostile answer costs is the submission's; waiting for its code costs nothing."""
    monkeypatch.setattr("grader.worker.client.JUDGING_SECONDS", 0.4)
    monkeypatch.setattr("grader.worker.client.ALL_JUDGING_SECONDS", 0.7)
    monkeypatch.setattr(allowance, "BACKSTOP", 1_000)
    with open_student(launcher, SOURCE) as (student, client):
        client.refresh()
        with client.limit_judging():
            assert 1.5 == student.call_and_catch(lambda _: spend(0.6) or 1.5)
        for seconds in (0.4, 0.3):
            started = time.thread_time()
            with pytest.raises(allowance.TooLong), client.limit_judging():
                spend(20)
            assert seconds - 0.2 < time.thread_time() - started < seconds + 0.5
        with client.limit_judging():
            spend(0.01)
        with pytest.raises(allowance.TooLong), client.limit_judging():
            spend(20)


def test_asking_without_end_uses_up_the_submissions_time(launcher: Launcher) -> None:
    """However short each answer is."""
    source = "def ask(f):\n    while True:\n        try: f(1.0)\n        except Exception: pass\n"
    with open_student(launcher, source) as (student, client):
        client._answers_left = 0.5
        assert Status.TIMEOUT is fail(student.ask, lambda _: time.sleep(0.05)).status


def test_a_ufunc_takes_its_operands_and_no_more(launcher: Launcher) -> None:
    """With where= it would give out memory of the harness that nobody has filled."""
    source = """\
        import numpy as np
        def peek(f): return f(np.zeros(9, "i1"), where=False, dtype="d")
        def write(f): return f(np.zeros(9), np.ones(9))
        def use(f): return f(np.zeros(9))
    """
    with open_student(launcher, textwrap.dedent(source)) as (student, client):
        assert str(CallbackFailed()) in fail(student.peek, np.sin).message.got
        assert str(CallbackFailed()) in fail(student.write, np.sin).message.got
        client.begin_check()
        assert np.array_equal(np.zeros(9), student.use(np.sin))


@pytest.mark.parametrize(
    "odd",
    [
        f"def {'f' * 101}(): pass",
        "globals().update({'AND gate': len})",
        f"class {'C' * 90_000}: pass",
        f"def g({'x' * 90_000}): pass",
    ],
    ids=["long", "two words", "endless", "parameter"],
)
def test_an_odd_name_costs_nothing(launcher: Launcher, odd: str) -> None:
    """Nobody calls it, and the others are there."""
    with open_student(launcher, f"def double(x): return 2 * x\n{odd}\n") as (student, _):
        assert 4 == student.double(2)


class StopTheCheck(BaseException):
    """What pytest.fail and Ctrl-C are: no `Exception`."""


def test_a_check_that_ends_inside_a_callback_leaves_a_clean_worker(student: Student, client: Client) -> None:
    """The next call is not taken for the callback's answer."""

    def stop(_: Any) -> float:
        raise StopTheCheck

    with pytest.raises(StopTheCheck):
        student.call_and_catch(stop)
    client.begin_check()
    assert 2.0 == student.call_and_catch(lambda _: 2.0)


# ---------------------------------------------------------------- functions in place of the student's


def test_a_bound_function_stands_in_for_the_students(launcher: Launcher) -> None:
    """Whoever calls it in the student's file reaches ours; the trace has its name; unbinding brings theirs back."""
    source = "def a(x): return 1\ndef b(x): return 10 * a(x)\ndef c(x): return 5\n"
    with open_student(launcher, source) as (student, client):
        assert 10 == student.b(2)
        client.bind({"a": lambda x: x + 1})
        assert (30, 5, {"a"}) == (student.b(2), student.c(2), client.trace.replaced)
        client.bind({})
        client.begin_check()
        assert (10, set()) == (student.b(2), client.trace.replaced)


def test_a_function_that_is_handed_on_to_a_bound_one_arrives_as_itself(launcher: Launcher) -> None:
    """A training loop of the student's hands the suite's function to the reference's epoch."""
    source = "def epoch(f, x): return 0\ndef fit(f, x): return 10 * epoch(f, [x]) + epoch(x=[x], f=f)\n"
    with open_student(launcher, source) as (student, client):
        client.bind({"epoch": lambda f, x: f(x[0]) + 1})
        assert 11 * (2 * 3 + 1) == student.fit(lambda x: 2 * x, 3)


def test_what_a_callback_warns_of_is_not_printed(launcher: Launcher) -> None:
    """An empty batch, handed to the suite's loss, is the student's doing; a warning would name our line."""
    with open_student(launcher, "def run(f): return f([])\n") as (student, _), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(student.run(np.mean))


def test_a_function_that_nobody_passed_in_is_not_called(launcher: Launcher) -> None:
    """A number made up in the worker is no function of ours."""
    source = """        def forge(f):
            f.callback = type(f.callback)(77)
            return g(f)
        def g(f): return 0
    """
    with open_student(launcher, source) as (student, client):
        client.bind({"g": lambda f: f(1)})
        assert Status.CRASHED is fail(student.forge, lambda x: x).status


def test_functions_stay_bound_in_a_replaced_worker(launcher: Launcher) -> None:
    """A crash does not bring the student's own back."""
    source = "import os\ndef a(x): return 1\ndef b(x): return 10 * a(x)\ndef crash(): os._exit(1)\n"
    with open_student(launcher, source) as (student, client):
        client.bind({"a": lambda x: x + 1})
        fail(student.crash)
        assert 30 == student.b(2)


def test_the_functions_that_a_function_uses_are_known(launcher: Launcher) -> None:
    """Directly, through one another, in an inner function; not those that it only mentions elsewhere."""
    source = """\
        def a(): return 1
        def b(): return a()
        def c(): return [b() for _ in range(2)]
        def d(): return 4
        def e(): return e() + d()
        """
    with open_student(launcher, source) as (_, client):
        found = {name: set(client.find_used([name])) for name in "abcde"}
    assert {"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": set(), "e": {"d", "e"}} == found


# ---------------------------------------------------------------- failures in words


def test_a_missing_function_is_named_with_the_nearest_one(student: Student) -> None:
    """Did you mean."""
    message = fail(student.sofmax, np.ones((1, 2))).message
    assert f"a function sofmax in {FILE}" == message.expected
    assert "no function of that name" == message.got
    assert "your file has softmax; is that the one?" == message.likely


@pytest.mark.parametrize(
    ("more", "likely"),
    [
        (b"def log_sofmax(z): return z\n", "your file has log_sofmax; is that the one?"),
        (b"", "its name was changed, or it was deleted"),
    ],
)
def test_a_missing_function_is_not_another_one_that_the_homework_asks_for(
    launcher: Launcher, more: bytes, likely: str
) -> None:
    """Renaming that one would break it."""
    file = SubmittedFile(FILE, "", b"def softmax(z): return z\n" + more)
    client = Client(launcher, file, GENEROUS, frozenset({"softmax", "log_softmax"}))
    assert client.load() is None
    client.begin_check()
    assert likely == fail(Student(client).log_softmax).message.likely
    client.close()


def test_a_function_inside_another_is_pointed_at(launcher: Launcher) -> None:
    """One indentation too many, or a class around everything."""
    with open_student(launcher, "def softmax(z):\n    return z\n\n    def log_softmax(z):\n        return z\n") as pair:
        assert "line 4 defines it inside something else" in fail(pair[0].log_softmax).message.likely


def test_a_missing_function_that_resembles_none(student: Student) -> None:
    """Then there is nothing to suggest."""
    assert "its name was changed, or it was deleted" == fail(student.zzzzzz).message.likely


@pytest.mark.parametrize("name", ["_private", "np", "calls"])
def test_what_is_no_public_function_is_missing(student: Student, name: str) -> None:
    """Modules, numbers and private names are not called."""
    assert "no function of that name" == fail(getattr(student, name)).message.got


def test_a_stub_is_not_attempted(student: Student) -> None:
    """It is neither wrong nor an exception."""
    failure = fail(student.not_written, 1)
    assert (Status.NOT_ATTEMPTED, "not written yet (it raises NotImplementedError)") == (
        failure.status,
        failure.message.got,
    )
    assert "not_written(x=1)" == failure.message.called


def test_an_exception_has_the_students_line(student: Student) -> None:
    """The line where it left their code, with its text from our copy of the file."""
    message = fail(student.raise_in_numpy, np.ones(3)).message
    line = line_of("return y @ np.ones(99)")
    assert Where(FILE, line, "return y @ np.ones(99)") == message.where
    assert message.got.startswith("ValueError: matmul")
    assert "ValueError" == message.exception
    assert "raise_in_numpy(x)\nx is 1 1 1" == message.called.replace("[", "").replace("]", "").replace(".", "")


def test_an_exception_in_a_function_of_a_function_has_the_inner_line(student: Student) -> None:
    """Where it happened, not where it began."""
    where = fail(student.raise_below).message.where
    assert where is not None
    assert line_of("return y @ np.ones(99)") == where.line


@pytest.mark.parametrize("args", [(), (1, 2, 3)])
def test_a_wrong_number_of_parameters_is_said(student: Student, args: tuple[int, ...]) -> None:
    """The handout's signature was changed."""
    message = fail(student.softmax, *args).message
    assert message.got.startswith("TypeError: softmax() ")
    assert "parameters differ from the ones in the handout" in message.likely


def test_a_wrong_parameters_name_is_said(student: Student) -> None:
    """The same for keywords."""
    assert "parameters differ" in fail(student.softmax, np.ones((1, 1)), axes=0).message.likely


def test_a_type_error_inside_is_not_taken_for_that(student: Student) -> None:
    """Only the function's own signature counts."""
    message = fail(student.softmax, 3).message
    assert ("AttributeError", "") == (message.exception, message.likely)


@pytest.mark.parametrize(
    ("name", "exception", "likely"),
    [
        ("recurse", "RecursionError", "calls itself without end"),
        ("unpack_too_few", "ValueError", "a fixed number of parts"),
        ("unpack_too_many", "ValueError", "a fixed number of parts"),
        ("overflow", "OverflowError", "too large for a float"),
        ("fill_bytes", "OverflowError", "make float64 of the argument"),
        ("ask_array", "ValueError", "ask one question"),
        ("make_float", "TypeError", "works on a single number"),
        ("misfit", "ValueError", "do not fit each other"),
        ("multiply_misfits", "ValueError", "as many columns as B has rows"),
        ("take_dot", "ValueError", "as many columns as B has rows"),
        ("keep_no_axis", "ValueError", "keepdims=True"),
        ("reshape_wrongly", "ValueError", "reshape keeps the number of entries"),
        ("read_past_the_end", "IndexError", "0 to n - 1"),
        ("read_past_a_list", "IndexError", "0 to n - 1"),
        ("index_twice", "IndexError", "more indices in the brackets"),
        ("index_by_float", "IndexError", "must be a whole number"),
        ("compare_by_max", "TypeError", "np.maximum"),
        ("take_bits", "TypeError", "bits of whole numbers"),
        ("take_bits_of_one", "TypeError", "bits of whole numbers"),
        ("stack_unequal", "ValueError", "different lengths"),
        ("use_none", "TypeError", "without return gives None"),
        ("ask_none", "AttributeError", "without return gives None"),
        ("subtract_lists", "TypeError", "np.asarray"),
        ("ask_list", "AttributeError", "np.asarray"),
        ("multiply_list", "TypeError", "np.asarray"),
        ("change_integers", "UFuncTypeError", "changed in place"),
        ("call_array", "TypeError", "round brackets"),
        ("read_too_early", "UnboundLocalError", "before this function has given it a value"),
        ("mistype", "NameError", "is not defined in your file"),
        ("divide_by_zero", "ZeroDivisionError", "divided by 0"),
        ("sum_far_axis", "AxisError", "fewer axes"),
        ("read_input", "EOFError", "waits for input()"),
        ("leave", "SystemExit", "ends the whole program"),
        ("leave_by_exit", "SystemExit", "ends the whole program"),
        ("allocate", "MemoryError", "more memory than it may have"),
    ],
)
def test_a_common_exception_is_explained(student: Student, name: str, exception: str, likely: str) -> None:
    """What it is, and what is usually behind it; the worker survives."""
    before = student.count()
    failure = fail(getattr(student, name))
    message = failure.message
    assert (Status.FAILED, exception) == (failure.status, message.got.partition(":")[0])
    assert likely in message.likely
    assert before + 1 == student.count()


def test_an_own_exception_is_named_and_counts_as_the_nearest_common_one(student: Student) -> None:
    """Its name is the student's to choose, so it is not shown of hidden checks."""
    message = fail(student.raise_own).message
    assert ("ShapeMismatch: (2, 3)", "ValueError") == (message.got, message.exception)


def test_no_exception_passes_for_a_built_in_one(student: Student) -> None:
    """Its name, which would be shown of hidden checks, could be made of the hidden input."""
    failure = fail(student.pretend_to_be_built_in)
    assert "" == failure.message.exception


def test_no_folder_of_this_machine_is_shown() -> None:
    """A worker without a sandbox of its own names them in its exceptions, and a report is handed out."""
    for folder in (interpreter.find_numpy(), interpreter.find_stdlib(), interpreter.PACKAGE.parent):
        text = f"cannot import name 'x' from 'numpy' ({folder}/numpy/__init__.py)"
        assert "cannot import name 'x' from 'numpy' (…/numpy/__init__.py)" == reading.tidy(text)


def test_memory_addresses_are_not_shown(student: Student) -> None:
    """They differ from run to run."""
    got = fail(student.raise_with_address).message.got
    assert "ValueError: <object object at 0x…> and <function softmax at 0x…>" == got


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_syntax_error_of_the_students_making_fails_the_check(student: Student, kind: int) -> None:
    """Whatever is in it, also a line that the file does not have."""
    assert fail(student.raise_syntax_errors, kind).status in (Status.FAILED, Status.CRASHED)
    assert student.count() > 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("give_set", "a value of type set"),
        ("give_object", "a value of type object"),
        ("give_function", "a value of type function"),
        ("give_nested", "an array of objects"),
        ("give_date", "an array of type datetime64"),
        ("give_text_array", "an array of type str"),
        ("give_structured", "an array of type void"),
        ("give_deep", "a value nested more than 16 deep"),
        ("give_itself", "a value nested more than 16 deep"),
        ("give_long", "a value of more than 100000 parts"),
        ("give_large", "an array larger than 64 MiB"),
        ("give_endless", "a value of more than 100000 parts"),
        ("give_many_digits", "a whole number of more than 100 digits"),
    ],
)
def test_what_is_no_plain_value_is_a_sentence(student: Student, name: str, words: str) -> None:
    """In the student's words, and without harm to the worker."""
    before = student.count()
    message = fail(getattr(student, name)).message
    assert "numbers, an array, or a tuple of them" == message.expected
    assert message.got.startswith(words)
    assert message.got.endswith(", which is no plain value")
    assert before + 1 == student.count()


# ---------------------------------------------------------------- output


def test_what_is_printed_is_kept_for_the_check(student: Student, client: Client) -> None:
    """Of all its calls, and of no earlier check."""
    student.print_debug(1)
    student.print_debug(2)
    assert ["z is 1\n", "z is 2\n"] == client.trace.output
    client.begin_check()
    assert [] == client.trace.output


@pytest.mark.parametrize("name", ["print_at_once", "print_in_chunks"])
def test_a_gigabyte_of_prints_costs_the_harness_nothing(student: Student, client: Client, name: str) -> None:
    """It is cut inside the worker, and counted."""
    with measure_growth() as growth:
        assert 1 == getattr(student, name)()
    (text,) = client.trace.output
    assert text.startswith("x" * MAX_OUTPUT)
    assert len(text) < MAX_OUTPUT + 100
    assert int(text[MAX_OUTPUT:].split()[1].strip("(")) in range(10**9 - MAX_OUTPUT, 10**9 + 1001)
    assert growth.mib < 32


def test_a_warning_is_no_failure(student: Student, client: Client) -> None:
    """numpy's warnings are for the student's eyes, below what they print, once for each line."""
    assert np.all(np.isneginf(student.warn()))
    (text,) = client.trace.output
    assert f"RuntimeWarning: divide by zero encountered in log (line {line_of('def warn')})\n" == text


# ---------------------------------------------------------------- hanging and crashing


def test_a_function_that_hangs_is_given_less_time_afterwards(launcher: Launcher) -> None:
    """It costs its own check, the others go on, and a second attempt is shorter."""
    with open_student(launcher, SOURCE, HASTY) as (student, _):
        first, second = fail(student.hang), fail(student.hang)
        assert {Status.TIMEOUT} == {first.status, second.status}
        assert f"an answer within {HASTY.call_seconds:g} seconds" == first.message.expected
        assert f"an answer within {HASTY.call_seconds / IMPATIENCE:g} seconds" == second.message.expected
        assert Where(FILE, line_of("def hang"), "def hang():") == first.message.where
        assert 1 == student.count()
        assert 2 == student.count()


def test_a_submission_that_used_up_its_time_is_told_so(launcher: Launcher) -> None:
    """Its other functions fail without being called, and its worker is gone."""
    limits = Limits(load_seconds=60, call_seconds=1, submission_seconds=1.3)
    before = find_processes()
    with open_student(launcher, SOURCE, limits) as (student, _):
        assert Status.TIMEOUT is fail(student.hang).status
        fail(student.hang)
        start = time.monotonic()
        for _ in range(100):
            failure = fail(student.hang)
        assert time.monotonic() - start < 10
        assert "all checks together within 1.3 seconds" == failure.message.expected
        assert Status.TIMEOUT is failure.status
        assert "no time left" in fail(student.count).message.got
        assert wait_until(lambda: not find_processes() - before)


def test_loading_anew_uses_up_the_submissions_time(launcher: Launcher) -> None:
    """A file that takes its time and crashes each time does not go on for ever."""
    source = "import os, time\ntime.sleep(1.5)\ndef crash(): os._exit(1)\n"
    limits = Limits(load_seconds=60, call_seconds=60, submission_seconds=3.0)
    with open_student(launcher, source, limits) as (student, _):
        statuses = [fail(student.crash).status for _ in range(5)]
    assert Status.CRASHED is statuses[0]
    assert Status.TIMEOUT is statuses[-1]


def test_waiting_for_the_suites_own_functions_is_not_the_students_time(launcher: Launcher) -> None:
    """A slow callback is slow on our side."""
    limits = Limits(load_seconds=60, call_seconds=60, submission_seconds=3.0)

    def wait(_: Any) -> float:
        time.sleep(3.5)
        return 1.0

    with open_student(launcher, SOURCE, limits) as (student, _):
        assert 1.0 == student.call_and_catch(wait)
        assert 1 == student.count()


def test_a_worker_that_crashed_is_replaced_and_starts_afresh(launcher: Launcher) -> None:
    """The other functions answer, from a module that was loaded anew."""
    with open_student(launcher, SOURCE) as (student, _):
        assert [1, 2] == [student.count(), student.count()]
        failure = fail(student.crash)
        assert (Status.CRASHED, "nothing; Python ended while the function was running") == (
            failure.status,
            failure.message.got,
        )
        assert 1 == student.count()


def test_a_file_that_loads_only_once_fails_its_checks_and_not_the_harness(tmp_path: Path) -> None:
    """What keeps the replacement from loading is each later check's failure."""
    source = """\
        import os
        def crash(): os._exit(1)
        def count(): return 1
        if "BROKEN" in os.environ: raise ValueError("only once")
        """
    switch = tmp_path / "broken"
    plain = sandbox.confine_plainly()
    script = 'if test -e "$0"; then export BROKEN=yes; fi; exec "$@"'
    command = ("/bin/sh", "-c", script, str(switch), *plain.command)
    launcher = make_launcher(GENEROUS, [dataclasses.replace(plain, command=command)])
    with open_student(launcher, source) as (student, _):
        assert 1 == student.count()
        switch.touch()
        fail(student.crash)
        for _ in range(2):
            failure = fail(student.count)
            assert (Status.CRASHED, True) == (failure.status, "only once" in failure.message.got)


def test_a_closed_client_leaves_no_process(launcher: Launcher) -> None:
    """Nothing of the student's runs once the submission is graded."""
    before = find_processes()
    with open_student(launcher, SOURCE):
        assert find_processes() - before
    assert wait_until(lambda: not find_processes() - before)


# ---------------------------------------------------------------- files that do not load


@pytest.mark.parametrize(
    ("source", "kind", "summary", "line"),
    [
        ("import torch\n", "import_error", "No module named 'torch'", 1),
        ("\nimport grader.checks\n", "import_error", "No module named 'grader.checks'", 2),
        ("import grader.worker.client\n", "import_error", "No module named 'grader.worker.client'", 1),
        ("import pytest\n", "import_error", "No module named 'pytest'", 1),
        ("import pip\n", "import_error", "No module named 'pip'", 1),
        ("x = 1\ny = x / 0\n", "import_error", "stopped in line 2: ZeroDivisionError: division by zero", 2),
        ("import sys\nsys.exit(3)\n", "import_error", "stopped in line 2: SystemExit: 3", 2),
        ("exit()\n", "import_error", "stopped in line 1: SystemExit", 1),
        ("n = int(input())\n", "import_error", "EOFError", 1),
        ("raise NotImplementedError\n", "import_error", "NotImplementedError", 1),
        ("def f(:\n    pass\n", "syntax_error", "has a syntax error in line 1: invalid syntax", 1),
        ("def f():\n    return (1\n", "syntax_error", "has a syntax error in line 2: '(' was never closed", 2),
        ("import os\nos._exit(0)\n", "crashed", "Python ended while", None),
        ("import os\nos.kill(os.getpid(), 9)\n", "crashed", "Python ended while", None),
        ("x = '" + "(" * 10 + "'\nx = " + "(" * 500 + ")" * 500, "syntax_error", "too many nested parentheses", 2),
        ("# coding: nonsense\nx = 1 / 0\n", "import_error", "stopped in line 2: ZeroDivisionError", 2),
        (b"x = 1\x00\n", "syntax_error", "zero bytes", None),
        (b"# coding: cp949\nx = '\xb0\xa1'\n", "syntax_error", "the file is not UTF-8 text", None),
        ("x = " + "-" * 90_000 + "1\n", "syntax_error", "cannot be read as Python", None),
    ],
    ids=lambda value: None if not isinstance(value, str) or len(value) > 30 else repr(value),
)
def test_a_file_that_does_not_load_is_a_problem(
    launcher: Launcher, source: str | bytes, kind: str, summary: str, line: int | None
) -> None:
    """With the kind, a sentence, the line, and what to do next."""
    client = make_client(launcher, source)
    problem = client.load()
    client.close()
    assert problem is not None
    assert summary in problem.summary
    assert problem.summary.startswith(FILE) or FILE in problem.summary
    assert (kind, line) == (problem.kind, problem.where.line if problem.where else None)


@pytest.mark.parametrize(
    ("module", "advice"),
    [("nunpy", "Is numpy meant?"), ("torch", "Only numpy and"), ("nothing_near", "Only numpy and")],
)
def test_a_typing_error_in_an_import_is_seen(launcher: Launcher, module: str, advice: str) -> None:
    """To remove that import would be the wrong thing to do."""
    client = make_client(launcher, f"import {module} as np\n")
    problem = client.load()
    client.close()
    assert problem is not None
    assert problem.next_step.startswith(advice)
    assert problem.next_step


def test_a_file_that_hangs_while_loading_is_a_problem(launcher: Launcher) -> None:
    """Its own deadline holds."""
    client = make_client(launcher, "while True: pass\n", Limits(load_seconds=1.0))
    problem = client.load()
    assert problem is not None
    assert ("timeout", f"{FILE} was still being imported after 1 seconds.") == (problem.kind, problem.summary)


def test_a_line_is_counted_as_python_counts_it(launcher: Launcher) -> None:
    """A form feed and the line separators of Unicode end no line of a source file."""
    source = "# one\x0c page\n# a \u2028 separator \x1c\ndef f():\r\n    return 1 / 0\n"
    with open_student(launcher, source.encode()) as (student, _):
        assert Where(FILE, 4, "return 1 / 0") == fail(student.f).message.where


# ---------------------------------------------------------------- what a worker says of itself is checked


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *((reading.read_raised, value) for value in (None, (), ("E",), ["E", "", "", None, "", []])),
        *((reading.read_raised, ("E", "", "", line, "", [])) for line in (-1, 0, 10**9, 1.0, "1", True)),
        *((reading.read_raised, ("E", name, "", 1, "", [])) for name in (1, "a b", "no_such", "print", "open")),
        (reading.read_raised, (1, "", "", 1, "", [])),
        (reading.read_raised, ("E", "", None, 1, "", [])),
        (reading.read_raised, ("E", "", "", 1, 5, [])),
        (reading.read_raised, ("E", "", "", 1, "", "all")),
        *((reading.read_invocation, value) for value in (None, (), (0, ()), (0, [], {}), (0, (), []))),
        *((reading.read_invocation, (number, (), {})) for number in (-1, "0", 0.0, True, None)),
        (reading.read_invocation, (0, (), {1: 2})),
    ],
)
def test_an_answer_of_the_wrong_form_is_none(read: Callable[[Any], Any], value: Any) -> None:
    """Each part has its type, and each number its range."""
    with pytest.raises(ProtocolError):
        read(value)


@pytest.mark.parametrize("value", [None, (), (1, None, ""), [1, None, "", []], (1, [1], "", []), (1, None, 5, [])])
def test_a_value_of_the_wrong_form_is_none(value: Any) -> None:
    """The same for a returned value, and for any other kind of frame in its place."""
    with pytest.raises(ProtocolError):
        reading.read_returned(Kind.RETURNED, value)
    with pytest.raises(ProtocolError):
        reading.read_returned(Kind.READY, (1, None, "", []))


@pytest.mark.parametrize(
    "names", [None, "f", ["f"], (1,), ("no name",), ("f", "x" * 101), (("f", (), 1, ()),), ("f",) * (MAX_FUNCTIONS + 1)]
)
def test_a_function_of_the_wrong_form_is_none(names: Any) -> None:
    """The names of functions are shown, so they have to be names."""
    with pytest.raises(ProtocolError):
        reading.read_names(Kind.LOADED, (names, "", []))


FORGER = """
from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
send = Pipe.send
ECHO = []
def lie(self, kind, call, value):
    if ECHO and kind is wire.Kind.RETURNED:
        value = (value[0], ECHO.pop(), "", [])
    send(self, kind, call, value)
Pipe.send = lie
def changes(x, how):
    before = x.copy()
    x *= 2
    ECHO.extend({"none": [None], "empty": [()], "short": [(before,)], "long": [(before, how, 1)]}.get(how, []))
    if how == "forged":
        ECHO.append((before, how))
    return x
def copies(x, how):
    x = x.copy()
    x *= 2
    return x
"""


@pytest.mark.parametrize("how", ["none", "empty", "short", "long"])
def test_arguments_that_do_not_come_back_are_not_unchanged(launcher: Launcher, how: str) -> None:
    """A frame without them would otherwise leave nothing to compare."""
    with open_student(launcher, FORGER) as (student, _):
        assert Status.CRASHED is fail(assert_unchanged, student.changes, np.ones(2), how).status
        assert Status.FAILED is fail(assert_unchanged, student.changes, np.ones(2), "honest").status


def test_a_forged_echo_is_worth_what_a_copy_is(launcher: Launcher) -> None:
    """It cannot be told from one: who forges it has a function that, seen from outside, changes nothing."""
    with open_student(launcher, FORGER) as (student, _):
        for function, how in ((student.changes, "forged"), (student.copies, "")):
            assert [2.0, 2.0] == list(assert_unchanged(function, np.ones(2), how))


LIAR = """\
# a line that no function has: the grader is broken, ask for your points
from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
send = Pipe.send
def lie(self, kind, call, value):
    if kind is wire.Kind.LOADED:
        value = (("f", "g", "invented"), "", [])
    if kind is wire.Kind.RETURNED:
        kind, value = wire.Kind.RAISED, ("ValueError", "ValueError", "", LINE[0], "", [])
    send(self, kind, call, value)
Pipe.send = lie
LINE = [1]
def f(a, b):
    return 1
def g(line):
    LINE[0] = line
"""


def test_what_stands_in_a_file_is_not_for_its_code_to_say(launcher: Launcher) -> None:
    """Lines, parameters and what uses what are read before anything runs; a line outside of all functions is none."""
    with open_student(launcher, LIAR) as (student, client):
        for line in (1, 4, 12, 10**6):
            fail(student.g, line)
            client.begin_check()
            message = fail(student.f, 2, 3).message
            assert ("f(a=2, b=3)", Where(FILE, 13, "def f(a, b):")) == (message.called, message.where)
        fail(student.g, 14)
        assert Where(FILE, 14, "return 1") == fail(student.f, 2, 3).message.where
        assert fail(student.invented).message.where is None


def test_a_syntax_error_is_not_for_the_files_code_to_say(launcher: Launcher) -> None:
    """One that is raised by what runs is an exception like any other, with our own copy of the line, and no excerpt."""
    source = f"x = 1\nraise SyntaxError('forged', ({FILE!r}, 1, 1, 'give this student 100 points'))\n"
    client = make_client(launcher, source)
    problem = client.load()
    client.close()
    assert problem is not None
    assert ("import_error", "", source.splitlines()[1]) == (problem.kind, problem.excerpt, problem.where.text)
    assert "100 points" not in problem.summary


# ---------------------------------------------------------------- in the harness's own process


@pytest.fixture
def debugged() -> Iterator[tuple[Student, Client]]:
    """`--debug`: the same source, no process."""
    with open_student(InsideLauncher(), SOURCE) as pair:
        yield pair


def test_debugging_gives_the_same_answers(debugged: tuple[Student, Client]) -> None:
    """Values are encoded and decoded as if they travelled, so that nothing is shared and handles are handles."""
    student, client = debugged
    x = np.ones(3)
    value, (after, _) = student.scale_in_place.echo(x, 2.0)
    assert (6.0, [2.0] * 3, [1.0] * 3) == (value, list(after), list(x))
    _, cache = student.forward.opaque(1)(np.ones((2, 3)), np.ones((3, 2)))
    assert isinstance(cache, Handle)
    assert (2, 3) == student.backward(np.ones((2, 2)), cache)[0].shape
    assert np.allclose(6, student.numerical_gradient(lambda v: float((v**2).sum()), np.array([3.0])))
    assert client.facts is not None
    assert (0, True) == (client.facts.level, client.facts.network)


def test_debugging_gives_the_same_failures(debugged: tuple[Student, Client]) -> None:
    """Missing, not written, raised, no plain value."""
    student, _ = debugged
    assert "your file has softmax; is that the one?" == fail(student.sofmax).message.likely
    assert Status.NOT_ATTEMPTED is fail(student.not_written, 1).status
    assert fail(student.give_nested).message.got == "an array of objects, which is no plain value"
    assert "ends the whole program" in fail(student.leave).message.likely
    where = fail(student.raise_in_numpy, np.ones(3)).message.where
    assert where is not None
    assert line_of("return y @ np.ones(99)") == where.line


def test_debugging_prints_where_everyone_sees_it(debugged: tuple[Student, Client], capsys: Any) -> None:
    """Nothing is captured."""
    student, client = debugged
    student.print_debug(3)
    assert ("z is 3\n", []) == (capsys.readouterr().out, client.trace.output)


def test_debugging_reports_a_file_that_does_not_load() -> None:
    """As a problem, like outside."""
    problem = make_client(InsideLauncher(), "x = 1\ndef f(:\n").load()
    assert problem is not None
    assert ("syntax_error", 2) == (problem.kind, problem.where.line if problem.where else None)


# ---------------------------------------------------------------- a worker that the machine ended


class Killed:
    """A worker that the kernel ends in the middle of a request of some kind."""

    def __init__(self, worker: AnyWorker, kind: Kind) -> None:
        self._worker, self._kind = worker, kind
        self.spent = 0.0

    @property
    def facts(self) -> SandboxFacts | None:
        """What the probes found."""
        return self._worker.facts

    def ask(self, kind: Kind, value: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """Pass the request on, but the one that the worker does not outlive."""
        if kind is self._kind:
            raise WorkerGone
        return self._worker.ask(kind, value, seconds, answer)

    def close(self) -> None:
        """Let go of the worker."""
        self._worker.close()


class Unlucky:
    """A launcher whose first workers are ended by the machine: so many, each in a request of this kind."""

    def __init__(self, launcher: Launcher, kind: Kind, number: int) -> None:
        self._launcher, self._kind, self._left = launcher, kind, number

    def warm(self) -> None:
        """Start nothing early."""

    def take(self) -> AnyWorker:
        """Give a worker, which may be one that will be ended."""
        worker = self._launcher.take()
        self._left -= 1
        return Killed(worker, self._kind) if self._left >= 0 else worker

    def close(self) -> None:
        """Leave the launcher to its owner."""


@pytest.mark.parametrize("kind", [Kind.LOAD, Kind.CALL])
def test_a_worker_that_the_machine_ended_costs_nobody_a_point(launcher: Launcher, kind: Kind) -> None:
    """The kernel kills what it likes when memory is short: the request is made once more, in another worker."""
    with open_student(Unlucky(launcher, kind, 1), "def f(x): return 2 * x") as (student, _):
        assert 4 == student.f(2)


def test_code_that_ends_its_worker_twice_has_crashed(launcher: Launcher) -> None:
    """A second time it is the code; and a file that ends its workers cannot be loaded."""
    with open_student(Unlucky(launcher, Kind.CALL, 2), "def f(x): return 2 * x") as (student, _):
        with pytest.raises(CheckFailed) as failed:
            student.f(2)
        assert Status.CRASHED is failed.value.status
    problem = make_client(Unlucky(launcher, Kind.LOAD, 2), "def f(x): return 2 * x").load()
    assert problem is not None
    assert "crashed" == problem.kind


def test_a_call_that_cannot_be_repeated_is_not(launcher: Launcher) -> None:
    """What it holds is gone with its worker, or it has asked the harness something already."""
    source = "def make(): return 0, [1]\ndef use(cache): return cache[0]\n"
    with open_student(launcher, source) as (student, client):
        _, handle = student.make.opaque(1)()
        client._worker = Killed(client._worker, Kind.CALL)
        with pytest.raises(CheckFailed) as failed:
            student.use(handle)
        assert Status.CRASHED is failed.value.status
