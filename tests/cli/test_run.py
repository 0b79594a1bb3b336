"""`grade hw4`: what it prints and where, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from grader.language import choose
from grader.schemas import find_fault
from tests.cli.commands import LOOP, WRONG, Done, finish, hand_in, run_grade, start_grade
from tests.cli.processes import are_gone, list_descendants, wait_for_work
from tests.cli.terminal import open_terminal
from tests.courses import HIDDEN, MANIFEST, NAME, PUBLIC, SOLUTION, STUB, write_course
from tests.worker.processes import wait_until

SECRET = "31337.5"
TELLING = HIDDEN.replace("2.0", SECRET).replace("4.0", "62675.0").replace("1.0", "15668.75")
NOISY = WRONG.replace('print("given", x)', 'print("\\x1b[31m::error::given", x, "##[add-mask]")')
BROKEN = PUBLIC.replace("student.double(2.0)", "student.double(1 / 0)")
SLOW = MANIFEST + "\n[limits]\ncall_seconds = 300\nsubmission_seconds = 300\n"
MISTAKES = {
    "hw1 kimm": "grade: kimm does not exist\n       name the folder, file or zip to grade\n",
    "hw11": "grade: there is no assignment hw11\n       did you mean hw1?\n",
    "hw1_tinny": "grade: there is no assignment hw1_tinny\n       did you mean hw1_tiny?\n",
    "quantum": "grade: there is no assignment quantum\n       this course has: hw1\n",
    "lst": "grade: there is no assignment lst\n       did you mean list?\n",
    "hnt hw1": "grade: there is no assignment hnt\n       did you mean hint?\n",
    "bacth hw1 in --out out": "Did you mean grade batch?\n",
    "hnit hw1 double": "Did you mean grade hint?\n",
    "hw1 --jsn": "No such option '--jsn'. Did you mean '--json'?\n",
    "hw1 kim lee": "Got unexpected extra argument (lee)\n",
    "hw1 --seed -1": "-1 is not in the range 0<=x<=18446744073709551615.\n",
    "hw1 --output jnit:x": "there is no format 'jnit'; did you mean junit?\n",
    "hw1 --output pdf:x": "there is no format 'pdf'; known are json, junit, html, github, text\n",
    "hw1 --output json": "json needs a file to write: json:PATH\n",
    "hw1 --output github:x": "github needs no file: it writes where GitHub Actions asks for it\n",
    "hw1 --json --output github": "beside --output github, use --output json:PATH\n",
    "hw1 --course nowhere": "Directory 'nowhere' does not exist.\n",
}


# ---------------------------------------------------------------- exit codes


@pytest.mark.parametrize(
    ("source", "options", "code"),
    [(SOLUTION, [], 0), (WRONG, [], 1), (WRONG, ["--exit-zero"], 0), ("def double(:", [], 1)],
    ids=["right", "wrong", "wrong, but never mind", "cannot run"],
)
def test_the_exit_code_tells_how_it_went(tiny: Path, source: str, options: list[str], code: int) -> None:
    """0 for every point that could be judged, 1 for fewer; the report is a result, and nothing is complained about."""
    hand_in(tiny / "kim" / "tiny.py", source)
    done = run_grade("hw1", "kim", *options, folder=tiny)
    assert (code, "") == (done.code, done.err)
    assert done.out.startswith("hw1 · Tiny\n")
    assert done.out.endswith("Report .grade/hw1/report.json\n")


def test_a_failure_of_ours_is_3_even_with_exit_zero(tmp_path: Path) -> None:
    """Nothing hides that a check could not be judged; no score is shown, and nothing is deducted."""
    write_course(tmp_path, public=BROKEN, hidden=None)
    done = run_grade("hw1", "solutions", "--exit-zero", folder=tmp_path)
    assert 3 == done.code
    assert "No score this time" in done.out
    assert "Task 1 could not be checked (our fault, not yours). Nothing was deducted." in done.out


def test_all_public_points_are_enough_where_the_rest_is_elsewhere(tmp_path: Path) -> None:
    """Without the hidden suite 20 of 20 exits 0, and the other 80 are not forgotten."""
    write_course(tmp_path, hidden=None)
    done = run_grade("hw1", "solutions", folder=tmp_path)
    assert 0 == done.code
    assert "Score 20 of 20 public points; 80 more are judged at hand-in" in done.out


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_at_the_keyboard_is_2_and_one_sentence(tiny: Path, words: str) -> None:
    """It is said on stderr with the nearest right word; stdout stays empty, and nothing is written."""
    done = run_grade(*words.split(), folder=tiny)
    assert (2, "") == (done.code, done.out)
    assert done.err.endswith(MISTAKES[words])
    assert not (tiny / ".grade").exists()


def test_outside_of_a_course_it_says_where_to_go(tmp_path: Path) -> None:
    """No course here or above: change the folder, or name one."""
    done = run_grade("hw1", folder=tmp_path)
    told = f"grade: there is no course here: no assignments/course.toml in {tmp_path} or above it\n"
    assert Done(2, "", f"{told}       change into the course's folder, or name it with --course DIR\n") == done


@pytest.mark.parametrize(
    ("pieces", "complaint"),
    [
        ({"manifest": MANIFEST.replace("points = 60", "points = 50")}, "the points of all tasks must add up to 100"),
        ({"manifest": MANIFEST.replace("points = 60", "pionts = 60")}, "unknown key 'pionts'"),
        ({"hidden": HIDDEN.replace("points=50", "points=40")}, "its checks are worth 50"),
        ({"public": None, "hidden": None}, "hw1_tiny has no checks"),
        ({"public": "import nothing_of_that_name\n"}, "No module named 'nothing_of_that_name'"),
    ],
    ids=["sum", "key", "suite", "no suite", "import"],
)
def test_a_mistake_in_the_course_is_2_and_one_sentence(tmp_path: Path, pieces: dict[str, str], complaint: str) -> None:
    """Whoever wrote the manifest or the suite is told what is wrong with it."""
    write_course(tmp_path, **pieces)
    done = run_grade("hw1", "solutions", folder=tmp_path)
    assert (2, "", True) == (done.code, done.out, complaint in done.err)
    assert "fault of the grader" not in done.err


# ---------------------------------------------------------------- where the file is


@pytest.mark.parametrize(
    ("file", "path"),
    [
        (f"kim/{NAME}/tiny.py", "kim"),
        ("kim/tiny.py", "kim"),
        ("kim/tiny (3).py", "kim/tiny (3).py"),
        ("kim.zip", "kim.zip"),
        (f"{NAME}/tiny.py", "."),
        (f"{NAME}/tiny.py", None),
    ],
)
def test_a_path_is_a_folder_a_file_a_zip_or_here(tiny: Path, file: str, path: str | None) -> None:
    """However it is handed in, the same file is found."""
    hand_in(tiny / file, WRONG)
    done = run_grade("hw1", *([path] if path else []), "--json", folder=tiny)
    assert (1, 40) == (done.code, json.loads(done.out)["score"])


def test_a_second_run_says_what_changed(tiny: Path) -> None:
    """Compared with the last one that ran."""
    assert "now passes" not in grade_kim(tiny, WRONG).out
    assert "no longer" not in grade_kim(tiny, "def (").out
    assert "  + now passes: double of 2 is 4\n" in grade_kim(tiny, SOLUTION).out
    assert "  - no longer passes: double of 2 is 4\n" in grade_kim(tiny, WRONG).out
    (tiny / ".grade/hw1/history.json").write_text("no history")
    assert "passes" not in grade_kim(tiny, SOLUTION).out


def test_hidden_checks_with_parameters_change_only_when_they_do(tmp_path: Path) -> None:
    """What a student is shown of them has lost the parameters; it is still the same check."""
    marks = 'import pytest\n\n@task("double", points=25)\n@pytest.mark.parametrize("x", [2.0, 2])\n'
    hidden = HIDDEN.replace('@task("double", points=50)\n', marks).replace("double(student)", "double(student, x)")
    folder = write_course(tmp_path, hidden=hidden).root
    assert "passes" not in grade_kim(folder, SOLUTION).out
    assert "passes" not in grade_kim(folder, SOLUTION).out
    assert "  - no longer passes: double of 2 is 4 (2.0)\n" in grade_kim(folder, WRONG).out


def test_one_task_can_be_looked_at(tiny: Path) -> None:
    """The table is whole; a task that is none is a typo."""
    both = STUB.replace("raise NotImplementedError", "return 0 * x")
    assert "Task 1  double" in grade_kim(tiny, both).out
    done = grade_kim(tiny, both, "--task", "halve")
    assert ("Task 1  double" in done.out, "Task 2  halve" in done.out, "1  double" in done.out) == (False, True, True)
    done = grade_kim(tiny, both, "--task", "halv")
    assert (2, "grade: hw1 has no task halv\n       did you mean halve?\n") == (done.code, done.err)


def test_the_next_hint_is_named_and_newcomers_are_welcomed(tmp_path: Path) -> None:
    """The latter on a terminal, once: a log needs no introduction."""
    write_course(tmp_path, manifest=MANIFEST.replace("points = 60\n", 'points = 60\nhints = ["Think."]\n'))
    hand_in(tmp_path / "kim/tiny.py", WRONG)
    (tmp_path / "assignments/hw1_tiny/README.md").write_text("# Tiny\n")
    with open_terminal("hw1", "kim", folder=tmp_path) as terminal:
        assert terminal.shows("New here?", "grade watch hw1", "Next   grade hint hw1 double"), terminal.lines
        assert terminal.shows("assignments/hw1_tiny/README.md", "Write in kim/tiny.py, save"), terminal.lines
    done = run_grade("hw1", "kim", folder=tmp_path)
    assert done.out.endswith("Report .grade/hw1/report.json\nNext   grade hint hw1 double\n")
    assert "New here?" not in done.out
    assert "Next" not in run_grade("hw1", "solutions", folder=tmp_path).out


def test_a_newcomer_is_led_to_the_handout_and_the_file(tmp_path: Path) -> None:
    """To the handout in one's own language, and to the file with its folder, though it is not there yet."""
    write_course(tmp_path)
    homework = tmp_path / "assignments/hw1_tiny"
    for name in ("README.md", "README.ko.md"):
        (homework / name).write_text("# Tiny\n")
    with open_terminal("hw1", "--lang", "ko", folder=tmp_path) as terminal:
        assert terminal.shows("assignments/hw1_tiny/README.ko.md", " hw1_tiny/tiny.py"), terminal.lines
    shutil.rmtree(tmp_path / ".grade")
    hand_in(tmp_path / "hw1_tiny/tiny.py", STUB)
    with open_terminal("hw1", folder=tmp_path / "hw1_tiny") as terminal:
        assert terminal.shows(" ../assignments/hw1_tiny/README.md", "Write in tiny.py, save"), terminal.lines
    shutil.rmtree(tmp_path / ".grade")
    (homework / "README.ko.md").unlink()
    with open_terminal("hw1", "--lang", "ko", folder=tmp_path) as terminal:
        assert terminal.shows("assignments/hw1_tiny/README.md"), terminal.lines


