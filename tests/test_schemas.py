"""Every rule of the manifests is said in words: the key, the rule, an example, and what stands there."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from grader.schemas import find_fault, write_toml
from grader.schemas.fitting import fits
from tests.conftest import ROOT

JARGON = re.compile(r"\^|\$|\\|is not of type|does not match|is too (short|long)|less than|non-unique|schema|None")
SAID_APART = {"description", "examples", "properties", "items", "format", "title", "$schema"}


def read_schema(name: str) -> Any:
    """A schema as it is shipped."""
    return json.loads((files("grader.schemas") / f"{name}.schema.json").read_text("utf-8"))


def make_example(schema: Any) -> Any:
    """A value that has everything the schema knows of."""
    if schema.get("type") == "object":
        return {key: make_example(part) for key, part in schema["properties"].items()}
    if schema.get("type") == "array":
        return [make_example(schema["items"])]
    return schema["examples"][0]


def list_rules(schema: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    """Each keyword of the schema, with the place it is about."""
    for word in schema.keys() - SAID_APART:
        yield path, word, schema
    for key, part in schema.get("properties", {}).items():
        yield from list_rules(part, (*path, key))
    if "items" in schema:
        yield from list_rules(schema["items"], (*path, 0))


def break_rule(word: str, schema: Any, value: Any) -> Any:
    """A value that is against this one rule."""
    one = value[0] if isinstance(value, list) else None
    wrong: dict[str, Any] = {
        "type": "x" if schema.get("type") in ("integer", "number") else 5,
        "pattern": "Not so!",
        "minLength": "",
        "minimum": schema.get("minimum", 1) - 1,
        "exclusiveMinimum": schema.get("exclusiveMinimum", 0),
        "maximum": schema.get("maximum", 0) + 1,
        "minItems": [],
        "maxItems": [one] * (schema.get("maxItems", 0) + 1),
        "uniqueItems": [one, one],
    }
    return wrong[word]


def replace_value(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The data with another value at this place."""
    data = copy.deepcopy(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


def look_up(data: Any, path: tuple[Any, ...]) -> Any:
    """The value at this place."""
    for key in path:
        data = data[key]
    return data


RULES = [
    pytest.param(name, *rule, id=f"{name}-{'.'.join(map(str, rule[0]))}-{rule[1]}")
    for name in ("assignment", "course")
    for rule in sorted(list_rules(read_schema(name)), key=lambda rule: (str(rule[0]), rule[1]))
]
VALUES = [rule for rule in RULES if rule.values[1] and rule.values[2] not in ("required", "additionalProperties")]
TABLES = [rule for rule in RULES if rule.values[2] == "required"]


def test_every_example_is_right() -> None:
    """A manifest made of the examples has no fault, and no rule is left out of these tests."""
    for name in ("assignment", "course"):
        assert find_fault(make_example(read_schema(name)), name) is None
    roots = [rule for rule in RULES if rule.values[1:3] == ((), "type")]
    tables = [rule for rule in RULES if rule.values[2] == "additionalProperties"]
    assert len(RULES) == len(VALUES) + len(TABLES) + len(tables) + len(roots)
    assert len(VALUES) > 30


@pytest.mark.parametrize(("name", "path", "word", "schema"), VALUES)
def test_a_wrong_value_is_told_in_words(name: str, path: tuple[Any, ...], word: str, schema: Any) -> None:
    """The key with its place, the rule, an example that can be copied, and the value."""
    example = make_example(read_schema(name))
    wrong = break_rule(word, schema, look_up(example, path))
    fault = find_fault(replace_value(example, path, wrong), name)
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    assert fault is not None
    assert fault.startswith(f"{place} must be {schema['description']}")
    assert fault.endswith(f"; it is {write_toml(wrong)[:100]}")
    for given in schema.get("examples", ()):
        written = given if "format" in schema else write_toml(given)
        assert f", such as {f'{path[-1]} = ' if isinstance(path[-1], str) else ''}{written}; it is " in fault
    assert "examples" in schema or schema["type"] == "object"
    assert not JARGON.search(fault)


@pytest.mark.parametrize(("name", "path", "word", "schema"), TABLES)
def test_a_missing_key_is_told_in_words(name: str, path: tuple[Any, ...], word: str, schema: Any) -> None:
    """Which one, where, and what it should be."""
    example = make_example(read_schema(name))
    for key in schema[word]:
        table = {other: value for other, value in look_up(example, path).items() if other != key}
        fault = find_fault(replace_value(example, path, table) if path else table, name)
        rule = schema["properties"][key]
        written = f"{key} = {write_toml(rule['examples'][0])}"
        where = f" in {path[0]}[{path[1]}]" if path else ""
        assert fault == f"the key {key!r} is missing{where}; it must be {rule['description']}, such as {written}"


def test_sound_manifests_need_no_jsonschema() -> None:
    """Its import costs as much as numpy's."""
    code = (
        "import sys; from pathlib import Path; from grader.course.manifest import find_assignment, read_course;"
        f"course = read_course(Path({str(ROOT)!r}));"
        "[find_assignment(course, name) for name in course.assignments]; print('jsonschema' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


ODD = [None, True, False, 0, 1, -1, 1.0, 2.5, "", "x", "hw4", [], ["x", "x"], ["x", "y"], [1], {}, {"id": "x"}]


@pytest.mark.parametrize("name", ["assignment", "course"])
def test_what_fits_is_right_for_jsonschema_too(name: str) -> None:
    """Every value of a manifest in turn is replaced by each odd one, dropped, or joined by an unknown key."""
    schema = read_schema(name)
    judge = jsonschema.Draft202012Validator(schema)
    example = make_example(schema)
    places = {rule[0] for rule in list_rules(schema)} - {()}
    tried = [replace_value(example, path, value) for path in places for value in ODD]
    tried += [*ODD, {**example, "unknown": 1}]
    found = [fits(data, schema) for data in tried]
    assert all(judge.is_valid(data) for data, fit in zip(tried, found, strict=True) if fit)
    assert 3 < sum(found) < len(found) / 2
    assert not fits("anything", {"type": "string", "not": {"type": "string"}})  # an unknown keyword
