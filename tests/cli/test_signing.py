"""`grade keygen`, `grade batch --sign`, `grade verify`: the whole way, as a TA goes it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
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
    assert (0, "Verified        4 of 4 reports", "") == (done.code, done.out.splitlines()[-1], done.err)


def test_what_is_signed_is_said(office: Path) -> None:
    """Course, homework, student, run, time and score of every report: a person compares them with what they expect."""
    done = run_grade("verify", "out/bob/report.json", "out/ann", "--key", "staff.key.pub", folder=office)
    report = json.loads((office / "out/bob/report.json").read_text("utf-8"))
    assert re.fullmatch("[0-9a-f]{16}", report["run"])
    facts = f"run {report['run']} · {report['started_at']}"
    ann = facts.replace(report["started_at"], json.loads((office / "out/ann/report.json").read_text())["started_at"])
    assert done.out.splitlines() == [
        f"out/bob/report.json: Tiny course · hw1 · bob (bob) · {facts} · 0 of 100",
        f"out/ann/report.json: Tiny course · hw1 · ann (ann) · {ann} · 100 of 100",
        f"out/ann/report.student.json: Tiny course · hw1 · ann (ann) · {ann} · 100 of 100",
        "Verified        3 of 3 reports",
    ]


def test_one_file_can_be_verified(office: Path) -> None:
    """As a student would, with the public key."""
    done = run_grade("verify", "out/ann/report.student.json", "--key", "staff.key.pub", folder=office)
    assert (0, "Verified        1 of 1 reports", "") == (done.code, done.out.splitlines()[-1], done.err)


def test_a_changed_report_is_named(office: Path) -> None:
    """The others are verified all the same."""
    path = office / "out/bob/report.json"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace('"score": 0', '"score": 9'), "utf-8")
    done = run_grade("verify", "out", "--key", "staff.key.pub", folder=office)
    path.write_text(whole, "utf-8")
    assert (1, "Verified        3 of 4 reports") == (done.code, done.out.splitlines()[-1])
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


# ---------------------------------------------------------------- where a signed report lies


class Term:
    """Signed results of two students in two homeworks, and those of an earlier grading of the first."""

    def __init__(self, root: Path) -> None:
        write_course(root)
        other = root / "assignments/hw2_tiny"
        shutil.copytree(root / "assignments/hw1_tiny", other)
        shutil.copytree(root / "solutions/hw1_tiny", root / "solutions/hw2_tiny")
        (other / "assignment.toml").write_text((other / "assignment.toml").read_text().replace("hw1", "hw2"))
        (root / "assignments/course.toml").write_text('name = "Tiny course"\nassignments = ["hw1_tiny", "hw2_tiny"]\n')
        for name, text in (("ann", SOLUTION), ("bob", "def (")):
            hand_in(root / "in" / name / "tiny.py", text)
        assert 0 == run_grade("keygen", "staff.key", folder=root).code
        self.root, self.out = root, root / "out"
        self.grade("hw1", "out")
        shutil.copytree(self.out, root / "older")
        self.grade("hw1", "out")
        self.grade("hw1", "again")
        self.grade("hw2", "out2")

    def grade(self, homework: str, out: str) -> None:
        """Grade the class."""
        done = run_grade("batch", homework, "in", "--out", out, "--sign", "staff.key", folder=self.root)
        assert 0 == done.code, done.err

    def move(self, source: str, target: str) -> None:
        """Put a signed report in another's place."""
        for end in ("", ".sig"):
            shutil.copy(self.root / f"{source}/report.json{end}", self.root / f"{target}/report.json{end}")

    def verify(self, *paths: str) -> Done:
        """Check reports."""
        return run_grade("verify", *paths, "--key", "staff.key.pub", folder=self.root)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """The results, which take a while."""
    return Term(tmp_path_factory.mktemp("term"))


@pytest.fixture
def term(graded: Term, tmp_path: Path) -> Term:
    """A copy that a test may change."""
    shutil.copytree(graded.root, tmp_path / "term")
    copy = Term.__new__(Term)
    copy.root, copy.out = tmp_path / "term", tmp_path / "term/out"
    return copy


def forget_ledger(term: Term) -> None:
    """Results as an older grader left them, or as they are handed on."""
    for path in term.root.glob("*/ledger.jsonl"):
        path.unlink()


def forget_everything(term: Term) -> None:
    """Nothing but the reports, as they are handed out."""
    forget_ledger(term)
    for path in term.root.glob("*/seed.json"):
        path.unlink()


def leave(term: Term) -> None:
    """Results as they were written."""