def test_the_task_that_is_looked_at_is_the_one_to_get_a_hint_for(tmp_path: Path) -> None:
    """Named as it is, by its function or by its number; another one's hint is no use."""
    hints = MANIFEST.replace("points = 60\n", 'points = 60\nhints = ["Think."]\n')
    write_course(tmp_path, manifest=hints.replace("points = 40\n", 'points = 40\nhints = ["Cut."]\n'))
    both = STUB.replace("raise NotImplementedError", "return 0 * x")
    for word in ("halve", "2"):
        done = grade_kim(tmp_path, both, "--task", word)
        assert "Task 2  halve" in done.out
        assert done.out.endswith("Next   grade hint hw1 halve\n")
    assert "Next" not in grade_kim(tmp_path, WRONG, "--task", "halve").out
    assert "hw1 has no task 3\n       its tasks are: double, halve\n" in grade_kim(tmp_path, both, "--task", "3").err


@pytest.mark.parametrize(
    "words", ["--lang ko list", "--lang=ko list", "--course . --no-color --lang ko hw1 solutions", "--lang ko hint hw1"]
)
def test_an_option_may_stand_before_the_command(tiny: Path, words: str) -> None:
    """As it may before an assignment."""
    behind = [word for word in words.split() if word[0] != "-" and word not in ("ko", ".")]
    options = [word for word in words.split() if word not in behind]
    try:
        done = run_grade(*words.split(), folder=tiny)
        assert (0, "") == (done.code, done.err)
        assert done.out == run_grade(*behind, *options, folder=tiny).out
    finally:
        choose("en")


