"""Likely causes of mistakes, and the table of them: what each is called, what is said of it, and its page."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any, NamedTuple

from grader.language import say
from grader.model import Message

TABLE = "causes.toml"


class Cause(NamedTuple):
    """A likely cause. `text` tells no value, so it may be said of a hidden check; `quoted` is the same with values.

    `quoted` is empty where there is no more to tell. `code` names the cause's page (`grader.explain.pages`).
    """

    code: str
    text: str
    quoted: str = ""


@functools.cache
def read_table() -> Mapping[str, Mapping[str, Any]]:
    """The table of all causes by their codes, in the order of the rules. Read when the first check fails."""
    return tomllib.loads((files("grader.explain") / TABLE).read_text("utf-8"))


def find_cause(code: str, **values: Any) -> Cause:
    """The cause with this code, its sentences filled with these values."""
    entry = read_table()[code]
    return Cause(code, say(entry["says"], **values), say(entry["quoted"], **values) if "quoted" in entry else "")


def explain_cause(code: str, **values: Any) -> Message:
    """The whole message of a cause by which a call brought no value."""
    entry = read_table()[code]
    message = Message(expected=say(entry["expected"], **values), got=say(entry["got"], **values))
    return name_cause(message, find_cause(code, **values))


def name_cause(message: Message, cause: Cause | None) -> Message:
    """The message with this likely cause; as it is where there is none."""
    if cause is None:
        return message
    return replace(message, likely=cause.text, quoted=cause.quoted, cause=cause.code)
