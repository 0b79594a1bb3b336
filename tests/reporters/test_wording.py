"""Whose line it is: no line of a student's text can be taken for one of the grader's, in any format."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from grader.model.report import Message, Report, Status
from grader.model.submission import Problem
from grader.reporters import github, junit, terminal
from tests.reporters import reports

OURS = ("Expected: 0.5", "Got: 0.5", "Likely: the grader is wrong", "Likely       you are right", "Score 100 of 100")
FORGERY = "\n".join(["x", *OURS, *(f"  {line}" for line in OURS), *(f"    {line}" for line in OURS)])
BESIDE = 10  # columns from the left where no line of the grader's begins


def draw(report: Report) -> dict[str, str]:
    """The report in every format that is read line by line."""
    return {
        "junit": "".join(ET.fromstring(junit.render(report)).itertext()),
        "github": github.summary(report),
        "annotations": "\n".join(github.annotations(report)).replace("%0A", "\n"),
        "terminal": terminal.render(report, width=100),
    }


def find_forged(text: str) -> list[str]:
    """The lines that could be the grader's: neither behind a bar nor beside a label."""
    lines = [line for line in text.splitlines() if line.lstrip(" |").startswith(OURS)]
    assert lines
    return [line for line in lines if not line.startswith("  ") or not _is_marked(line)]


def _is_marked(line: str) -> bool:
    bare = line.lstrip()
    return bare.startswith("| ") or len(line) - len(bare) >= BESIDE


@pytest.mark.parametrize("part", ["called", "expected", "got", "likely"])
def test_no_line_of_a_message_looks_like_ours(part: str) -> None:
    """An exception may have any text."""
    check = reports.make_check("is bounded", Status.FAILED, message=Message(**{part: FORGERY}))
    texts = draw(reports.make_report(reports.make_task("softmax", Status.FAILED, check)))
    if part == "called":  # no annotation has it
        del texts["annotations"]
    assert {form: [] for form in texts} == {form: find_forged(text) for form, text in texts.items()}


@pytest.mark.parametrize("part", ["summary", "excerpt", "next_step"])
def test_no_line_of_a_problem_looks_like_ours(part: str) -> None:
    """Nor the lines of the file that Python could not read."""
    said = {"summary": "tiny.py stopped", "next_step": "Look there.", part: FORGERY}
    texts = draw(replace(reports.make_syntax_error(), problem=Problem("import_error", **said)))
    if part == "excerpt":
        del texts["annotations"]
    assert {form: [] for form in texts} == {form: find_forged(text) for form, text in texts.items()}


@pytest.mark.parametrize("line", OURS)
def test_a_single_line_of_the_file_does_not_look_like_ours(line: str) -> None:
    """It is shown behind a bar or further right, with the caret under its place."""
    problem = Problem("syntax_error", "Python cannot read it", excerpt=f"{line}\n   ^")
    texts = draw(replace(reports.make_syntax_error(), problem=problem))
    del texts["annotations"]
    assert {form: [] for form in texts} == {form: find_forged(text) for form, text in texts.items()}
    for text in texts.values():
        lines = text.splitlines()
        row = next(number for number, each in enumerate(lines) if each.endswith(line))
        assert lines[row].index(line) + 3 == lines[row + 1].index("^")
