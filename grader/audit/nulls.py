"""Null submissions, which solve nothing: no check may give them a point.

Their functions return constants, their arguments, or blanks, which are values of the arguments' shapes with nothing in
them. They return one value, or as many as a function may have to return.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.audit.findings import Told
from grader.audit.homework import SEED, Homework
from grader.model.report import Status

HEAD = '''
import numpy as np

def blank(value, fill=0.0):
    """The same structure with nothing in it."""
    if isinstance(value, (list, tuple)):
        return type(value)(blank(part, fill) for part in value)
    if isinstance(value, dict):
        return {key: blank(part, fill) for key, part in value.items()}
    return fill if callable(value) else np.full(np.shape(value), fill)

def first(args):
    return args[0] if args else None

def arrays(args):
    return [value for value in args if isinstance(value, np.ndarray)] or list(args) or [None]
'''
ALONE = {
    "none": "None",
    "zero": "0",
    "true": "True",
    "empty list": "[]",
    "nan": "float('nan')",
    "empty": "np.empty(0)",
    "echo": "first(args)",
    "echo last": "args[-1] if args else None",
    "zeros": "blank(first(args))",
    "ones": "blank(first(args), 1.0)",
    "the arguments": "args",
    "the arguments backwards": "args[::-1]",
    "blanks of the arguments": "blank(args)",
    "zero and echo": "0.0, first(args)",
    "zero and zeros": "0.0, blank(first(args))",
    "echo and zero": "first(args), 0.0",
    "echo and zeros": "first(args), blank(first(args))",
    "echo and ones": "first(args), blank(first(args), 1.0)",
    "echo and all": "first(args), args",
}
SEVERAL = {
    "none": "(None,) * {n}",
    "zero": "(0.0,) * {n}",
    "echo": "(first(args),) * {n}",
    "echo array": "(arrays(args)[0],) * {n}",
    "zeros": "(blank(first(args)),) * {n}",
    "ones": "(blank(first(args), 1.0),) * {n}",
    "the first arguments": "args[:{n}]",
    "the last arguments": "args[-{n}:]",
    "the first arrays": "tuple(arrays(args)[:{n}])",
    "blanks of the first arrays": "tuple(map(blank, arrays(args)[:{n}]))",
}
COUNTS = (2, 3, 4)


def audit_nulls(homework: Homework) -> Iterator[Told]:
    """Report each null submission that passes a check.

    The last finding says that null submissions were tried.
    """
    every = [check.id for check in homework.grader.checks]
    for name, source in homework.try_each("null submission", list(write_nulls(homework.functions).items())):
        results = homework.grader.run_checks(homework.submit(source, "null"), every, SEED, compare=False)
        passed = [check.id for check in results if check.status is Status.PASSED]
        if passed:
            yield "null", False, f"a submission returning {name} passes {', '.join(passed)}"
    yield "null", True, "submissions that solve nothing were tried"


def write_nulls(functions: Iterable[str]) -> dict[str, str]:
    """Build the source of each null submission, by the submission's name.

    `functions` are the names of the homework's functions.
    """
    names = list(functions)
    several = {f"{title}, {n} values": value.format(n=n) for n in COUNTS for title, value in SEVERAL.items()}
    return {title: _write(names, value) for title, value in (ALONE | several).items()}


def _write(names: list[str], value: str) -> str:
    return HEAD + "\n".join(f"def {name}(*args, **kwargs):\n    return {value}\n" for name in names)