def test_the_report_is_a_page_on_demand(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the student's code in it, in the browser where there is one; also written where one likes."""
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or len(opened) == 1)
    done = grade_kim(tiny, WRONG, "--open", "--output", "html:my page.html")
    page = tiny / ".grade/hw1/report.html"
    assert ([page.as_uri()], 1) == (opened, done.code)
    assert "Page   .grade/hw1/report.html\n" == done.err
    assert "return x" in page.read_text("utf-8")
    assert "Your code" not in (tiny / "my page.html").read_text("utf-8")
    assert "There is no browser here; the page is .grade/hw1/report.html" in grade_kim(tiny, WRONG, "--open").err
    assert opened[1:] == opened[:1]
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert "There is no browser here" in grade_kim(tiny, WRONG, "--open").err
    assert 2 == len(opened)


def grade_kim(course: Path, source: str, *options: str) -> Done:
    """What becomes of this source."""
    hand_in(course / "kim/tiny.py", source)
    return run_grade("hw1", "kim", *options, folder=course)


def test_a_bad_submission_is_graded(tiny: Path) -> None:
    """A folder without the file is a zero with a reason, not a mistake of whoever typed the command."""
    hand_in(tiny / "kim" / "tinny.py", SOLUTION)
    done = run_grade("hw1", "kim", folder=tiny)
    assert (1, "") == (done.code, done.err)
    assert "There is no tiny.py, and no hw1_tiny/tiny.py. Found: tinny.py." in done.out
    assert "Score 0 of 100" in done.out


