"""Convert frozen values to plain JSON data, and back by their types."""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

from grader.kinds import LATER
from grader.language import Sentence

NOT_FINITE = ("nan", "inf", "-inf")  # JSON has no such numbers; `float` turns these texts into them again


def to_plain(value: Any, sentences: dict[str, Sentence]) -> Any:
    """Convert the value to plain JSON data.

    The sentences in the value are added to `sentences`, by their texts.
    """
    if isinstance(value, Sentence):
        sentences[str(value)] = value
        return str(value)
    if dataclasses.is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name), sentences) for field in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [to_plain(part, sentences) for part in value]
    if isinstance(value, dict):
        return {key: to_plain(part, sentences) for key, part in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value.value if isinstance(value, Enum) else value


def from_plain(kind: Any, data: Any, sentences: Mapping[str, Sentence]) -> Any:
    """Rebuild a value of type `kind` from plain JSON data.

    The annotations of the dataclasses tell the types. A text that is a key of `sentences` becomes that sentence again.
    Raises `ValueError` unless the data are of that type, have all of its keys and no others, and obey its rules.
    """
    if isinstance(kind, type):
        return _read_class(kind, data, sentences)
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated and all(rule.allows(data) for rule in parts[1:]):
        return from_plain(parts[0], data, sentences)
    if origin in (types.UnionType, typing.Union):
        return None if data is None else from_plain(parts[0], data, sentences)
    if origin is tuple and isinstance(data, list):
        return tuple([from_plain(parts[0], part, sentences) for part in data])
    if origin is dict and isinstance(data, dict):
        return {key: from_plain(parts[1], part, sentences) for key, part in data.items()}
    raise ValueError(f"{data!r} is not a {kind}")


def _read_class(kind: Any, data: Any, sentences: Mapping[str, Sentence]) -> Any:
    if isinstance(data, str):
        if kind is str:
            return sentences.get(data, data)
        if issubclass(kind, Enum):
            return kind(data)
        if kind is float and data in NOT_FINITE:
            return float(data)
    elif type(data) is kind:
        return data
    elif kind is float and isinstance(data, (int, float)) and not isinstance(data, bool):
        return float(data)
    elif kind is int and isinstance(data, float) and data.is_integer():  # 1.0 is a whole number in JSON
        return int(data)
    elif isinstance(data, dict) and dataclasses.is_dataclass(typing.cast("object", kind)):
        hints, needed = list_fields(kind)
        if needed <= data.keys() <= hints.keys():
            return kind(**{name: from_plain(hints[name], part, sentences) for name, part in data.items()})
    raise ValueError(f"{data!r} is not a {kind}")


@functools.cache
def list_fields(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """List the fields of a dataclass: their types with their rules, and those that every stored value has."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return hints, frozenset(name for name, hint in hints.items() if LATER not in typing.get_args(hint))