@pytest.mark.parametrize("change", [leave, forget_ledger, forget_everything])
def test_reports_that_were_swapped_are_refused(term: Term, change: Callable[[Term], None]) -> None:
    """Even where a shell has named every file."""
    change(term)
    term.move("out/ann", "older/ann")
    term.move("out/bob", "out/ann")
    term.move("older/ann", "out/bob")
    done = term.verify("out/ann/report.json", "out/bob/report.json")
    assert (1, "Verified        0 of 2 reports\n") == done[:2]
    assert "out/ann/report.json: it is the report of bob, and lies in the folder of ann\n" in done.err
    assert "out/bob/report.json: it is the report of ann, and lies in the folder of bob\n" in done.err


def test_a_link_to_another_s_report_is_refused(term: Term) -> None:
    """It lies where the link does."""
    shutil.rmtree(term.out / "bob")
    (term.out / "bob").symlink_to("ann")
    assert "it is the report of ann, and lies in the folder of bob" in term.verify("out/bob/report.json").err


@pytest.mark.parametrize("change", [leave, forget_ledger])
def test_a_report_of_another_homework_is_refused(term: Term, change: Callable[[Term], None]) -> None:
    """It is the same student's, signed, and has more points."""
    change(term)
    term.move("out2/ann", "out/ann")
    done = term.verify("out/ann/report.json")
    assert (1, "Verified        0 of 1 reports\n") == done[:2]
    assert "it is a report of hw2, and lies among the results of hw1\n" in done.err


def test_a_report_of_another_run_is_refused(term: Term) -> None:
    """The homework and the student are right; the class was graded otherwise."""
    term.move("again/ann", "out/ann")
    done = term.verify("out")
    assert (1, "Verified        3 of 4 reports") == (done.code, done.out.splitlines()[-1])
    assert re.search(
        "ann/report.json: it is of the run [0-9a-f]{16}, and lies among the results of [0-9a-f]{16}\n", done.err
    )


def test_an_older_report_is_refused(term: Term) -> None:
    """It was replaced when the same student was graded again in this run."""
    term.move("older/ann", "out/ann")
    done = term.verify("out/ann/report.json", "out/bob/report.json")
    assert (1, "Verified        1 of 2 reports") == (done.code, done.out.splitlines()[-1])
    started = json.loads((term.out / "ann/report.json").read_text("utf-8"))["started_at"]
    assert f"ann/report.json: it was graded at {started}, and a newer report has replaced it\n" in done.err


def test_a_report_that_the_ledger_does_not_know_is_refused(term: Term) -> None:
    """Signed with the key, for this run, and written by no batch."""
    path = term.out / "bob/report.json"
    path.write_text(path.read_text("utf-8").replace('"name": "bob"', '"name": "rob"'), "utf-8")
    assert 0 == run_grade("sign", "out/bob/report.json", "--key", "staff.key", folder=term.root).code
    assert "the ledger of this folder does not know it" in term.verify("out").err


def test_a_student_verifies_a_report_wherever_it_lies(term: Term) -> None:
    """Alone in a folder of their own it can be compared with nothing; what was signed is said."""
    (term.root / "mine").mkdir()
    for end in ("", ".sig"):
        shutil.copy(term.out / f"ann/report.student.json{end}", term.root / "mine" / f"a.json{end}")
    done = term.verify("mine/a.json")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("mine/a.json: Tiny course · hw1 · ann (ann) · run ")


def test_an_older_grader_s_report_is_verified_and_said(term: Term) -> None:
    """It names no run."""
    forget_ledger(term)
    path = term.out / "ann/report.json"
    data = json.loads(path.read_text("utf-8"))
    del data["run"]
    path.write_text(json.dumps(data), "utf-8")
    assert 0 == run_grade("sign", "out", "--key", "staff.key", folder=term.root).code
    done = term.verify("out")
    assert (0, 4) == (done.code, len(done.out.splitlines()) - 1)
    assert "ann (ann) · no run (an older grader wrote it) · 20" in done.out


def test_a_ledger_of_somebody_else_s_obeys_nobody(term: Term) -> None:
    """It may say anything: it is no reason to accept, and nothing of it reaches the terminal as it is."""
    (term.out / "ledger.jsonl").write_text(
        '{"assignment": "\\u001b[2Jhw9", "run": [], "seed": 0, "code": 1}\n[]\n{"code": 2}\n'
    )
    done = term.verify("out/ann/report.json")
    assert (1, "Verified        0 of 1 reports\n") == done[:2]
    assert "among the results of \\x1b[2Jhw9\n" in done.err
