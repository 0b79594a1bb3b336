"""The parts of a student's answer: returned tuples, lists of pairs, the layers of a network.

Student code decides what an answer is. The functions here look at its type and its length before anything else; each of
them fails with a message that names the parts that were expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from grader.arrays import to_array
from grader.checks.compare import NUMBERS, SEPARATOR, require, require_tuple
from grader.explain.phrases import describe_kind, describe_wrong, say_shape
from grader.explain.values import describe_value
from grader.language import join, say, say_number

Array = np.ndarray[Any, Any]
Layer = tuple[Array, Array]


def take(answer: Any, names: str, likely: str = "", **kinds: Callable[[Any], bool]) -> tuple[Any, ...]:
    """Return the parts of a returned tuple.

    `names` are the names of the parts, separated by ", ": "loss, grads". A list passes for a tuple, and a part may be
    anything, such as the handle of a cache. `likely` is the likely cause where `answer` is no such tuple.

    A keyword says how one of two parts is told from the other: with `grads=are_pairs`, a list of pairs in the place of
    the loss and none in its own means that the two have changed places.

        loss, grads = take(student.loss_and_grads(params, X, labels), "loss, grads", grads=are_pairs)

    Raises `CheckFailed` unless `answer` has exactly one part for each name, each in its place.
    """
    require_tuple(answer, names, likely)
    for name, is_kind in kinds.items():
        place = names.split(SEPARATOR).index(name)
        swapped = is_kind(answer[1 - place]) and not is_kind(answer[place])
        got = say("{name} in the place of {other}", name=name, other=names.split(SEPARATOR)[1 - place])
        require(
            not swapped, say("{count} values: {names}", count=2, names=names), got, "the two values have changed places"
        )
    return tuple(answer)


def is_dict(value: Any) -> bool:
    """Tell whether a value is a dict, as parameters and gradients by name are."""
    return isinstance(value, dict)


def are_pairs(value: Any) -> bool:
    """Tell whether a value is a list of one or more pairs, as layers (W, b) are."""
    return _is_list(value) and len(value) > 0 and all(map(_is_pair, value))


def take_pairs(answer: Any, names: str, count: int, part: str = "", likely: str = "") -> list[tuple[Any, Any]]:
    """Return the pairs of a list.

    `names` are those of a pair's two values, such as "dW, db", `count` is the number of pairs, and `part` the name of
    the list where a function returns several values. `likely` is the likely cause where `answer` is no such list.
    Tuples and lists pass for each other. Raises `CheckFailed` unless `answer` is a list of so many pairs.
    """
    expected = say_number("a list of {number} pair ({names})", "a list of {number} pairs ({names})", count, names=names)
    expected = say("{part}: {expected}", part=part, expected=expected) if part else expected
    require(are_pairs(answer) and len(answer) == count, expected, _describe_pairs(answer), likely)
    return [tuple(pair) for pair in answer]


def take_layers(answer: Any, names: str, sizes: Sequence[int]) -> list[Layer]:
    """Return the layers of a network, or their gradients, as arrays of floats.

    Layer n has a table of shape (sizes[n], sizes[n + 1]) and a vector of shape (sizes[n + 1],), which may come as a
    table of one row. `names` are those of the two, "W, b" or "dW, db". Raises `CheckFailed` for another number of
    layers, for a value that does not consist of finite numbers, and for another shape.
    """
    shapes, letters = list(pairwise(sizes)), names.split(SEPARATOR)
    layers, numbered = [], []
    for number, pair in enumerate(take_pairs(answer, names, len(shapes)), start=1):
        numbered.append(SEPARATOR.join(f"{letter}{number}" for letter in letters))
        layers.append(require_parts(pair, numbered[-1]))
    found = [table.shape for table, _ in layers]
    in_order = found != shapes[::-1] or found == shapes
    expected = say("{name} of the shapes {shapes}, in this order", name=letters[0], shapes=shapes)
    got = say("{name} of the shapes {shapes}, in this order", name=letters[0], shapes=found)
    require(in_order, expected, got, "the list starts with the last layer: the first layer comes first")
    for both, shape, (table, vector) in zip(numbered, shapes, layers, strict=True):
        _require_shapes(both, shape, table, vector)
    return [(table, vector.reshape(-1)) for table, vector in layers]


def _require_shapes(names: str, shape: tuple[int, int], table: Array, vector: Array) -> None:
    likely = say("yours is the transpose of what was expected") if table.shape == shape[::-1] else ""
    if table.ndim < 2:
        name = names.partition(SEPARATOR)[0]
        likely = say("an axis is lost: {name} has two, also where it has one row or column", name=name)
    right = table.shape == shape and vector.shape in (shape[1:], (1, *shape[1:]))
    expected = say("{names} of the shapes {table} and {vector}", names=names, table=shape, vector=shape[1:])
    require(right, expected, say("the shapes {table} and {vector}", table=table.shape, vector=vector.shape), likely)


def name_layers(layers: Iterable[tuple[Any, Any]], names: str) -> dict[str, Any]:
    """Name both values of each layer: {"dW1": ..., "db1": ..., "dW2": ...}.

    `names` are those of the two values, "W, b" or "dW, db". The comparisons show the name of the value that is wrong.
    """
    return {
        f"{letter}{number}": value
        for number, layer in enumerate(layers, start=1)
        for letter, value in zip(names.split(SEPARATOR), layer, strict=True)
    }


def require_parts(answer: Any, names: str) -> list[Array]:
    """Return the values of a returned tuple as arrays of finite floats.

    `answer` is the value that the student's function returned, and `names` the names of its parts, separated by ", ":
    "w, b, errors". Returns one array for each name. Raises `CheckFailed`, with a message that names the parts, unless
    there is exactly one value for each name and every value consists of finite real numbers.
    """
    arrays = [to_array(part) for part in take(answer, names)]
    for name, part, array in zip(names.split(SEPARATOR), answer, arrays, strict=True):
        real = array is not None and array.dtype.kind in NUMBERS
        if not real or not np.isfinite(np.asarray(array, dtype=float)).all():
            got = join(" = ", (name, describe_value(array) if real else describe_wrong(part)))
            require(False, say("finite numbers as {name}", name=name), got)
    return [np.asarray(array, dtype=float) for array in arrays]


def take_number(answer: Any, name: str) -> float:
    """Return a single finite number, such as a loss.

    An array of one entry passes. `name` is the number's name in the message. Raises `CheckFailed` for anything else.
    """
    (value,) = require_parts([answer], name)
    require(value.size == 1, "a single number", say_shape(value))
    return float(value.item())


def as_vector(value: Any) -> Any:
    """Return the row of a one-row table, and any other value unchanged.

    With this, a bias of shape (1, M) is as good as one of shape (M,).
    """
    array = to_array(value)
    return array[0] if array is not None and array.shape[:-1] == (1,) else value


def _is_list(value: Any) -> bool:
    return isinstance(value, (tuple, list))


def _is_pair(value: Any) -> bool:
    return _is_list(value) and len(value) == 2


def _describe_pairs(answer: Any) -> str:
    """Describe an answer that is not the list of pairs that was expected."""
    if not _is_list(answer):
        return describe_kind(answer)
    for place, value in enumerate(answer, start=1):
        if not _is_pair(value):
            kind, count = describe_kind(value), describe_kind(answer)
            return say("{count}; value {place} is no pair: {kind}", count=count, place=place, kind=kind)
    return say_number("a list of {number} pair", "a list of {number} pairs", len(answer))
