"""The reference under watch: its answers are counted and examined.

Answers that no check can judge by are reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.arrays import iter_leaves
from grader.oracle.source import STAND_IN, Question, Source

TINY = 1e-6  # a value whose largest entry is smaller is so near to zero that a student's zeros could pass
DOUBLE = 8  # bytes
FEW_BITS = 16  # a number of no more bits is exact in single precision, too
ROUNDING = 1e-12  # rounding may make a true zero, such as the gradient of a bias before batch norm, so large


class WatchedSource:
    """A source that notes which of its answers are of no use to a check.

    These are answers that are not finite, that are so small that zeros would do, or that have single precision.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.answers = 0
        self._faults: set[str] = set()
        self._single: dict[str, str] = {}  # the function, by the complaint
        self._double: set[str] = set()  # functions with an answer that single precision cannot hold

    @property
    def complaints(self) -> set[str]:
        """The faults of the answers, a sentence each.

        A function is said to answer in single precision only if none of its answers is double.
        """
        return self._faults | {text for text, function in self._single.items() if function not in self._double}

    def renew(self, source: Source) -> None:
        """Ask another source from now on, which remembers nothing."""
        self._source = source

    def version(self) -> str | None:
        """Return the version of torch behind the answers; None for records."""
        return self._source.version()

    def forget(self) -> None:
        """Forget what the code of one submission asked, as the submission is done."""
        self._source.forget()

    def answer(self, question: Question) -> Any:
        """Pass the question on, and examine the answer before giving it."""
        answer = self._source.answer(question)
        self.answers += 1
        if question.check == STAND_IN:  # the student's code chose the arguments, which may lead to any answer
            return answer
        asked = list(_list_arrays((question.args, question.kwargs, question.upstream)))
        single = any(map(_is_single, asked))  # such a question may be answered in single precision
        for array in _list_arrays(answer):
            what = f"{question.function} in {question.check} is"
            if fault := _find_fault(array):
                self._faults.add(f"{what} {fault}")
            if not single and _is_single(array):
                self._single[f"{what} in single precision"] = question.function
            elif array.dtype.kind == "f" and not _fits_single(array):
                self._double.add(question.function)
        return answer


def _list_arrays(answer: Any) -> Iterator[np.ndarray[Any, Any]]:
    return (np.asarray(part) for part in iter_leaves(answer) if isinstance(part, (np.ndarray, float, int)))


def _is_single(array: np.ndarray[Any, Any]) -> bool:
    """Tell whether an array is in single precision.

    That is an array of float32, or one of float64 with no more digits than float32 has. Numbers of few digits, such as
    0.5 or the mean of whole numbers, are exact in both, so an array of such numbers alone does not count.
    """
    if array.dtype.kind != "f" or array.dtype.itemsize < DOUBLE:
        return bool(array.dtype.kind == "f")
    finite = array[np.isfinite(array)]
    long = (np.frexp(finite)[0] * 2.0**FEW_BITS % 1 != 0) & (finite * 2.0**FEW_BITS % 1 != 0)
    return _fits_single(array) and bool(long.any())


def _fits_single(array: np.ndarray[Any, Any]) -> bool:
    """Tell whether single precision holds each of these numbers exactly."""
    finite = array[np.isfinite(array)]
    with np.errstate(over="ignore", under="ignore"):
        return bool((finite.astype(np.float32) == finite).all())


def _find_fault(array: np.ndarray[Any, Any]) -> str:
    """Say whether an array is not finite or tiny; empty if it is neither.

    An array of true zeros is no fault: it is right to be zero, up to rounding.
    """
    if array.dtype.kind != "f" or not array.size:
        return ""
    if not np.isfinite(array).all():
        return "not finite"
    largest = float(np.abs(array).max())
    return f"tiny: its largest entry is {largest:.1e}" if ROUNDING < largest < TINY else ""
