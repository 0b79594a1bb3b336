"""`grade report`: what was stored, shown again or turned into another format."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model.course import Visibility
from grader.model.report import Report, Status, View
from grader.report import write_report
from tests.cli.commands import GRADE, Done, clean_environment, run_grade
from tests.reporters import reports

SECRET = "31337.5"


def make_staff_report() -> Report:
    """A report with a failing hidden check whose input only the staff may see."""
    report = reports.make_partly_right()
    task = report.tasks[1]
    message = replace(task.checks[1].message, called=f"log_softmax({SECRET})")  # type: ignore[type-var]
    hidden = replace(task.checks[1], message=message, visibility=Visibility.HIDDEN)
    tasks = (report.tasks[0], replace(task, checks=(task.checks[0], hidden)))
    return replace(report, view=View.STAFF, seed=42, tasks=tasks)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A folder with a stored report, as `grade batch` leaves it."""
    write_report(make_staff_report(), tmp_path / "results" / "kim" / "report.json")
    return tmp_path / "results" / "kim"


def test_a_report_is_named_by_its_file_or_its_folder(stored: Path) -> None:
    """Both show the same, and need no course."""
    file, folder = (run_grade("report", path, folder=stored) for path in ("report.json", stored))
    assert file == folder == Done(0, file.out, "")
    assert file.out.startswith("hw4 · Softmax")
    assert "is finite when one logit dominates" in file.out


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_the_student_s_view_is_the_usual_one(stored: Path, options: list[str]) -> None:
    """Hidden values come out only when the staff's view is asked for."""
    student = run_grade("report", stored, *options, folder=stored)
    staff = run_grade("report", stored, *options, "--view", "staff", folder=stored)
    assert (False, True) == (SECRET in student.out, SECRET in staff.out)


def test_an_assignment_names_its_last_report(tiny: Path) -> None:
    """As it was graded here, unless a folder of that name has a report; a typo is no assignment."""
    never = run_grade("report", "hw1", folder=tiny)
    assert Done(2, "", "grade: hw1 has not been graded here yet\n       grade it: grade hw1\n") == never
    assert 0 == run_grade("hw1", "solutions", folder=tiny).code
    last = run_grade("report", "hw1", folder=tiny)
    assert last == run_grade("report", ".grade/hw1/report.json", folder=tiny) == Done(0, last.out, "")
    assert last == run_grade("report", "hw1", "--course", tiny, folder=tiny.parent)
    assert "hw7 cannot be read: No such file" in run_grade("report", "hw7", folder=tiny).err
    (tiny / "hw1_tiny").mkdir()
    assert last == run_grade("report", "hw1_tiny", folder=tiny)
    write_report(make_staff_report(), tiny / "hw1_tiny/report.json")
    assert "hw4 · Softmax" in run_grade("report", "hw1_tiny", folder=tiny).out
    (tiny / "empty").mkdir()
    assert "empty/report.json cannot be read" in run_grade("report", "empty", folder=tiny).err


def test_the_staff_s_json_is_the_stored_text(stored: Path) -> None:
    """Read and written again, a report is the same to the byte."""
    done = run_grade("report", stored, "--json", "--view", "staff", folder=stored)
    assert Done(0, (stored / "report.json").read_text("utf-8"), "") == done


def test_what_was_redacted_stays_so(stored: Path) -> None:
    """The staff's view of a student's report is the student's report."""
    student = run_grade("report", stored, "--json", folder=stored)
    (stored / "report.student.json").write_text(student.out, "utf-8")
    again = run_grade("report", "report.student.json", "--json", "--view", "staff", folder=stored)
    assert student == again
    assert ("student", None) == (json.loads(again.out)["view"], json.loads(again.out)["seed"])


def test_other_formats_are_written_from_it(stored: Path) -> None:
    """The same outputs as of a new run, in the view that was asked for."""
    outputs = [word for name in ("json", "junit", "text") for word in ("--output", f"{name}:out/{name}")]
    assert 0 == run_grade("report", stored, *outputs, folder=stored).code
    texts = {name: (stored / "out" / name).read_text("utf-8") for name in ("json", "junit", "text")}
    assert [True] * 3 == ["is finite when one logit dominates" in text for text in texts.values()]
    assert [False] * 3 == [SECRET in text for text in texts.values()]


