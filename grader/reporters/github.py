"""A report for GitHub Actions: job summary, annotations and quoted text.

The summary is Markdown, the annotations mark lines of the student's file, and the quoted text is for the log. The
runner obeys `::name::` at the start of a line and `##[name]` anywhere in it, so text that a student may have written is
printed to the log only through `quote_log`.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from grader.language import tell
from grader.model.report import CheckResult, Report, View
from grader.model.submission import Where
from grader.report import translate
from grader.reporters import wording
from grader.reporters.text import clean, clean_block, mark_lines

SUMMARY_BYTES = 1024 * 1024  # GitHub drops a larger summary as a whole
ANNOTATIONS = 10  # of one kind in one step; GitHub drops the rest
PART_LIMIT, PART_LINES = 2_000, 40
GAP = 2
NOTE_LIMIT, NOTE_LINES = 500, 10

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")
_TOLD = ("expected", "got", "likely")
_FENCE = re.compile(r"`{3,}")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "@": "@&#8203;"}
_ESCAPES = str.maketrans(_ENTITIES | {mark: f"\\{mark}" for mark in "\\`*_{}[]#~!$"})
_LINK_STARTS = re.compile(r"://|(?<=www)\.", re.IGNORECASE)
_BLOCK_START = re.compile(r"^([0-9]*)(?=[-+=.)])")


# ---------------------------------------------------------------- the summary


def summary(report: Report) -> str:
    """Format the Markdown of the job summary, for `$GITHUB_STEP_SUMMARY`.

    It has a table of the tasks, and then what to fix in each. It is never larger than GitHub takes.
    """
    report = translate(report)
    return _join_within([*_write_head(report), *_write_reasons(report), *_write_foot(report)], SUMMARY_BYTES)


def _write_head(report: Report) -> Iterator[str]:
    yield f"## {_escape(report.assignment.id)} · {_escape(report.assignment.title)}\n"
    yield f"**{wording.describe_score(report)}**\n"
    yield f"{_escape(wording.describe_submission(report))}\n"
    yield "\n".join(_write_table(report)) + "\n"


def _write_table(report: Report) -> Iterator[str]:
    yield f"| | {tell('Task')} | | {tell('Points')} | |"
    yield "| --: | :-- | :-- | --: | :-- |"
    for number, task in enumerate(report.tasks, start=1):
        word = f"{wording.LOOKS[task.status].symbol} {wording.name_status(task.status)}"
        remark = _escape(wording.describe_task(task))
        yield f"| {number} | {_escape(task.title)} | {word} | {wording.describe_points(task)} | {remark} |"


def _write_reasons(report: Report) -> Iterator[str]:
    if report.problem:
        quoted = wording.quote_problem(report.problem, PART_LIMIT, PART_LINES)
        yield f"### {tell('Not run')}\n\n{_fence(quoted)}"
    for failure in wording.find_failures(report):
        position = wording.describe_position(failure)
        heading = f"### {wording.name_task(failure.number)} · {_escape(failure.task.title)}: {position}\n"
        yield f"{heading}\n{_write_check(failure.check, report.view)}"


def _write_check(check: CheckResult, view: View) -> str:
    width = max(_measure(wording.name_part(kind)) for kind in wording.PARTS) + GAP
    parts = [
        f"{part.label}{' ' * (width - _measure(part.label))}{_clean_part(part.text)}".replace("\n", "\n" + " " * width)
        for part in wording.list_parts(check, view)
    ]
    name = f"{_escape(check.name)}\n"
    return "\n".join([name, _fence("\n".join(parts))] if parts else [name])


def _measure(label: str) -> int:
    """Count the columns of a label in a fixed-width font.

    A Korean letter takes two columns.
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in label)


