"""`grade watch`, in a real terminal and without one: graded on every save, and the terminal as it was."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from grader.cli.watch import Page
from grader.model.course import Assignment, Course
from grader.model.submission import Submission
from grader.reporters.text import spell
from tests.cli.commands import LOOP, hand_in, start_grade
from tests.cli.terminal import Terminal, open_terminal
from tests.conftest import ROOT
from tests.courses import SOLUTION, STUB, write_course

WAITING = "watching for the next save"
HALF = SOLUTION.replace("return x / 2", "return x")
BROKEN = "def double(x:\n"
HINTS = '\nhints = ["What is twice 3?", "Add it to itself.", "return x + x"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A kit, and a file of one's own that is half right."""
    write_course(tmp_path, hidden=None)
    manifest = tmp_path / "assignments/hw1_tiny/assignment.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("points = 60\n", f"points = 60{HINTS}"), "utf-8")
    save(tmp_path, HALF)
    return tmp_path


def save(desk: Path, source: str) -> None:
    """Save the file, as an editor does: written beside it, then put in its place."""
    part = hand_in(desk / "mine/.tiny.py.part", source)
    part.replace(desk / "mine/tiny.py")


def open_watch(desk: Path, **size: int) -> Terminal:
    """Watch it, until the first result is there."""
    terminal = Terminal("watch", "hw1", "mine", folder=desk, **size)
    assert terminal.shows("half of 2 is 1", WAITING), terminal.lines
    return terminal


@pytest.fixture
def terminal(desk: Path) -> Iterator[Terminal]:
    """A terminal in which it is watched."""
    opened = open_watch(desk)
    yield opened
    opened.close()


def test_a_save_is_graded_and_what_it_changed_is_said(desk: Path, terminal: Terminal) -> None:
    """One page: the tasks, the first failing check, what changed, and the keys. q leaves the terminal as it was."""
    assert terminal.shows("Score 10 of 20", "q quit"), terminal.lines
    save(desk, SOLUTION)
    assert terminal.shows("+ now passes: halve: half of 2 is 1", "Score 20 of 20", WAITING), terminal.lines
    assert not any("You called" in line for line in terminal.lines)
    save(desk, HALF)
    assert terminal.shows("- no longer passes: halve: half of 2 is 1", "You called", WAITING), terminal.lines
    terminal.type("q")
    assert 0 == terminal.wait()
    assert terminal.is_as_before()


def test_a_file_that_cannot_run_is_survived(desk: Path, terminal: Terminal) -> None:
    """A syntax error, and no file at all; when it is back, it is compared with the last one that ran.

    There is no hint then: nothing has run.
    """
    save(desk, BROKEN)
    assert terminal.shows("Not run", "tiny.py:1", WAITING), terminal.lines
    terminal.type("h")
    assert terminal.shows("Fix the syntax error first."), terminal.lines
    (desk / "mine/tiny.py").unlink()
    assert terminal.shows("There is no tiny.py", WAITING), terminal.lines
    terminal.type("h")
    assert terminal.shows("Fix what is said above first."), terminal.lines
    save(desk, SOLUTION)
    assert terminal.shows("+ now passes: halve: half of 2 is 1", "Score 20 of 20"), terminal.lines
    assert not terminal.shows("+ now passes: double of 2 is 4", seconds=0.2)


def test_a_newer_save_ends_an_endless_run(desk: Path, terminal: Terminal) -> None:
    """Nobody waits for what is no longer there."""
    save(desk, LOOP)
    assert terminal.shows("grading", seconds=20)
    save(desk, SOLUTION)
    assert terminal.shows("Score 20 of 20", WAITING, seconds=20), terminal.lines


def test_the_page_fits_any_window(desk: Path, terminal: Terminal) -> None:
    """The keys stay at the bottom of it, and what has no room is counted."""
    for columns, rows in ((60, 12), (120, 40), (80, 9)):
        terminal.resize(columns, rows)
        assert terminal.shows(WAITING, "q quit"), terminal.lines
        assert max(map(len, terminal.lines)) <= columns
        assert len(terminal.lines) == rows
    assert terminal.shows("more lines; a larger window shows them")


