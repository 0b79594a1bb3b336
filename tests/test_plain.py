"""The types are the definition of a report: what they allow is written, fits the generated schema, and is read back."""

from __future__ import annotations

import copy
import json
import math
import types
import typing
from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from enum import EnumType
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.figure import Figure, FigureKind, Series
from grader.kinds import Rule
from grader.language import Sentence, say
from grader.model.report import FileRef, Report, SandboxFacts, Status, SubmissionRef
from grader.model.submission import Problem, Where
from grader.plain import from_plain, to_plain
from grader.report import SCHEMA, dump, parse_report, to_json
from grader.schemas import find_fault
from tests import report_schema
from tests.reporters import reports

TEXTS = st.text(st.characters(), max_size=6)  # lone surrogates too: a student's code may choose them
SENTENCES = st.builds(lambda word, inner: say("{word} in {place}", word=word, place=inner), TEXTS, TEXTS.map(say))
ADDED = object()  # stands for a key that no report has
REMOVED = object()  # stands for a key that is missing
WRONG = [None, True, -1, 0, 2, 1.5, 1.0, "", "x", "nan", "passed", "a" * 64, [], [0], [None], {}, {"x": 1}]


def choose_values(kind: Any) -> st.SearchStrategy[Any]:
    """Choose values of a type, within its rules."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return choose_ruled(parts[0], [rule for rule in parts[1:] if rule != Rule()])
    if origin in (types.UnionType, typing.Union):
        return st.none() | choose_values(parts[0])
    if origin is tuple:
        return st.lists(choose_values(parts[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(TEXTS, choose_values(parts[1]), max_size=2)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        return st.builds(kind, **{name: choose_values(hint) for name, hint in hints.items()})
    if isinstance(kind, EnumType):
        return st.sampled_from(list(kind))
    return {str: TEXTS | SENTENCES, int: st.integers(), float: st.floats(), bool: st.booleans()}[kind]


def choose_ruled(kind: Any, rules: list[Rule]) -> st.SearchStrategy[Any]:
    """Choose values of a type that obey one rule, if there is one."""
    if not rules:
        return choose_values(kind)
    (rule,) = rules
    if rule.pattern:
        return st.from_regex(rule.pattern.strip("^$"), fullmatch=True)
    largest = None if rule.maximum == math.inf else rule.maximum
    if kind is float:
        return st.floats(rule.minimum, largest, allow_nan=False, allow_infinity=False)
    return st.integers(rule.minimum, largest)


@settings(max_examples=50, deadline=None)
@given(choose_values(Report))
def test_every_report_of_the_types_is_stored(report: Report) -> None:
    """It is written, fits the schema, and is equal when it is read; its text is the same when it is written again."""
    text = dump(report)
    assert find_fault(json.loads(text), "report") is None
    again = parse_report(text.encode(), Path("report.json"))
    assert again == report or '"nan"' in text  # nan differs from itself
    assert dump(again) == text


def test_the_schema_is_that_of_the_types() -> None:
    """`python -m tests.report_schema` writes it anew after a change of the types."""
    assert report_schema.PATH.read_text("utf-8") == report_schema.write_schema()


def make_full() -> Any:
    """The plain data of a report that has every field, each list with one item."""
    report = reports.make_partly_right()
    check = replace(
        report.tasks[1].checks[1],
        figures=(Figure(FigureKind.TABLE, "values", (Series("yours", (1,), (math.nan,)),)),),
    )
    task = replace(report.tasks[1], checks=(check,), follow_through=("softmax",))
    report = replace(
        report,
        tasks=(task,),
        problem=Problem("syntax_error", "It has an error.", where=Where("softmax.py", 1)),
        sandbox=SandboxFacts(2, "bwrap", "0.11.0", False, {"AS": 1}, {"no_network": True}),
        submission=SubmissionRef("kim", (FileRef("softmax.py", "b2" * 32),)),
        warnings=("level 2",),
    )
    return to_plain(report, {})


def list_places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value in the data, the outer ones first."""
    if path:
        yield path
    for key, part in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from list_places(part, (*path, key))


def change(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The data with another value at a place, without it, or with a key beside it."""
    data = copy.deepcopy(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    if value is REMOVED:
        del place[path[-1]]
    elif value is not ADDED:
        place[path[-1]] = value
    elif isinstance(place, dict):
        place["added"] = "x"
    return data


def is_read(data: Any) -> bool:
    """Whether the types accept the data of a report."""
    try:
        from_plain(Report, data, {})
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("path", list(list_places(make_full())), ids=lambda path: ".".join(map(str, path)))
def test_types_and_schema_refuse_the_same(path: tuple[Any, ...]) -> None:
    """Whatever stands in one place of a report, its types read it exactly if the schema accepts it."""
    full = make_full()
    for value in (*WRONG, REMOVED, ADDED):
        data = change(full, path, value)
        accepted = find_fault({"schema": SCHEMA, **data}, "report") is None
        assert (value, accepted) == (value, is_read(data))


@pytest.mark.parametrize("data", [[], {}, None, "report", 0])
def test_what_is_no_object_is_no_report(data: Any) -> None:
    """The outermost value is checked like any other."""
    assert not is_read(data)


def test_a_text_that_is_a_sentence_s_becomes_it_again() -> None:
    """Only texts of fields: keys and codes stay as they are."""
    sentence = say("{count} failed", count=2)
    assert isinstance(from_plain(tuple[str, ...], ["2 failed"], {"2 failed": sentence})[0], Sentence)
    assert not isinstance(from_plain(Status, "failed", {"failed": say("failed")}), Sentence)
    assert from_plain(dict[str, int], {"2 failed": 1}, {"2 failed": sentence}) == {"2 failed": 1}


def test_a_number_of_numpy_s_is_a_number() -> None:
    """Suites compute figures with numpy; `np.float64` is a `float`, and is written like one."""
    report = replace(reports.make_partly_right(), seconds=np.float64(1.5))
    assert dump(report) == dump(replace(report, seconds=1.5))


def test_every_sentence_of_a_report_is_stored_once() -> None:
    """The data of a report list its sentences by their texts."""
    report = replace(reports.make_partly_right(), warnings=(say("twice"), say("once"), say("twice")))
    assert [entry["text"] for entry in to_json(report)["sentences"]] == ["once", "twice"]
