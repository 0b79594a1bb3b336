"""The story of one submission: the same file gives the same report, whatever was graded before and whenever."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader.batch.entries import Entry
from grader.batch.work import grade_entry
from grader.course.intake import take_in
from grader.course.manifest import find_assignment
from grader.errors import WorkerError
from grader.harness.grading import Grader
from grader.model.course import Assignment, Course, Limits, Visibility
from grader.model.report import Mode, Report, Status
from grader.model.submission import Problem, Submission, SubmittedFile
from grader.report import dump, redact
from grader.worker.in_process import InsideLauncher
from grader.worker.process import Launcher, Worker
from grader.worker.walls.sandbox import Confinement
from tests.conftest import ROOT
from tests.courses import SOLUTION, read_tiny, write_course

HOMEWORKS = ["hw1", "hw4"]
COURSE = [f"hw{number}" for number in range(1, 10)]
SEED = 20270402
NULLS = {
    "none": "None",
    "zero": "0",
    "zeros": "np.zeros(np.shape({first}))",
    "a zero per row": "np.zeros(len(np.atleast_1d({first})))",
    "nan": "np.full(np.shape({first}), np.nan)",
    "echo": "{first}",
    "echo of the last": "{last}",
}
PARTLY_RIGHT = """
import random

def softmax(z):
    print({"a", "b", "c"}, object(), random.random(), np.random.rand(), hash("d"))
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)

def softmax_cross_entropy(z, labels):
    return -log_softmax(z)[np.arange(len(labels)), labels].sum()

def predict(z):
    raise ValueError(f"{object()} of {set('abc')}")
"""
HOSTILE = """
import atexit, builtins, os, sys, threading, time

def accuracy(z, labels):
    while True:
        pass

def predict(z):
    os._exit(0)

def sigmoid_via_softmax(s):
    threading.Thread(target=time.sleep, args=(1000,)).start()
    np.exp = np.log = builtins.len = builtins.print = lambda *args: 0
    sys.modules.clear()
    return s
"""


@pytest.fixture(scope="module")
def graders(course: Course) -> Iterator[dict[str, Grader]]:
    """One warm grader per homework."""
    assignments = {name: find_assignment(course, name) for name in HOMEWORKS}
    made = {name: Grader(course, each, Launcher(each.limits, spares=1)) for name, each in assignments.items()}
    yield made
    for grader in made.values():
        grader.close()


@pytest.fixture
def hw4_grader(graders: dict[str, Grader]) -> Grader:
    """The grader of the homework that most tests grade."""
    return graders["hw4"]


def locate(tree: str, assignment: Assignment) -> Path:
    """Where a homework's file lies in solutions or student_template."""
    return ROOT / tree / assignment.name / assignment.file


def hand_in(assignment: Assignment, source: str) -> Submission:
    """Make a submission from source text."""
    content = source.encode()
    return Submission("kim", (SubmittedFile(assignment.file, hashlib.sha256(content).hexdigest(), content),))


def grade(grader: Grader, patch: str, seed: int = SEED) -> Report:
    """Grade the model solution with some functions redefined at its end."""
    source = locate("solutions", grader.assignment).read_text("utf-8") + patch
    return grader.grade_submission(hand_in(grader.assignment, source), seed)


def write_null(assignment: Assignment, value: str) -> str:
    """Write a file with the solution's functions and signatures, each of which returns `value` at once."""
    tree = ast.parse(locate("solutions", assignment).read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args] or ["0"]
            node.body = ast.parse(f"return {value.format(first=names[0], last=names[-1])}").body
    return ast.unparse(tree)


def forget_times(report: Report) -> list[str]:
    """The report's exact text without the lines that tell when and how long."""
    return [line for line in dump(report).splitlines() if not line.strip().startswith(('"seconds"', '"started_at"'))]


def list_verdicts(report: Report) -> dict[str, Status]:
    """Status by check."""
    return {check.id: check.status for task in report.tasks for check in task.checks}


# ---------------------------------------------------------------- right, empty, void


@pytest.fixture(scope="module", params=COURSE)
def ready(request: pytest.FixtureRequest, course: Course, graders: dict[str, Grader]) -> Iterator[Grader]:
    """Each homework of the course made ready."""
    if request.param in graders:
        yield graders[request.param]
        return
    assignment = find_assignment(course, request.param)
    with closing(Grader(course, assignment, Launcher(assignment.limits, spares=1), lookalikes=False)) as grader:
        yield grader


