"""Likely causes of mistakes, and the table of them, `causes.toml`.

The table has, for each cause, its code, the sentences about it, and its page.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any, NamedTuple

from grader.language import say
from grader.model.report import Message

TABLE = "causes.toml"


class Cause(NamedTuple):
    """A likely cause of a mistake.

    `code` names the cause's page (`grader.explain.pages`). `text` contains no value, so a hidden check may show it.
    `quoted` is the same sentence with values; it is empty where there is no more to say.
    """

    code: str
    text: str
    quoted: str = ""


@functools.cache
def read_table() -> Mapping[str, Mapping[str, Any]]:
    """Load the table of all causes, by code, in the order of the rules.

    The file is read once per process, when the first check fails.
    """
    return tomllib.loads((files("grader.explain") / TABLE).read_text("utf-8"))


def find_cause(code: str, **values: Any) -> Cause:
    """Find the cause with this code, and fill the places in its sentences.

    `values` has the values of the places in the sentences. Raises `KeyError` for a code that is not in the table.
    """
    entry = read_table()[code]
    return Cause(code, say(entry["says"], **values), say(entry["quoted"], **values) if "quoted" in entry else "")


def explain_cause(code: str, **values: Any) -> Message:
    """Build the whole message for a call that brought no value.

    `code` and `values` are those of `find_cause`. The entry of the table must also say what was expected and what came
    instead.
    """
    entry = read_table()[code]
    message = Message(expected=say(entry["expected"], **values), got=say(entry["got"], **values))
    return name_cause(message, find_cause(code, **values))


def name_cause(message: Message, cause: Cause | None) -> Message:
    """Add a likely cause to a message; without a cause, return it unchanged."""
    if cause is None:
        return message
    return replace(message, likely=cause.text, quoted=cause.quoted, cause=cause.code)
