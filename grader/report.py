"""Write and read reports as JSON (`report/v1`), and make a student's view.

The types in `model/` define `report/v1`. A report is written in one step, and only if it can be read back by the
types. A file that is read may be anybody's, so it has to fit the schema that is generated from the types.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, NotRequired, TypedDict

from grader.errors import ReportError
from grader.language import SOURCE, Sentence, chosen, render, say
from grader.model.course import Visibility
from grader.model.report import ANY_CLASS, FAILING, CheckResult, Message, Report, SandboxFacts, Status, View
from grader.plain import from_plain, to_plain
from grader.schemas import find_fault

SCHEMA = "report/v1"
NAMES = {View.STAFF: "report.json", View.STUDENT: "report.student.json"}  # in each student's folder of a batch
SIGNATURE = ".sig"  # the name of a signature is the report's name and this


class StoredSentence(TypedDict):
    """A sentence of a report: its text there, and all that it is made of."""

    text: str
    template: str
    values: dict[str, str | StoredSentence]
    one: NotRequired[str]
    translations: NotRequired[dict[str, str]]


def to_json(report: Report) -> dict[str, Any]:
    """Build the report's plain JSON data.

    Raises `ReportError` if the data cannot be read back, which is a bug of the grader.
    """
    sentences: dict[str, Sentence] = {}
    plain = to_plain(report, sentences)
    data = {"schema": SCHEMA, **plain}
    if sentences:
        data["sentences"] = [_store_sentence(sentences[text]) for text in sorted(sentences)]
    try:
        from_plain(Report, plain, {})
    except ValueError as error:
        raise ReportError(f"the report does not fit {SCHEMA}: {find_fault(data, 'report') or error}") from None
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
    kept: dict[Path, Path] = {}
    with contextlib.ExitStack() as temporary:
        for report, path, text in zip(reports, paths, texts, strict=True):
            parts.append(_write_part(path, text, choose_mode(report)))
            temporary.callback(parts[-1].unlink, missing_ok=True)
            if path.exists():
                kept[path] = _keep_beside(path, parts[-1])
                temporary.callback(kept[path].unlink, missing_ok=True)
        before = {path.name: path.read_bytes() for path in kept}
        enter({path.name: text.encode() for path, text in zip(paths, texts, strict=True)})
        try:
            for part, path in zip(parts, paths, strict=True):
                os.replace(part, path)
        except BaseException:
            _put_back(kept, [path for part, path in zip(parts, paths, strict=True) if not part.exists()])
            with contextlib.suppress(OSError):
                enter(before)
            raise
    for path in paths:  # the signatures of the old reports are no signatures of the new ones
        path.with_name(path.name + SIGNATURE).unlink(missing_ok=True)


def _put_back(kept: Mapping[Path, Path], replaced: Iterable[Path]) -> None:
    """Undo the renaming onto each path: what was there comes back."""
    for path in replaced:
        if path in kept:
            os.replace(kept[path], path)
        else:
            path.unlink()


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
    try:
        if fault := find_fault(data, "report"):
            raise ValueError(fault)
        del data["schema"]
        sentences = {entry["text"]: _restore_sentence(entry) for entry in data.pop("sentences", ())}
        report: Report = from_plain(Report, data, sentences)  # the types say a little more than JSON Schema can
    except ValueError as error:
        raise ReportError(f"{path} is no {SCHEMA}: {error}") from None
    except RecursionError:
        raise ReportError(f"{path} is no {SCHEMA}: its sentences are nested too deeply") from None
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


def _store_sentence(sentence: Sentence) -> StoredSentence:
    """Build a sentence's entry.

    It has the translation into the language of the process that writes, because the reader may lack the catalogue.
    """
    values = {
        name: _store_sentence(value) if isinstance(value, Sentence) else str(value)
        for name, value in sentence.values.items()
    }
    entry: StoredSentence = {"text": str(sentence), "template": sentence.template, "values": values}
    if sentence.one:
        entry["one"] = sentence.one
    translations = dict(sentence.translations)
    if (translated := render(sentence)) != sentence:
        translations[chosen()] = translated
    if translations:
        entry["translations"] = translations
    return entry


def _restore_sentence(entry: StoredSentence) -> Sentence:
    values = {
        name: value if isinstance(value, str) else _restore_sentence(value) for name, value in entry["values"].items()
    }
    return Sentence(entry["text"], entry["template"], values, entry.get("one", ""), entry.get("translations"))