def test_a_model_solution_earns_everything(ready: Grader) -> None:
    """100 of 100, and every single check passed."""
    report = ready.grade_submission(take_in(ROOT / "solutions", ready.assignment, "kim"), SEED)
    assert [] == [name for name, status in list_verdicts(report).items() if status is not Status.PASSED]
    assert (100, 100, 100) == (report.score, report.judged, report.max_score)
    assert {()} == {task.follow_through for task in report.tasks}


def test_an_untouched_template_is_not_attempted(ready: Grader) -> None:
    """0 points, and no task of it is called wrong."""
    report = ready.grade_submission(take_in(ROOT / "student_template", ready.assignment, "kim"), SEED)
    assert (0, Status.NOT_ATTEMPTED) == (report.score, report.status)
    assert {Status.NOT_ATTEMPTED} == set(list_verdicts(report).values())


def test_the_whole_course_is_graded(course: Course) -> None:
    """No homework is left out of the tests above."""
    assert [name.split("_")[0] for name in course.assignments] == COURSE


@pytest.mark.parametrize("homework", HOMEWORKS)
@pytest.mark.parametrize("value", NULLS.values(), ids=NULLS.keys())
def test_a_void_submission_earns_nothing(graders: dict[str, Grader], homework: str, value: str) -> None:
    """Functions that return the same void value whatever they are given pass no check at all."""
    grader = graders[homework]
    report = grader.grade_submission(hand_in(grader.assignment, write_null(grader.assignment, value)), SEED)
    assert [] == [name for name, status in list_verdicts(report).items() if status is Status.PASSED]
    assert (0, 100, Status.FAILED) == (report.score, report.judged, report.status)


@pytest.mark.parametrize(
    ("source", "kind"),
    [("def softmax(z:\n", "syntax_error"), ("import torch\n", "import_error"), ("raise SystemExit\n", "import_error")],
)
def test_a_file_that_cannot_run_is_skipped_whole(hw4_grader: Grader, source: str, kind: str) -> None:
    """One problem, no check run, nothing earned; the place where it ran is told all the same."""
    report = hw4_grader.grade_submission(hand_in(hw4_grader.assignment, source), SEED)
    assert report.problem is not None
    assert (kind, 0, 100, Status.FAILED) == (report.problem.kind, report.score, report.judged, report.status)
    assert {Status.SKIPPED} == set(list_verdicts(report).values())
    assert report.sandbox is not None


def test_what_was_not_taken_in_starts_no_worker(hw4_grader: Grader) -> None:
    """With nothing to run there is no sandbox to describe."""
    report = hw4_grader.grade_submission(Submission("kim", problem=Problem("missing_file", "no file")), SEED)
    assert (0, Status.FAILED, None) == (report.score, report.status, report.sandbox)


# ---------------------------------------------------------------- the same again


def test_the_same_seed_gives_the_same_report_to_the_byte(hw4_grader: Grader) -> None:
    """Twenty runs of a partly right submission, two of them with graders and workers that have just started."""
    runs = [forget_times(grade(hw4_grader, PARTLY_RIGHT)) for _ in range(18)]
    for _ in range(2):
        cold = Grader(hw4_grader.course, hw4_grader.assignment, Launcher(hw4_grader.assignment.limits))
        runs.append(forget_times(grade(cold, PARTLY_RIGHT)))
        cold.close()
    for number, run in enumerate(runs):
        assert runs[0] == run, number


def test_the_submission_that_is_repeated_is_partly_right(hw4_grader: Grader) -> None:
    """It passes, fails, prints, raises and is helped, so there is something that could differ."""
    report = grade(hw4_grader, PARTLY_RIGHT)
    checks = [check for task in report.tasks for check in task.checks]
    assert {Status.PASSED, Status.FAILED} == {check.status for check in checks}
    assert any("0x…" in check.output for check in checks)
    assert any(check.message and check.message.exception == "ValueError" for check in checks)
    assert ["sigmoid_via_softmax"] == [task.id for task in report.tasks if task.follow_through]


def test_another_seed_draws_other_inputs_and_keeps_the_verdicts(hw4_grader: Grader) -> None:
    """Hidden inputs change with the seed, public ones never; who is right does not depend on either."""
    one, other = (grade(hw4_grader, PARTLY_RIGHT, seed) for seed in (1, 2))
    assert list_verdicts(one) == list_verdicts(other)
    assert one.score == other.score
    pairs = zip((c for t in one.tasks for c in t.checks), (c for t in other.tasks for c in t.checks), strict=True)
    differing = {a.visibility for a, b in pairs if a.message and b.message and a.message.called != b.message.called}
    assert {Visibility.HIDDEN} == differing


@pytest.fixture(scope="module")
def around(graders: dict[str, Grader]) -> tuple[Report, Report, Report]:
    """A partly right submission, then one that hangs, exits and breaks its interpreter, then the first again."""
    before, hostile, after = (grade(graders["hw4"], patch) for patch in (PARTLY_RIGHT, HOSTILE, PARTLY_RIGHT))
    return before, hostile, after


