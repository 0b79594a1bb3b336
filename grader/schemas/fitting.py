"""Tell whether data fit a schema, without importing jsonschema.

Nearly every manifest is sound, and to import jsonschema takes as long as to import numpy. So data are first held
against the schema here; only where they do not fit does jsonschema find the fault and its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TYPES: Mapping[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool}


def _has_type(value: Any, kind: str) -> bool:
    if kind in ("integer", "number"):
        return _is_number(value) and (kind == "number" or isinstance(value, int))
    return kind in _TYPES and isinstance(value, _TYPES[kind])


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _are_texts_of_their_own(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values) and len(set(values)) == len(values)


# How each keyword holds of a value, given the keyword's own value. A schema with any other keyword is not known here.
# Like jsonschema, `properties` and `items` are silent on values of other types.
_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": _has_type,
    "required": lambda value, names: not isinstance(value, dict) or value.keys() >= set(names),
    "properties": lambda value, parts: (
        not isinstance(value, dict) or all(fits(value[name], parts[name]) for name in value.keys() & parts.keys())
    ),
    "items": lambda value, part: not isinstance(value, list) or all(fits(each, part) for each in value),
    "minItems": lambda value, least: not isinstance(value, list) or len(value) >= least,
    "maxItems": lambda value, most: not isinstance(value, list) or len(value) <= most,
    "uniqueItems": lambda value, wanted: not isinstance(value, list) or _are_texts_of_their_own(value),
    "minLength": lambda value, least: not isinstance(value, str) or len(value) >= least,
    "pattern": lambda value, pattern: not isinstance(value, str) or re.search(pattern, value) is not None,
    "minimum": lambda value, least: not _is_number(value) or value >= least,
    "maximum": lambda value, most: not _is_number(value) or value <= most,
    "exclusiveMinimum": lambda value, least: not _is_number(value) or value > least,
}
_SILENT = frozenset({"$schema", "title", "description", "examples", "format", "additionalProperties"})


def fits(data: Any, schema: Mapping[str, Any]) -> bool:
    """Tell whether `data` certainly fit `schema`.

    False means that they do not, or that the schema has a keyword that only jsonschema knows.
    """
    closed = schema.get("additionalProperties", True) is False
    if closed and isinstance(data, dict) and not data.keys() <= schema["properties"].keys():
        return False
    return all(
        keyword in _SILENT or (keyword in _HOLDS and _HOLDS[keyword](data, argument))
        for keyword, argument in schema.items()
    )
