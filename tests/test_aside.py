"""What a homework's own Python prints is for its author: on stderr, whoever else prints at the same time."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from grader.aside import set_aside
from tests.cli.commands import Done, finish, hand_in, start_grade
from tests.courses import HIDDEN, PUBLIC, REFERENCE, SOLUTION, write_course

LOUD = """
import sys
print("imported")

{suite}
    print("a check\\x1b[2J")
    sys.stdout.write("half a line")
"""


@pytest.fixture
def loud(tmp_path: Path) -> Path:
    """A course whose author left prints everywhere, and a student who prints."""
    public, hidden = (LOUD.replace("{suite}", suite.rstrip()) for suite in (PUBLIC, HIDDEN))
    write_course(tmp_path, public=public, hidden=hidden, reference=f'print("reference")\n{REFERENCE}')
    hand_in(tmp_path / "in/ann/tiny.py", SOLUTION.replace("return 2 * x", 'print("mine")\n    return 2 * x'))
    return tmp_path


def grade(loud: Path, *words: object) -> Done:
    """Run the command as a process of its own."""
    return finish(start_grade(*words, folder=loud))


def test_json_is_the_report_alone(loud: Path) -> None:
    """Each line that a suite printed is on stderr, with the suite's name."""
    done = grade(loud, "hw1", "in/ann", "--json")
    assert (0, "report/v1") == (done.code, json.loads(done.out)["schema"])
    lines = done.err.splitlines()
    assert 2 == lines.count("hw1_tiny: imported")
    for suite in ("public", "hidden"):
        assert 1 == lines.count(f"{suite}/test_tiny.py: a check\\x1b[2J")
        assert 1 == lines.count(f"{suite}/test_tiny.py: half a line")
    assert "a check" not in done.out


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_s_summary_stands_alone(loud: Path, jobs: int) -> None:
    """And no report tells what a suite printed."""
    hand_in(loud / "in/bob/tiny.py", SOLUTION)
    done = grade(loud, "batch", "hw1", "in", "--out", "out", "--jobs", jobs)
    assert (0, ["Graded", "Gradebook"]) == (done.code, [line.split()[0] for line in done.out.splitlines()])
    assert 3 == done.err.count("hidden/test_tiny.py: half a line\n")
    assert [] == [path for path in loud.glob("out/*/*.json") if "a check" in path.read_text("utf-8")]


def test_debug_keeps_a_student_s_prints(loud: Path) -> None:
    """They are on stdout as they come, and the suite's are not."""
    done = grade(loud, "hw1", "in/ann", "--debug")
    assert (0, 2) == (done.code, done.out.splitlines().count("mine"))
    assert "half a line" not in done.out
    assert "public/test_tiny.py: half a line\n" in done.err


def test_other_threads_print_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    """A progress bar is drawn while a suite runs."""
    with set_aside("suite"):
        other = threading.Thread(target=print, args=("bar",))
        other.start()
        other.join()
        print("said")
    print("after")
    assert ("bar\nafter\n", "suite: said\n") == capsys.readouterr()


def test_two_suites_at_a_time_leave_stdout_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    """The first may end while the second runs."""
    began, ended = threading.Event(), threading.Event()

    def run_first() -> None:
        with set_aside("first"):
            began.set()
            ended.wait(10)
            print("one")

    first = threading.Thread(target=run_first)
    first.start()
    began.wait(10)
    with set_aside("second"):
        ended.set()
        first.join()
        print("two")
    print("after")
    assert ("after\n", "first: one\nsecond: two\n") == capsys.readouterr()