def test_a_ci_runner_obeys_nothing_of_a_stored_report(tmp_path: Path) -> None:
    """With annotations asked for, the screen is quoted, as in a new run."""
    check = reports.make_check("sums to 1", Status.FAILED, output=reports.EVIL_LINES)
    write_report(reports.make_report(reports.make_task("softmax", Status.FAILED, check)), tmp_path / "report.json")
    done = run_grade("report", ".", "--output", "github", folder=tmp_path)
    assert done.out.startswith("::stop-commands::")
    quoted, annotations = done.out.split(f"::{done.out.split()[0].removeprefix('::stop-commands::')}::\n")
    assert "##[add-mask]" in quoted
    assert "##[add-mask]" not in annotations


@pytest.mark.parametrize(
    ("write", "complaint"),
    [
        (lambda path: None, "{path} cannot be read: No such file or directory"),
        (lambda path: path.mkdir(), "{path}/report.json cannot be read: No such file or directory"),
        (lambda path: path.write_text("score: 100"), "{path} is no report: it is not JSON"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "{path} is no report: it is not JSON"),
        (lambda path: path.write_text("[]"), "{path} is no report/v1: [] is not of type 'object'"),
        (lambda path: path.write_text("{}"), "{path} is no report/v1: the key 'schema' is missing"),
    ],
    ids=["nothing", "empty folder", "text", "bytes", "list", "object"],
)
def test_what_is_no_report_is_said_in_a_sentence(
    tmp_path: Path, write: Callable[[Path], object], complaint: str
) -> None:
    """The path and what is wrong with it, on stderr."""
    path = tmp_path / "x"
    write(path)
    done = run_grade("report", path, folder=tmp_path)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith(f"grade: {complaint.format(path=path)}")


def test_a_report_of_another_form_is_refused(stored: Path) -> None:
    """A key that this version does not know, or a score that is no number, is named."""
    for key, value, told in (("scores", 1, "unknown key 'scores'; did you mean 'score'?"), ("score", "x", "'x' is")):
        data = json.loads((stored / "report.json").read_text("utf-8"))
        (stored / "other.json").write_text(json.dumps(data | {key: value}))
        assert told in run_grade("report", "other.json", folder=stored).err


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("variables", "options", "colored"),
    [
        ({}, [], True),
        ({}, ["--no-color"], False),
        ({"NO_COLOR": "1"}, [], False),
        ({"TERM": "dumb"}, [], False),
    ],
    ids=["terminal", "--no-color", "NO_COLOR", "dumb"],
)
def test_a_terminal_gets_colours_unless_it_wants_none(
    stored: Path, variables: dict[str, str], options: list[str], colored: bool
) -> None:
    """Colours come on a terminal only, and only where nothing speaks against them."""
    master, slave = os.openpty()
    environment = {**clean_environment(), "TERM": "xterm", **variables}
    command = [GRADE, "report", str(stored), *options]
    with subprocess.Popen(command, env=environment, stdout=slave, stderr=slave) as process:
        os.close(slave)
        shown = read_terminal(master)
    assert 0 == process.returncode
    assert colored == ("\x1b[" in shown)
    assert "Score 18 of 25" in shown


def read_terminal(master: int) -> str:
    """Read what is shown on a terminal until the last process has let go of it."""
    shown = b""
    while True:
        try:
            more = os.read(master, 4096)
        except OSError:  # how Linux says that it is over
            more = b""
        if not more:
            os.close(master)
            return shown.decode()
        shown += more


def test_an_output_goes_where_a_link_leads(stored: Path) -> None:
    """Somebody typed it: the link stays, and so does what is no file at all."""
    (stored / "target.txt").write_text("old")
    (stored / "link.txt").symlink_to("target.txt")
    assert 0 == run_grade("report", stored, "--output", "text:link.txt", folder=stored).code
    assert (True, True) == ((stored / "link.txt").is_symlink(), (stored / "target.txt").read_text().startswith("hw4"))


@pytest.mark.skipif(os.name != "posix", reason="needs a named pipe")
def test_an_output_may_be_a_pipe(stored: Path) -> None:
    """It is written into, and not replaced by a file."""
    pipe = stored / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_text, "utf-8")
        assert 0 == run_grade("report", stored, "--output", f"text:{pipe}", folder=stored).code
        assert read.result(30).startswith("hw4 · Softmax")
    assert pipe.is_fifo()


def test_a_reader_who_has_seen_enough_is_no_failure(tiny: Path) -> None:
    """`grade list | head -1`, where head is gone before the first line."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([GRADE, "list"], cwd=tiny, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (0, "") == (done.returncode, done.stderr)
