"""The folder of results over a term: latecomers, another homework, two batches at once, and what is signed of it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from grader.batch.entries import Entry
from grader.batch.results import settle_seed
from grader.batch.work import grade_entry
from grader.course.intake import _open_regular
from grader.course.manifest import find_assignment, read_course
from grader.harness.grading import Grader
from grader.model.report import Mode
from grader.worker.process import Launcher
from tests.cli.commands import LOOP, WRONG, Done, finish, hand_in, run_grade, start_grade
from tests.cli.processes import are_gone, list_descendants, list_harnesses, wait_for_work
from tests.cli.test_batch import read_gradebook, read_reports
from tests.courses import MANIFEST, SOLUTION, write_course
from tests.worker.processes import wait_until

# What Python would import in place of its own module; it tells that it ran, and then is what was asked for.
IMPOSTOR = """
open({marker!r}, "a").write(__name__)
import importlib.util, sys
del sys.modules[__name__]
sys.path[:] = [place for place in sys.path if place not in ("", {folder!r})]
sys.modules[__name__] = importlib.import_module(__name__)
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A course, a key, and two students' work."""
    write_course(tmp_path)
    for name in ("ann", "bob"):
        hand_in(tmp_path / "in" / name / "tiny.py", SOLUTION)
    assert 0 == run_grade("keygen", "staff.key", folder=tmp_path).code
    return tmp_path


def batch(office: Path, *options: object, folder: str = "in") -> Done:
    """Grade a folder into the same results."""
    return run_grade("batch", "hw1", folder, "--out", "out", *options, folder=office)


def verify(office: Path) -> Done:
    """Check all results."""
    return run_grade("verify", "out", "--key", "staff.key.pub", folder=office)


# ---------------------------------------------------------------- the gradebook


def test_a_latecomer_is_added(office: Path) -> None:
    """The class stays in the gradebook, and the summary says that it is there."""
    assert 0 == batch(office).code
    hand_in(office / "late/kim/tiny.py", WRONG)
    done = batch(office, folder="late")
    assert done.out.startswith("Graded          1 of 1 ")
    assert done.out.endswith("Gradebook       out/gradebook.csv, with 2 graded earlier\n")
    scores = {name: row["score"] for name, row in read_gradebook(office / "out").items()}
    assert {"ann": "100", "bob": "100", "kim": "40"} == scores
    assert 1 == len({report["seed"] for report in read_reports(office / "out").values()})


def test_an_earlier_report_that_cannot_be_read_stops_nobody(office: Path) -> None:
    """It is named, and everybody else has a row."""
    hand_in(office / "out/old/report.json", "no report")
    done = batch(office)
    assert (0, ["ann", "bob"]) == (done.code, list(read_gradebook(office / "out")))
    assert "out/old/report.json is no report: it is not JSON; it has no row in the gradebook\n" in done.err


def test_another_homework_has_results_of_its_own(office: Path) -> None:
    """One student's reports of two homeworks would have one name."""
    assert 0 == batch(office).code
    seeds = office / "out/seed.json"
    seeds.write_text(seeds.read_text().replace("hw1", "hw7"))
    before = read_reports(office / "out")
    done = batch(office)
    assert (2, "") == (done.code, done.out)
    assert "grade: out holds the results of hw7\n       choose another --out\n" in done.err
    assert before == read_reports(office / "out")


@pytest.mark.parametrize("seed", ['"x"', "-5", "1.5", "true", "null"])
def test_a_seed_that_is_none_is_refused(office: Path, seed: str) -> None:
    """Before anything is graded with it."""
    (office / "out").mkdir()
    (office / "out/seed.json").write_text(f'{{"hw1": {seed}}}')
    assert "grade: out/seed.json cannot be read\n" in batch(office).err


def test_two_batches_at_once_draw_one_seed(tmp_path: Path) -> None:
    """Whoever comes second reads what the first one wrote."""
    write_course(tmp_path)
    homework = find_assignment(read_course(tmp_path), "hw1")
    for number in range(20):
        out = tmp_path / f"out{number}"
        out.mkdir()
        with ThreadPoolExecutor(8) as pool:
            drawn = set(pool.map(lambda _, out=out: settle_seed(out, homework, None), range(8)))
        assert {json.loads((out / "seed.json").read_text())["hw1"]} == drawn


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_grades_are_for_their_owner_alone(office: Path) -> None:
    """A gradebook is everybody's marks."""
    batch(office)
    assert 0o600 == (office / "out/gradebook.csv").stat().st_mode & 0o777


# ---------------------------------------------------------------- what is handed in


