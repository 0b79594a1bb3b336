"""A likely cause of a mistake: what it is called, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from grader.model import Message


class Cause(NamedTuple):
    """A likely cause. `text` tells no value, so it may be said of a hidden check; `quoted` is the same with values.

    `quoted` is empty where there is no more to tell. `code` names the cause's page (`grader.explain.pages`).
    """

    code: str
    text: str
    quoted: str = ""


def name_cause(message: Message, cause: Cause | None) -> Message:
    """The message with this likely cause; as it is where there is none."""
    if cause is None:
        return message
    return replace(message, likely=cause.text, quoted=cause.quoted, cause=cause.code)
