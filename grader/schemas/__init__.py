"""JSON Schemas (2020-12) of everything that is read from or written to disk, and the check against them."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import Any

from grader.typos import find_nearest


def find_fault(data: object, schema: str) -> str | None:
    """The first thing wrong with `data` by `schema` ("assignment", "course", "report"), as a sentence; or None."""
    fault = min(
        _validator(schema).iter_errors(data),
        # A misspelt key is both unknown and missing; the first says more.
        key=lambda error: (len(error.absolute_path), str(error.path), error.validator != "additionalProperties"),
        default=None,
    )
    return None if fault is None else _say(fault)


@functools.cache
def _validator(schema: str) -> Any:
    import jsonschema  # a tenth of a second that `grade --help` does without

    text = (files("grader.schemas") / f"{schema}.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def _say(fault: Any) -> str:
    place = _say_path(list(fault.absolute_path))
    if fault.validator == "additionalProperties":
        known = sorted(fault.schema["properties"])
        unknown = next(key for key in fault.instance if key not in known)
        nearest = find_nearest(str(unknown), known)
        meant = f"did you mean {nearest!r}?" if nearest else f"known are: {', '.join(known)}"
        return f"unknown key {unknown!r}{place}; {meant}"
    if fault.validator == "required":
        missing = next(key for key in fault.validator_value if key not in fault.instance)
        return f"the key {missing!r} is missing{place}"
    return f"{fault.message[:200]}{place}"


def _say_path(path: list[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return f" in {text.lstrip('.')}" if text else ""
