"""The proof run of a batch: the model solution is graded before anybody, and a broken check costs nobody a point."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import GRADE, LOOP, WRONG, Done, clean_environment, finish, hand_in, run_grade, start_grade
from tests.cli.processes import wait_for_work
from tests.cli.test_batch import read_gradebook, read_reports
from tests.courses import HIDDEN, MANIFEST, PUBLIC, REFERENCE, SOLUTION, write_course
from tests.worker.processes import wait_until

# The reference raises for what the suite asks it about: no student's value is involved.
ORACLE = HIDDEN.replace("def test_double(student):", "def test_double(student, oracle):").replace(
    "assert_close(student.double(2.0), 4.0)", "assert_close(student.double(200.0), oracle.double(200.0))"
)
RAISING = REFERENCE.replace("return 2 * x", "if x > 100:\n        raise ValueError('too large')\n    return 2 * x")
TYPO = HIDDEN.replace("student.double(2.0)", "student.duble(2.0)")
AFTER = HIDDEN.replace("assert_close(student.double(2.0), 4.0)", "len(student.double(2.0))")


def grade(root: Path, *options: object, out: str = "out") -> Done:
    """Grade two right submissions."""
    for name in ("kim", "lee"):
        hand_in(root / "in" / name / "tiny.py", SOLUTION)
    return run_grade("batch", "hw1", "in", "--out", out, *options, folder=root)


@pytest.mark.parametrize(
    ("pieces", "place", "reason"),
    [
        ({"hidden": ORACLE, "reference": RAISING}, "reference.py:3", "ValueError: too large"),
        (
            {"hidden": TYPO},
            "hidden/test_tiny.py:7",
            "the suite calls duble, a function that the manifest does not name",
        ),
        ({"hidden": AFTER}, "hidden/test_tiny.py:7", "TypeError: object of type 'float' has no len()"),
        ({"hidden": HIDDEN.replace("4.0", "5.0")}, "hidden/test_tiny.py:7", "expected 5; got 4"),
    ],
    ids=["the reference raises", "a name that the manifest lacks", "the suite raises", "a wrong expectation"],
)
def test_a_broken_check_stops_the_batch_before_the_first_submission(
    tmp_path: Path, pieces: dict[str, str], place: str, reason: str
) -> None:
    """Nobody is graded by it; the check, the line of suite or reference, and the reason are told."""
    write_course(tmp_path, **pieces)
    done = grade(tmp_path)
    assert (3, "") == (done.code, done.out)
    assert {} == read_reports(tmp_path / "out")
    assert f"hidden/test_double (double of 2 is 4): {place}: " in done.err
    assert reason in done.err
    assert "--keep-going" in done.err


def test_with_keep_going_a_broken_check_leaves_reports_without_a_score(tmp_path: Path) -> None:
    """No lost point is booked; what is sound is still told, and exit 3 says that something is left to do."""
    write_course(tmp_path, hidden=ORACLE, reference=RAISING)
    done = grade(tmp_path, "--keep-going")
    reports = read_reports(tmp_path / "out")
    assert 3 == done.code
    assert {"kim": None, "lee": None} == {name: report["score"] for name, report in reports.items()}
    statuses = {check["id"]: check["status"] for task in reports["kim"]["tasks"] for check in task["checks"]}
    assert "error" == statuses.pop("hidden/test_double")
    assert {"passed"} == set(statuses.values())
    assert "Needs a person  2 could not be graded" in done.out


def test_with_keep_going_the_hardest_check_is_still_named(tmp_path: Path) -> None:
    """The sound checks of a report without a score have judged it all the same."""
    write_course(tmp_path, hidden=ORACLE, reference=RAISING)
    hand_in(tmp_path / "in/seo/tiny.py", SOLUTION.replace("x / 2", "x"))
    assert "Hardest         halve: half of 2 is 1" in grade(tmp_path, "--keep-going").out


def test_a_file_that_cannot_run_has_its_zero_whatever_the_checks_are(tmp_path: Path) -> None:
    """A broken check has not judged it."""
    write_course(tmp_path, hidden=ORACLE, reference=RAISING)
    hand_in(tmp_path / "in/seo/tiny.py", "def double(:\n")
    grade(tmp_path, "--keep-going")
    assert 0 == read_reports(tmp_path / "out")["seo"]["score"]


def test_a_proof_is_kept_and_made_again_when_something_changed(tmp_path: Path) -> None:
    """A batch that goes on reads what the last one proved; another suite is proved anew."""
    write_course(tmp_path)
    assert 0 == grade(tmp_path).code
    path = tmp_path / "out/proof.json"
    kept = json.loads(path.read_text("utf-8"))
    assert [] == kept["broken"]
    noted = {"id": "hidden/test_double", "name": "kept", "place": "hidden/test_tiny.py:1", "reason": "as it was noted"}
    path.write_text(json.dumps(kept | {"broken": [noted]}))
    assert "as it was noted" in grade(tmp_path).err
    write_course(tmp_path, hidden=HIDDEN + "\n# another one\n")
    assert 0 == grade(tmp_path).code
    assert kept["key"] != json.loads(path.read_text("utf-8"))["key"]


def test_without_a_model_solution_nothing_is_proved_and_nobody_graded(tmp_path: Path) -> None:
    """The command says where it belongs; told to keep going, it grades."""
    write_course(tmp_path, solution=None)
    refused = grade(tmp_path)
    assert 3 == refused.code
    assert "hw1_tiny has no model solution here" in refused.err
    assert "solutions/hw1_tiny/tiny.py" in refused.err
    assert 0 == grade(tmp_path, "--keep-going").code
    assert [100, 100] == [report["score"] for report in read_reports(tmp_path / "out").values()]


# ---------------------------------------------------------------- the machine's failures


FAILS_FOR_A_WHILE = """
import pathlib
from grader.checks import assert_close, task

