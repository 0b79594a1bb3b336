"""The gradebook: a row per student that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
import gc
import io
import pickle
import re
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.gradebook import make_row, quote_formula, write_csv
from grader.model.course import Assignment, Limits, Task
from grader.model.report import Report, Status, SubmissionRef
from grader.model.submission import Problem
from tests.reporters import reports

TASKS = tuple(Task(name, name, 20, (name,)) for name in ("softmax", "log_softmax", "predict"))
ASSIGNMENT = Assignment("hw4", "Softmax", Path("hw4_softmax"), "softmax.py", TASKS, Limits(), "0" * 64)


def read(*given: Report) -> list[dict[str, str]]:
    """Write the table, and read it as a spreadsheet does."""
    text = write_csv(map(make_row, given), ASSIGNMENT)
    assert text.endswith("\n")
    assert "\r" not in text
    return list(csv.DictReader(io.StringIO(text)))


def name(report: Report, identifier: str, called: str = "") -> Report:
    """The same report for another student."""
    return replace(report, submission=SubmissionRef(identifier, (), called))


def test_a_row_has_the_score_and_a_column_per_task() -> None:
    """The numbers are numbers; a task that the report lacks stays empty."""
    (row,) = read(name(reports.make_partly_right(), "kim", "Kim Chul-soo"))
    assert row == {
        "student": "kim",
        "name": "Kim Chul-soo",
        "score": "18",
        "judged": "25",
        "max_score": "100",
        "status": "failed",
        "softmax": "8",
        "log_softmax": "2",
        "predict": "0",
        "problem": "",
        "note": "",
    }


def test_a_failure_of_ours_leaves_the_score_empty() -> None:
    """An empty cell asks for a person; a zero would be entered."""
    (row,) = read(reports.make_our_error())
    assert ["", "", "", "", "error"] == [row[key] for key in ("score", "softmax", "log_softmax", "predict", "status")]


def test_what_kept_a_file_from_running_is_told() -> None:
    """A zero with its reason beside it."""
    (row,) = read(reports.make_syntax_error())
    assert ("0", "Python cannot read softmax.py: '(' was never closed") == (row["score"], row["problem"])


def test_rows_are_in_the_order_of_ids() -> None:
    """Whatever the order in which the submissions were done, two runs give the same file."""
    given = [name(reports.make_all_right(), identifier) for identifier in ("lee", "Kim", "an")]
    assert ["Kim", "an", "lee"] == [row["student"] for row in read(*given)]
    rows = [make_row(report) for report in given]
    assert write_csv(rows, ASSIGNMENT) == write_csv(rows[::-1], ASSIGNMENT)


def test_no_submission_leaves_the_head() -> None:
    """The columns are there before anyone has handed in."""
    assert write_csv([], ASSIGNMENT).count("\n") == 1


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("kim", "kim"),
        ("", ""),
        ("18", "18"),
        ("김철수", "김철수"),
        ("a, b; c", "a, b; c"),
        ('=HYPERLINK("http://evil.example","kim")', '\'=HYPERLINK("http://evil.example","kim")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("  =1", "'=1"),
        ("a\nb\r\nc\td", "a b c d"),
        ("x=1", "x=1"),
        ("'=1", "'=1"),
        ("a;=1+1", "a;'=1+1"),
        ("a; \t=1;;-2", "a;' =1;;'-2"),
        ('a;"=1";"b"', 'a;\'"=1";"b"'),
        ('"=1"', '\'"=1"'),
        ("＝1", "'＝1"),
        ("－1;＋2;＠x", "'－1;'＋2;'＠x"),
        ("|x", "'|x"),
        ("%x", "'%x"),
        ("\u200b\ufeff=1", "'\u200b\ufeff=1"),
        ("\x00=1", "'\x00=1"),
        ("a - b = 50 %; c", "a - b = 50 %; c"),
    ],
)
def test_no_cell_is_a_formula(cell: str, shown: str) -> None:
    """What a spreadsheet would run is text, on one line."""
    assert shown == quote_formula(cell)


@pytest.mark.parametrize("text", ["=1+1", '=cmd|"/c calc"!A0', "-2+3", "+x", "@x", "\t=1", "\n=1", '"=1', "a,=1\n=2"])
def test_no_field_of_a_report_becomes_a_formula(text: str) -> None:
    """Names and problems are student's text; every cell of theirs is quoted and keeps to its own row."""
    problem = Problem("missing_file", text)
    report = replace(name(reports.make_missing_file(), "kim", text), problem=problem, status=Status.FAILED)
    rows = read(report)
    assert len(rows) == 1
    assert [] == [cell for cell in rows[0].values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


STRIPPED = re.compile(r"^[\s\"\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
FORMULA = tuple("=+-@|%＝＋－＠｜％")


def list_cells(table: str, separator: str) -> list[str]:
    """What a spreadsheet that is set to this separator shows in its cells, without what it drops before them."""
    return [STRIPPED.sub("", cell) for row in csv.reader(io.StringIO(table), delimiter=separator) for cell in row]


@given(
    st.lists(st.text(st.sampled_from("=+-@|%＝＋－＠;,\t\r\n \"'\u200b\ufeff\xa0\x000a") | st.characters()), min_size=1)
)
def test_no_text_becomes_a_formula_whatever_separates_cells(texts: list[str]) -> None:
    """Names and problems, whatever they are made of."""
    given = [
        make_row(
            replace(name(reports.make_missing_file(), f"s{number}", text), problem=Problem("missing_file", text[::-1]))
        )
        for number, text in enumerate(texts)
    ]
    table = write_csv(given, ASSIGNMENT, {"s0": texts[-1]})
    for separator in ",;\t":
        assert [] == [cell for cell in list_cells(table, separator) if cell.startswith(FORMULA)]
    assert [f"s{number}" for number in range(len(texts))] == sorted(
        (row["student"] for row in csv.DictReader(io.StringIO(table))), key=lambda each: int(each[1:])
    )


@pytest.mark.parametrize("identifier", ["00123", "20231234567890123", "1e5", "1-2", "true"])
def test_an_id_that_looks_like_a_number_is_a_text(identifier: str) -> None:
    """A program reads back the very id; whatever tells texts from numbers by their quotes keeps every zero."""
    table = write_csv([make_row(name(reports.make_partly_right(), identifier, identifier))], ASSIGNMENT)
    assert f'\n"{identifier}","{identifier}",18,25,100,"failed",8,2,0,"",""\n' in table
    assert identifier == next(csv.DictReader(io.StringIO(table)))["student"]
    (_, row) = csv.reader(io.StringIO(table), quoting=csv.QUOTE_NONNUMERIC)
    assert [identifier, identifier, 18.0, 25.0, 100.0] == row[:5]


def test_a_row_is_a_fraction_of_its_report() -> None:
    """Of a university's night only rows stay in memory: below 1 KiB each."""
    content = pickle.dumps(reports.make_partly_right())
    pickle.loads(content)
    tracemalloc.start()
    try:
        rows = [make_row(pickle.loads(content)) for _ in range(200)]
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size / len(rows) < 1024
