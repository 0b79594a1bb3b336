"""The reference, watched: what it answers is counted, and what no check can be judged by is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.oracle.source import STAND_IN, Question, Source

TINY = 1e-6  # of a value whose largest entry is smaller, a student's zeros would be near
DOUBLE = 8  # bytes
FEW_BITS = 16
ROUNDING = 1e-12  # what a true zero may come to, such as the gradient of a bias before batch norm


class WatchedSource:
    """A source that notes which answers are not finite, or so small that zeros would do."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.answers = 0
        self._faults: set[str] = set()
        self._single: dict[str, str] = {}  # by complaint, the function
        self._double: set[str] = set()  # functions that gave an answer which single precision does not hold

    @property
    def complaints(self) -> set[str]:
        """What is wrong with the answers, a sentence each. A function is single if none of its answers is double."""
        return self._faults | {text for text, function in self._single.items() if function not in self._double}

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
            what = f"{question.function} in {question.check} is"
            if fault := _find_fault(array):
                self._faults.add(f"{what} {fault}")
            if not single and _is_single(array):
                self._single[f"{what} in single precision"] = question.function
            elif array.dtype.kind == "f" and not _fits_single(array):
                self._double.add(question.function)
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
    long = (np.frexp(finite)[0] * 2.0**FEW_BITS % 1 != 0) & (finite * 2.0**FEW_BITS % 1 != 0)
    return _fits_single(array) and bool(long.any())


def _fits_single(array: np.ndarray[Any, Any]) -> bool:
    """Whether single precision holds each of these numbers exactly."""
    finite = array[np.isfinite(array)]
    with np.errstate(over="ignore", under="ignore"):
        return bool((finite.astype(np.float32) == finite).all())


def _find_fault(array: np.ndarray[Any, Any]) -> str:
    """A true zero is neither: it is right to be zero up to rounding."""
    if array.dtype.kind != "f" or not array.size:
        return ""
    if not np.isfinite(array).all():
        return "not finite"
    largest = float(np.abs(array).max())
    return f"tiny: its largest entry is {largest:.1e}" if ROUNDING < largest < TINY else ""