def _write_foot(report: Report) -> Iterator[str]:
    sentence = wording.describe_error(report)
    if sentence:
        yield f"**! {sentence}**\n"
    check = wording.find_error(report)
    if check:
        yield _write_check(check, report.view)
    for warning in report.warnings:
        yield f"> {_escape(warning)}\n"
    if not report.official:
        yield f"{tell('This run is feedback; the official score is given after hand-in.')}\n"


def _join_within(blocks: Iterable[str], limit: int) -> str:
    """Join blocks until the next one would pass `limit` bytes.

    Then a last line says that there is more.
    """
    kept: list[str] = []
    omitted = f"_{tell('More is in the report; it would not fit here.')}_\n"
    room = limit - len(omitted.encode())
    for block in blocks:
        room -= len(block.encode()) + 1
        if room < 0:
            return "\n".join([*kept, omitted])
        kept.append(block)
    return "\n".join(kept)


def _fence(text: str) -> str:
    """Quote text as it is, in a code block of Markdown.

    The fence around it is longer than any fence in the text, so the text cannot close it.
    """
    longest = max((len(run) for run in _FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def _escape(text: str) -> str:
    """Escape a line so that nothing in it has a meaning in Markdown.

    GitHub's search for links and @names, which comes after Markdown, does not find any in it either.
    """
    marked = clean(text.strip(), wording.TITLE_LIMIT).translate(_ESCAPES)
    return _BLOCK_START.sub(r"\1\\", _LINK_STARTS.sub(r"&#8203;\g<0>", marked))


def _clean_part(text: str) -> str:
    return clean_block(text, PART_LIMIT, PART_LINES)


def _clean_note(text: str) -> str:
    return mark_lines(clean_block(text, NOTE_LIMIT, NOTE_LINES))


# ---------------------------------------------------------------- annotations


def annotations(report: Report, prefix: str = "") -> list[str]:
    """Format workflow commands that mark the first failing check of each task.

    Each marks a line of the student's file. A failure of the grader and a problem of the whole file come first. There
    are ten at most. `prefix` is the folder of the student's file in the repository (`hw4_softmax`).
    """
    return list(itertools.islice(_annotate(translate(report), prefix), ANNOTATIONS))


def _annotate(report: Report, prefix: str) -> Iterator[str]:
    sentence = wording.describe_error(report)
    if sentence:
        yield _command("warning", report.assignment.title, sentence)
    if report.problem:
        texts = (report.problem.summary, report.problem.next_step)
        message = "\n".join(_clean_note(text) for text in texts if text)
        yield _command("error", report.assignment.title, message, report.problem.where, prefix)
    for failure in wording.find_failures(report):
        title = f"{wording.name_task(failure.number)} {failure.task.title}"
        parts = wording.list_parts(failure.check, report.view)
        told = [f"{part.label}: {_clean_note(part.text)}" for part in parts if part.kind in _TOLD]
        where = failure.check.message.where if failure.check.message else None
        yield _command("error", title, "\n".join([_clean_note(failure.check.name), *told]), where, prefix)


def _command(name: str, title: str, message: str, where: Where | None = None, prefix: str = "") -> str:
    folder = f"{prefix.rstrip('/')}/" if prefix else ""
    place = f"file={_escape_property(folder + where.file)},line={where.line}," if where else ""
    return f"::{name} {place}title={_escape_property(title)}::{_escape_data(message)}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(clean(text, wording.TITLE_LIMIT)).replace(":", "%3A").replace(",", "%2C")


# ---------------------------------------------------------------- the log


def quote_log(text: str, token: str) -> str:
    """Wrap text for the log, so that the runner obeys nothing in it.

    `token` ends the quotation. It must be new and random (`secrets.token_hex(16)`). Raises `ValueError` if the token is
    short, or if the text contains it.
    """
    if not _TOKEN.fullmatch(token) or token.lower() in text.lower():
        raise ValueError("the token must be at least 16 letters or digits that are not in the text")
    quoted = text.rstrip("\n")
    return f"::stop-commands::{token}\n{quoted}\n::{token}::\n"
