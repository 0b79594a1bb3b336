"""`grade batch`: every submission gets the report that it would get alone, whatever the others are."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.batch.entries import list_entries
from grader.course.intake import make_id, take_in
from grader.course.manifest import find_assignment, read_course
from grader.harness.grading import Grader
from grader.report import dump
from grader.worker.process import Launcher
from tests.cli.commands import (
    GRADE,
    LOOP,
    WRONG,
    Done,
    clean_environment,
    finish,
    hand_in,
    run_grade,
    start_grade,
)
from tests.cli.crowd import write_crowd
from tests.cli.processes import are_gone, list_descendants, wait_for_work
from tests.cli.test_report import read_terminal
from tests.conftest import ROOT
from tests.courses import HIDDEN, MANIFEST, PUBLIC, SOLUTION, write_course
from tests.worker.processes import wait_until

SEED = 20270402
DEADLY = PUBLIC.replace("assert_close(student.double(2.0), 4.0)", "student.double(2.0) == 13.0 and os._exit(1)")
PROGRESS = re.compile(r"hw\d: \d+ of \d+ graded")


def read_reports(out: Path) -> dict[str, dict[str, Any]]:
    """The staff's reports by student."""
    return {path.parent.name: json.loads(path.read_text("utf-8")) for path in out.glob("*/report.json")}


def read_gradebook(out: Path) -> dict[str, dict[str, str]]:
    """The gradebook's rows by student."""
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def strip(data: Any) -> Any:
    """A report without what differs between a batch and a single run: how, whose, when, how long."""
    if isinstance(data, dict):
        left_out = {"mode", "run", "seconds", "started_at", "warnings"}
        return {key: strip(value) for key, value in data.items() if key not in left_out}
    return [strip(part) for part in data] if isinstance(data, list) else data


def forget_name(data: dict[str, Any]) -> Any:
    """A report that could be anyone's."""
    return strip(data) | {"submission": data["submission"]["files"]}


# ---------------------------------------------------------------- a crowd of hw4


class Crowd:
    """The crowd, graded in one process and in two."""

    def __init__(self, root: Path) -> None:
        for tree in ("assignments", "solutions"):
            shutil.copytree(ROOT / tree / "hw4_softmax", root / tree / "hw4_softmax")
        with (root / "assignments/hw4_softmax/assignment.toml").open("a") as manifest:
            manifest.write("\n[limits]\nload_seconds = 10\ncall_seconds = 2\n")
        (root / "assignments/course.toml").write_text('name = "Crowd"\nassignments = ["hw4_softmax"]\n')
        self.root, self.folder = root, root / "in"
        self.folder.mkdir()
        self.number = write_crowd(self.folder)
        self.done, self.reports = self.grade("one", "--seed", SEED)
        self.beside, self.reports_beside = self.grade("two", "--seed", SEED, "--jobs", 2)

    def grade(self, out: str, *options: object) -> tuple[Done, dict[str, dict[str, Any]]]:
        """Grade all of them."""
        done = run_grade("batch", "hw4", "in", "--out", out, *options, folder=self.root)
        return done, read_reports(self.root / out)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    """The two batches that these tests look at."""
    return Crowd(tmp_path_factory.mktemp("crowd"))


@pytest.fixture(scope="module")
def alone(crowd: Crowd) -> Iterator[Grader]:
    """A warm grader for one submission at a time."""
    course = read_course(crowd.root)
    assignment = find_assignment(course, "hw4")
    grader = Grader(course, assignment, Launcher(assignment.limits, spares=1))
    yield grader
    grader.close()


def test_every_submission_of_a_crowd_gets_its_report(crowd: Crowd) -> None:
    """Thirty submissions, thirty scores: a broken one is nobody's failure but its own."""
    assert 30 == crowd.number == len(crowd.reports)
    assert (0, 0) == (crowd.done.code, crowd.beside.code)
    assert [] == [name for name, report in crowd.reports.items() if report["score"] is None]


def test_a_report_of_a_batch_is_the_report_of_the_submission_alone(crowd: Crowd, alone: Grader) -> None:
    """Not a verdict, not a word differs, whatever was graded just before."""
    entries, _ = list_entries(crowd.folder, crowd.root / "one")
    single = {e.id: alone.grade_submission(take_in(e.path, alone.assignment, e.id), SEED) for e in entries}
    expected = {name: forget_name(json.loads(dump(report))) for name, report in single.items()}
    assert expected == {name: forget_name(report) for name, report in crowd.reports.items()}


