"""Whose results are whose: an id belongs to who had it first, and results are taken only from what a batch wrote."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from grader.batch.entries import list_entries
from grader.batch.ledger import read_ledger
from grader.batch.results import claim_ids, settle_seed
from grader.course.intake import make_id
from grader.course.manifest import find_assignment, read_course
from grader.errors import ReportError
from tests.cli.commands import WRONG, Done, finish, hand_in, run_grade, start_grade
from tests.cli.test_batch import read_gradebook, read_reports
from tests.courses import SOLUTION, write_course

MINJUN = "민준"


def batch(office: Path, folder: str, *options: object) -> Done:
    """Grade a folder into the same results."""
    return run_grade("batch", "hw1", folder, "--out", "out", *options, folder=office)


def read_ids(office: Path) -> dict[str, str]:
    """Ids by the names of what was handed in."""
    return {report["submission"]["name"]: name for name, report in read_reports(office / "out").items()}


def read_scores(office: Path) -> dict[str, int]:
    """Scores by the names of what was handed in."""
    return {report["submission"]["name"]: report["score"] for report in read_reports(office / "out").values()}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A course."""
    write_course(tmp_path)
    return tmp_path


# ---------------------------------------------------------------- whose an id is


@pytest.mark.parametrize("first", [MINJUN, make_id(MINJUN)])
def test_nobody_takes_an_id_of_an_earlier_batch(office: Path, first: str) -> None:
    """A folder that is called like another student's id gets an id of its own, whichever of them came first."""
    second = ({MINJUN, make_id(MINJUN)} - {first}).pop()
    for name, text in ((first, SOLUTION), (second, WRONG)):
        hand_in(office / name / name / "tiny.py", text)
    assert 0 == batch(office, first).code
    done = batch(office, second)
    assert {first: 100, second: 40} == read_scores(office)
    ids = read_ids(office)
    assert (make_id(MINJUN), 2) == (ids[first], len(set(ids.values())))
    told = f"the same id was asked for by {second} ({ids[second]}), {first} ({ids[first]}); compare the names\n"
    assert told in done.err
    assert "Note            another submission asked for the same id" in done.out
    rows = read_gradebook(office / "out")
    assert all("compare the names" in rows[identifier]["note"] for identifier in ids.values())
    student = json.loads((office / "out" / ids[second] / "report.student.json").read_text("utf-8"))
    assert ["another submission asked for the same id; the two have different ids, and a report each"] == student[
        "warnings"
    ]


def test_three_batches_keep_everybody_s_id(office: Path) -> None:
    """The first, the one who came between and the one who hands in again, each alone or together."""
    names = [MINJUN, make_id(MINJUN), make_id(f"{make_id(MINJUN)} ")]
    for name in names:
        hand_in(office / "all" / name / "tiny.py", SOLUTION)
        shutil.copytree(office / "all" / name, office / "alone" / f"in {name}" / name)
    for name in names:
        assert 0 == batch(office, f"alone/in {name}").code
    ids = read_ids(office)
    assert 3 == len(set(ids.values()))
    for folder in ("all", *(f"alone/in {name}" for name in reversed(names))):
        assert 0 == batch(office, folder).code
        assert ids == read_ids(office)


@pytest.mark.parametrize("again", ["kim", "kim.py", "kim.zip", "kim.ipynb"])
def test_who_hands_in_again_keeps_the_id(office: Path, again: str) -> None:
    """In whatever it is packed; nobody has to be told of anything."""
    hand_in(office / "first/kim/tiny.py", WRONG)
    hand_in(office / "second" / (f"{again}/tiny.py" if again == "kim" else again), SOLUTION)
    if again == "kim.py":
        (office / "second/kim.py").rename(office / "second/kim.PY")
    batch(office, "first")
    done = batch(office, "second")
    assert ["kim"] == list(read_gradebook(office / "out"))
    assert "asked for" not in done.err + done.out


def test_a_name_of_another_case_is_another_student(office: Path) -> None:
    """On some systems their folders would be the same one."""
    hand_in(office / "first/kim/tiny.py", SOLUTION)
    hand_in(office / "second/KIM/tiny.py", WRONG)
    batch(office, "first")
    batch(office, "second")
    ids = read_ids(office)
    assert ("kim", 2) == (ids["kim"], len({each.casefold() for each in ids.values()}))
    assert {"kim": 100, "KIM": 40} == read_scores(office)


