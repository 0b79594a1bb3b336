"""Recorded answers of the reference, kept as JSON in a released kit.

A record of a public check is found by the check and the number of the call within it. The arguments are kept beside the
answer, and must agree with those of the question to 1e-12. If they do not, the record is stale, and an error says so,
because a wrong value must not judge. A record for follow-through is found by its arguments alone.
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
    """A source that passes questions on to another one and keeps the answers."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.records: dict[str, list[dict[str, Any]]] = {}

    def version(self) -> str | None:
        """Return the version of the torch that computed the records."""
        return self._source.version()

    def forget(self) -> None:
        """Let the source forget; the records themselves are kept."""
        self._source.forget()

    def answer(self, question: Question) -> Any:
        """Answer as the source does, and record the answer."""
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
        """Write all records as JSON, one line for each check, to diff well."""
        lines = (f" {json.dumps(check)}: {json.dumps(calls)}" for check, calls in sorted(self.records.items()))
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


class RecordedSource:
    """A source that answers from a kit's records, without torch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, list[dict[str, Any]]] | None = None

    def version(self) -> str | None:
        """Return None, because records need no torch."""
        return None

    def forget(self) -> None:
        """Do nothing, because only the records are remembered."""

    def answer(self, question: Question) -> Any:
        """Return the recorded answer to a question.

        Raises `OracleError` for a question that was not asked when the kit was made, or if the records cannot be read.
        Raises `LookupError` for a question of student code that was not recorded.
        """
        calls = self._read().get(question.check, [])
        if question.check == STAND_IN:
            return _find_answer(calls, question)
        if question.number >= len(calls) or not _is_same(calls[question.number]["asked"], _describe(question)):
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
    """Find the recorded answer to a question that student code asked.

    Only questions that the model solution's code asked, too, have one. Raises `LookupError` for any other.
    """
    asked = _describe(question)
    for call in calls:
        if not _takes_function(question) and _is_same(call["asked"], asked):
            return from_json(call["answer"])
    raise LookupError("the course's function was not recorded for these arguments")


def _takes_function(question: Question) -> bool:
    """Tell whether a function is among the arguments of a question.

    All functions look alike in a record, so such a question cannot be found again.
    """
    return any(map(callable, (*question.args, *question.kwargs.values())))


def _describe(question: Question) -> Any:
    kind = "value" if question.upstream is None else "vjp"
    arguments = [*question.args, *question.kwargs.values(), question.upstream]
    return [
        question.function,
        kind,
        to_json(["a function" if callable(part) else part for part in arguments]),
        list(question.kwargs),
    ]


def _is_same(recorded: Any, asked: Any) -> bool:
    """Tell whether two descriptions are of one question.

    An argument may be named in one call and not in the other; where both name the last ones, the names are the same.
    """
    named = zip(reversed(recorded[3]), reversed(asked[3]), strict=False)
    return _agree(recorded[:3], asked[:3]) and all(one == other for one, other in named)


def to_json(value: Any) -> Any:
    """Convert a value to a value that JSON can write.

    Arrays and tuples become tagged dicts, and numbers that JSON lacks (nan, infinities) become texts.
    """
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
    """Convert the output of `to_json` back to a value.

    A random generator cannot be converted back: it is only compared.
    """
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
        # The dtype of whole numbers has another width on Windows than elsewhere; the numbers are the same.
        same = (key == "dtype" or _agree(recorded[key], asked[key]) for key in recorded)
        return recorded.keys() == asked.keys() and all(same)
    if isinstance(recorded, list):
        return len(recorded) == len(asked) and all(map(_agree, recorded, asked))
    if isinstance(recorded, float):
        return bool(abs(recorded - asked) <= TOLERANCE * max(1.0, abs(recorded)))
    return bool(recorded == asked)


def _both_numbers(a: Any, b: Any) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (a, b))
