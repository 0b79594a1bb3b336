"""Check data against the JSON Schemas (2020-12) of the grader's files.

There is a schema for everything that is read from disk or written to it.
"""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import Any

from grader.schemas.fitting import fits
from grader.typos import find_nearest

SHOWN = 100  # characters of a wrong value in a message


def find_fault(data: object, schema: str) -> str | None:
    """Find the first fault of `data`, as a sentence; None if there is none.

    `schema` is the name of a schema: "assignment", "course" or "report".
    """
    if fits(data, _read_schema(schema)):
        return None
    fault = min(
        _validator(schema).iter_errors(data),
        # A misspelt key gives two faults: an unknown key and a missing one. The first of them says more.
        key=lambda error: (len(error.absolute_path), str(error.path), error.validator != "additionalProperties"),
        default=None,
    )
    return None if fault is None else _say(fault)


@functools.cache
def _validator(schema: str) -> Any:
    import jsonschema  # the import takes a tenth of a second, for which a sound manifest must not wait

    return jsonschema.Draft202012Validator(_read_schema(schema))


@functools.cache
def _read_schema(schema: str) -> Any:
    return json.loads((files("grader.schemas") / f"{schema}.schema.json").read_text("utf-8"))


def _say(fault: Any) -> str:
    path = list(fault.absolute_path)
    place = f" in {_say_path(path)}" if path else ""
    if fault.validator == "additionalProperties":
        known = sorted(fault.schema["properties"])
        unknown = next(key for key in fault.instance if key not in known)
        nearest = find_nearest(str(unknown), known)
        meant = f"did you mean {nearest!r}?" if nearest else f"known are: {', '.join(known)}"
        return f"unknown key {unknown!r}{place}; {meant}"
    if fault.validator == "required":
        missing = next(key for key in fault.validator_value if key not in fault.instance)
        rule = _say_rule(fault.schema["properties"].get(missing, {}), missing)
        return f"the key {missing!r} is missing{place}" + (f"; it must be {rule}" if rule else "")
    rule = _say_rule(fault.schema, _find_key(path))
    if rule:
        return f"{_say_path(path) or 'the file'} must be {rule}; it is {write_toml(fault.instance)[:SHOWN]}"
    return f"{fault.message[:200]}{place}"


def _say_rule(schema: Any, key: str) -> str:
    """Format the rule of one key in words, with an example.

    Returns "" if the schema has no words for it.
    """
    description, examples = schema.get("description", ""), schema.get("examples", ())
    if not description or not examples:
        return str(description)
    written = examples[0] if schema.get("format") == "date-time" else write_toml(examples[0])
    return f"{description}, such as {f'{key} = ' if key else ''}{written}"


def _find_key(path: list[str | int]) -> str:
    """Find the key that an example is for; "" for an item of a list."""
    return str(path[-1]) if path and isinstance(path[-1], str) else ""


def write_toml(value: Any) -> str:
    """Format a value as in a manifest (TOML), in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {write_toml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(write_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)


def _say_path(path: list[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")