@task("double", points=50)
def test_double(student):
    '''double of 2 is 4'''
    counter = pathlib.Path(__file__).with_name("counter")
    counter.write_text((counter.read_text() if counter.exists() else "") + "x")
    if len(counter.read_text()) in (2, 3):
        raise OSError("for a moment")
    assert_close(student.double(2.0), 4.0)

@task("halve", points=30)
def test_halve(student):
    '''half of 2 is 1'''
    assert_close(student.halve(2.0), 1.0)
"""


def test_a_passing_failure_of_ours_is_tried_once_more_at_the_end(tmp_path: Path) -> None:
    """The first run of this check is the proof's; the machine fails in kim's, and when that is repeated."""
    write_course(tmp_path, hidden=FAILS_FOR_A_WHILE)
    done = grade(tmp_path)
    assert "1 could not be graded, and are tried once more" in done.err
    assert 0 == done.code
    assert {"kim": 100, "lee": 100} == {n: report["score"] for n, report in read_reports(tmp_path / "out").items()}


def test_a_process_that_hangs_ends_and_its_submission_is_graded_by_another(tmp_path: Path) -> None:
    """Out of memory, Python can wait for ever for a thread that never began; sleeping here stands for it."""
    hanging = FAILS_FOR_A_WHILE.replace("in (2, 3)", "== 2").replace(
        'raise OSError("for a moment")', "time.sleep(3600)"
    )
    manifest = f"{MANIFEST}\n[limits]\nsubmission_seconds = 0.5\n"
    write_course(tmp_path, manifest=manifest, hidden=hanging.replace("import pathlib", "import pathlib, time"))
    done = grade(tmp_path)
    assert 0 == done.code
    assert {"kim": 100, "lee": 100} == {n: report["score"] for n, report in read_reports(tmp_path / "out").items()}


# ---------------------------------------------------------------- versions


def test_rows_of_another_suite_are_named_counted_and_marked(tmp_path: Path) -> None:
    """A latecomer is judged by a mended suite: the gradebook says whose rows are older."""
    write_course(tmp_path)
    grade(tmp_path)
    write_course(tmp_path, hidden=HIDDEN + "\n# mended\n")
    hand_in(tmp_path / "late/seo/tiny.py", SOLUTION)
    done = run_grade("batch", "hw1", "late", "--out", "out", folder=tmp_path)
    rows = read_gradebook(tmp_path / "out")
    assert "2 in the gradebook were judged by another suite" in done.err
    assert "kim, lee" in done.err
    assert "" == rows["seo"]["note"]
    assert all(rows[name]["note"].startswith("judged by other versions: suite ") for name in ("kim", "lee"))
    again = grade(tmp_path)
    assert "judged by another suite" not in again.err
    assert {""} == {row["note"] for row in read_gradebook(tmp_path / "out").values()}


# ---------------------------------------------------------------- signals and pipes


@pytest.mark.skipif(os.name != "posix", reason="Windows has neither signal")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_signal_keeps_and_enters_what_is_finished(tmp_path: Path, number: signal.Signals, jobs: int) -> None:
    """The gradebook has the rows of those that were graded, whichever way the batch is ended."""
    write_course(tmp_path, manifest=f"{MANIFEST}\n[limits]\ncall_seconds = 300\nsubmission_seconds = 300\n")
    for name, source in {"an": SOLUTION, "kim": LOOP, "lee": LOOP}.items():
        hand_in(tmp_path / "in" / name / "tiny.py", source)
    process = start_grade("batch", "hw1", "in", "--out", "out", "--jobs", jobs, folder=tmp_path)
    assert wait_until((tmp_path / "out/an/report.student.json").exists, 120)
    assert wait_for_work(process.pid)
    os.killpg(process.pid, number)
    done = finish(process, seconds=60)
    assert 130 == done.code
    assert {"an": "100"} == {name: row["score"] for name, row in read_gradebook(tmp_path / "out").items()}
    assert "Traceback" not in done.err


def test_a_batch_whose_reader_goes_away_goes_on(tmp_path: Path) -> None:
    """`grade batch … 2>&1 | head -1` has read enough long before the batch is done."""
    write_course(tmp_path)
    for number in range(5):
        hand_in(tmp_path / f"in/s{number}/tiny.py", WRONG)
    command = f"{GRADE} batch hw1 in --out out 2>&1 | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert 1 == len(done.stdout.splitlines())
    assert 5 == len(read_gradebook(tmp_path / "out"))
    assert 0 == done.returncode
    assert "" == done.stderr


def test_an_unread_public_suite_is_proved_too(tmp_path: Path) -> None:
    """A public check can be broken as well as a hidden one."""
    write_course(tmp_path, public=PUBLIC.replace("student.double(2.0)", "student.double(1 / 0)"))
    assert "public/test_double (double of 2 is 4): public/test_tiny.py:7: ZeroDivisionError" in grade(tmp_path).err