# ---------------------------------------------------------------- what is shown to whom


class Shown:
    """One wrong submission, graded for students and for the staff with every output there is."""

    def __init__(self, root: Path) -> None:
        write_course(root, hidden=TELLING)
        hand_in(root / "kim" / "tiny.py", NOISY)
        self.root = root
        self.summary = root / "summary.md"
        self.summary.write_text("before\n")
        files = [f"{name}:out/report.{name}" for name in ("json", "junit", "text")]
        outputs = [word for name in (*files, "github") for word in ("--output", name)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GITHUB_STEP_SUMMARY", str(self.summary))
            patch.setenv("FORCE_COLOR", "1")
            self.done = run_grade("hw1", "kim", *outputs, folder=root)
        self.student = run_grade("hw1", "kim", "--json", "--seed", "7", folder=root)
        self.staff = run_grade("hw1", "kim", "--json", "--seed", "7", "--view", "staff", folder=root)

    def read(self, name: str) -> str:
        """The text of one of the files that were asked for."""
        return (self.root / "out" / f"report.{name}").read_text("utf-8")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The runs that these tests look at."""
    return Shown(tmp_path_factory.mktemp("shown"))


def read_json(text: str) -> dict[str, Any]:
    """Read a report that fits the schema."""
    data: dict[str, Any] = json.loads(text)
    assert find_fault(data, "report") is None
    return data


def test_json_is_alone_on_stdout(shown: Shown) -> None:
    """One document that fits the schema, and not a word beside it."""
    for done in (shown.student, shown.staff):
        assert (1, "") == (done.code, done.err)
        assert 40 == read_json(done.out)["score"]
    assert ["student", "staff"] == [read_json(done.out)["view"] for done in (shown.student, shown.staff)]


def test_the_staff_sees_the_seed_and_hidden_values(shown: Shown) -> None:
    """What went in, what came out, what was printed: enough to answer an appeal."""
    report = read_json(shown.staff.out)
    hidden = report["tasks"][0]["checks"][1]
    assert (7, f"double(x={SECRET})") == (report["seed"], hidden["message"]["called"])
    assert f"given {SECRET}" in hidden["output"]


def test_a_student_sees_no_hidden_value_anywhere(shown: Shown) -> None:
    """Not on the screen, not in JSON, not in any file that was asked for."""
    assert read_json(shown.student.out)["seed"] is None
    texts = [shown.student.out, shown.done.out, shown.summary.read_text(), *map(shown.read, ("json", "junit", "text"))]
    assert [False] * 6 == [SECRET[:5] in text for text in texts]
    assert [True] * 6 == ["double of 2 is 4" in text for text in texts]


def test_each_output_is_what_it_is_called(shown: Shown) -> None:
    """JSON by the schema, JUnit with a failure for each failed check, the text as on the screen."""
    assert "student" == read_json(shown.read("json"))["view"]
    suites = ET.fromstring(shown.read("junit"))
    assert ("testsuites", "4", "2") == (suites.tag, suites.get("tests"), suites.get("failures"))
    assert "Score 40 of 100" in shown.read("text")


def test_github_gets_a_summary_and_annotations(shown: Shown) -> None:
    """The summary is added to what earlier steps wrote; the annotation names the file in the repository."""
    summary = shown.summary.read_text("utf-8")
    assert summary.startswith("before\n## hw1 · Tiny\n")
    assert "| 1 | double | ✗ FAIL | 0 / 60 | 0 of 2 checks passed |" in summary
    annotations = [line for line in shown.done.out.splitlines() if line.startswith("::error")]
    assert ["::error file=hw1_tiny/tiny.py,line=4,title=Task 1 double"] == [a.rpartition("::")[0] for a in annotations]


def test_a_ci_runner_obeys_nothing_that_a_student_printed(shown: Shown) -> None:
    """With annotations asked for, the screen is quoted by a token that no student can know."""
    lines = shown.done.out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("::stop-commands::"))
    end = lines.index(f"::{lines[start].removeprefix('::stop-commands::')}::")
    noisy = [n for n, line in enumerate(lines) if "add-mask" in line]
    assert noisy
    assert [] == [n for n in noisy if not start < n < end]


def test_a_pipe_gets_no_escape_codes(shown: Shown) -> None:
    """Neither colours, FORCE_COLOR notwithstanding, nor what a student printed."""
    assert "\x1b" not in shown.done.out + shown.read("text")
    assert "\\x1b[31m" in shown.done.out


def test_an_option_outranks_the_environment(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GRADE_VIEW is what holds where nothing was typed."""
    monkeypatch.setenv("GRADE_VIEW", "staff")
    views = [run_grade("hw1", "solutions", "--json", *words, folder=tiny) for words in ([], ["--view", "student"])]
    assert ["staff", "student"] == [read_json(done.out)["view"] for done in views]


# ---------------------------------------------------------------- what cannot be written


def test_an_output_that_cannot_be_written_is_named(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The score is on the screen by then; the file's name is in the complaint."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tiny / "no" / "summary.md"))
    for output, path in (("json:solutions", "solutions"), ("github", tiny / "no" / "summary.md")):
        done = run_grade("hw1", "solutions", "--output", output, folder=tiny)
        assert (2, True) == (done.code, "Score 100 of 100" in done.out)
        assert done.err.startswith(f"grade: {path} cannot be written: ")


@pytest.fixture
def readable_course() -> Iterator[Path]:
    """A course that everyone may read and only its owner may write."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_course(root)
        root.chmod(0o555)
        yield root
        root.chmod(0o755)


def test_a_course_that_cannot_be_written_is_graded_all_the_same(
    readable_course: Path, run_as_nobody: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """As an ordinary user, in a sandbox of that user's: the score is there, and that it was not kept is a note."""
    script = "from grader.cli import main; main()"
    done = run_as_nobody("-c", script, "hw1", f"{readable_course}/solutions", "--course", str(readable_course))
    path = readable_course / ".grade" / "hw1" / "report.json"
    assert (0, f"The report was not kept: {path} cannot be written (Permission denied).\n") == (
        done.returncode,
        done.stderr,
    )
    assert done.stdout.endswith("Score 100 of 100\n")


# ---------------------------------------------------------------- a process of its own


def test_where_only_ascii_can_be_shown_nothing_else_is(tiny: Path) -> None:
    """Symbols have spellings; what a student wrote in other letters is escaped."""
    hand_in(tiny / "kim" / "tiny.py", WRONG.replace('"given"', '"✓ 김"'))
    done = finish(start_grade("hw1", "kim", folder=tiny, PYTHONIOENCODING="ascii"))
    assert (1, "", True) == (done.code, done.err, done.out.isascii())
    assert "x 1  double    FAIL" in done.out
    assert "\\u2713 \\uae40" in done.out


def test_debug_stops_at_a_breakpoint(tiny: Path) -> None:
    """The debugger reads what is typed and answers, in the student's own function; the run never counts."""
    hand_in(tiny / "kim" / "tiny.py", SOLUTION.replace("return 2 * x", "breakpoint()\n    return 2 * x"))
    done = finish(start_grade("hw1", "kim", "--debug", folder=tiny), typed="p x + 4000\nc\nc\n")
    assert (0, "") == (done.code, done.err)
    assert "-> return 2 * x" in done.out
    assert f"> {tiny}/kim/tiny.py(" in done.out  # where the file is
    assert "(Pdb) 4002.0\n" in done.out
    assert "Score 100 of 100" in done.out
    assert "this result does not count" in " ".join(done.out.split())


def test_an_interrupt_ends_the_run_and_its_workers(tmp_path: Path) -> None:
    """Ctrl-C in the middle of an endless loop: 130, at once, and nothing of the student's runs on."""
    tiny = write_course(tmp_path, manifest=SLOW).root
    hand_in(tiny / "kim" / "tiny.py", LOOP)
    process = start_grade("hw1", "kim", folder=tiny)
    assert wait_for_work(process.pid)
    workers = list_descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    done = finish(process)
    assert (130, "") == (done.code, done.out)
    assert done.err.strip() == "grade: interrupted; what was finished is kept"
    assert wait_until(lambda: are_gone(workers))
