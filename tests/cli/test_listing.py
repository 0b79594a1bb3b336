"""`grade list`: what there is to do."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.cli.screen import read_clock
from tests.cli.commands import finish, run_grade, start_grade
from tests.conftest import ROOT
from tests.courses import MANIFEST, write_course


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a clock of its own")
@pytest.mark.parametrize(
    ("zone", "shown"), [("Asia/Seoul", ["12", "Mar", "2027", "23:59"]), ("UTC", ["12", "Mar", "2027", "14:59", "UTC"])]
)
def test_a_homework_is_named_with_its_file_and_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, shown: list[str]
) -> None:
    """Enough to start: the id to type, the file to fill in, and until when on the clock that is here."""
    set_zone(monkeypatch, zone)
    write_course(tmp_path, manifest=f"due = 2027-03-12T23:59:00+09:00\n{MANIFEST}")
    done = run_grade("list", folder=tmp_path)
    _, row = done.out.splitlines()
    assert (0, "") == (done.code, done.err)
    assert ["hw1", "Tiny", "hw1_tiny/tiny.py", "due", "Fri", *shown] == row.split()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a clock of its own")
def test_the_clock_knows_of_summer_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due in summer is told in winter as the clock will show it then."""
    set_zone(monkeypatch, "Europe/Berlin")
    zone = read_clock().tzinfo
    summer, winter = (datetime(2027, month, 1, 15, tzinfo=UTC).astimezone(zone) for month in (7, 1))
    assert ["17:00 +0200 CEST", "16:00 +0100 CET"] == [f"{moment:%H:%M %z %Z}" for moment in (summer, winter)]
    assert abs(read_clock() - datetime.now(UTC)) < timedelta(seconds=9)


def set_zone(patch: pytest.MonkeyPatch, name: str) -> None:
    """Set this process's clock; `clock` sets it back."""
    patch.setenv("TZ", name)
    time.tzset()


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """The clock as it was, after the test's own patches are undone."""
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ", None)
    if before is not None:
        os.environ["TZ"] = before
    if hasattr(time, "tzset"):
        time.tzset()


def test_without_a_date_the_line_ends_early(tiny: Path) -> None:
    """No blank is left at its end."""
    row = run_grade("list", folder=tiny).out.splitlines()[1]
    assert row.endswith("hw1_tiny/tiny.py")


def test_a_course_is_found_from_inside_and_from_outside(tiny: Path, tmp_path: Path) -> None:
    """From any folder below it, or named."""
    inside = run_grade("list", folder=tiny / "solutions" / "hw1_tiny")
    assert inside == run_grade("list", "--course", tiny, folder=tmp_path)
    assert inside.code == 0


def test_a_name_that_stdout_cannot_encode_is_spelt(tmp_path: Path) -> None:
    """A code page without Korean shows escapes; nothing ends in an error of ours."""
    write_course(tmp_path, course='name = "신경망"\nassignments = ["hw1_tiny"]\n')
    done = finish(start_grade("list", folder=tmp_path, PYTHONIOENCODING="cp1252"))
    assert (0, "\\uc2e0\\uacbd\\ub9dd", "") == (done.code, done.out.splitlines()[0], done.err)


def test_columns_are_as_wide_as_their_widest_entry() -> None:
    """The titles of a whole course differ in length."""
    rows = run_grade("list", folder=ROOT).out.splitlines()[1:]
    assert len(rows) == 9
    assert 1 == len({row.index("/") - len(row[: row.index("/")].split()[-1]) for row in rows})
    assert 1 == len({row.index("due ") for row in rows})


def test_two_folders_with_one_id_are_refused(tmp_path: Path) -> None:
    """`grade hw1` would mean one of them; both are named, before anything is listed."""
    write_course(tmp_path)
    path = tmp_path / "assignments/course.toml"
    path.write_text('name = "Tiny"\nassignments = ["hw1_tiny", "hw1_other"]\n')
    done = run_grade("list", folder=tmp_path)
    assert (2, "") == (done.code, done.out)
    assert f"{path}: the folders that assignments names must begin with an id of their own" in done.err
    assert "hw1_tiny and hw1_other have the same id 'hw1'" in done.err