def test_two_at_a_time_give_the_same(crowd: Crowd) -> None:
    """The number of processes is a matter of time only."""
    assert strip(crowd.reports) == strip(crowd.reports_beside)
    assert read_gradebook(crowd.root / "one") == read_gradebook(crowd.root / "two")
    assert crowd.done.out.replace("one/", "two/") == crowd.beside.out


def test_scores_of_the_crowd_are_fair(crowd: Crowd) -> None:
    """Right is 100 in whatever wrapping; what cannot run is 0; one wrong function costs its own task."""
    scores = {name: report["score"] for name, report in crowd.reports.items()}
    assert [100] * 3 == [scores[name] for name in ("right", "packed", "talkative")]
    nothing = ("syntax_error", "imports_torch", "exits_at_once", "empty", "not_text", "too_large", "no_file", "a_link")
    assert [0] * 10 == [scores[name] for name in (*nothing, "torn", "untouched")]
    sigmoid_only = ("endless", "exits", "recursive", "hungry", "renamed")
    assert [90] * 5 == [scores[name] for name in sigmoid_only]


def test_the_gradebook_has_a_row_for_each_report(crowd: Crowd) -> None:
    """The same numbers as in the reports, in the order of ids."""
    rows = read_gradebook(crowd.root / "one")
    assert sorted(crowd.reports) == list(rows)
    assert {name: str(report["score"]) for name, report in crowd.reports.items()} == {
        name: row["score"] for name, row in rows.items()
    }
    assert all(int(row["score"]) == sum(int(row[task]) for task in list(row)[6:-2]) for row in rows.values())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("half of 2 is 1", "double: half of 2 is 1 [public/test_double] (3 of 4 failed it)"),
        ("double of 2 is 4", "double: double of 2 is 4 (3 of 4 failed it)"),
    ],
)
def test_the_hardest_check_is_one_check(tmp_path: Path, name: str, said: str) -> None:
    """Checks of one name are counted each by itself, and how many there were to fail it is said."""
    root = write_course(
        tmp_path,
        public=PUBLIC.replace('"halve"', '"double"').replace("double of 2 is 4", name),
        hidden=HIDDEN.replace("of 2 is", "of two is").replace("=50", "=40").replace("=30", "=40"),
    ).root
    sources = {"right": SOLUTION, "wrong": "double = lambda x: 5\nhalve = lambda x: x / 2\n"}
    for number, source in enumerate([sources["right"], *[sources["wrong"]] * 3]):
        (root / "handed_in" / f"s{number}").mkdir(parents=True)
        (root / "handed_in" / f"s{number}" / "tiny.py").write_text(source)
    done = run_grade("batch", "hw1", "handed_in", "--out", "out", "--min-sandbox", "0", folder=root)
    assert f"Hardest         {said}\n" in done.out


def test_the_summary_says_where_to_look(crowd: Crowd) -> None:
    """How many, how well, who has nothing that could run, what was hardest, where the table is."""
    head, *lines = crowd.done.out.splitlines()
    assert re.fullmatch(r"Graded +30 of 30 +median [\d.]+ of 100, lowest 0, highest 100", head)
    assert [line.split("  ")[0] for line in lines] == ["Look at", "Left alone", "Hardest", "Gradebook"]
    assert " 9 with nothing that could run: a_link, empty, exits_at_once, imports_torch" in lines[0]


def test_progress_in_a_pipe_is_plain_lines_on_stderr(crowd: Crowd) -> None:
    """One for every tenth, after what was left alone; no bar, no escape codes."""
    first, *lines = crowd.done.err.splitlines()
    assert first == "Left alone, no submission: notes.txt"
    assert lines == [f"hw4: {number} of 30 graded" for number in range(3, 31, 3)]
    assert "\r" not in crowd.done.err + crowd.beside.err


