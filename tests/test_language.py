"""The language students read: chosen once, spoken everywhere, English where nothing else is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader import language
from grader.assignment import find_assignment
from grader.audit.nulls import write_nulls
from grader.grading import Grader
from grader.language import say, say_number
from grader.model import Course, Report
from grader.reporters import html, wording
from grader.submission import take_in
from grader.worker.process import Launcher

# Three words of two letters and more in a row, none of them a name of something in code.
ENGLISH = re.compile(r"(?<![\w.'\"])[a-z]{2,}(?: [a-z]{2,}){2,}(?![\w.'\"(])")
SAID = ("called", "expected", "got", "likely", "output")


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "GRADE_LANG": "ko"}, "ko"),
        ({"GRADE_LANG": "KO-kr"}, "ko"),
        ({"GRADE_LANG": "klingon"}, "en"),
    ],
)
def test_the_language_is_that_of_the_machine(environment: dict[str, str], spoken: str) -> None:
    """As gettext reads the variables, ours first; a language we do not speak is English."""
    assert language.detect(environment) == spoken


@pytest.mark.usefixtures("korean")
def test_sentences_are_said_in_korean() -> None:
    """With their places filled; what nobody has translated comes back as it is."""
    assert say_number("{number} public check", "{number} public checks", 3) == "공개 검사 3개"
    assert say("nobody has ever translated {this}", this=1) == "nobody has ever translated 1"
    assert say("a student's {brace}") == "a student's {brace}"
    assert say("") == ""


@pytest.mark.parametrize(
    "content", [b"", b"no catalogue", b"\xde\x12\x04\x95" + b"\xff" * 40], ids=["empty", "text", "torn"]
)
def test_a_damaged_catalogue_is_english(tmp_path: Path, content: bytes) -> None:
    """What it should translate is, and somebody is told which file it was."""
    (tmp_path / "ko.mo").write_bytes(content)
    language.choose("ko")
    try:
        for _ in range(2):
            language.add_catalogue(tmp_path)
        assert (tmp_path / "ko.mo",) == language.list_damaged()
        assert say("{number} public checks", number=3) == "공개 검사 3개"
    finally:
        language.choose("en")
    assert () == language.list_damaged()


def test_english_is_said_as_it_is_written() -> None:
    """One and many differ."""
    assert say_number("{number} check", "{number} checks", 1) == "1 check"
    assert say_number("{number} check", "{number} checks", 0) == "0 checks"


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize("homework", [f"hw{number}" for number in range(1, 10)])
def test_no_english_is_left_in_what_a_student_reads(course: Course, tmp_path: Path, homework: str) -> None:
    """Of the stub and of submissions that solve nothing: names, messages, diagnoses, hints, the page around them."""
    assignment = find_assignment(course, homework)
    stub = course.root / "student_template" / assignment.name / assignment.file
    sources = write_nulls(name for task in assignment.tasks for name in task.functions)
    chosen = {"stub": stub.read_text("utf-8")} | {name: sources[name] for name in ("none", "zeros", "echo", "nan")}
    path = tmp_path / assignment.file
    with closing(Grader(course, assignment, Launcher(assignment.limits), lookalikes=False)) as grader:
        for source in chosen.values():
            path.write_text(source)
            report = grader.grade_submission(take_in(path, assignment, "kim"), 0)
            assert [] == list(list_english(list_texts(report)))
    hints = [hint for task in assignment.tasks for hint in task.hints]
    page = re.sub("<style>.*</style>|<[^>]*>", " ", html.render(report), flags=re.DOTALL)
    assert [] == list(list_english([assignment.title, *hints, page]))


def list_english(texts: Iterable[str]) -> Iterator[str]:
    """The texts that have English words in them; code and Python's own messages may."""
    for text in texts:
        if ENGLISH.search(re.sub(r"\w+Error: .*|\bfor [\w, ]+ in\b", "", text, flags=re.DOTALL)):
            yield text


def list_texts(report: Report) -> Iterator[str]:
    """What is said of a submission, without its code and without what Python itself says."""
    for task in report.tasks:
        for check in task.checks:
            yield check.name
            yield from (part.text for part in wording.list_parts(check, report.view) if part.kind in SAID)
