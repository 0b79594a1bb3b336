"""One submission per bad input: what its student is told is what the golden report beside it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from grader.explain.replies import COMMON_CLASSES
from grader.harness.grading import Grader
from grader.model.course import Visibility
from grader.model.report import CheckResult, Report, Status
from grader.report import dump, redact
from grader.scoring import find_wrong_total
from tests import golden_reports
from tests.golden_reports import grade_defect, list_defects, read_golden, write_down

# These are judged check by check; in the others nothing could run.
WITHOUT_A_RUN = {
    "exception_at_import": "import_error",
    "loads_torch": "import_error",
    "missing_file": "missing_file",
    "not_utf8": "not_utf8",
    "syntax_error": "syntax_error",
    "wrong_file_name": "missing_file",
    "zip_slip": "bad_archive",
}
RIGHT = {"prints_1gb", "returns_list"} | {name for name in list_defects() if name.startswith("right_")}


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """One warm grader for all of them."""
    made = golden_reports.make_grader()
    yield made
    made.close()


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """The reports that were made so far: each submission is graded once."""
    return {}


@pytest.fixture(params=list_defects())
def defect(request: pytest.FixtureRequest) -> str:
    """The name of a submission's folder."""
    name: str = request.param
    return name


@pytest.fixture
def report(defect: str, grader: Grader, reports: dict[str, Report]) -> Report:
    """The staff's report of a submission."""
    if defect not in reports:
        reports[defect] = grade_defect(grader, defect)
    return reports[defect]


def list_checks(report: Report) -> list[CheckResult]:
    """All checks of a report."""
    return [check for task in report.tasks for check in task.checks]


def test_a_student_is_told_what_the_golden_report_says(defect: str, report: Report) -> None:
    """Word for word; `python -m tests.golden_reports` writes them anew."""
    assert read_golden(defect) == write_down(report)


def test_the_denominator_is_the_same_for_everyone(report: Report) -> None:
    """100 points, all of them judged, and a score that is the sum of whole checks."""
    checks = list_checks(report)
    assert (100, 100) == (report.max_score, report.judged)
    assert report.score == sum(check.points for check in checks) == sum(task.score for task in report.tasks)
    assert {check.points for check in checks} <= {0} | {check.max_points for check in checks}
    assert Status.ERROR not in {check.status for check in checks}


def test_a_report_can_be_written(report: Report) -> None:
    """Whatever was handed in, both views fit the schema."""
    assert '"schema": "report/v1"' in dump(report)
    assert '"view": "student"' in dump(redact(report))


def test_nothing_of_a_hidden_check_is_revealed(report: Report) -> None:
    """No call, no expected value, nothing printed, no parameters, no time; of an exception a built-in class."""
    for check in list_checks(redact(report)):
        if check.visibility is Visibility.HIDDEN:
            assert (None, "", False) == (check.seconds, check.output, "[" in check.id)
            if check.message:
                assert ("", "") == (check.message.called, check.message.expected)
                name = check.message.exception
                said = "raised an exception" if name == "Exception" else f"raised {name}"
                assert check.message.got == (said if name else "")
                assert name in {"", "Exception", *COMMON_CLASSES}


def test_no_hidden_value_is_anywhere_in_the_student_s_view(report: Report) -> None:
    """Whatever the staff is told of the inputs and answers of hidden checks, no text of a student's report has it."""
    public = {line for check in list_checks(report) for line in list_told(check, Visibility.PUBLIC)}
    hidden = {line for check in list_checks(report) for line in list_told(check, Visibility.HIDDEN)}
    telling = [line for line in hidden - public if any(map(str.isdigit, line))]
    texts = list(list_texts(json.loads(dump(redact(report)))))
    assert [] == [
        (line, text) for line in telling for text in texts if line == text or (len(line) > 3 and line in text)
    ]


def list_texts(value: Any) -> Iterator[str]:
    """Every text of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from list_texts(part)


def list_told(check: CheckResult, visibility: Visibility) -> list[str]:
    """The lines that tell inputs and values of a check of this visibility."""
    if check.message is None or check.visibility is not visibility:
        return []
    return "\n".join((check.message.called, check.message.expected, check.message.got, check.output)).splitlines()


def test_what_cannot_run_is_told_once(defect: str, report: Report) -> None:
    """One problem and every check skipped, or no problem at all."""
    kind = WITHOUT_A_RUN.get(defect)
    assert kind == (report.problem.kind if report.problem else None)
    assert (kind is not None) == ({Status.SKIPPED} == {check.status for check in list_checks(report)})


def test_right_answers_keep_their_points(defect: str, report: Report) -> None:
    """Packed, named, rounded or looped differently: 100; and every defect costs something."""
    assert (defect in RIGHT) == (report.score == 100) == (report.status is Status.PASSED)


@pytest.mark.parametrize(
    ("defect", "task", "status", "kept"),
    [
        ("infinite_loop", "sigmoid_via_softmax", Status.TIMEOUT, 90),
        ("os_exit", "predict", Status.CRASHED, 82),
        ("segfault", "predict", Status.CRASHED, 82),
        ("sys_exit", "predict", Status.FAILED, 82),
        ("returns_none", "predict", Status.FAILED, 72),
    ],
    indirect=["defect"],
)
def test_one_bad_function_costs_its_own_task(report: Report, task: str, status: Status, kept: int) -> None:
    """Its task says how it ended, and the points of the other tasks are kept."""
    (hit,) = (each for each in report.tasks if each.id == task)
    assert hit.status is status
    assert kept <= sum(each.score for each in report.tasks)
    assert {status, Status.PASSED} >= {check.status for check in hit.checks}


def test_each_hanging_call_is_given_less_time(grader: Grader, reports: dict[str, Report]) -> None:
    """All checks of an endless loop time out, and a function that hung once is waited for less long."""
    if "infinite_loop" not in reports:
        reports["infinite_loop"] = grade_defect(grader, "infinite_loop")
    checks = reports["infinite_loop"].tasks[-1].checks
    assert {Status.TIMEOUT} == {check.status for check in checks}
    told = [check.message.expected for check in checks if check.message]
    assert ["an answer within 3 seconds", *["an answer within 0.6 seconds"] * 6] == told


def test_every_report_adds_up(report: Report) -> None:
    """Both views: whoever is given one can add the checks' points and comes to the score."""
    assert ("", "") == (find_wrong_total(report), find_wrong_total(redact(report)))