def test_a_small_window_shows_what_is_to_be_mended(tmp_path: Path) -> None:
    """Of ten tasks two break: one failing check is there with its place and cause, whatever has to go for it."""
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    right = (ROOT / "solutions/hw2_forward/forward.py").read_text("utf-8")
    wrong = right.replace("    return X @ W + b", "    return X @ W").replace("np.maximum(x, 0.0)", "np.abs(x)")
    file = tmp_path / "hw2_forward/forward.py"
    file.parent.mkdir()
    file.write_text(right, "utf-8")
    with open_terminal("watch", "hw2", folder=tmp_path, columns=80, rows=24) as terminal:
        assert terminal.shows("Score 100 of 100", WAITING), terminal.lines
        file.write_text(wrong, "utf-8")
        assert terminal.shows("no longer pass", WAITING), terminal.lines
        for columns, rows in ((80, 24), (60, 30)):
            terminal.resize(columns, rows)
            parts = ("other tasks:", "You called", "Expected", "Got", "Where", "Likely", "Score", "q quit")
            assert terminal.shows(*parts), terminal.lines
            assert not any("a larger window" in line for line in terminal.lines)
        terminal.resize(80, 11)
        assert terminal.shows("a larger window", "Where", "Likely", "Score", "q quit"), terminal.lines


def test_keys_do_what_they_say(desk: Path, terminal: Terminal) -> None:
    """The next hint, the next task, all tasks, once more."""
    save(desk, STUB.replace("raise NotImplementedError", "return 0 * x"))
    assert terminal.shows("the failing check", "Score 0 of 20", WAITING), terminal.lines
    terminal.type("h")
    assert terminal.shows("hint 1 of 3", "What is twice 3?", "2 more: press h again."), terminal.lines
    terminal.type("t")
    assert terminal.shows("Task 2  halve"), terminal.lines
    assert terminal.hides("Task 1  double", "What is twice"), terminal.lines
    terminal.type("ㅗ")  # h, on a keyboard that writes Korean
    assert terminal.shows("halve has no hints"), terminal.lines
    terminal.type("a")
    assert terminal.shows("Task 1  double", "Task 2  halve"), terminal.lines
    terminal.resize(80, 24)  # too few lines for all of it
    terminal.type("o")
    assert terminal.shows("report.html", seconds=20), terminal.lines
    assert "Your code" in (desk / ".grade/hw1/report.html").read_text("utf-8")
    terminal.type("x?\x1b")
    terminal.type("r")
    assert terminal.shows("grading", seconds=20)
    assert terminal.shows(WAITING)


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "ascii"])
def test_a_long_hint_is_wrapped(course: Course, hw4: Assignment, encoding: str) -> None:
    """What was asked for is not cut at the window's edge."""
    hint = "1. " + "로짓에서 가장 큰 수를 빼면 " * 9 + "됩니다."
    page = Page(course, hw4, lambda: Submission("kim"), focus=None, no_color=True, hint=hint)
    lines = page.draw(60, 30, False, encoding)
    assert max(map(cell_len, lines)) <= 60
    assert spell("됩니다.", encoding) in "".join(lines)
    assert spell("q 끝내기", encoding).split()[-1] in lines[-1]


def test_who_has_not_begun_gets_a_hint_too(desk: Path) -> None:
    """For the first task that is not done."""
    save(desk, STUB)
    with open_terminal("watch", "hw1", "mine", folder=desk) as terminal:
        assert terminal.shows("Score 0 of 20", WAITING), terminal.lines
        terminal.type("h")
        assert terminal.shows("hint 1 of 3"), terminal.lines


def test_ctrl_c_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    """Also in the middle of an endless run."""
    terminal.type("\x03")
    assert 130 == terminal.wait()
    assert terminal.is_as_before()


def test_one_task_can_be_chosen(desk: Path) -> None:
    """It is shown as long as there is something to mend in it."""
    save(desk, STUB.replace("raise NotImplementedError", "return 0 * x"))
    with open_terminal("watch", "hw1", "mine", "--task", "halve", folder=desk) as terminal:
        assert terminal.shows("Task 2  halve", WAITING), terminal.lines
        assert not any("Task 1  double" in line for line in terminal.lines)


def test_without_a_terminal_there_is_a_line_for_each_run(desk: Path) -> None:
    """No screen is taken over, no key is read."""
    process = start_grade("watch", "hw1", "mine", folder=desk)
    assert process.stdout is not None
    first = process.stdout.readline()
    save(desk, SOLUTION)
    second = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert "hw1  Score 10 of 20 public points" in first
    assert "+ now passes: halve: half of 2 is 1" in second
    assert ("", 130) == (out, process.returncode)
    assert "\x1b" not in first + second + err


def test_what_cannot_be_watched_is_said(desk: Path) -> None:
    """A path that does not exist, a task that is none."""
    for words in (("nowhere",), ("mine", "--task", "halv")):
        process = start_grade("watch", "hw1", *words, folder=desk)
        _, err = process.communicate(timeout=60)
        assert 2 == process.returncode
        assert "did you mean halve?" in err or "does not exist" in err