def test_nothing_of_a_hostile_submission_reaches_the_next(around: tuple[Report, Report, Report]) -> None:
    """A's report is the same before B and after it, though B did what it could."""
    before, hostile, after = around
    assert {Status.TIMEOUT, Status.CRASHED} <= set(list_verdicts(hostile).values())
    assert forget_times(before) == forget_times(after)


def test_a_hostile_function_costs_its_own_task_only(around: tuple[Report, Report, Report]) -> None:
    """What does not hang, exit or break anything keeps every point."""
    scores = {task.id: (task.score, task.status) for task in around[1].tasks}
    assert [28, 20, 24] == [scores[name][0] for name in ("softmax", "log_softmax", "softmax_cross_entropy")]
    assert (0, Status.FAILED) == scores["predict"]  # one of its functions hangs, the other exits
    assert (0, Status.CRASHED) == scores["sigmoid_via_softmax"]  # nothing sensible comes back any more


# ---------------------------------------------------------------- our own failures


def make_broken(folder: Path, command: str) -> Grader:
    """A grader whose workers cannot be started."""
    course = write_course(folder)
    assignment = read_tiny(course)
    confinement = Confinement((command,), {}, "broken", "", 1, 0)
    return Grader(course, assignment, Launcher(assignment.limits, confinements=[confinement]))


@pytest.mark.parametrize("command", ["/bin/false", "/does/not/exist"])
def test_a_worker_that_cannot_start_is_our_error(tmp_path: Path, command: str) -> None:
    """It is said as such, and never becomes anyone's zero."""
    grader = make_broken(tmp_path, command)
    with pytest.raises(WorkerError, match="could not be started: broken: "):
        grader.grade_submission(take_in(tmp_path / "solutions", grader.assignment, "kim"), SEED)
    grader.close()


def test_a_worker_that_cannot_start_leaves_a_report_in_a_batch(tmp_path: Path) -> None:
    """No score, nothing judged, and the reason for the staff alone."""
    grader = make_broken(tmp_path, "/bin/false")
    report = grade_entry(grader, Entry("kim", tmp_path / "solutions"), SEED)
    grader.close()
    assert (None, Status.ERROR) == (report.score, report.status)
    assert "could not be started" in report.warnings[0]
    assert "could not be started" not in dump(redact(report))


def test_a_suite_that_raises_before_the_first_call_is_our_error(tmp_path: Path) -> None:
    """The check cannot be judged, so there is no score, though all others passed."""
    course = write_course(tmp_path, hidden=None, public=PUBLIC_THAT_BREAKS)
    grader = Grader(course, read_tiny(course), Launcher(read_tiny(course).limits))
    report = grader.grade_submission(take_in(tmp_path / "solutions", grader.assignment, "kim"), SEED)
    grader.close()
    assert (None, Status.ERROR) == (report.score, report.status)
    assert [Status.ERROR, Status.PASSED] == [task.status for task in report.tasks]


PUBLIC_THAT_BREAKS = '''
from grader.checks import assert_close, task

@task("double", points=10)
def test_double(student):
    """double of 2 is 4"""
    assert_close(student.double(1 / 0), 4.0)

@task("halve", points=10)
def test_halve(student):
    """half of 2 is 1"""
    assert_close(student.halve(2.0), 1.0)
'''


def test_a_debug_run_judges_alike_and_says_what_it_is(tmp_path: Path) -> None:
    """The student's file in this process earns what it earns in a worker; such a report never counts."""
    course = write_course(tmp_path)
    assignment = read_tiny(course)
    reports = []
    for launcher, mode in ((Launcher(assignment.limits), Mode.LOCAL), (InsideLauncher(), Mode.DEBUG)):
        grader = Grader(course, assignment, launcher, mode)
        reports.append(grader.grade_submission(hand_in(assignment, "def double(x):\n    return x + x\n"), SEED))
        grader.close()
    local, debug = reports
    assert list_verdicts(local) == list_verdicts(debug)
    assert (60, 60) == (local.score, debug.score)
    assert [(), 1] == [local.warnings, len(debug.warnings)]
    assert "does not count" in debug.warnings[0]


# ---------------------------------------------------------------- whose failure it is


AFTER_THE_CALL = """
from grader.checks import assert_close, task

@task("double", points=60)
def test_double(student, oracle):
    '''double of 200 is 400'''
    assert_close(student.double(200.0), oracle.double(200.0))

@task("halve", points=40)
def test_halve(student):
    '''half of 2 is 1'''
    assert len(student.halve(2.0)) == 1
"""
RAISES = "def double(x):\n    if x > 100:\n        raise ValueError('too large')\n    return 2 * x\n"


