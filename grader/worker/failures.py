"""What can go wrong on the student's side of the pipe, and the words for it.

Everything read here was written by a process that runs student code, so it is checked for type and length before it
is believed, and even then it is only text to be shown or a value to be compared.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from grader.language import join, say
from grader.model import ANY_CLASS, Message, Problem, Where
from grader.typos import find_nearest
from grader.worker import interpreter
from grader.worker.causes import advise_on_import, guess_cause
from grader.worker.survey import MAX_FUNCTIONS, Fault
from grader.worker.tags import ProtocolError
from grader.worker.wire import Kind

MAX_NAME = 100
MAX_REASON = 2_000
MAX_NOISE = 20_000  # more than a worker that is none of a student's making sends
# What students really meet in numpy code. Code that raises what it likes can say three bits by them, not six.
COMMON_CLASSES = {
    *("TypeError", "ValueError", "IndexError", "KeyError", "AttributeError", "NameError", "ZeroDivisionError")
}
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


class Raised(NamedTuple):
    """An exception of the student's as the worker told it. Any of it may be a lie."""

    name: str
    built_in: str
    reason: str
    line: int | None
    output: str


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
        raise NotLoaded(explain_fault(file, Fault(*fault)))
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


# ---------------------------------------------------------------- nothing could run


def explain_fault(file: str, fault: Fault) -> Problem:
    """Text that is no Python."""
    where = Where(file, fault.line) if fault.line else None
    if not fault.excerpt:
        summary = say("{file} cannot be read as Python: {reason}", file=file, reason=f"{fault.name}: {fault.reason}")
        return Problem("syntax_error", summary, where=where)
    reason = fault.reason.split(" (")[0]
    return Problem(
        "syntax_error",
        say("{file} has a syntax error in line {line}: {reason}", file=file, line=fault.line, reason=reason),
        say("Fix this line first; Python cannot run any of the file until then."),
        where,
        fault.excerpt,
    )


def explain_load_error(file: str, raised: Raised, where: Where | None) -> Problem:
    """An exception while the file was being imported; `where` is the line, in our copy of the file."""
    reason = _say_exception(raised)
    if where is not None:
        summary = say("{file} stopped in line {line}: {reason}", file=file, line=where.line, reason=reason)
    else:
        summary = say("{file} stopped while it was being imported: {reason}", file=file, reason=reason)
    return Problem("import_error", summary, advise_on_import(raised, file), where)


def _say_exception(raised: Raised) -> str:
    return join(": ", (raised.name, _say_again(raised.reason))) if raised.reason else raised.name


def explain_load_crash(file: str) -> Problem:
    """The interpreter ended while the file was being imported."""
    return Problem(
        "crashed",
        say("Python ended while {file} was being imported.", file=file),
        say("Look for code outside your functions that exits, or that uses up all memory."),
    )


def explain_load_timeout(file: str, seconds: float) -> Problem:
    """The import took too long."""
    return Problem(
        "timeout",
        say("{file} was still being imported after {seconds:g} seconds.", file=file, seconds=seconds),
        say(
            "Look for a loop or an input() outside your functions; move experiments under `if __name__ == '__main__':`."
        ),
    )


# ---------------------------------------------------------------- one call failed


def complete(message: Message, called: str, where: Where | None) -> Message:
    """Add what the client knows of the call."""
    return dataclasses.replace(message, called=called, where=where)


def explain_missing(name: str, file: str, names: tuple[str, ...], lines: Sequence[str]) -> Message:
    """The file, of these lines, has no such function; one of `names` may be meant."""
    indented = re.compile(rf"\s+def\s+{re.escape(name)}\b")
    if line := next((number for number, text in enumerate(lines, 1) if indented.match(text)), None):
        likely = say("line {line} defines it inside something else; move it to the left margin", line=line)
    elif nearest := find_nearest(name, names):
        likely = say("your file has {name}; is that the one?", name=nearest)
    else:
        likely = say("its name was changed, or it was deleted")
    expected = say("a function {name} in {file}", name=name, file=file)
    return Message(expected=expected, got=say("no function of that name"), likely=likely)


def explain_not_attempted() -> Message:
    """The stub is still there."""
    return Message(got=say("not written yet (it raises NotImplementedError)"))


