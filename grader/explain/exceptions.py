"""What an exception of the student's points to, by its class and its text.

The sentences (in `causes.toml`) hold nothing of the exception's own text: they are shown of hidden checks too, and
that text is the student's to write.
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
FILE_ERRORS = {"FileNotFoundError", "PermissionError", "IsADirectoryError", "NotADirectoryError", "OSError"}


class Raised(NamedTuple):
    """An exception of the student's as the worker told it. Any of it may be a lie."""

    name: str
    built_in: str
    reason: str
    line: int | None
    output: str


def advise_on_import(raised: Raised, file: str) -> str:
    """What to do about an exception that ended the file before anything of it could be called."""
    if raised.built_in in ("ModuleNotFoundError", "ImportError"):
        return _advise_on_module(raised.reason)
    if raised.built_in in FILE_ERRORS:
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
    """The likely cause; None where the exception is not one of those in the table. The first that fits is meant."""
    if raised.built_in == "TypeError" and raised.reason.startswith(f"{function}(") and _ARGUMENTS.search(raised.reason):
        return find_cause("parameters")
    if _have_other_axes(raised.reason):
        return find_cause("missing-axis")
    return next((find_cause(code) for code, entry in read_table().items() if _fits(raised, entry)), None)


def _have_other_axes(reason: str) -> bool:
    """Whether numpy could not broadcast two shapes of which one has more axes than the other."""
    found = _BROADCAST.search(reason)
    return found is not None and len({shape.strip(",").count(",") for shape in found.groups()}) > 1


def _fits(raised: Raised, entry: Mapping[str, Any]) -> bool:
    """Whether an exception, or the built-in one that its class is made of, is what an entry of the table is about."""
    classes, pattern = entry.get("classes", ()), entry.get("pattern", "")
    named = not classes or raised.built_in in classes or raised.name in classes
    return bool(classes or pattern) and named and re.search(pattern, raised.reason) is not None