def test_a_student_s_report_of_a_batch_hides_what_is_hidden(crowd: Crowd) -> None:
    """No seed and no hidden input; the file may be handed out as it is."""
    for name in crowd.reports:
        report = json.loads((crowd.root / "one" / name / "report.student.json").read_text("utf-8"))
        hidden = [c for task in report["tasks"] for c in task["checks"] if c["visibility"] == "hidden"]
        assert ("student", None) == (report["view"], report["seed"])
        assert all(not c["output"] and (c["message"] is None or not c["message"]["called"]) for c in hidden)


# ---------------------------------------------------------------- names


class Named:
    """Submissions with odd names, graded twice into one folder."""

    def __init__(self, root: Path) -> None:
        write_course(root)
        self.folder, self.out = root / "in", root / "results"
        for name in ("kim/tiny.py", "kim.zip", "김철수/tiny.py", "=cmd().py", "Lee/tiny.py", "lee.py", "a\nb.py"):
            hand_in(self.folder / name, SOLUTION)
        for name in ("seed.json/tiny.py", "gradebook.csv.py", f"{'x' * 100}.py"):
            hand_in(self.folder / name, WRONG)
        (self.folder / "friend").symlink_to(self.folder / "kim")
        (self.folder / "lost.zip").symlink_to("nowhere")
        (self.folder / "notes.txt").write_text("")
        (self.folder / ".DS_Store").write_text("")
        hand_in(self.folder / ".dot/tiny.py", SOLUTION)
        hand_in(self.folder / "nohc\u202e\u3164/tiny.py", SOLUTION)
        self.first = run_grade("batch", "hw1", "in", "--out", "results", folder=root)
        self.reports = read_reports(self.out)
        self.seed = (self.out / "seed.json").read_text()
        self.gradebook = (self.out / "gradebook.csv").read_bytes()
        self.second = run_grade("batch", "hw1", "in", "--out", "results", folder=root)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Named:
    """The two runs that these tests look at."""
    return Named(tmp_path_factory.mktemp("named"))


def test_every_name_gets_an_id_of_its_own(named: Named) -> None:
    """Safe as a folder's name on every system, unlike any other, and the original beside it."""
    names = {report["submission"]["name"]: name for name, report in named.reports.items()}
    assert 13 == len(names) == len({name.casefold() for name in names.values()})
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}", name) for name in names.values())
    assert {"friend", "lost"} <= set(names.values())
    assert all(re.fullmatch(r"kim-[0-9a-f]{8}|kim_zip-[0-9a-f]{8}", names[name]) for name in ("kim", "kim.zip"))
    assert re.fullmatch(r"student-[0-9a-f]{8}", names["김철수"])


def test_a_name_is_no_formula_in_the_gradebook(named: Named) -> None:
    """A spreadsheet shows `=cmd()` and does not run it."""
    names = [row["name"] for row in read_gradebook(named.out).values()]
    assert "'=cmd().py" in names
    assert [] == [name for name in names if name.startswith("=")]


def test_a_name_hides_nothing_in_the_gradebook(named: Named) -> None:
    """What turns letters around or shows nothing is written out, as on every screen."""
    assert "nohc\\u202e\\u3164" in [row["name"] for row in read_gradebook(named.out).values()]


def test_a_course_that_was_handed_in_grades_nobody(tmp_path: Path) -> None:
    """Students who call themselves like the course's folders bring suites, which would run as the staff's."""
    trace = tmp_path / "trace"
    write_course(tmp_path / "in", hidden=f"open({str(trace)!r}, 'w')\n{HIDDEN}")
    done = run_grade("batch", "hw1", ".", "--out", "../out", folder=tmp_path / "in")
    told = f"grade: the course that was found in {tmp_path / 'in'} lies among the submissions in .\n"
    assert (2, told) == (done.code, done.err.splitlines(keepends=True)[0])
    assert not trace.exists()
    assert not (tmp_path / "out").exists()


def test_nobody_gets_an_id_by_calling_himself_like_it(tmp_path: Path) -> None:
    """Kim and kim.zip share an id; whoever foresees what they get instead does not get their report."""
    names = ["Kim", "Kim-1a563159", f"{make_id('Kim  ')}", f"{make_id('kim.zip ').upper()}"]
    assert names[1] == make_id("Kim ")
    for name in names:
        hand_in(tmp_path / f"in/{name}/tiny.py", SOLUTION)
    hand_in(tmp_path / "in/kim.zip", SOLUTION)
    entries, _ = list_entries(tmp_path / "in", tmp_path / "out")
    ids = {entry.path.name: entry.id for entry in entries}
    assert 5 == len(ids) == len({each.casefold() for each in ids.values()})
    assert names[1:] == [ids[name] for name in names[1:]]
    assert (make_id("Kim   "), make_id("kim.zip  ")) == (ids["Kim"], ids["kim.zip"])
    write_course(tmp_path)
    run_grade("batch", "hw1", "in", "--out", "out", folder=tmp_path)
    assert set(ids.values()) == set(read_reports(tmp_path / "out"))


