"""The JSON Schema of a report, made of the types in grader/model/; `python -m tests.report_schema` writes it anew.

A program that reads our reports may rely on the schema, so a change of it may only add: see what git says has changed.
"""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
from enum import EnumType
from pathlib import Path
from typing import Any

import grader.schemas
from grader.kinds import LATER
from grader.model.report import Report
from grader.plain import NOT_FINITE
from grader.report import SCHEMA, StoredSentence

PATH = Path(grader.schemas.__file__).with_name("report.schema.json")
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}
Schema = dict[str, Any]


def write_schema() -> str:
    """Make the text of report.schema.json."""
    defs: dict[str, Schema] = {}
    root = describe_fields(Report, defs)
    root["properties"] = {"schema": {"const": SCHEMA}, **root["properties"]}
    root["properties"]["sentences"] = describe(tuple[StoredSentence, ...], defs)
    root["required"] = ["schema", *root["required"]]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "$comment": "Made by `python -m tests.report_schema` of the types in grader/model/. Changes only add.",
    }
    return json.dumps({**head, **root, "$defs": dict(sorted(defs.items()))}, indent=2) + "\n"


def describe(kind: Any, defs: dict[str, Schema]) -> Schema:
    """Make the schema of a type; those of the classes in it are added to `defs`, by their names."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Annotated, typing.NotRequired):
        return describe_rules(describe(parts[0], defs), parts[1:])
    if origin in (types.UnionType, typing.Union):
        return describe_union([describe(part, defs) for part in parts])
    if origin is tuple:
        return {"type": "array", "items": describe(parts[0], defs)}
    if origin is dict:
        return {"type": "object", "additionalProperties": describe(parts[1], defs)}
    if kind is type(None):
        return {"type": "null"}
    if isinstance(kind, EnumType):
        return {"enum": [member.value for member in kind]}
    if kind is float:  # one without a bound
        return {"type": ["number", "string"], "pattern": f"^({'|'.join(NOT_FINITE)})$"}
    if kind in SCALARS:
        return {"type": SCALARS[kind]}
    if kind.__name__ not in defs:
        defs[kind.__name__] = {}  # a sentence holds sentences
        defs[kind.__name__] = describe_fields(kind, defs)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def describe_rules(schema: Schema, rules: tuple[Any, ...]) -> Schema:
    """Add the rules of a value to the schema of its type."""
    for rule in rules:
        said = {word: value for word, value in dataclasses.asdict(rule).items() if value not in (None, math.inf)}
        if "minimum" in said and "pattern" in schema:  # a number with a bound is finite
            schema = {"type": "number"}
        schema = {**schema, **said}
    return schema


def describe_union(schemas: list[Schema]) -> Schema:
    """Make the schema of a union: of one type or none in short, of others as alternatives."""
    first, *others = schemas
    if others == [{"type": "null"}] and "type" in first:
        return {**first, "type": [first["type"], "null"]}
    return {"anyOf": [*others, first]}


def describe_fields(kind: Any, defs: dict[str, Schema]) -> Schema:
    """Make the schema of a dataclass or a typed dictionary."""
    hints = typing.get_type_hints(kind, include_extras=True)
    optional = {
        name
        for name, hint in hints.items()
        if typing.get_origin(hint) is typing.NotRequired or LATER in typing.get_args(hint)
    }
    return {
        "type": "object",
        "required": [name for name in hints if name not in optional],
        "additionalProperties": False,
        "properties": {name: describe(hint, defs) for name, hint in hints.items()},
    }


if __name__ == "__main__":
    PATH.write_text(write_schema(), "utf-8")
