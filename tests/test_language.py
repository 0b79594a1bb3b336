"""The language students read: chosen once, spoken everywhere, English where nothing else is known."""

from __future__ import annotations

import pickle
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader import language
from grader.audit.nulls import write_nulls
from grader.course.intake import take_in
from grader.course.manifest import find_assignment
from grader.harness.grading import Grader
from grader.language import Sentence, join, say, say_number, tell, tell_number
from grader.model.course import Course
from grader.model.report import Report
from grader.report import translate
from grader.reporters import html, wording
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
    assert tell_number("{number} public check", "{number} public checks", 3) == "공개 검사 3개"
    assert tell("nobody has ever translated {this}", this=1) == "nobody has ever translated 1"
    assert tell("a student's {brace}") == "a student's {brace}"
    assert tell("") == ""


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
        assert tell_number("{number} public check", "{number} public checks", 3) == "공개 검사 3개"
    finally:
        language.choose("en")
    assert () == language.list_damaged()


def test_a_sentence_keeps_what_it_is_made_of() -> None:
    """Its values as texts, formatted as the English asks for, and sentences among them as sentences."""
    inner = say("{number} public checks", number=3)
    sentence = say("{share:.0%} of {what}, {name!r}", share=0.5, what=inner, name="x", unused=1)
    assert sentence == "50% of 3 public checks, 'x'"
    assert sentence.template == "{share:.0%} of {what}, {name!r}"
    assert sentence.values == {"share": "50%", "what": inner, "name": "'x'"}
    assert isinstance(sentence.values["what"], Sentence)
    assert say(sentence) is sentence
    assert pickle.loads(pickle.dumps(sentence)).values == sentence.values


@pytest.mark.usefixtures("korean")
def test_a_sentence_is_said_in_the_language_of_whoever_reads() -> None:
    """The parts of it, too, whoever built it before; a text that is no sentence stays what it is."""
    where = say("row")
    both = join(" / ", ("row", where, say("only the first {line} is wrong", line=where)))
    assert both == "row / row / only the first row is wrong"
    assert language.render(both) == "row / 행 / 첫 번째 행만 다릅니다"
    assert language.render("row") == "row"
    with language.reading("en"):
        assert language.render(both) == both
    assert language.chosen() == "ko"


def test_threads_have_readers_of_their_own() -> None:
    """One may read Korean while another reads English."""
    seen: list[str] = []

    def read() -> None:
        with language.reading("ko"):
            seen.append(tell("row"))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert seen == ["행"]
    assert tell("row") == "row"


@pytest.mark.usefixtures("korean")
def test_a_sentence_from_elsewhere_does_no_harm() -> None:
    """Places without values, values within values without end: it is the text that came with it."""
    assert language.render(Sentence("a text", "only the first {line} is wrong", {"other": "x"})) == "a text"
    assert language.render(Sentence("a text", "{", {"x": "y"})) == "a text"
    deep: Sentence = say("row")
    for _ in range(100):
        deep = say("only the first {line} is wrong", line=deep)
    assert language.render(deep).startswith("첫 ")


@pytest.mark.usefixtures("korean")
def test_what_no_catalogue_has_is_said_as_its_writer_said_it() -> None:
    """A student has no catalogue of hidden checks, and the report may have it in Korean."""
    sentence = Sentence("rows of a hidden check", translations={"ko": "숨은 검사의 행"})
    assert language.render(sentence) == "숨은 검사의 행"


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
            assert [] == list(list_english(list_texts(translate(report))))
    told = [language.render(text) for text in (assignment.title, *(h for task in assignment.tasks for h in task.hints))]
    page = re.sub("<style>.*</style>|<[^>]*>", " ", html.render(report), flags=re.DOTALL)
    assert [] == list(list_english([*told, page]))


def list_english(texts: Iterable[str]) -> Iterator[str]:
    """The texts that have English words in them; code and Python's own messages may."""
    for text in texts:
        code = r"\w+Error: .*|\bfor [\w, ]+ in\b|\bgrade explain [\w-]+"
        if ENGLISH.search(re.sub(code, "", text, flags=re.DOTALL)):
            yield text


def list_texts(report: Report) -> Iterator[str]:
    """What is said of a submission, without its code and without what Python itself says."""
    for task in report.tasks:
        for check in task.checks:
            yield check.name
            yield from (part.text for part in wording.list_parts(check, report.view) if part.kind in SAID)
