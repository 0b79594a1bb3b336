"""`grade hint`: three hints, one at a time, which cost nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Done, run_grade
from tests.courses import MANIFEST, write_course

HINTS = '\nfunctions = ["halve", "quarter"]\nhints = ["What is 2 / 2?", "Divide.", "x / 2"]'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course whose second task has two functions and three hints, and whose first has none."""
    head, tail = MANIFEST.rsplit('id = "halve"', 1)
    return write_course(tmp_path / "course", manifest=f'{head}id = "halve"{HINTS}{tail}').root


def ask(course: Path, *words: str) -> Done:
    """Ask for a hint."""
    return run_grade("hint", *words, folder=course)


def test_hints_come_one_after_the_other(course: Path) -> None:
    """Each time one more, with those before it; after the last one all of them again."""
    first, second, third, again = (ask(course, "hw1", "halve") for _ in range(4))
    assert "halve, quarter, hint 1 of 3\n1. What is 2 / 2?\n2 more: the same command again.\n" == first.out
    assert second.out.splitlines()[1:] == ["1. What is 2 / 2?", "2. Divide.", "1 more: the same command again."]
    assert third.out.splitlines()[3:] == ["3. x / 2", "That was the last one."]
    assert third == again == Done(0, third.out, "")


def test_a_number_leads_to_its_task(course: Path) -> None:
    """Reports call it `Task 2`."""
    assert "hint 1 of 3" in ask(course, "hw1", "2").out
    assert "grade: hw1 has no task 0\n" in ask(course, "hw1", "0").err


def test_a_function_leads_to_its_task(course: Path) -> None:
    """Both names of a task go through the same hints."""
    assert "hint 1 of 3" in ask(course, "hw1", "quarter").out
    assert "hint 2 of 3" in ask(course, "hw1", "halve").out


def test_without_a_task_there_is_a_list(course: Path) -> None:
    """The commands to copy; none of them counts as asked."""
    assert "Hints of hw1:\n  grade hint hw1 double\n  grade hint hw1 halve\n" == ask(course, "hw1").out
    assert not (course / ".grade").exists()


def test_a_task_without_hints_says_so(course: Path) -> None:
    """It is no mistake to ask."""
    assert Done(0, "double has no hints.\n", "") == ask(course, "hw1", "double")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["hw1", "havle"], "grade: hw1 has no task havle\n       did you mean halve?\n"),
        (["hw1", "quater"], "grade: hw1 has no task quater\n       did you mean quarter?\n"),
        (["hw1", "x"], "grade: hw1 has no task x\n       its tasks are: double, halve\n"),
        (["hw2", "x"], "grade: there is no assignment hw2\n       did you mean hw1?\n"),
    ],
)
def test_a_typo_is_met_with_the_nearest(course: Path, words: list[str], complaint: str) -> None:
    """Task, function or homework: the complaint is on stderr, and nothing on stdout."""
    assert Done(2, "", complaint) == ask(course, *words)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"hw1/halve": "x"}', '{"hw1/halve": -3}', '{"hw1/halve": 9e9}'])
def test_what_was_seen_may_be_damaged(course: Path, content: str) -> None:
    """A file that somebody edited starts the hints anew."""
    path = course / ".grade" / "hints.json"
    path.parent.mkdir()
    path.write_text(content)
    assert "hint 1 of 3" in ask(course, "hw1", "halve").out
    assert {"hw1/halve": 1} == json.loads(path.read_text())


def test_more_than_all_is_all(course: Path) -> None:
    """A count beyond the last, from a handout that had more hints, shows all there are."""
    path = course / ".grade" / "hints.json"
    path.parent.mkdir()
    path.write_text('{"hw1/halve": 7}')
    assert "hint 3 of 3" in ask(course, "hw1", "halve").out


def test_a_hint_that_cannot_be_remembered_is_given(course: Path) -> None:
    """Where .grade cannot be written, the hint is on stdout and the reason on stderr."""
    (course / ".grade").write_text("in the way")
    done = ask(course, "hw1", "halve")
    assert (0, True) == (done.code, "1. What is 2 / 2?" in done.out)
    assert done.err.startswith("Not remembered: ")