def test_what_cannot_be_read_by_us_is_no_zero(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails is the machine's failure: the score stays empty, and the reason is told."""

    def fail(path: Path, follow: bool) -> object:
        if "bob" in str(path):
            raise OSError(errno.EIO, "Input/output error")
        return _open_regular(path, follow)

    monkeypatch.setattr("grader.course.intake._open_regular", fail)
    places = [office / "in/ann", office / "in/bob", hand_in(office / "in/bobby.zip", SOLUTION)]
    course = read_course(office)
    assignment = find_assignment(course, "hw1")
    with closing(Grader(course, assignment, Launcher(assignment.limits), Mode.BATCH)) as grader:
        ann, bob, bobby = (grade_entry(grader, Entry(place.stem, place), 0) for place in places)
    assert (100, None, None) == (ann.score, bob.score, bobby.score)
    assert "bob cannot be read: Input/output error" in bob.warnings[0]


def test_a_submission_of_another_kind_is_not_lost(office: Path) -> None:
    """It gets its row and a reason; what may be anything is named when all is done."""
    for name in ("choi.tar.gz", "jung.ipynb", "kang.7z", "notes.txt", "__MACOSX/ann/tiny.py"):
        hand_in(office / "in" / name, SOLUTION)
    done = batch(office)
    problems = {name: row["problem"] for name, row in read_gradebook(office / "out").items()}
    assert ["ann", "bob", "choi.tar", "jung", "kang"] == sorted(problems)
    assert "jung.ipynb is no folder, Python file or zip." == problems["jung"]
    assert "Left alone      2 that are no submission: __MACOSX, notes.txt\n" in done.out


def test_nobody_is_left_out_for_what_lies_in_their_folder(office: Path) -> None:
    """Not even for something that looks like a batch's results."""
    for name in ("seed.json", "gradebook.csv", "report.json"):
        hand_in(office / "in/ann" / name, "{}")
    assert 0 == batch(office).code
    assert ["ann", "bob"] == list(read_gradebook(office / "out"))


@pytest.mark.parametrize("options", [["--jobs", 2], ["--sign", "../staff.key"]], ids=["jobs", "sign"])
def test_nothing_is_imported_from_among_the_submissions(office: Path, options: list[object]) -> None:
    """Nobody's pickle.py runs beside the key or in a process that grades, wherever the command is typed."""
    folder, marker = office / "in", office / "marker"
    for name in ("pickle", "struct", "click", "json", "tempfile", "numpy"):
        hand_in(folder / f"{name}.py", IMPOSTOR.format(marker=str(marker), folder=str(folder)))
    process = start_grade("batch", "hw1", ".", "--out", "../out", *options, "--course", "..", folder=folder)
    done = finish(process)
    assert (0, True) == (done.code, done.out.startswith("Graded          8 of 8 ")), done.err
    assert not marker.exists()


# ---------------------------------------------------------------- what is signed


def test_a_latecomer_s_batch_signs_no_older_report(office: Path) -> None:
    """What was changed since it was signed stays refused."""
    assert 0 == batch(office, "--sign", "staff.key").code
    path = office / "out/bob/report.json"
    path.write_text(path.read_text("utf-8").replace('"name": "bob"', '"name": "rob"'), "utf-8")
    hand_in(office / "late/kim/tiny.py", SOLUTION)
    assert 0 == batch(office, "--sign", "staff.key", folder="late").code
    done = verify(office)
    assert (1, "Verified        5 of 6 reports") == (done.code, done.out.splitlines()[-1])
    assert "out/bob/report.json: it is not what was signed" in done.err


def test_a_report_is_its_student_s_alone(office: Path) -> None:
    """A good report with its signature, copied into another's folder, is no report of theirs."""
    assert 0 == batch(office, "--sign", "staff.key").code
    for path in (office / "out/ann").iterdir():
        shutil.copy(path, office / "out/bob")
    done = verify(office)
    assert (1, "Verified        2 of 4 reports") == (done.code, done.out.splitlines()[-1])
    assert 2 == done.err.count("it is the report of ann, and lies in the folder of bob")


def test_one_view_is_not_the_other(office: Path) -> None:
    """A student's view where the staff's should be would hide what happened."""
    assert 0 == batch(office, "--sign", "staff.key").code
    for end in ("", ".sig"):
        shutil.copy(office / f"out/ann/report.student.json{end}", office / f"out/ann/report.json{end}")
    assert "out/ann/report.json: it is the student's view under the name of the other" in verify(office).err


def test_what_is_not_official_is_not_signed(office: Path) -> None:
    """Not one of a folder, even if the others are."""
    assert 0 == batch(office).code
    done = run_grade("sign", "out", "--key", "staff.key", folder=office)
    assert (2, "") == (done.code, done.out)
    assert "ann/report.json is no official report, so it is not signed" in done.err
    assert [] == list((office / "out").glob("*/*.sig"))


def test_a_folder_may_begin_with_a_dash(office: Path) -> None:
    """It is a path all the same."""
    done = run_grade("batch", "hw1", "in", "--out", "./-out", "--sign", "staff.key", folder=office)
    assert (0, "") == (done.code, "".join(line for line in done.err.splitlines() if "grade:" in line))
    assert 4 == len(list((office / "-out").glob("*/*.sig")))


# ---------------------------------------------------------------- when it is ended


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A course and students' work that takes for ever."""
    write_course(tmp_path, manifest=f"{MANIFEST}\n[limits]\ncall_seconds = 300\nsubmission_seconds = 300\n")
    for name in ("an", "kim", "lee"):
        hand_in(tmp_path / "in" / name / "tiny.py", LOOP)
    return tmp_path


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals are POSIX's")
@pytest.mark.parametrize("ending", ["SIGTERM", "SIGKILL"])
def test_a_batch_that_is_killed_leaves_no_process(endless: Path, ending: str) -> None:
    """Nobody is left to end them: they see it for themselves."""
    process = start_grade("batch", "hw1", "in", "--out", "out", "--jobs", 2, folder=endless)
    assert wait_for_work(process.pid)
    started = list_descendants(process.pid)
    os.kill(process.pid, getattr(signal, ending))
    finish(process)
    assert wait_until(lambda: are_gone(started))


def test_an_interrupt_at_the_start_says_one_thing(endless: Path) -> None:
    """Processes that have only begun to import have nothing to say."""
    process = start_grade("batch", "hw1", "in", "--out", "out", "--jobs", 2, folder=endless)
    assert wait_until(lambda: bool(list_harnesses(process.pid)), 60)
    os.killpg(process.pid, signal.SIGINT)
    done = finish(process, seconds=60)
    assert (130, "") == (done.code, done.out)
    assert ["", "grade: interrupted; what was finished is kept"] == done.err.splitlines()
