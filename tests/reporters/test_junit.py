"""The report as JUnit XML."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from grader.model.report import Message, Report, Status
from grader.reporters import junit
from tests.reporters import reports
from tests.reporters.golden_texts import TEXTS, list_texts, read_golden


def parse(report: Report) -> ET.Element:
    """Read a rendered report back, as a CI server would read the file."""
    return ET.fromstring(junit.render(report).encode())


@pytest.mark.parametrize("name", list_texts("junit"))
def test_documents_are_as_agreed(name: str) -> None:
    """Each kind of report is written exactly as its golden text."""
    assert read_golden(name) == TEXTS[name]()


def test_totals_add_up() -> None:
    """The root counts what its suites count, and they count their cases."""
    root = parse(reports.make_slow_and_crashed())
    totals = [int(root.get(total, "")) for total in ("tests", "failures", "errors", "skipped")]
    found = [len(root.findall(f".//{tag}")) for tag in ("testcase", "failure", "error", "skipped")]
    assert [5, 3, 0, 1] == totals == found


@pytest.mark.parametrize(
    ("status", "children"),
    [
        (Status.PASSED, []),
        (Status.FAILED, [("failure", "failed", "FAIL")]),
        (Status.TIMEOUT, [("failure", "timeout", "timeout")]),
        (Status.CRASHED, [("failure", "crashed", "crash")]),
        (
            Status.ERROR,
            [("error", "error", "could not be checked (our fault, not yours). Nothing was deducted.")],
        ),
        (Status.SKIPPED, [("skipped", None, "not run")]),
        (Status.NOT_ATTEMPTED, [("skipped", None, "not attempted yet")]),
    ],
)
def test_each_status_has_its_element(status: Status, children: list[tuple[str, str | None, str]]) -> None:
    """A failure is the student's, an error ours, and what was not run is skipped."""
    report = reports.make_report(reports.make_task("softmax", status, reports.make_check("a", status)))
    case = parse(report).find(".//testcase")
    assert case is not None
    assert children == [(child.tag, child.get("type"), child.get("message")) for child in case]


def test_names_are_unique_within_a_suite() -> None:
    """Checks with the same docstring are told apart by their ids, and failing that by a number."""
    checks = [reports.make_check("sums to 1", case=case) for case in ("[a]", "[b]", "[b]")]
    report = reports.make_report(reports.make_task("softmax", Status.PASSED, *checks, reports.make_check("other")))
    expected = [
        "sums to 1 (public/test_sums_to_1[a])",
        "sums to 1 (public/test_sums_to_1[b])",
        "sums to 1 (public/test_sums_to_1[b]) #2",
        "other",
    ]
    assert expected == [case.get("name") for case in parse(report).iter("testcase")]


def test_points_are_properties_of_the_suite() -> None:
    """Score, judged and max_score stand with each task and with the whole submission."""
    suites = parse(reports.make_partly_right()).findall("testsuite")
    points = [
        [found.get("value") for key in ("score", "judged", "max_score")
         for found in suite.iterfind(f"properties/property[@name='{key}']")]
        for suite in suites[:3]
    ]  # fmt: skip
    assert points == [["18", "25", "100"], ["8", "8", "20"], ["2", "5", "20"]]


def test_hostile_text_comes_back_as_text() -> None:
    """A parser takes the document and finds no element that a student wrote."""
    root = parse(reports.make_hostile())
    tags = {"testsuites", "testsuite", "properties", "property", "testcase", "failure", "system-out"}
    assert tags == {element.tag for element in root.iter()}
    out = root.find(".//system-out")
    assert out is not None
    assert (out.text or "")[:20] == "::error::\\x1b[31mred"


def test_unknown_times_are_left_out() -> None:
    """A check whose time is withheld has no time, rather than zero."""
    [check] = reports.make_untouched().tasks[0].checks
    hidden = type(check)(check.id, "a", check.visibility, Status.PASSED, 1, 1, seconds=None)
    case = parse(reports.make_report(reports.make_task("softmax", Status.PASSED, hidden))).find(".//testcase")
    assert case is not None
    assert case.attrib == {"name": "a", "classname": "hw4.softmax"}


@pytest.mark.parametrize("make", [reports.make_syntax_error, reports.make_missing_file])
def test_a_file_that_cannot_run_is_one_failure(make: Callable[[], Report]) -> None:
    """A suite of skipped checks alone would pass for a green one."""
    root = parse(make())
    assert [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None] == [
        "the file can be checked"
    ]
    assert str(len(make().tasks)) == root.get("skipped")


def test_a_failure_of_ours_before_any_check_is_one_error() -> None:
    """A report without a result is an error in CI, never a pass."""
    root = parse(reports.make_report(status=Status.ERROR, score=None))
    assert [root.get(total) for total in ("tests", "failures", "errors")] == ["1", "0", "1"]


def test_the_likely_cause_is_the_message() -> None:
    """A CI page shows the message alone until one asks for more."""
    message = Message(expected="1", got="2", likely="a factor of 2")
    check = reports.make_check("a", Status.FAILED, message=message)
    report = reports.make_report(reports.make_task("softmax", Status.FAILED, check))
    failure = parse(report).find(".//failure")
    assert failure is not None
    assert failure.get("message") == "a factor of 2"
    assert failure.text == "Expected: 1\nGot: 2\nLikely: a factor of 2"
