"""Likely causes of exceptions in student code, found by class and text.

The sentences (in `causes.toml`) contain nothing of the exception's own text. Hidden checks show these sentences too,
and student code could write a hidden input into the text of an exception.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from grader.explain.causes import Cause, find_cause, read_table
from grader.language import say
from grader.typos import find_nearest

_ARGUMENTS = re.compile(r"(missing \d+ required|takes (from )?\d+|unexpected keyword|got multiple values)")
_BROADCAST = re.compile(r"could not be broadcast together with shapes \(([\d,]*)\) \(([\d,]*)\)")


class Raised(NamedTuple):
    """An exception in student code, as the worker reported it.

    Every field may be a lie. `name` is the exception's class, `built_in` the built-in class that it is made of,
    `reason` its text, and `line` the line in the student's file. `output` is the text that the student's code printed,
    with numpy's warnings below it.
    """

    name: str
    built_in: str
    reason: str
    line: int | None
    output: str


def advise_on_import(raised: Raised, file: str) -> str:
    """Advise on an exception that stopped the import of the student's file.

    Such an exception ends the file before any of its functions can be called. `file` is the name of the file.
    """
    if raised.built_in in ("ModuleNotFoundError", "ImportError"):
        return _advise_on_module(raised.reason)
    if raised.built_in in read_table()["file-access"]["classes"]:
        return say(
            "Only {file} is there when it is graded, and nothing can be written; "
            "move what needs files under `if __name__ == '__main__':`.",
            file=file,
        )
    return say("Running the file on its own, in its folder, must work: python {file}", file=file)


def _advise_on_module(reason: str) -> str:
    quoted = re.match(r"No module named '(\w+)'", reason)
    if quoted and (nearest := find_nearest(quoted[1], ["numpy"])):
        return say("Is {name} meant? The name has a typing error.", name=nearest)
    return say("Only numpy and Python's own modules are there when your file is graded; remove the other import.")


def guess_cause(raised: Raised, function: str) -> Cause | None:
    """Guess the likely cause of an exception in a student's function.

    `function` is the name of the function that was called. Returns the first cause that fits, or None if no cause in
    the table does.
    """
    if raised.built_in == "TypeError" and raised.reason.startswith(f"{function}(") and _ARGUMENTS.search(raised.reason):
        return find_cause("parameters")
    if _have_other_axes(raised.reason):
        return find_cause("missing-axis")
    return next((find_cause(code) for code, entry in read_table().items() if _fits(raised, entry)), None)


def _have_other_axes(reason: str) -> bool:
    """Tell whether numpy failed to broadcast shapes of unequal length.

    `reason` is the text of numpy's exception. One shape has more axes than the other.
    """
    found = _BROADCAST.search(reason)
    return found is not None and len({shape.strip(",").count(",") for shape in found.groups()}) > 1


def _fits(raised: Raised, entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry of the table is about this exception.

    An entry names classes, a pattern of the text, or both. The exception's own class may be one of the classes, or the
    built-in class that it is made of.
    """
    classes, pattern = entry.get("classes", ()), entry.get("pattern", "")
    named = not classes or raised.built_in in classes or raised.name in classes
    return bool(classes or pattern) and named and re.search(pattern, raised.reason) is not None
