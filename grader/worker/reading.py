"""Reads what a worker sent: a process that runs student code wrote every byte of it.

So all of it is checked for type and length before it is believed, and even then it is only text to be shown or a value
to be compared.
"""

from __future__ import annotations

import builtins
import functools
import re
from typing import Any, NamedTuple

from grader.explain.exceptions import Raised
from grader.explain.replies import explain_fault
from grader.model import Problem
from grader.worker.inside.survey import MAX_FUNCTIONS
from grader.worker.inside.tags import ProtocolError
from grader.worker.inside.wire import Kind
from grader.worker.walls import interpreter

MAX_NAME = 100
MAX_REASON = 2_000
MAX_NOISE = 20_000  # more than a worker that is none of a student's making sends
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")


class NotLoaded(Exception):
    """The student's file could not be run as a module."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


class Function(NamedTuple):
    """One of the student's functions, as it stands in the file."""

    name: str
    parameters: tuple[str, ...]
    line: int | None
    uses: frozenset[str]


class Reading(NamedTuple):
    """What stands in the student's file: the worker read it before anything of it ran, so this is no lie."""

    functions: dict[str, Function]
    spans: tuple[tuple[int, int], ...]

    def is_inside(self, line: int) -> bool:
        """Whether a line belongs to a function."""
        return any(begin <= line <= end for begin, end in self.spans)


# ---------------------------------------------------------------- reading


def read_raised(value: Any) -> Raised:
    """Check a RAISED frame's value. Raises `ProtocolError`."""
    name, built_in, reason, line, *noise = _unpack(value, 6)
    output = _read_noise(noise)
    if not all(isinstance(text, str) for text in (name, built_in, reason)) or not _is_line(line):
        raise ProtocolError("an exception that is none")
    if built_in and not _is_exception(built_in):
        raise ProtocolError("an exception of a class that Python does not have")
    return Raised(name[:MAX_NAME], built_in, tidy(reason[:MAX_REASON]), line, output)


def read_returned(kind: Kind, value: Any) -> tuple[Any, tuple[Any, ...] | None, str]:
    """Check a RETURNED frame's value: (value, echoed arguments, output). Raises `ProtocolError`."""
    if kind is not Kind.RETURNED:
        raise ProtocolError("no value came back")
    result, echoed, *noise = _unpack(value, 4)
    if echoed is not None and not isinstance(echoed, tuple):
        raise ProtocolError("an echo that is none")
    return result, echoed, _read_noise(noise)


def read_invocation(value: Any) -> tuple[int, tuple[Any, ...], dict[str, Any]]:
    """Check an INVOKE frame's value: (callback number, args, kwargs). Raises `ProtocolError`."""
    number, args, kwargs = _unpack(value, 3)
    if type(number) is not int or not isinstance(args, tuple) or not isinstance(kwargs, dict):
        raise ProtocolError("a callback that is none")
    if number < 0 or not all(isinstance(key, str) for key in kwargs):
        raise ProtocolError("a callback that is none")
    return number, args, kwargs


def read_survey(kind: Kind, value: Any, file: str) -> Reading:
    """Take a SURVEYED frame's value. Raises `NotLoaded` for what is no Python, and `ProtocolError`."""
    if kind is not Kind.SURVEYED:
        raise ProtocolError("the file was not read")
    rows, spans, fault = _unpack(value, 3)
    if fault is not None:
        raise NotLoaded(explain_fault(file, *fault))
    functions = (Function(name, parameters, line, frozenset(uses)) for name, parameters, line, uses in rows)
    return Reading({function.name: function for function in functions}, spans)


def read_names(kind: Kind, value: Any) -> tuple[str, ...]:
    """Check a LOADED frame's value: the names of the student's functions. Raises `ProtocolError`."""
    if kind is not Kind.LOADED:
        raise ProtocolError("the file was not loaded")
    names, *noise = _unpack(value, 3)
    _read_noise(noise)
    if not isinstance(names, tuple) or len(names) > MAX_FUNCTIONS or not all(map(_is_name, names)):
        raise ProtocolError("a function without a name, or more of them than a worker lists")
    return names


def _read_noise(noise: list[Any]) -> str:
    """What was printed, and below it what numpy warned of, each warning once."""
    output, warnings = noise
    if not isinstance(output, str) or not isinstance(warnings, list):
        raise ProtocolError("output that is no text")
    if output and not output.endswith("\n") and warnings:
        output += "\n"
    return tidy(output + "".join(f"{text}\n" for text in dict.fromkeys(map(str, warnings))))[:MAX_NOISE]


def tidy(text: str) -> str:
    """Drop memory addresses and folders of this machine: they differ from run to run, or are the staff's to know."""
    for folder in _list_own_folders():
        text = text.replace(folder, "…")
    return _ADDRESS.sub("0x…", text)


@functools.cache
def _list_own_folders() -> tuple[str, ...]:
    """Where Python, numpy and the shim lie; a worker without a sandbox of its own sees them there."""
    folders = (interpreter.find_numpy(), interpreter.find_stdlib(), interpreter.PACKAGE.parent)
    return tuple(sorted(map(str, folders), key=len, reverse=True))


def _unpack(value: Any, count: int) -> tuple[Any, ...]:
    if not isinstance(value, tuple) or len(value) != count:
        raise ProtocolError("an answer of the wrong form")
    return value


def _is_exception(name: str) -> bool:
    """Whether it is one of Python's own: it is shown of hidden checks too, so nothing else may be said with it."""
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isidentifier() and len(value) <= MAX_NAME


def _is_line(value: Any) -> bool:
    return value is None or (type(value) is int and 0 < value < 10_000_000)
