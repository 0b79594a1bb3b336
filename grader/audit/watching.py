"""The reference, watched: what it answers is counted, and what no check can be judged by is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.checks.oracle import STAND_IN, Question, Source

TINY = 1e-6  # of a value whose largest entry is smaller, a student's zeros would be near
DOUBLE = 8  # bytes
FEW_BITS = 16
ROUNDING = 1e-12  # what a true zero may come to, such as the gradient of a bias before batch norm


class WatchedSource:
    """A source that notes which answers are not finite, or so small that zeros would do."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.answers = 0
        self.complaints: set[str] = set()

    def renew(self, source: Source) -> None:
        """From now on ask this one, which remembers nothing."""
        self._source = source

    def version(self) -> str | None:
        """The version of torch behind it."""
        return self._source.version()

    def forget(self) -> None:
        """A submission is done."""
        self._source.forget()

    def answer(self, question: Question) -> Any:
        """Pass the question on, and look at the answer."""
        answer = self._source.answer(question)
        self.answers += 1
        if question.check == STAND_IN:  # its arguments are the student's own: a wrong start may lead anywhere
            return answer
        asked = list(_list_arrays((*question.args, *question.kwargs.values(), question.upstream)))
        single = any(map(_is_single, asked))  # what is asked in single precision may be answered in it
        for array in _list_arrays(answer):
            fault = _find_fault(array) or ("in single precision" if not single and _is_single(array) else "")
            if fault:
                self.complaints.add(f"{question.function} in {question.check} is {fault}")
        return answer


def _list_arrays(answer: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(answer, (tuple, list)):
        for part in answer:
            yield from _list_arrays(part)
    elif isinstance(answer, dict):
        yield from _list_arrays(list(answer.values()))
    elif isinstance(answer, (np.ndarray, float, int)):
        yield np.asarray(answer)


def _is_single(array: np.ndarray[Any, Any]) -> bool:
    """Whether an array is of float32, or of float64 with no more digits than float32 has.

    Numbers of few digits, such as 0.5 or the mean of whole numbers, are exact in either.
    """
    if array.dtype.kind != "f" or array.dtype.itemsize < DOUBLE:
        return bool(array.dtype.kind == "f")
    finite = array[np.isfinite(array)]
    with np.errstate(over="ignore", under="ignore"):
        exact = finite.astype(np.float32) == finite
    long = (np.frexp(finite)[0] * 2.0**FEW_BITS % 1 != 0) & (finite * 2.0**FEW_BITS % 1 != 0)
    return bool(exact.all() and long.any())


def _find_fault(array: np.ndarray[Any, Any]) -> str:
    """A true zero is neither: it is right to be zero up to rounding."""
    if array.dtype.kind != "f" or not array.size:
        return ""
    if not np.isfinite(array).all():
        return "not finite"
    largest = float(np.abs(array).max())
    return f"tiny: its largest entry is {largest:.1e}" if ROUNDING < largest < TINY else ""
