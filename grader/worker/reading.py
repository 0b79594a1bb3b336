"""Check the frames that a worker sent before the harness believes them.

A process that runs student code wrote every byte of these frames. So every value is checked for type and length, and
even then it is only text to be shown or a value to be compared.
"""

from __future__ import annotations

import builtins
import functools
import re
from typing import Any, NamedTuple

from grader.explain.exceptions import Raised
from grader.explain.replies import explain_fault
from grader.model.submission import Problem
from grader.worker.inside.survey import MAX_FUNCTIONS, MAX_NAME
from grader.worker.inside.tags import MAX_REASON, ProtocolError
from grader.worker.inside.wire import Kind
from grader.worker.walls import interpreter

MAX_NOISE = 20_000  # characters; a worker that no student code has changed sends fewer
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")


class NotLoaded(Exception):
    """The student's file could not be run as a module; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


class Function(NamedTuple):
    """One of the student's functions, as it stands in the file.

    `uses` are the functions of the file that it calls, directly or through others. `line` is None if it is not known.
    """

    name: str
    parameters: tuple[str, ...]
    line: int | None
    uses: frozenset[str]


class Reading(NamedTuple):
    """The functions in the student's file, and the lines where they stand.

    The worker read the file before any of it ran, so student code could not forge this. `spans` are pairs of lines, the
    first and the last one of a function.
    """

    functions: dict[str, Function]
    spans: tuple[tuple[int, int], ...]

    def is_inside(self, line: int) -> bool:
        """Tell whether a line belongs to a function."""
        return any(begin <= line <= end for begin, end in self.spans)


# ---------------------------------------------------------------- reading


def read_raised(value: Any) -> Raised:
    """Check the value of a RAISED frame, and return the exception it tells of.

    Raises `ProtocolError` for any other value.
    """
    name, built_in, reason, line, *noise = _unpack(value, 6)
    output = _read_noise(noise)
    if not all(isinstance(text, str) for text in (name, built_in, reason)) or not _is_line(line):
        raise ProtocolError("an exception that is none")
    if built_in and not _is_exception(built_in):
        raise ProtocolError("an exception of a class that Python does not have")
    return Raised(name[:MAX_NAME], built_in, tidy(reason[:MAX_REASON]), line, output)


def read_returned(kind: Kind, value: Any) -> tuple[Any, tuple[Any, ...] | None, str]:
    """Check the value of a RETURNED frame, and return its parts.

    The parts are (value, echoed arguments or None, output). Raises `ProtocolError` for any other frame.
    """
    if kind is not Kind.RETURNED:
        raise ProtocolError("no value came back")
    result, echoed, *noise = _unpack(value, 4)
    if echoed is not None and not isinstance(echoed, tuple):
        raise ProtocolError("an echo that is none")
    return result, echoed, _read_noise(noise)


def read_invocation(value: Any) -> tuple[int, tuple[Any, ...], dict[str, Any]]:
    """Check the value of an INVOKE frame, and return its parts.

    The parts are (callback number, args, kwargs). Raises `ProtocolError` for any other value.
    """
    number, args, kwargs = _unpack(value, 3)
    if type(number) is not int or not isinstance(args, tuple) or not isinstance(kwargs, dict):
        raise ProtocolError("a callback that is none")
    if number < 0 or not all(isinstance(key, str) for key in kwargs):
        raise ProtocolError("a callback that is none")
    return number, args, kwargs


def read_survey(kind: Kind, value: Any, file: str) -> Reading:
    """Return what a SURVEYED frame says of the student's file.

    `file` is the name of the file for messages. Raises `NotLoaded` for a text that is not Python, and `ProtocolError`
    for any other frame. The parts are not checked, as the worker sends this frame before any student code has run.
    """
    if kind is not Kind.SURVEYED:
        raise ProtocolError("the file was not read")
    rows, spans, fault = _unpack(value, 3)
    if fault is not None:
        raise NotLoaded(explain_fault(file, *fault))
    functions = (Function(name, parameters, line, frozenset(uses)) for name, parameters, line, uses in rows)
    return Reading({function.name: function for function in functions}, spans)


def read_names(kind: Kind, value: Any) -> tuple[str, ...]:
    """Check the value of a LOADED frame, and return the functions' names.

    Raises `ProtocolError` for any other frame.
    """
    if kind is not Kind.LOADED:
        raise ProtocolError("the file was not loaded")
    names, *noise = _unpack(value, 3)
    _read_noise(noise)
    if not isinstance(names, tuple) or len(names) > MAX_FUNCTIONS or not all(map(_is_name, names)):
        raise ProtocolError("a function without a name, or more of them than a worker lists")
    return names


def _read_noise(noise: list[Any]) -> str:
    """Return the printed text and, below it, each of numpy's warnings once."""
    output, warnings = noise
    if not isinstance(output, str) or not isinstance(warnings, list):
        raise ProtocolError("output that is no text")
    if output and not output.endswith("\n") and warnings:
        output += "\n"
    return tidy(output + "".join(f"{text}\n" for text in dict.fromkeys(map(str, warnings))))[:MAX_NOISE]


def tidy(text: str) -> str:
    """Remove memory addresses and this machine's folders from a text.

    Addresses differ from run to run, and the folders are only for the staff to know.
    """
    for folder in _list_own_folders():
        text = text.replace(folder, "…")
    return _ADDRESS.sub("0x…", text)


@functools.cache
def _list_own_folders() -> tuple[str, ...]:
    """List the folders of Python, numpy and the shim, the longest first.

    A worker that has no sandbox of its own sees them at these paths.
    """
    folders = (interpreter.find_numpy(), interpreter.find_stdlib(), interpreter.PACKAGE.parent)
    # A folder must be replaced before its parent folders: afterwards its path would not be found any more.
    return tuple(sorted(map(str, folders), key=len, reverse=True))


def _unpack(value: Any, count: int) -> tuple[Any, ...]:
    if not isinstance(value, tuple) or len(value) != count:
        raise ProtocolError("an answer of the wrong form")
    return value


def _is_exception(name: str) -> bool:
    """Tell whether Python has a built-in exception of this name.

    The name is shown even for hidden checks, so student code must not be able to say anything else with it.
    """
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isidentifier() and len(value) <= MAX_NAME


def _is_line(value: Any) -> bool:
    return value is None or (type(value) is int and 0 < value < 10_000_000)
