"""Catalogues: whole, used, and what they are made of; and the tool that keeps them so."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from grader import translating
from grader.cli.translate import translate
from grader.model.course import Course
from grader.translating import Folder, Sentence
from tests.courses import PUBLIC, write_course

EMPTY = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A place with two sentences and no catalogue yet."""
    return Folder(tmp_path, (Sentence("a row", "a.py"), Sentence("{n} rows", "b.py")))


def write(folder: Folder, *pairs: tuple[str, str]) -> None:
    """A catalogue by hand."""
    entries = "\n".join(f'msgid "{one}"\nmsgstr "{other}"\n' for one, other in pairs)
    (folder.path / "ko.po").write_text(EMPTY + entries, encoding="utf-8")


def test_every_sentence_of_the_course_is_translated(course: Course) -> None:
    """Into every language, with the same places in braces; none is left over, and the compiled ones are up to date."""
    homeworks = [course.root / "assignments" / name for name in course.assignments]
    folders = [
        translating.find_own_folder(),
        *(f for homework in homeworks for f in translating.list_folders(homework)),
    ]
    assert len(folders) == 1 + 2 * len(homeworks)
    assert all(folder.sentences for folder in folders)
    faults = [translating.check(folder, language) for folder in folders for language in translating.list_translations()]
    assert [] == [fault for found in faults for fault in found]


def test_what_is_missing_is_named(folder: Folder) -> None:
    """And written into the catalogue, ready to be filled in."""
    assert translating.update(folder, "ko") == translating.check(folder, "ko")
    assert [fault.partition(": ")[2] for fault in translating.check(folder, "ko")] == [
        "not translated: a row",
        "not translated: {n} rows",
    ]
    write(folder, ("a row", "행"), ("{n} rows", "행 {n}개"))
    assert translating.update(folder, "ko") == translating.check(folder, "ko") == []


def test_what_is_wrong_with_a_catalogue_is_named(folder: Folder) -> None:
    """A sentence nobody says, other places in braces, and a compiled one of another day."""
    write(folder, ("a row", "행"), ("{n} rows", "행 {m}개"), ("a column", "열"))
    faults = [fault.partition(": ")[2] for fault in translating.check(folder, "ko")]
    assert faults == [
        "other places in braces: 행 {m}개",
        "nobody says any more: a column",
        "ko.mo is not made of ko.po",
    ]


def test_sentences_are_found_where_students_read_them(tmp_path: Path) -> None:
    """Names of checks, what suites say, titles and hints in public; what only the staff has, apart."""
    told = '''
LATER = "a sentence kept for later"

def helper():
    """No student reads this docstring."""
    require(False, "one", got="none", likely=say("at {place}", place=3))
    return f"pieces of {LATER}", "word", LATER
'''
    course = write_course(tmp_path, public=PUBLIC + told)
    homework = course.root / "assignments" / course.assignments[0]
    (homework / "mutants.py").write_text('def double__tripled(x):\n    """It is tripled."""\n    return 3 * x\n')
    public, hidden = translating.list_folders(homework)
    assert {sentence.text for sentence in public.sentences} == {
        "Tiny", "double of 2 is 4", "half of 2 is 1", "a sentence kept for later", "one", "none", "at {place}",
    }  # fmt: skip
    assert {sentence.text for sentence in hidden.sentences} == {"double of 2 is 4", "half of 2 is 1", "It is tripled."}


def test_the_command_says_what_is_left_to_do(tmp_path: Path) -> None:
    """And exits 1 as long as there is something."""
    course = write_course(tmp_path)
    done = CliRunner().invoke(translate, ["hw1", "--course", str(course.root)])
    assert done.exit_code == 1
    assert "public: not translated: Tiny\n" in done.output
    assert done.output.endswith("5 sentences, 5 to fix\n")
