"""Messages for a file that cannot run, and for a call without a value."""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence

from grader.explain.causes import find_cause, name_cause
from grader.explain.exceptions import Raised, advise_on_import, guess_cause
from grader.language import join, say
from grader.model.report import ANY_CLASS, Message
from grader.model.submission import Problem, Where
from grader.typos import find_nearest

# The classes of exceptions that students really meet in numpy code. Student code chooses the class that it raises, so a
# class can carry news of a hidden input: three bits with this short list, six with all classes of Python.
COMMON_CLASSES = {
    *("TypeError", "ValueError", "IndexError", "KeyError", "AttributeError", "NameError", "ZeroDivisionError")
}

# ---------------------------------------------------------------- the file cannot run


def explain_fault(file: str, name: str, reason: str, line: int | None, excerpt: str) -> Problem:
    """Explain that the text of a file is not valid Python.

    `name` is the exception's class and `reason` its text. `excerpt` is the line with a caret below it; it is empty
    where no line can be shown.
    """
    where = Where(file, line) if line else None
    if not excerpt:
        summary = say("{file} cannot be read as Python: {reason}", file=file, reason=f"{name}: {reason}")
        return Problem("syntax_error", summary, where=where)
    brief = reason.split(" (", maxsplit=1)[0]
    return Problem(
        "syntax_error",
        say("{file} has a syntax error in line {line}: {reason}", file=file, line=line, reason=brief),
        say("Fix this line first; Python cannot run any of the file until then."),
        where,
        excerpt,
    )


def explain_load_error(file: str, raised: Raised, where: Where | None) -> Problem:
    """Explain an exception that stopped the import of the file.

    `where` is the line, taken from the harness's own copy of the file, or None if the line is not known.
    """
    reason = _say_exception(raised)
    if where is not None:
        summary = say("{file} stopped in line {line}: {reason}", file=file, line=where.line, reason=reason)
    else:
        summary = say("{file} stopped while it was being imported: {reason}", file=file, reason=reason)
    return Problem("import_error", summary, advise_on_import(raised, file), where)


def explain_load_crash(file: str) -> Problem:
    """Explain that the interpreter ended while it imported the file."""
    return Problem(
        "crashed",
        say("Python ended while {file} was being imported.", file=file),
        say("Look for code outside your functions that exits, or that uses up all memory."),
    )


def explain_load_timeout(file: str, seconds: float) -> Problem:
    """Explain that the import of the file took too long.

    `seconds` is the time limit.
    """
    return Problem(
        "timeout",
        say("{file} was still being imported after {seconds:g} seconds.", file=file, seconds=seconds),
        say(
            "Look for a loop or an input() outside your functions; move experiments under `if __name__ == '__main__':`."
        ),
    )


# ---------------------------------------------------------------- one call failed


def explain_missing(name: str, file: str, names: tuple[str, ...], lines: Sequence[str]) -> Message:
    """Explain that the student's file has no function of this name.

    `names` are functions of the file that could be meant instead, and `lines` are the lines of the file.
    """
    indented = re.compile(rf"\s+def\s+{re.escape(name)}\b")
    if line := next((number for number, text in enumerate(lines, 1) if indented.match(text)), None):
        cause = find_cause("function-inside", line=line)
    elif nearest := find_nearest(name, names):
        cause = find_cause("function-renamed", name=nearest)
    else:
        cause = find_cause("function-missing")
    expected = say("a function {name} in {file}", name=name, file=file)
    return name_cause(Message(expected=expected, got=say("no function of that name")), cause)


def explain_not_attempted() -> Message:
    """Explain that the function is still the stub, not written yet."""
    return Message(got=say("not written yet (it raises NotImplementedError)"))


def explain_raised(raised: Raised, function: str) -> Message:
    """Explain an exception that came out of the student's function.

    `function` is the name of the function that was called.
    """
    if raised.name == "Unsupported":
        got = say("{value}, which is no plain value", value=explain_unsupported(raised.reason))
        return Message(expected=say("numbers, an array, or a tuple of them"), got=got)
    exception = _choose_class(raised.built_in)
    message = Message(expected=say("a value, and no exception"), got=_say_exception(raised), exception=exception)
    return name_cause(message, guess_cause(raised, function))


def _choose_class(built_in: str) -> str:
    """Choose the exception class that a hidden check may show.

    The class is the nearest base class out of a short list, so that its name cannot spell a hidden input.
    """
    kind = getattr(builtins, built_in, Exception)
    return next((base.__name__ for base in kind.__mro__ if base.__name__ in COMMON_CLASSES), ANY_CLASS)


def _say_exception(raised: Raised) -> str:
    if raised.name == "CallbackFailed":
        reason = say("the function that was passed in could not be evaluated with these arguments")
        return join(": ", (raised.built_in, reason))
    return f"{raised.name}: {raised.reason}" if raised.reason else raised.name


def explain_unsupported(reason: str) -> str:
    """Describe a value that cannot travel from the worker.

    `reason` is the code and the detail that the worker gave, such as `type set`. A reason with an unknown code is
    returned unchanged.
    """
    code, _, detail = reason.partition(" ")
    sentences = {
        "type": say("a value of type {kind}", kind=detail),
        "objects": say("an array of objects"),
        "array-type": say("an array of type {kind}", kind=detail),
        "key-type": say("a dict with a key of type {kind}", kind=detail),
        "array-size": say("an array larger than {size} MiB", size=detail),
        "size": say("a value larger than {size} MiB", size=detail),
        "parts": say("a value of more than {most} parts", most=detail),
        "depth": say("a value nested more than {most} deep", most=detail),
        "digits": say("a whole number of more than {most} digits", most=detail),
        "dimensions": say("an array of more than {most} dimensions", most=detail),
        "text-size": say("a text of more than {most} bytes", most=detail),
        "bytes-size": say("a byte string of more than {most} bytes", most=detail),
        "generator-type": say("a random generator of type {kind}", kind=detail),
    }
    return sentences.get(code, reason)