def test_a_link_among_submissions_is_not_followed(named: Named) -> None:
    """It could lead to somebody else's work: nothing is read, and the reason is told."""
    problems = {name: named.reports[name]["problem"] for name in ("friend", "lost")}
    assert {"friend": "friend is a link.", "lost": "lost.zip is a link."} == {
        name: problem["summary"] for name, problem in problems.items()
    }
    assert [0, 0] == [named.reports[name]["score"] for name in ("friend", "lost")]


def test_what_is_no_submission_is_named(named: Named) -> None:
    """A file that looks like none is left alone.

    Somebody's folder that begins with a dot is told of; what a system leaves everywhere is not.
    """
    assert "Left alone, no submission: .dot, notes.txt\n" in named.first.err
    assert "Left alone, no submission: .dot, notes.txt\n" in named.second.err


def test_a_second_run_gives_the_same(named: Named) -> None:
    """Into the same folder, with the same seed: the gradebook is equal to the byte."""
    assert (0, named.first.out) == (named.second.code, named.second.out)
    assert strip(named.reports) == strip(read_reports(named.out))
    assert (named.seed, named.gradebook) == (
        (named.out / "seed.json").read_text(),
        (named.out / "gradebook.csv").read_bytes(),
    )


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_what_is_secret_is_for_its_owner_alone(named: Named) -> None:
    """The seed and the staff's reports would tell hidden inputs."""
    secret = [named.out / "seed.json", *named.out.glob("*/report.json")]
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in secret}


def test_the_seed_is_drawn_once_and_large(named: Named) -> None:
    """Nobody tries all of them; every report was made with it."""
    seed = json.loads(named.seed)["hw1"]
    assert {seed} == {report["seed"] for report in named.reports.values()}
    assert seed > 2**32


# ---------------------------------------------------------------- what is refused


def batch(tiny: Path, *options: object, folder: str = "solutions") -> Done:
    """Grade a folder of the tiny course; the model solution's is there already."""
    return run_grade("batch", "hw1", folder, "--out", "out", *options, folder=tiny)


@pytest.mark.parametrize(
    ("folder", "out", "complaint"),
    [
        ("nowhere", "out", "nowhere is no folder"),
        ("assignments/course.toml", "out", "assignments/course.toml is no folder"),
        ("empty", "out", "empty holds no submissions"),
        ("solutions", "solutions", "the reports cannot go among the submissions in solutions"),
        ("solutions", "solutions/hw1_tiny", "the reports cannot go among the submissions in solutions"),
        ("solutions", "solutions/new/one", "the reports cannot go among the submissions in solutions"),
        ("solutions", "way_in", "the reports cannot go among the submissions in solutions"),
        ("solutions", ".", "the submissions in solutions lie among the reports in ."),
        ("solutions", "assignments/course.toml", "assignments/course.toml cannot be written: "),
    ],
)
def test_a_folder_that_cannot_be_is_said_in_a_sentence(tiny: Path, folder: str, out: str, complaint: str) -> None:
    """The mistake of whoever typed the command, before anything is graded."""
    (tiny / "empty").mkdir()
    (tiny / "way_in").symlink_to("solutions/hw1_tiny")
    done = run_grade("batch", "hw1", folder, "--out", out, folder=tiny)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith(f"grade: {complaint}")


def test_scores_that_would_not_count_are_refused(tmp_path: Path) -> None:
    """Without the hidden suite a batch is asked for twice, and then out of the public points."""
    write_course(tmp_path, hidden=None)
    refused = batch(tmp_path)
    assert (2, "") == (refused.code, refused.out)
    assert "grade: hw1_tiny has no hidden suite here, so its scores would not count\n" in refused.err
    assert not (tmp_path / "out").exists()
    graded = batch(tmp_path, "--public-only")
    assert (0, True) == (graded.code, "median 20 of 20" in graded.out)