def test_a_folder_with_an_ending_is_not_the_student_without(office: Path) -> None:
    """`kim.zip` as a folder's name is a name."""
    hand_in(office / "first/kim/tiny.py", SOLUTION)
    (office / "second/kim.zip").mkdir(parents=True)
    (office / "second/kim.zip/tiny.py").write_text(WRONG)
    batch(office, "first")
    batch(office, "second")
    assert {"kim": 100, "kim.zip": 40} == read_scores(office)


def test_a_name_spelt_by_another_system_is_the_same(office: Path) -> None:
    """macOS takes syllables apart; both spellings at once are two submissions."""
    apart = "\u1106\u1175\u11ab\u110c\u116e\u11ab"
    hand_in(office / "first" / MINJUN / "tiny.py", SOLUTION)
    hand_in(office / "second" / apart / "tiny.py", SOLUTION)
    shutil.copytree(office / "first", office / "both")
    shutil.copytree(office / "second", office / "both", dirs_exist_ok=True)
    for folder in ("first", "second"):
        batch(office, folder)
        assert [make_id(MINJUN)] == list(read_gradebook(office / "out"))
    batch(office, "both")
    assert 2 == len(read_gradebook(office / "out"))


def test_ids_are_entered_before_anything_is_graded(office: Path) -> None:
    """A second batch that begins meanwhile sees whose they are."""
    hand_in(office / "in/kim/tiny.py", SOLUTION)
    batch(office, "in")
    shutil.rmtree(office / "out/kim")
    hand_in(office / "late/KIM/tiny.py", SOLUTION)
    (entry,) = list_entries(office / "late", office / "out")[0]
    assert "kim" != entry.id.casefold()


# ---------------------------------------------------------------- where results are taken from


def forge(office: Path, name: str, score: int = 100) -> Path:
    """A folder of results as a student would prepare it: right in everything that they can know."""
    hand_in(office / "forge/mallory/tiny.py", WRONG)
    assert 0 == run_grade("batch", "hw1", "forge", "--out", "prepared", "--seed", 7, folder=office).code
    path = office / "prepared/mallory/report.json"
    path.write_text(path.read_text("utf-8").replace('"score": 40', f'"score": {score}'), "utf-8")
    shutil.move(office / "prepared", office / name)
    return office / name


def test_results_that_a_student_prepared_are_refused(office: Path) -> None:
    """Somebody else's ledger proves nothing here: the seed would be known, and a forged row entered."""
    forge(office, "out")
    ledger = office / "out/ledger.jsonl"
    ledger.write_text(ledger.read_text().replace('"code": "', '"code": "0'))  # as another key makes it
    hand_in(office / "in/ann/tiny.py", SOLUTION)
    before = read_reports(office / "out")
    done = batch(office, "in")
    assert (2, "") == (done.code, done.out)
    assert "grade: out holds results that your batches on this machine did not write\n       choose" in done.err
    assert before == read_reports(office / "out")


def test_a_seed_without_a_ledger_is_refused(office: Path) -> None:
    """Nothing says that a batch drew it."""
    hand_in(office / "in/ann/tiny.py", SOLUTION)
    hand_in(office / "out/seed.json", '{"hw1": 7}')
    assert "did not write" in batch(office, "in").err
    assert [] == list((office / "out").glob("*/report.json"))


def test_a_seed_that_was_exchanged_is_refused(office: Path) -> None:
    """The ledger has the one that was drawn."""
    hand_in(office / "in/ann/tiny.py", SOLUTION)
    batch(office, "in")
    (office / "out/seed.json").write_text('{"hw1": 7}')
    assert "did not write" in batch(office, "in").err


@pytest.mark.parametrize("where", ["in", "in/mallory", "in/mallory/results", "way", "IN/mallory"])
def test_no_submission_is_the_folder_of_results(office: Path, where: str) -> None:
    """Nor lies in it, whatever leads there."""
    hand_in(office / "in/ann/tiny.py", SOLUTION)
    hand_in(office / "in/mallory/seed.json", '{"hw1": 7}')
    (office / "way").symlink_to("in/mallory")
    if where.startswith("IN"):
        (office / "IN").symlink_to("in")  # what a file system that does not tell them apart makes of it
    before = sorted(office.rglob("*"))
    done = run_grade("batch", "hw1", "in", "--out", where, folder=office)
    assert (2, "grade: the reports cannot go among the submissions in in") == (done.code, done.err.split("\n")[0])
    assert before == sorted(office.rglob("*"))


