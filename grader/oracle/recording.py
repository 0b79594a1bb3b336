"""Recorded answers: what the reference said to each public check, kept as JSON in a released kit.

A record is found by check and by the number of the call within it. The arguments are kept beside the answer and must
agree with the ones at hand to 1e-12, or the record is stale and says so instead of judging by a wrong value.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from grader.errors import OracleError
from grader.language import say
from grader.oracle.source import MAX_STAND_IN, STAND_IN, Question, Source

TOLERANCE = 1e-12


class RecordingSource:
    """Passes questions on and keeps the answers."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.records: dict[str, list[dict[str, Any]]] = {}

    def version(self) -> str | None:
        """The version of torch behind the records."""
        return self._source.version()

    def forget(self) -> None:
        """The records are the point; the source may forget."""
        self._source.forget()

    def answer(self, question: Question) -> Any:
        """Answer as the source does, and note it."""
        answer = self._source.answer(question)
        record = {"asked": _describe(question), "answer": to_json(answer)}
        records = self.records.setdefault(question.check, [])
        if question.check == STAND_IN:
            new = not _takes_function(question) and len(json.dumps(record)) <= MAX_STAND_IN and record not in records
        else:
            new = question.number == len(records)
        if new:
            records.append(record)
        return answer

    def write(self, path: Path) -> None:
        """Write all records, in a form that diffs well."""
        lines = (f" {json.dumps(check)}: {json.dumps(calls)}" for check, calls in sorted(self.records.items()))
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


class RecordedSource:
    """Answers from a kit's records, without torch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, list[dict[str, Any]]] | None = None

    def version(self) -> str | None:
        """Records need no torch."""
        return None

    def forget(self) -> None:
        """Nothing is remembered but the records."""

    def answer(self, question: Question) -> Any:
        """Give the recorded answer. Raises `OracleError` for a question that was not asked at release."""
        calls = self._read().get(question.check, [])
        if question.check == STAND_IN:
            return _find_answer(calls, question)
        if question.number >= len(calls) or not _agree(calls[question.number]["asked"], _describe(question)):
            raise OracleError(
                say("the recorded values of {check} in {path} are stale", check=question.check, path=self._path),
                say("download the course's newest kit; if that does not help, tell your course staff"),
            )
        return from_json(calls[question.number]["answer"])

    def _read(self) -> dict[str, list[dict[str, Any]]]:
        if self._records is None:
            try:
                records: dict[str, list[dict[str, Any]]] = json.loads(self._path.read_text(encoding="utf-8"))
                if not isinstance(records, dict):
                    raise ValueError("it holds no records")
            except FileNotFoundError:
                place = {"folder": self._path.parent, "file": self._path.name}
                missing = say("{folder} has neither a reference.py nor a {file}", **place)
                raise OracleError(missing, say("download the kit again")) from None
            except (OSError, ValueError) as error:
                unreadable = say("{path} cannot be read: {reason}", path=self._path, reason=error)
                raise OracleError(unreadable, say("download the kit again")) from None
            self._records = records
        return self._records


def _find_answer(calls: list[dict[str, Any]], question: Question) -> Any:
    """The answer to a question that a student's code asked: one that the model solution's code asked too, or none."""
    asked = _describe(question)
    for call in calls:
        if not _takes_function(question) and _agree(call["asked"], asked):
            return from_json(call["answer"])
    raise LookupError("the course's function was not recorded for these arguments")


def _takes_function(question: Question) -> bool:
    """Whether a function is among the arguments: in a record all functions look alike."""
    return any(map(callable, (*question.args, *question.kwargs.values())))


def _describe(question: Question) -> Any:
    kind = "value" if question.upstream is None else "vjp"
    arguments = [*question.args, *question.kwargs.values(), question.upstream]
    return [
        question.function,
        kind,
        to_json(["a function" if callable(part) else part for part in arguments]),
    ]


def to_json(value: Any) -> Any:
    """A value as JSON: arrays and tuples are tagged, numbers that JSON lacks are written as text."""
    if isinstance(value, np.ndarray):
        return {
            "array": [to_json(part) for part in value.ravel().tolist()],
            "shape": list(value.shape),
            "dtype": value.dtype.str,
        }
    if isinstance(value, np.generic):
        return to_json(value.item())
    if isinstance(value, np.random.Generator):
        return {"generator": repr(value.bit_generator.state)}
    if isinstance(value, float) and not np.isfinite(value):
        return {"float": repr(value)}
    if isinstance(value, tuple):
        return {"tuple": [to_json(part) for part in value]}
    if isinstance(value, list):
        return [to_json(part) for part in value]
    if isinstance(value, dict):
        return {"dict": [[key, to_json(part)] for key, part in value.items()]}
    return value


def from_json(value: Any) -> Any:
    """The value that `to_json` wrote."""
    if isinstance(value, list):
        return [from_json(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        numbers = [from_json(part) for part in value["array"]]
        return np.array(numbers, dtype=value["dtype"]).reshape(value["shape"])
    if "tuple" in value:
        return tuple(from_json(part) for part in value["tuple"])
    if "float" in value:
        return float(value["float"])
    return {key: from_json(part) for key, part in value["dict"]}


def _agree(recorded: Any, asked: Any) -> bool:
    if type(recorded) is not type(asked) and not _both_numbers(recorded, asked):
        return False
    if isinstance(recorded, dict):
        # A whole number has another width on Windows than elsewhere; it is the same number.
        same = (key == "dtype" or _agree(recorded[key], asked[key]) for key in recorded)
        return recorded.keys() == asked.keys() and all(same)
    if isinstance(recorded, list):
        return len(recorded) == len(asked) and all(map(_agree, recorded, asked))
    if isinstance(recorded, float):
        return bool(abs(recorded - asked) <= TOLERANCE * max(1.0, abs(recorded)))
    return bool(recorded == asked)


def _both_numbers(a: Any, b: Any) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (a, b))
