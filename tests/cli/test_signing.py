"""`grade keygen`, `grade batch --sign`, `grade verify`: the whole way, as a TA goes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Done, hand_in, run_grade
from tests.courses import SOLUTION, write_course


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key, and a signed batch: one right, one broken."""
    folder = tmp_path_factory.mktemp("office")
    write_course(folder / "course")
    for name, text in (("ann", SOLUTION), ("bob", "def (")):
        hand_in(folder / "in" / name / "tiny.py", text)
    assert 0 == run_grade("keygen", "staff.key", folder=folder).code
    done = grade(folder, "out", "--sign", "staff.key")
    assert 0 == done.code, done.err
    return folder


def grade(folder: Path, out: str, *options: str) -> Done:
    """Grade the class."""
    return run_grade("batch", "hw1", "in", "--out", out, "--course", "course", *options, folder=folder)


def test_official_reports_say_so_and_are_signed(office: Path) -> None:
    """Both views of every student's."""
    for name in ("ann", "bob"):
        for view in ("report.json", "report.student.json"):
            assert json.loads((office / "out" / name / view).read_text("utf-8"))["official"] is True
            assert (office / "out" / name / f"{view}.sig").is_file()
    done = run_grade("verify", "out", "--key", "staff.key.pub", folder=office)
    assert (0, "Verified        4 of 4 reports\n", "") == done


def test_one_file_can_be_verified(office: Path) -> None:
    """As a student would, with the public key."""
    done = run_grade("verify", "out/ann/report.student.json", "--key", "staff.key.pub", folder=office)
    assert (0, "Verified        1 of 1 reports\n", "") == done


def test_a_changed_report_is_named(office: Path) -> None:
    """The others are verified all the same."""
    path = office / "out/bob/report.json"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace('"score": 0', '"score": 9'), "utf-8")
    done = run_grade("verify", "out", "--key", "staff.key.pub", folder=office)
    path.write_text(whole, "utf-8")
    assert (1, "Verified        3 of 4 reports\n") == done[:2]
    assert "out/bob/report.json: it is not what was signed" in done.err


def test_without_a_key_nothing_is_official(office: Path) -> None:
    """And nothing is signed."""
    assert 0 == grade(office, "practice").code
    assert json.loads((office / "practice/ann/report.json").read_text("utf-8"))["official"] is False
    done = run_grade("verify", "practice", "--key", "staff.key.pub", folder=office)
    assert (1, "Verified        0 of 4 reports\n") == done[:2]
    assert 4 == done.err.count("it is not signed")


def test_what_is_no_key_is_said_before_grading(office: Path) -> None:
    """Not after the night; and nothing is begun."""
    (office / "no.key").write_text("no key")
    done = grade(office, "later", "--sign", "no.key")
    assert 2 == done.code
    assert "no.key is no private key" in done.err
    assert "grade keygen" in done.err
    assert not (office / "later").exists()


def test_what_cannot_be_signed_can_be_later(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key was there at first and is gone when everything is graded: nothing is lost."""
    answers = iter(["", "the disk was pulled out"])
    monkeypatch.setattr("grader.cli.batch.run_sign", lambda *_: next(answers))
    done = grade(office, "later", "--sign", "staff.key")
    assert 2 == done.code
    assert "everything is graded, and not signed: the disk was pulled out" in done.err
    assert "grade sign later --key KEY" in done.err
    assert (office / "later/gradebook.csv").is_file()
    assert 0 == run_grade("sign", "later", "--key", "staff.key", folder=office).code
    assert 0 == run_grade("verify", "later", "--key", "staff.key.pub", folder=office).code


def test_half_a_grade_is_not_signed(office: Path) -> None:
    """An official score counts every point."""
    done = grade(office, "half", "--sign", "staff.key", "--public-only")
    assert 2 == done.code
    assert "--public-only" in done.err
    assert not (office / "half").exists()


def test_a_folder_without_reports_is_said(office: Path) -> None:
    """Nothing to verify is not all verified."""
    done = run_grade("verify", "in", "--key", "staff.key.pub", folder=office)
    assert 2 == done.code
    assert "in holds no reports" in done.err