def explain_raised(raised: Raised, function: str) -> Message:
    """An exception came out of the student's function."""
    if raised.name == "Unsupported":
        got = say("{value}, which is no plain value", value=_say_again(raised.reason))
        return Message(expected=say("numbers, an array, or a tuple of them"), got=got)
    return Message(
        expected=say("a value, and no exception"),
        got=_say_exception(raised),
        likely=guess_cause(raised, function),
        exception=_choose_class(raised.built_in),
    )


def _choose_class(built_in: str) -> str:
    """The class that may be shown of a hidden check: the nearest of a few, so that it spells no hidden input."""
    kind = getattr(builtins, built_in, Exception)
    return next((base.__name__ for base in kind.__mro__ if base.__name__ in COMMON_CLASSES), ANY_CLASS)


# What our own code beside the student's says: in English alone, as it may import nothing of ours.
_SAID_BESIDE: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("a value of type (.+)", lambda kind: say("a value of type {kind}", kind=kind)),
    ("an array of (objects)", lambda _: say("an array of objects")),
    ("an array of type (.+)", lambda kind: say("an array of type {kind}", kind=kind)),
    ("a dict with a key of type (.+)", lambda kind: say("a dict with a key of type {kind}", kind=kind)),
    (r"an array larger than (\d+) MiB", lambda size: say("an array larger than {size} MiB", size=size)),
    (r"a value larger than (\d+) MiB", lambda size: say("a value larger than {size} MiB", size=size)),
    (r"a value of more than (\d+) parts", lambda most: say("a value of more than {most} parts", most=most)),
    (r"a value nested more than (\d+) deep", lambda most: say("a value nested more than {most} deep", most=most)),
    (
        r"a whole number of more than (\d+) digits",
        lambda most: say("a whole number of more than {most} digits", most=most),
    ),
    (
        "(the function that was passed in) could not be evaluated with these arguments",
        lambda _: say("the function that was passed in could not be evaluated with these arguments"),
    ),
)


def _say_again(reason: str) -> str:
    for pattern, speak in _SAID_BESIDE:
        if match := re.fullmatch(pattern, reason):
            return speak(match[1])
    return reason


def explain_timeout(seconds: float) -> Message:
    """No answer came in time."""
    return Message(
        expected=say("an answer within {seconds:g} seconds", seconds=seconds),
        got=say("none; the function was still running"),
        likely=say("a loop that does not end, or far more steps than needed"),
    )


def explain_too_many_questions() -> Message:
    """The student's code asked a function of the suite's without end, or with enormous arguments."""
    return Message(
        expected=say("calls of the function that was passed in, as many as needed"),
        got=say("far more calls, or far larger arguments, than any right answer needs"),
        likely=say("a loop that does not end, or arguments that grow from call to call"),
    )


def explain_costly_question() -> Message:
    """A function of the suite's could not cope with what the student's code gave it."""
    return Message(
        expected=say("calls of the function that was passed in, as many as needed"),
        got=say("arguments that take it far more time or memory than those of any right answer"),
        likely=say("an array that is far too large, or one that grows from call to call"),
    )


def explain_costly_answer() -> Message:
    """Comparing what came back took the harness far too long, or all the memory that it may use."""
    return Message(
        expected=say("numbers, an array, or a tuple of them"),
        got=say("a value that takes far more time or memory to check than any right answer"),
        likely=say("it holds far more than was asked for"),
    )


def explain_too_much() -> Message:
    """What came back would fill the harness's memory."""
    return Message(
        expected=say("numbers, an array, or a tuple of them"),
        got=say("far more than any right answer holds"),
        likely=say("a list that grows without need, or a long text among the values"),
    )


def explain_no_time_left(seconds: float) -> Message:
    """Earlier checks used up the submission's time."""
    return Message(
        expected=say("all checks together within {seconds:g} seconds", seconds=seconds),
        got=say("no time left; functions that ran into their limit used it up"),
        likely=say("mend the functions that time out first"),
    )


def explain_crash() -> Message:
    """The interpreter ended in the middle of the call."""
    return Message(
        expected=say("a value"),
        got=say("nothing; Python ended while the function was running"),
        likely=say("the function ends the process (os._exit), uses up its memory, or crashes a library"),
    )


def explain_nonsense() -> Message:
    """Something came over the pipe that is no answer."""
    return Message(
        expected=say("a value"),
        got=say("nothing that can be read as one"),
        likely=say("the function writes into files or pipes it does not own, or returns far too much"),
    )