def grade_tiny(root: Path, source: str, **pieces: str | None) -> Report:
    """Grade source text in a tiny course, as `grade hw1` does."""
    course = write_course(root, **pieces)
    assignment = read_tiny(course)
    with closing(Grader(course, assignment, Launcher(assignment.limits))) as grader:
        return grader.grade_submission(hand_in(assignment, source), seed=0)


def test_what_the_model_solution_does_not_pass_is_our_error(tmp_path: Path) -> None:
    """The reference raises, or the suite does, after the student's call: that costs a right answer nothing."""
    report = grade_tiny(tmp_path, SOLUTION, public=None, hidden=AFTER_THE_CALL, reference=RAISES)
    assert report.score is None
    first, second = (check for task in report.tasks for check in task.checks)
    assert (Status.ERROR, Status.ERROR) == (first.status, second.status)
    assert first.message is not None
    assert "reference.py:3: ValueError: too large" in first.message.got
    assert second.message is not None
    assert "hidden/test_tiny.py:12: TypeError: object of type 'float' has no len()" in second.message.got


def test_what_only_the_student_s_value_breaks_is_the_student_s_failure(tmp_path: Path) -> None:
    """The model solution passes the same check."""
    suite = AFTER_THE_CALL.replace("len(student.halve(2.0)) == 1", "student.halve(2.0) + 1 == 2, 'half of 2 is 1'")
    wrong = SOLUTION.replace("return x / 2", "return None")
    report = grade_tiny(tmp_path, wrong, public=None, hidden=suite)
    assert {"double": 60, "halve": 0} == {task.id: task.score for task in report.tasks}
    assert Status.FAILED is report.tasks[1].status


TRIPPING = """
from grader.checks import task

@task("halve", points=40)
def test_halve(student):
    '''half of 2 can be counted on'''
    assert student.halve(2.0) + 1 == 2
"""
SECRET = """
from grader.checks import assert_close, task

@task("double", points=60)
def test_double(student):
    '''double of a secret'''
    assert_close(student.double(43210.0), 86420.0)
"""
TELLTALE = """
met = []

def double(x):
    met.append(x)
    return 0.0

def halve(x):
    met.append(x)
    print("met", met)
    return None
"""


def test_a_check_that_runs_again_knows_no_hidden_input(tmp_path: Path) -> None:
    """The suite trips over an answer in a public check, which runs again when all hidden ones are done."""
    report = grade_tiny(tmp_path, TELLTALE, public=TRIPPING, hidden=SECRET)
    (check,) = (check for task in report.tasks for check in task.checks if check.visibility is Visibility.PUBLIC)
    assert (Status.FAILED, "met [2.0]\n") == (check.status, check.output)
    assert "43210" not in dump(redact(report))


UNSENDABLE = """
def double(x):
    return 0.0

def halve(x):
    try:
        double("x" * 60_000)  # the reference stands in for it, and gives twice as much
    except Exception:
        pass
    return 0.0
"""


def test_what_the_reference_makes_of_a_student_s_value_is_not_our_error(tmp_path: Path) -> None:
    """A stand-in is asked for an answer that is too large to travel: that costs points, and not the score."""
    report = grade_tiny(tmp_path, UNSENDABLE)
    assert (0, Status.FAILED) == (report.score, report.status)


class Failing(Launcher):
    """A launcher whose workers cannot be started from the second one on, as when bubblewrap is gone."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.taken = 0

    def take(self) -> Worker:
        """Give the first one only."""
        self.taken += 1
        if self.taken > 1:
            raise WorkerError("bwrap: No such file or directory")
        return super().take()


def test_an_error_in_the_second_run_leaves_no_score(hw4: Assignment, course: Course) -> None:
    """Follow-through cannot start its worker: the points of the first run alone would be too few."""
    source = (course.root / "solutions/hw4_softmax/softmax.py").read_text("utf-8")
    source += "\ndef softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=-1, keepdims=True)\n"
    source += "\ndef predict(z):\n    return np.argmax(softmax(z), axis=-1)\n"
    content = source.encode()
    submission = Submission("kim", (SubmittedFile(hw4.file, hashlib.sha256(content).hexdigest(), content),))
    with closing(Grader(course, hw4, Failing(hw4.limits))) as grader:
        report = grader.grade_submission(submission, seed=5)
    assert (None, Status.ERROR) == (report.score, report.status)
    errors = [check for task in report.tasks for check in task.checks if check.status is Status.ERROR]
    assert errors
    assert all(check.message and "bwrap" in check.message.got for check in errors)
