"""Write and read reports as JSON (`report/v1`), and make a student's view.

Every write is validated against the schema, and is atomic.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import math
import os
import shutil
import tempfile
import types
import typing
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path, PurePath
from typing import Any

from grader.errors import ReportError
from grader.language import SOURCE, Sentence, chosen, render, say
from grader.model import ANY_CLASS, FAILING, CheckResult, Message, Report, SandboxFacts, Status, View, Visibility
from grader.schemas import find_fault

SCHEMA = "report/v1"
NAMES = {View.STAFF: "report.json", View.STUDENT: "report.student.json"}  # in each student's folder of a batch
SIGNATURE = ".sig"  # the name of a signature is the report's name and this


def to_json(report: Report) -> dict[str, Any]:
    """Build the report's plain JSON data.

    Raises `ReportError` if the data do not fit the schema, which is a bug of the grader.
    """
    sentences: dict[str, Sentence] = {}
    data = {"schema": SCHEMA, **_to_plain(report, sentences)}
    if sentences:
        data["sentences"] = [{"text": text, **_write_sentence(sentences[text])} for text in sorted(sentences)]
    fault = find_fault(data, "report")
    if fault:
        raise ReportError(f"the report does not fit {SCHEMA}: {fault}")
    return data


def dump(report: Report) -> str:
    """Format the report's exact text.

    It has sorted keys and no NaN, and lone surrogates are escaped.
    """
    return json.dumps(to_json(report), indent=1, sort_keys=True, allow_nan=False, ensure_ascii=True) + "\n"


def write_report(report: Report, path: Path) -> None:
    """Write the report to `path` in one step.

    There is always a whole report at `path`, the old one or the new one.
    """
    write_atomically(path, dump(report), choose_mode(report))


def choose_mode(report: Report) -> int:
    """Choose the permissions of the report's file.

    Only the owner may read the staff's view, because it holds the secret seed and hidden values.
    """
    return 0o600 if report.view is View.STAFF else 0o644


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Write UTF-8 text to `path` so that it is there as a whole or not at all.

    The text is written to a temporary name in the same folder and flushed to disk; then the file is renamed.
    """
    part = _write_part(path, text, mode)
    try:
        os.replace(part, path)
    except BaseException:
        part.unlink()
        raise


