"""Comparisons of a student's value with the reference's value.

A comparison looks at the type, the kind of numbers, the shape, finite entries and the values, in this order. Every
failure is a `CheckFailed` whose message says what was expected and what came instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.arrays import to_array
from grader.checks.figures import draw_difference
from grader.checks.run import find_run
from grader.errors import CheckFailed
from grader.explain.causes import find_cause, name_cause
from grader.explain.diagnose import diagnose
from grader.explain.phrases import (
    describe_difference,
    describe_expected,
    describe_gradient,
    describe_kind,
    describe_not_finite,
    describe_wrong,
    say_shape,
)
from grader.explain.values import SMALL, describe_value
from grader.figure import Figure
from grader.language import say
from grader.model.report import Message, Status
from grader.tolerance import RTOL, find_wrong, measure_errors
from grader.worker.inside.tags import LaidOut

if TYPE_CHECKING:
    from grader.worker.student import StudentFunction

UNCHANGED = 1e-12  # tolerance, relative and absolute, for the entries of an argument after the call

Array = np.ndarray[Any, Any]
Values = Mapping[str, Any] | Iterable[tuple[str, Any]]
# Sentences about well-known mistakes, each with the value that the mistake gives.
Mistakes = Values | Callable[[], Values]
NONE: Mistakes = ()
Check = Callable[[Array, Array, str], None]  # (actual part, expected part, name); raises `CheckFailed`
Find = Callable[[Array, Array], Array]  # (actual, expected): True for each wrong entry

SEPARATOR = ", "  # between the names of a tuple's parts
NUMBERS = "biuf"  # kinds of numpy dtypes: bools, integers (signed and unsigned), floats


def require(condition: Any, expected: str, got: str, likely: str = "") -> None:
    """Fail the check with these texts unless `condition` holds.

    This is for properties that are not a comparison of values. `expected` says what was expected, `got` what came
    instead, and `likely` the likely cause. A text with values in it must be built by `say`, so that it can be
    translated. Raises `CheckFailed`.
    """
    if not condition:
        raise CheckFailed(Message(expected=say(expected), got=say(got), likely=say(likely)), Status.FAILED)


def assert_close(actual: Any, expected: Any, mistakes: Mistakes = NONE, *, part: str = "") -> None:
    """Fail unless `actual` equals `expected` within the tolerance.

    `actual` must have the shape of `expected`, and every entry must agree within the tolerance of `grader.tolerance`.
    Whole numbers and bools pass for floats, lists pass for arrays, and an array of one entry passes for a single
    number. If `expected` is a tuple, list or dict of arrays, its parts are compared one by one.

    `mistakes` holds the values that well-known mistakes would give, with a sentence for each: a dict from sentence to
    value, pairs of (sentence, value), or a function that returns one of these, for values that take time to compute. If
    a wrong value equals one of them, its sentence is shown as the likely cause.

    `part` names the value ("dW") where a function returns several, or each part of a tuple ("params, losses"). The
    parts of a dict are named by their keys. Raises `CheckFailed`.
    """
    _compare(actual, expected, _check_close, find_wrong, mistakes, part)


def assert_equal(actual: Any, expected: Any, mistakes: Mistakes = NONE, *, part: str = "") -> None:
    """Fail unless every entry of `actual` equals the expected one exactly.

    This is for labels, gates and counts. 1, 1.0 and True are equal. The other arguments are those of `assert_close`.
    Raises `CheckFailed`.
    """
    _compare(actual, expected, _check_equal, _find_unequal, mistakes, part)


def assert_gradient(
    actual: Any,
    expected: Any,
    mistakes: Mistakes = NONE,
    *,
    part: str = "",
    otherwise: Callable[[], str] = lambda: "",
) -> None:
    """Fail unless a gradient equals the reference's within the tolerance.

    The message says how large the relative error is, and where the gradient is furthest from the reference's; a
    gradient of at most `SMALL` entries is shown in full instead. `otherwise` is asked for the likely cause of a single
    array of finite numbers whose mistake has no name. The other arguments are those of `assert_close`. Raises
    `CheckFailed`.
    """
    _compare(actual, expected, _check_gradient, find_wrong, mistakes, part, otherwise)


def assert_small(
    actual: Any, expected: Any, at: Array, likely: str = "", *, part: str = "", rtol: float = 0.01
) -> None:
    """Fail unless each entry equals the expected one to `rtol` of itself.

    This is for numbers so small, or of such unequal size, that the tolerance of the other comparisons would hide them.
    `at` has a number for each entry that says which one it is, such as the x of a slope. `likely` is the likely cause
    where they differ. Raises `CheckFailed`.
    """
    assert_close(actual, expected, part=part)
    numbers, right = as_numbers(actual, expected, part), np.asarray(expected)
    wrong = ~(np.abs(numbers - right) <= rtol * np.abs(right))
    for number, wanted, place in list(zip(numbers[wrong], right[wrong], at[wrong], strict=True))[:1]:
        text = say("{wanted:.4g} at {place:.4g}", wanted=wanted, place=place)
        require(False, text, f"{number:.4g}", likely)


def agrees(actual: Any, expected: Any) -> bool:
    """Tell whether `assert_close` would pass for these values.

    A suite uses this to choose a text about a value. A verdict must come from the assertions.
    """
    return _agree(actual, expected, find_wrong)


def name_mistake(actual: Any, mistakes: Mistakes) -> str:
    """Return the sentence of a well-known mistake that gives this value.

    `mistakes` are those of `assert_close`. Returns "" if none of them gives the value, and both sentences in one if two
    of them do.
    """
    return _join(_recognise(actual, mistakes, find_wrong))


def assert_unchanged(function: StudentFunction, *args: Any, **kwargs: Any) -> Any:
    """Call a student's function and fail if the call changes an argument.

    Returns the value that the function returned. Arguments given by name are not compared. Raises `CheckFailed` if an
    argument was changed, or if the call itself fails.
    """
    value, after = function.echo(*args, **kwargs)
    for position, (given, left) in enumerate(zip(args, after, strict=False)):
        _check_unchanged(position, given, left)
    return value


def _check_unchanged(position: int, given: Any, left: Any) -> None:
    if _is_unchanged(given, left):
        return
    got = say("argument {number} was changed: it is now {value}", number=position + 1, value=describe_value(left))
    message = Message(expected=say("arguments that are the same after the call as before"), got=got)
    raise CheckFailed(name_cause(message, find_cause("argument-changed")), Status.FAILED)


def _is_unchanged(given: Any, left: Any) -> bool:
    """Tell whether an argument is the same after the call as before.

    Arrays are compared by their values, and lists, tuples and dicts part by part. Numbers are compared too. An argument
    of any other type cannot be changed.
    """
    if isinstance(given, LaidOut):
        given = given.array
    if isinstance(given, dict):
        same = isinstance(left, dict) and given.keys() == left.keys()
        return same and all(_is_unchanged(given[key], left[key]) for key in given)
    if isinstance(given, (list, tuple)):
        return isinstance(left, (list, tuple)) and len(given) == len(left) and all(map(_is_unchanged, given, left))
    if isinstance(given, (bool, int, float)):
        return isinstance(left, (bool, int, float)) and np.array_equal(given, left, equal_nan=True)
    if not isinstance(given, np.ndarray):
        return True
    same = isinstance(left, np.ndarray) and left.shape == given.shape
    return same and bool(np.allclose(left, given, rtol=UNCHANGED, atol=UNCHANGED, equal_nan=True))


# ---------------------------------------------------------------- the five steps


def _compare(
    actual: Any,
    expected: Any,
    check: Check,
    find: Find,
    mistakes: Mistakes,
    part: str,
    otherwise: Callable[[], str] = lambda: "",
) -> None:
    # A difference that overflows is only a large difference, so numpy need not warn of it.
    with np.errstate(all="ignore"):
        try:
            for one, other, name in _pair_parts(actual, expected, part):
                check(as_numbers(one, other, name), np.asarray(other), name)
        except CheckFailed as failed:
            known = _join(_recognise(actual, mistakes, find))
            if not known and not failed.message.likely and _is_comparable(actual, expected):
                known = say(otherwise())
            message = replace(failed.message, likely=known, quoted="", cause="") if known else failed.message
            raise CheckFailed(message, failed.status, failed.figures) from None


def _is_comparable(actual: Any, expected: Any) -> bool:
    """Tell whether a value has the shape of one expected array and consists of finite numbers."""
    numbers = _read_numbers(to_array(actual), expected.shape) if isinstance(expected, np.ndarray) else None
    return numbers is not None and bool(np.isfinite(numbers).all())


def _join(sentences: list[str]) -> str:
    """Join the first two of these sentences into one; empty for none."""
    if len(sentences) < 2:
        return say(sentences[0]) if sentences else ""
    return say("{one}, or {other}", one=say(sentences[0]), other=say(sentences[1]))


def _recognise(actual: Any, mistakes: Mistakes, find: Find) -> list[str]:
    """List the sentences of the mistakes that give this value, each once."""
    values = mistakes() if callable(mistakes) else mistakes
    pairs = values.items() if isinstance(values, Mapping) else values
    return list(dict.fromkeys(text for text, wrong in pairs if _agree(actual, wrong, find)))


def _agree(actual: Any, expected: Any, find: Find) -> bool:
    """Tell whether a comparison would pass; explain and measure nothing."""
    try:
        with np.errstate(all="ignore"):
            for one, other, _ in _pair_parts(actual, expected, ""):
                numbers = _read_numbers(to_array(one), np.shape(other))
                if numbers is None or find(numbers, np.asarray(other)).any():
                    return False
    except CheckFailed:
        return False
    return True


def _pair_parts(actual: Any, expected: Any, name: str) -> Iterator[tuple[Any, Any, str]]:
    """Yield each part of `actual` with the part of `expected` and its name.

    A part is an array or a number. Raises `CheckFailed` if `actual` is not built from parts as `expected` is.
    """
    if isinstance(expected, dict):
        _require_dict(actual, expected)
        for key, part in expected.items():
            yield from _pair_parts(actual[key], part, f"{name}[{key!r}]" if name else str(key))
    elif isinstance(expected, (tuple, list)) and (SEPARATOR in name or not _is_flat(expected)):
        _require_sequence(actual, expected, name)
        for position, part in enumerate(expected):
            yield from _pair_parts(actual[position], part, _name_part(name, position))
    else:
        yield actual, expected, name


def _name_part(name: str, position: int) -> str:
    """Name a part of a tuple, by its own name if `name` has one for each."""
    if SEPARATOR in name:
        return name.split(SEPARATOR)[position]
    return f"{name}[{position}]" if name else say("value {number}", number=position + 1)


def _is_flat(values: Any) -> bool:
    """Tell whether a list holds only plain numbers.

    Such a list is compared as one array, and not part by part.
    """
    return all(isinstance(value, (bool, int, float, np.generic)) for value in values)


def _require_dict(actual: Any, expected: dict[Any, Any]) -> None:
    wanted = say("a dict with the keys {keys}", keys=", ".join(map(repr, expected)))
    require(isinstance(actual, dict), wanted, describe_value(actual))
    missing = [repr(key) for key in expected if key not in actual]
    require(not missing, wanted, say("no {keys}", keys=", ".join(missing)))


def _require_sequence(actual: Any, expected: Any, name: str) -> None:
    if SEPARATOR in name:
        require_tuple(actual, name)
        return
    count = say("{count} values", count=len(expected))
    is_array = isinstance(actual, np.ndarray) and actual.ndim > 0
    if not is_array and not isinstance(actual, (tuple, list)):
        require(False, count, describe_value(actual))
    require(len(actual) == len(expected), count, f"{len(actual)}")


def require_tuple(answer: Any, names: str, likely: str = "") -> None:
    """Fail unless an answer is a tuple or a list with one value for each name.

    `names` are separated by ", ", and `likely` is the likely cause where there are not so many. Raises `CheckFailed`.
    """
    count = len(names.split(SEPARATOR))
    fine = isinstance(answer, (tuple, list)) and len(answer) == count
    require(fine, say("{count} values: {names}", count=count, names=names), describe_kind(answer), likely)


def as_numbers(actual: Any, expected: Any, name: str = "") -> Array:
    """Convert a student's value to an array with the shape of `expected`.

    An array of one entry passes for a single number. `name` names the value in the message. Raises `CheckFailed`, with
    a message that says what the value is instead, if `actual` is not an array of real numbers or has another shape.
    """
    array = to_array(actual)
    numbers = _read_numbers(array, np.shape(expected))
    if numbers is not None:
        return numbers
    if array is None or array.dtype.kind not in NUMBERS:
        raise _fail(describe_expected(expected), describe_wrong(actual), actual, expected, name)
    raise _fail(say_shape(expected), say_shape(array), array, expected, name)


def _read_numbers(array: Array | None, shape: tuple[int, ...]) -> Array | None:
    """Reshape an array of real numbers to `shape`, or return None.

    Returns None if `array` is None, holds complex numbers or has another shape. One entry fits the shape `()`.
    """
    if array is None or array.dtype.kind not in NUMBERS:
        return None
    fits = array.shape == shape or (shape == () and array.size == 1)
    return array.reshape(shape) if fits else None


def _check_finite(actual: Array, expected: Array, name: str) -> None:
    wrong = np.isfinite(actual.astype(float)) != np.isfinite(expected)
    if not wrong.any():
        return
    first = expected[wrong][0]
    wanted = say("finite numbers") if np.isfinite(first) else describe_value(first)
    got = describe_not_finite(actual, wrong)
    differs = find_wrong(actual, expected)
    raise _fail(wanted, got, actual, expected, name, draw_difference(actual, expected, differs))


def _judge(actual: Array, expected: Array) -> Array:
    """Find the wrong entries, and note the largest error in the current run."""
    errors = measure_errors(actual, expected)
    if (run := find_run()) is not None:
        run.errors.append(float(errors[np.isfinite(expected)].max(initial=0.0)))
    return find_wrong(actual, expected, errors)


def _check_close(actual: Array, expected: Array, name: str) -> None:
    _check_finite(actual, expected, name)
    wrong = _judge(actual, expected)
    if wrong.any():
        got = describe_difference(actual, expected, wrong)
        raise _fail(describe_value(expected), got, actual, expected, name, draw_difference(actual, expected, wrong))


def _check_gradient(actual: Array, expected: Array, name: str) -> None:
    _check_finite(actual, expected, name)
    wrong = _judge(actual, expected)
    if wrong.any():
        if expected.size <= SMALL:
            wanted, got = describe_value(expected), describe_difference(actual, expected, wrong)
        else:
            wanted, got = say("agreement with the reference gradient"), describe_gradient(actual, expected, wrong, RTOL)
        raise _fail(wanted, got, actual, expected, name, draw_difference(actual, expected, wrong, is_gradient=True))


def _check_equal(actual: Array, expected: Array, name: str) -> None:
    wrong = _find_unequal(actual, expected)
    if wrong.any():
        got = describe_difference(actual, expected, wrong)
        raise _fail(describe_value(expected), got, actual, expected, name, draw_difference(actual, expected, wrong))


def _find_unequal(actual: Array, expected: Array) -> Array:
    return np.asarray(actual != expected)


def _fail(
    expected_text: str, got: str, actual: Any, expected: Any, name: str, figures: Sequence[Figure] = ()
) -> CheckFailed:
    if name:
        expected_text = say("{part}: {expected}", part=name, expected=expected_text)
    cause = find_cause("no-return") if actual is None else diagnose(actual, np.asarray(expected))
    message = name_cause(Message(expected=expected_text, got=got), cause)
    return CheckFailed(message, Status.FAILED, tuple(figures))
