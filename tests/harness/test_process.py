"""The harness as a process: one handle, right reports whoever else grades, and an end by one kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.course.intake import take_in
from grader.errors import CouldNotGrade, SuiteError
from grader.harness.process import Harness, HarnessEnded, Settings
from grader.model.report import Mode, Report
from grader.model.submission import Submission
from tests.cli.processes import are_gone, list_descendants, measure_seconds
from tests.courses import MANIFEST, SOLUTION, read_tiny, write_course
from tests.worker.processes import wait_until

WRONG = SOLUTION.replace("2 * x", "3 * x")
LOOP = SOLUTION.replace("return 2 * x", "while True: pass")
PATIENT = "\n[limits]\ncall_seconds = 300\nsubmission_seconds = 300\n"


def make_settings(root: Path, **pieces: str) -> Settings:
    """A tiny course, graded as at a student's desk."""
    course = write_course(root, **pieces)
    return Settings(course, read_tiny(course), Mode.LOCAL)


def hand_in(root: Path, settings: Settings, source: str) -> Submission:
    """A submission with this source."""
    path = root / f"{abs(hash(source))}" / "tiny.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return take_in(path, settings.assignment, "kim")


def test_one_harness_grades_many(tmp_path: Path) -> None:
    """One after another, with nothing carried over."""
    settings = make_settings(tmp_path)
    right, wrong = hand_in(tmp_path, settings, SOLUTION), hand_in(tmp_path, settings, WRONG)
    with Harness(settings) as harness:
        assert [100, 40, 100] == [harness.grade(each, 1).score for each in (right, wrong, right)]
        pid = harness.pid
    assert are_gone([pid])


def test_errors_arrive_as_they_are(tmp_path: Path) -> None:
    """A suite that cannot be imported is the same error here as in one process, for every submission."""
    settings = make_settings(tmp_path, public="import no_such_module\n")
    submission = hand_in(tmp_path, settings, SOLUTION)
    with Harness(settings) as harness:
        for _ in range(2):
            with pytest.raises(SuiteError, match="no_such_module"):
                harness.grade(submission, 1)


class Stubborn(Exception):
    """An exception that cannot be rebuilt on the other side of a pipe."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def raise_stubbornly(grader: object) -> None:
    """The work of a test."""
    raise Stubborn(1, 2)


def return_a_lock(grader: object) -> object:
    """The work of a test: an answer that cannot be pickled."""
    return threading.Lock()


@pytest.mark.parametrize(("work", "said"), [(raise_stubbornly, "Stubborn: 1 and 2"), (return_a_lock, "TypeError")])
def test_what_cannot_travel_is_an_error_with_its_text(tmp_path: Path, work: object, said: str) -> None:
    """The harness goes on afterwards."""
    settings = make_settings(tmp_path)
    with Harness(settings) as harness:
        with pytest.raises(CouldNotGrade, match=said):
            harness.do(work)
        assert 100 == harness.grade(hand_in(tmp_path, settings, SOLUTION), 1).score


def test_a_dead_harness_says_so(tmp_path: Path) -> None:
    """Whether it died before it was asked or afterwards."""
    settings = make_settings(tmp_path, manifest=MANIFEST + PATIENT)
    for early in (True, False):
        harness = Harness(settings)
        if early:
            os.kill(harness.pid, signal.SIGKILL)
        harness.ask(grade_for_ever, hand_in(tmp_path, settings, LOOP))
        if not early:
            os.kill(harness.pid, signal.SIGKILL)
        with pytest.raises(HarnessEnded):
            harness.do(grade_for_ever, hand_in(tmp_path, settings, LOOP))
        harness.close()


def grade_for_ever(grader: object, submission: Submission) -> None:
    """The work of a test."""
    threading.Event().wait()


@pytest.mark.parametrize("end", ["kill", "release"])
def test_a_grading_that_is_given_up_leaves_nothing(tmp_path: Path, end: str) -> None:
    """Not even the worker that student code keeps busy, at every level of the sandbox."""
    settings = make_settings(tmp_path, manifest=MANIFEST + PATIENT)
    before = list_descendants(os.getpid())
    harness = Harness(settings)
    harness.ask(_grade, hand_in(tmp_path, settings, LOOP), 1)
    assert wait_until(lambda: any(measure_seconds(pid) > 2 for pid in list_descendants(harness.pid)), 60)
    started = list_descendants(os.getpid()) - before
    getattr(harness, end)()
    assert wait_until(lambda: are_gone(started), 20)
    harness.close()


def _grade(grader: object, submission: Submission, seed: int) -> Report:
    report: Report = grader.grade_submission(submission, seed)  # type: ignore[attr-defined]
    return report


ORPHAN = """
import os, sys, signal
from pathlib import Path
from grader.course.intake import take_in
from grader.harness.process import Harness, Settings, grade
from grader.model.report import Mode
from tests.courses import read_tiny
from grader.course.manifest import read_course
course = read_course(Path(sys.argv[1]))
settings = Settings(course, read_tiny(course), Mode.LOCAL)
harness = Harness(settings)
harness.ask(grade, take_in(Path(sys.argv[2]), settings.assignment, "kim"), 1)
print(harness.pid, flush=True)
signal.pause()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_harness_ends_with_the_process_that_holds_it(tmp_path: Path) -> None:
    """Which is killed, and has no chance to end others."""
    settings = make_settings(tmp_path, manifest=MANIFEST + PATIENT)
    hand_in(tmp_path, settings, LOOP)
    place = tmp_path / f"{abs(hash(LOOP))}" / "tiny.py"
    command = [sys.executable, "-c", ORPHAN, str(tmp_path), str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as face:
        assert face.stdout is not None
        pid = int(face.stdout.readline())
        assert wait_until(lambda: any(measure_seconds(each) > 2 for each in list_descendants(pid)), 60)
        started = {pid, *list_descendants(pid)}
        face.kill()
    assert wait_until(lambda: are_gone(started), 20)


def test_eight_harnesses_in_threads_one_of_them_killed(tmp_path: Path) -> None:
    """Right reports from all others, whichever it was; and two courses of one name never mix their checks."""
    homes = [tmp_path / name for name in ("one", "two")]
    twice = [make_settings(home) for home in homes]
    sources = [SOLUTION, WRONG]
    harnesses = [Harness(twice[number % 2]) for number in range(8)]

    killed = os.getpid() % 8  # another one in each run

    def grade_some(number: int) -> list[int | None] | None:
        settings, harness = twice[number % 2], harnesses[number]
        submissions = [hand_in(tmp_path / str(number), settings, source) for source in sources]
        scores = [harness.grade(each, number).score for each in submissions]
        if number == killed:
            os.kill(harness.pid, signal.SIGKILL)
        try:
            return scores + [harness.grade(each, number).score for each in submissions * 2]
        except HarnessEnded:
            return None

    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(grade_some, number) for number in range(8)]
        scores = [each.result(300) for each in found]
    for harness in harnesses:
        harness.close()
    assert {number: None if number == killed else [100, 40] * 3 for number in range(8)} == dict(enumerate(scores))


def test_the_process_that_holds_a_harness_needs_neither_numpy_nor_pytest() -> None:
    """Importing them is most of what a grading costs."""
    code = (
        "import sys; import grader.harness.process, grader.batch.executor, grader.desk.regrader, grader.cli.run;"
        "print({'numpy', 'pytest', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "set()\n" == done.stdout