def _write_part(path: Path, text: str, mode: int) -> Path:
    """Write the text to a new file beside `path`, flushed to disk.

    If that fails, no file is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, mode)
    except BaseException:
        os.unlink(part)
        raise
    return Path(part)


def write_reports(reports: Sequence[Report], folder: Path, enter: Callable[[dict[str, bytes]], None]) -> None:
    """Write both views of a student's report, or neither.

    If one cannot be written, the views that were there before are there again. `enter` is called with the contents of
    the files, by name, when both are on disk and only have to be renamed. If renaming fails, `enter` is called with the
    contents of the old files, which are back.
    """
    paths = [folder / NAMES[report.view] for report in reports]
    texts = [dump(report) for report in reports]
    parts: list[Path] = []
    try:
        for report, path, text in zip(reports, paths, texts, strict=True):
            parts.append(_write_part(path, text, choose_mode(report)))
        before = {path.name: path.read_bytes() for path in paths if path.exists()}
        enter({path.name: text.encode() for path, text in zip(paths, texts, strict=True)})
        try:
            _rename_together(parts, paths)
        except BaseException:
            with contextlib.suppress(OSError):
                enter(before)
            raise
        for path in paths:  # the signatures of the old reports are no signatures of the new ones
            path.with_name(path.name + SIGNATURE).unlink(missing_ok=True)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _rename_together(parts: Sequence[Path], paths: Sequence[Path]) -> None:
    """Rename each part to its path, or none of them.

    If a part cannot be renamed, the files that other parts have replaced come back.
    """
    kept: dict[Path, Path] = {}
    try:
        for part, path in zip(parts, paths, strict=True):
            if path.exists():
                kept[path] = _keep_beside(path, part)
        for part, path in zip(parts, paths, strict=True):
            os.replace(part, path)
    except BaseException:
        for part, path in zip(parts, paths, strict=True):
            if part.exists():  # it never had its name
                continue
            if path in kept:
                os.replace(kept[path], path)
            else:
                path.unlink()
        raise
    finally:
        for old in kept.values():
            old.unlink(missing_ok=True)


def _keep_beside(path: Path, part: Path) -> Path:
    """Give the file a second name, and return that."""
    old = part.with_name(f"{part.name}.old")
    try:
        os.link(path, old)
    except OSError:  # the drive has no links
        shutil.copy2(path, old)
    return old


def read_report(path: Path) -> Report:
    """Read a stored report.

    Raises `ReportError` if the file cannot be read or is no report.
    """
    try:
        return parse_report(path.read_bytes(), path)
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}") from None


def parse_report(content: bytes, path: Path) -> Report:
    """Parse the content of a report's file.

    `path` is the file that the content came from. Raises `ReportError` if the content is no report.
    """
    try:
        data = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ReportError(f"{path} is no report: it is not JSON") from None
    fault = find_fault(data, "report")
    if fault:
        raise ReportError(f"{path} is no {SCHEMA}: {fault}")
    del data["schema"]
    sentences = {entry["text"]: _read_sentence(entry) for entry in data.pop("sentences", ())}
    report: Report = _from_plain(Report, data, sentences)
    return report


def translate(report: Report) -> Report:
    """Translate the report's sentences into the reader's language.

    All code that shows a report to a person begins with this.
    """
    translated: Report = report if chosen() == SOURCE else _translate(report)
    return translated


def redact(report: Report) -> Report:
    """Make the student's view of a report, by an allow-list.

    Of a hidden check, the student sees the task, the property, the kind of failure, the line in their own file, and
    either the class of an exception, if it is a common one, or the likely cause. The student never sees a value, a
    printed line, or the time that the check took. Only the staff may know why the grader failed, and where files lie on
    its machine. The time of the whole run is rounded up to whole seconds, because the student's code could choose its
    other digits (and so carry hidden values out).
    """
    tasks = tuple(
        dataclasses.replace(task, checks=tuple(_redact_check(check) for check in task.checks)) for task in report.tasks
    )
    warnings = () if report.status is Status.ERROR else report.warnings
    return dataclasses.replace(
        report,
        view=View.STUDENT,
        seed=None,
        tasks=tasks,
        warnings=warnings,
        sandbox=_redact_sandbox(report.sandbox),
        seconds=float(math.ceil(report.seconds)),
    )


def _redact_sandbox(facts: SandboxFacts | None) -> SandboxFacts | None:
    """Keep the name of the sandbox's tool, without the tool's folder."""
    return facts and dataclasses.replace(facts, tool=PurePath(facts.tool).name)


def _redact_check(check: CheckResult) -> CheckResult:
    if check.visibility is Visibility.PUBLIC:
        return check
    return CheckResult(
        id=check.id.split("[")[0],
        name=check.name,
        visibility=check.visibility,
        status=check.status,
        points=check.points,
        max_points=check.max_points,
        message=_redact_message(check),
    )


def _redact_message(check: CheckResult) -> Message | None:
    if check.message is None or check.status not in FAILING:
        return None
    exception, where = check.message.exception, check.message.where
    if exception:  # the student's code could choose its text, and so the cause that the text points to
        got = say("raised {name}", name=exception) if exception != ANY_CLASS else say("raised an exception")
        return Message(got=got, where=where, exception=exception)
    return Message(where=where, likely=check.message.likely, cause=check.message.cause)


def _translate(value: Any) -> Any:
    if isinstance(value, Sentence):
        return render(value)
    if isinstance(value, tuple):
        return tuple(map(_translate, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **{name: _translate(part) for name, part in fields.items()})
    return value


def _write_sentence(sentence: Sentence) -> dict[str, Any]:
    """Build a sentence's entry: its template, its values, a translation.

    The translation is into the language of the process that writes, because the reader may lack the catalogue.
    """
    values = {
        name: {"text": str(value), **_write_sentence(value)} if isinstance(value, Sentence) else str(value)
        for name, value in sentence.values.items()
    }
    entry: dict[str, Any] = {"template": sentence.template, "values": values}
    if sentence.one:
        entry["one"] = sentence.one
    translations = dict(sentence.translations)
    if (translated := render(sentence)) != sentence:
        translations[chosen()] = translated
    if translations:
        entry["translations"] = translations
    return entry


def _read_sentence(entry: dict[str, Any]) -> Sentence:
    values = {
        name: _read_sentence(value) if isinstance(value, dict) else value for name, value in entry["values"].items()
    }
    return Sentence(entry["text"], entry["template"], values, entry.get("one", ""), entry.get("translations"))


def _to_plain(value: Any, sentences: dict[str, Sentence]) -> Any:
    """Convert the value to plain JSON data.

    The sentences in the value are added to `sentences`, by their texts.
    """
    if isinstance(value, Sentence):
        sentences[str(value)] = value
        return str(value)
    if dataclasses.is_dataclass(value):
        return {field.name: _to_plain(getattr(value, field.name), sentences) for field in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_to_plain(part, sentences) for part in value]
    if isinstance(value, dict):
        return {key: _to_plain(part, sentences) for key, part in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)  # JSON has no NaN; `float` turns this text into the value again
    return value.value if isinstance(value, Enum) else value


def _from_plain(kind: Any, value: Any, sentences: dict[str, Sentence]) -> Any:
    """Rebuild a value of type `kind` from plain JSON data.

    The annotations of the dataclasses tell the types. A text that is a key of `sentences` becomes that sentence again.
    """
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _from_plain(parts[0], value, sentences)
    if origin is tuple:
        return tuple(_from_plain(parts[0], part, sentences) for part in value)
    if origin is dict:
        return dict(value)
    if dataclasses.is_dataclass(typing.cast("object", kind)):
        hints = _hints(kind)
        return kind(**{name: _from_plain(hints[name], part, sentences) for name, part in value.items()})
    return sentences.get(value, value) if kind is str else kind(value)


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