def test_another_seed_for_the_same_class_is_refused(tiny: Path) -> None:
    """The seed that was given is kept; latecomers cannot be graded with another one by mistake."""
    assert [0, 0, 2] == [batch(tiny, *words).code for words in (["--seed", 7], [], ["--seed", 8])]
    assert {"hw1": 7} == json.loads((tiny / "out/seed.json").read_text())


@pytest.mark.parametrize("content", ["", "{", "[1]", "\udcff"])
def test_a_seed_that_cannot_be_read_is_not_replaced(tiny: Path, content: str) -> None:
    """Drawing a new one would regrade the class with other inputs."""
    (tiny / "out").mkdir()
    (tiny / "out/seed.json").write_text(content, "utf-8", "surrogateescape")
    done = batch(tiny)
    assert (2, "grade: out/seed.json cannot be read\n") == (done.code, done.err.splitlines(keepends=True)[0])
    assert content == (tiny / "out/seed.json").read_text("utf-8", "surrogateescape")


# ---------------------------------------------------------------- when something fails


def test_a_submission_that_could_not_be_graded_makes_it_3(tmp_path: Path) -> None:
    """Its score stays empty, and a person is asked for."""
    write_course(tmp_path, public=PUBLIC.replace("student.double(2.0)", "student.double(1 / 0)"))
    done = batch(tmp_path, "--keep-going")
    assert 3 == done.code
    assert "Needs a person  1 could not be graded, our fault: hw1_tiny\n" in done.out
    assert {"hw1_tiny": ""} == {name: row["score"] for name, row in read_gradebook(tmp_path / "out").items()}


def test_a_process_that_dies_takes_nobody_with_it(tmp_path: Path) -> None:
    """One submission ends the process that grades it, each time; it needs a person, and the others have scores."""
    write_course(tmp_path, public=DEADLY.replace("\n", "\nimport os\n", 1), hidden=HIDDEN)
    for name in ("an", "kim", "lee", "seo"):
        hand_in(tmp_path / "in" / name / "tiny.py", SOLUTION.replace("2 * x", "13.0") if name == "kim" else SOLUTION)
    done = batch(tmp_path, "--jobs", 2, folder="in")
    reports = read_reports(tmp_path / "out")
    assert {"an": 100, "kim": None, "lee": 100, "seo": 100} == {name: each["score"] for name, each in reports.items()}
    assert "the process that graded this submission ended twice" in reports["kim"]["warnings"][0]
    assert 3 == done.code


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_keeps_what_was_finished(tmp_path: Path, jobs: int) -> None:
    """Ctrl-C: 130 at once, with the reports so far, and no process left behind."""
    write_course(tmp_path, manifest=f"{MANIFEST}\n[limits]\ncall_seconds = 300\nsubmission_seconds = 300\n")
    for name, source in {"an": SOLUTION, "kim": LOOP, "lee": LOOP, "seo": LOOP}.items():
        hand_in(tmp_path / "in" / name / "tiny.py", source)
    process = start_grade("batch", "hw1", "in", "--out", "out", "--jobs", jobs, folder=tmp_path)
    assert wait_until((tmp_path / "out/an/report.student.json").exists, 120)
    assert wait_for_work(process.pid)
    started = list_descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    done = finish(process, seconds=60)
    assert (130, "") == (done.code, done.out)
    assert "grade: interrupted; what was finished is kept" in done.err
    assert "Traceback" not in done.err
    assert wait_until(lambda: are_gone(started))


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_terminal_gets_a_bar(tiny: Path) -> None:
    """While it runs; the summary is all that is left of it in a pipe."""
    master, slave = os.openpty()
    command = [GRADE, "batch", "hw1", "solutions", "--out", "out"]
    environment = {**clean_environment(), "TERM": "xterm"}
    with subprocess.Popen(command, cwd=tiny, env=environment, stdout=subprocess.PIPE, stderr=slave, text=True) as done:
        os.close(slave)
        shown = read_terminal(master)
        assert done.stdout is not None
        assert done.stdout.read().startswith("Graded          1 of 1")
    assert "Grading hw1" in shown
    assert not PROGRESS.search(shown)
