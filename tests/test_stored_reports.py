"""Reports in tests/stored, written and signed before report.schema.json was generated: what `report/v1` is for good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.language import Sentence, reading
from grader.model.report import Status, View
from grader.report import NAMES, dump, parse_report, read_report, redact, translate
from grader.schemas import find_fault
from grader.signing import verify_report

STORED = Path(__file__).parent / "stored"
PATHS = [STORED / name for name in NAMES.values()]


def say(path: Path) -> str:
    """Name a file in a test's id."""
    return path.name


@pytest.mark.parametrize("path", PATHS, ids=say)
def test_a_signed_report_of_before_is_verified(path: Path) -> None:
    """The signature is over the file's bytes, and the content is still a report that adds up."""
    report, content = verify_report(path, STORED / "staff.key.pub")
    assert content == path.read_bytes()
    assert (report.score, report.official, report.status) == (40, True, Status.FAILED)


@pytest.mark.parametrize("path", PATHS, ids=say)
def test_a_report_of_before_fits_the_schema(path: Path) -> None:
    """The committed schema accepts it."""
    assert find_fault(json.loads(path.read_bytes()), "report") is None


@pytest.mark.parametrize("path", PATHS, ids=say)
def test_a_report_of_before_is_written_byte_for_byte(path: Path) -> None:
    """A report that is read and written again has the same text."""
    assert dump(read_report(path)) == path.read_text("utf-8")


def test_the_student_s_view_of_before_is_still_made() -> None:
    """Redaction of the staff's view gives the stored view of the student."""
    staff, student = PATHS
    assert dump(redact(read_report(staff))) == student.read_text("utf-8")


def test_a_report_of_before_is_complete() -> None:
    """The fixtures hold all that is hard to store: figures, nan, sentences and their translations."""
    report = read_report(PATHS[0])
    check = report.tasks[0].checks[0]
    assert report.view is View.STAFF
    assert "nan" in map(str, check.figures[0].series[0].values)
    assert isinstance(check.message and check.message.likely, Sentence)
    with reading("ko"):
        assert translate(report) != report


def test_a_report_older_than_some_fields_is_read() -> None:
    """Fields that were added to `report/v1` may be missing, and no others."""
    data = json.loads(PATHS[0].read_bytes())
    del data["run"], data["sentences"], data["submission"]["name"]
    for task in data["tasks"]:
        for check in task["checks"]:
            del check["figures"]
            if check["message"]:
                del check["message"]["exception"], check["message"]["quoted"], check["message"]["cause"]
                del check["message"]["where"]["text"]
    report = parse_report(json.dumps(data).encode(), PATHS[0])
    assert (report.run, report.submission.name, report.tasks[0].checks[0].figures) == (None, "", ())