def test_a_report_that_no_batch_wrote_has_no_row(office: Path) -> None:
    """Forged, changed, an older one, or put there in another's name: each is named."""
    for name in ("ann", "bob", "kim", "lee"):
        hand_in(office / "in" / name / "tiny.py", SOLUTION)
    batch(office, "in")
    older = (office / "out/kim/report.json").read_bytes()
    batch(office, "in")
    (office / "out/kim/report.json").write_bytes(older)
    shutil.copytree(office / "out/ann", office / "out/eve")
    shutil.copy(office / "out/ann/report.json", office / "out/lee/report.json")
    changed = office / "out/bob/report.json"
    changed.write_text(changed.read_text("utf-8").replace('"failed"', '"passed"').replace("100", "99"), "utf-8")
    hand_in(office / "late/choi/tiny.py", SOLUTION)
    done = batch(office, "late")
    assert ["ann", "choi"] == list(read_gradebook(office / "out"))
    for name in ("bob", "eve", "kim", "lee"):
        path = f"out/{name}/report.json"
        assert f"{path} is not the report that a batch wrote there; it has no row in the gradebook\n" in done.err


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
def test_reports_do_not_follow_a_link(office: Path) -> None:
    """A student's folder of results that leads elsewhere is refused before anything is graded."""
    hand_in(office / "in/ann/tiny.py", SOLUTION)
    (office / "out").mkdir()
    (office / "elsewhere").mkdir()
    (office / "out/ann").symlink_to(office / "elsewhere")
    done = batch(office, "in")
    assert (2, True) == (done.code, "out/ann is not a folder that a batch made" in done.err)
    assert [] == list((office / "elsewhere").iterdir())


def test_a_line_that_was_cut_short_takes_no_other_with_it(office: Path) -> None:
    """A crash or a full disk in the middle of it."""
    hand_in(office / "in/ann/tiny.py", SOLUTION)
    hand_in(office / "late/kim/tiny.py", SOLUTION)
    batch(office, "in")
    with (office / "out/ledger.jsonl").open("a") as file:
        file.write('{"id": "bo')
    assert 0 == batch(office, "late").code
    assert ["ann", "kim"] == list(read_gradebook(office / "out"))


def test_of_two_batches_at_once_one_is_told(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked whose the id is before either entered it."""
    for name in ("kim", "KIM"):
        hand_in(office / f"in {name}" / name / "tiny.py", SOLUTION)
    homework = find_assignment(read_course(office), "hw1")
    first, second = (list_entries(office / f"in {name}", office / "out")[0] for name in ("kim", "KIM"))
    settle_seed(office / "out", homework, None)
    outdated = read_ledger(office / "out")
    assert [] == claim_ids(first, office / "out")
    monkeypatch.setattr("grader.batch.results._read_ledger", lambda _: outdated)
    assert [] == claim_ids(first, office / "out")  # the same students, graded by two at once
    with pytest.raises(ReportError, match="another batch has just taken the ids KIM"):
        claim_ids(second, office / "out")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that nobody can write in")
def test_without_a_place_for_the_key_the_batch_goes_on(office: Path) -> None:
    """It says that no later one can, and the later one says why."""
    hand_in(office / "in/ann/tiny.py", SOLUTION)
    words = ("batch", "hw1", "in", "--out", "out")
    done = finish(start_grade(*words, folder=office, XDG_CACHE_HOME="/proc/nowhere"))
    assert 0 == done.code
    assert "/proc/nowhere/nn-grader/results.key cannot be kept, so no later batch can add to out\n" in done.err
    done = finish(start_grade(*words, folder=office, XDG_CACHE_HOME="/proc/nowhere"))
    assert (2, True) == (done.code, "out holds results that your batches on this machine did not write" in done.err)


def test_a_report_that_is_graded_again_loses_its_signature(office: Path) -> None:
    """It was that of the report before; nobody changed the new one."""
    hand_in(office / "in/ann/tiny.py", SOLUTION)
    run_grade("keygen", "key", folder=office)
    batch(office, "in", "--sign", "key")
    assert 2 == len(list((office / "out/ann").glob("*.sig")))
    batch(office, "in")
    done = run_grade("verify", "out", "--key", "key.pub", folder=office)
    assert (1, 2) == (done.code, done.err.count("it is not signed"))
