"""The harness: suites are ordinary pytest, collected once, and run for one submission after another."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from grader.errors import SuiteError
from grader.harness.grading import Grader
from grader.harness.session import Suites
from grader.model.report import CheckResult, Message, Report, Status
from grader.model.submission import Submission, SubmittedFile, Where
from grader.oracle.source import TorchSource
from grader.report import read_report
from grader.worker.in_process import InsideLauncher
from grader.worker.process import Launcher
from tests.cli.commands import finish, start_grade
from tests.courses import HIDDEN, MANIFEST, NAME, PUBLIC, SOLUTION, SUITE, read_tiny, write_course, write_files

SEED = 7


def hand_in(source: str) -> Submission:
    """Make a submission from source text."""
    content = source.encode()
    return Submission("kim", (SubmittedFile("tiny.py", hashlib.sha256(content).hexdigest(), content),))


def list_results(report: Report) -> dict[str, CheckResult]:
    """What became of each check, by its id."""
    return {check.id: check for task in report.tasks for check in task.checks}


def ask_for(*functions: str) -> str:
    """The manifest of the tiny course in which the first task has these functions, too."""
    names = ", ".join(f'"{name}"' for name in ("double", *functions))
    return MANIFEST.replace("points = 60", f"points = 60\nfunctions = [{names}]")


def list_scores(report: Report) -> dict[str, int]:
    """Points by task."""
    return {task.id: task.score for task in report.tasks}


# ---------------------------------------------------------------- collecting


def collect(root: Path, **pieces: str | None) -> Suites:
    """Collect the suites of a tiny course."""
    assignment = read_tiny(write_course(root, **pieces))
    return Suites(assignment, TorchSource(assignment.folder / "reference.py"))


def complain(root: Path, **pieces: str | None) -> str:
    """Collect suites that something is wrong with, and give the sentence."""
    with pytest.raises(SuiteError) as raised:
        collect(root, **pieces)
    assert raised.value.exit_code == 2
    return raised.value.message


def test_a_check_is_what_its_function_says(tmp_path: Path) -> None:
    """Id, name, task, visibility and points come from place, docstring and marker; in the order of the suites."""
    suite = '''
import pytest
from grader.checks import task

@task("double", points=5)
@pytest.mark.parametrize("x", [1, 2.5], ids=["one", "2 and a half"])
@pytest.mark.parametrize("y", [3])
def test_pairs(student, x, y):
    """double works on pairs.

    What is below is for those who read the suite.
    """
'''
    suites = collect(tmp_path, public=suite + PUBLIC.replace("points=10", "points=0"), hidden=None)
    found = [(each.id, each.name, each.task, each.visibility.value, each.points) for each in suites.checks]
    suites.close()
    assert found == [
        ("public/test_pairs[3-one]", "double works on pairs (3-one)", "double", "public", 5),
        ("public/test_pairs[3-2 and a half]", "double works on pairs (3-2 and a half)", "double", "public", 5),
        ("public/test_double", "double of 2 is 4", "double", "public", 0),
        ("public/test_halve", "half of 2 is 1", "halve", "public", 0),
    ]


def test_public_and_hidden_files_may_share_a_name(tmp_path: Path) -> None:
    """test_tiny.py in both folders: two modules, and the public ones come first."""
    suites = collect(tmp_path)
    ids = [check.id for check in suites.checks]
    suites.close()
    assert ids == ["public/test_double", "public/test_halve", "hidden/test_double", "hidden/test_halve"]


@pytest.mark.parametrize(
    ("pieces", "sentence"),
    [
        (
            {"hidden": SUITE.format(double=49, halve=30)},
            "hw1_tiny: task 'double' has 60 points in assignment.toml, but its checks are worth 59",
        ),
        (
            {"hidden": SUITE.format(double=50, halve=31)},
            "hw1_tiny: task 'halve' has 40 points in assignment.toml, but its checks are worth 41",
        ),
        (
            {"public": SUITE.format(double=61, halve=1), "hidden": None},
            "hw1_tiny: task 'double' has 60 points in assignment.toml, but its checks are worth 61",
        ),
        (
            {"public": PUBLIC.replace('"halve"', '"half"')},
            "public/test_halve of hw1_tiny belongs to the task 'half', which the manifest lacks",
        ),
        (
            {"public": PUBLIC.replace('@task("halve", points=10)', "")},
            "public/test_tiny.py::test_halve needs a marker such as @task('double', points=2)",
        ),
        (
            {"public": PUBLIC.replace('"""half of 2 is 1"""', "pass")},
            "public/test_tiny.py::test_halve needs a docstring: it is the check's name on the student's screen",
        ),
        *(
            (
                {"public": PUBLIC.replace('@task("halve", points=10)', f"@task({arguments})")},
                "public/test_tiny.py::test_halve needs a marker such as @task('double', points=2)",
            )
            for arguments in (
                '"halve", points=1.5',
                '"halve", points=True',
                '"halve", points=-1',
                '"halve", points="1"',
            )
        ),
    ],
)
def test_suites_agree_with_the_manifest(tmp_path: Path, pieces: dict[str, str | None], sentence: str) -> None:
    """Whole points that add up, known tasks, a name for every check; or a sentence that says which one."""
    assert sentence == complain(tmp_path, **pieces)


def test_fewer_public_points_are_fine_without_the_hidden_suite(tmp_path: Path) -> None:
    """A kit has the public checks alone."""
    suites = collect(tmp_path, hidden=None)
    assert sum(check.points for check in suites.checks) == 20
    suites.close()


def test_two_checks_of_one_name_are_refused(tmp_path: Path) -> None:
    """Two files of a folder with the same function: reports could not tell them apart."""
    write_files(tmp_path, {f"assignments/{NAME}/public/test_again.py": SUITE.format(double=0, halve=0)})
    assert complain(tmp_path) == "hw1_tiny has two checks named public/test_double"


@pytest.mark.parametrize("pieces", [{"public": None, "hidden": None}, {"public": "", "hidden": None}], ids=repr)
def test_no_check_at_all_is_refused(
    tmp_path: Path, pieces: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is collected from where we happen to be: that may be a student's folder."""
    here = write_files(tmp_path / "here", {"test_evil.py": f"open({str(tmp_path / 'ran')!r}, 'w')"})
    monkeypatch.chdir(here)
    sentence = complain(tmp_path / "course", **pieces)
    assert sentence == f"{tmp_path}/course/assignments/hw1_tiny has no checks"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("suite", "reason"),
    [
        ("import nosuchmodule\n", "No module named 'nosuchmodule'"),
        ("def test_x(:\n", "SyntaxError"),
        ("raise RuntimeError('broken')\n", "RuntimeError: broken"),
        (PUBLIC.replace("def test_halve", "@pytest.mark.nosuch\ndef test_halve"), "name 'pytest' is not defined"),
        ("import pytest\n" + PUBLIC.replace("def test_halve", "@pytest.mark.nosuch\ndef test_halve"), "nosuch"),
    ],
)
def test_a_suite_that_cannot_be_imported_is_told(tmp_path: Path, suite: str, reason: str) -> None:
    """With the traceback, for the author."""
    sentence = complain(tmp_path, public=suite)
    assert sentence.startswith("a suite cannot be imported:\n")
    assert reason in sentence


def test_two_courses_in_one_process_do_not_mix(tmp_path: Path) -> None:
    """Both have public/test_tiny.py, and both are open at the same time."""
    first = collect(tmp_path / "first")
    second = collect(tmp_path / "second", public=PUBLIC.replace("double of 2", "twice 2"))
    names = [suites.checks[0].name for suites in (first, second)]
    first.close()
    second.close()
    assert names == ["double of 2 is 4", "twice 2 is 4"]


def test_suites_leave_no_modules_behind(tmp_path: Path) -> None:
    """Nobody can import a hidden suite from sys.modules afterwards."""
    collect(tmp_path).close()
    files = [str(getattr(module, "__file__", "")) for module in list(sys.modules.values())]
    assert [] == [file for file in files if str(tmp_path) in file]


# ---------------------------------------------------------------- whose failure it is

BEHAVIOURS = '''
import numpy as np
import pytest
from grader.checks import assert_close, assert_equal, assert_unchanged, picturing, require, show_curves, task

check = task("double", points=1)

@check
def test_passes(student):
    """passes"""
    assert_close(student.double(2.0), 4.0)

@check
def test_fails(student):
    """fails"""
    assert_close(student.double(2.0), 5.0)

@check
def test_raises_before(student):
    """raises before the first call"""
    {}["key"]

@check
def test_asserts_before(student):
    """asserts before the first call"""
    assert False, "our own mistake"

@check
def test_skips_before(student):
    """skips before the first call"""
    pytest.skip("not today")

@check
def test_wants_a_fixture(student, nosuch):
    """wants a fixture that there is not"""

@check
def test_asks_too_much(student, oracle):
    """asks the reference for what it does not have"""
    assert_close(student.double(2.0), oracle.triple(2.0))

@check
def test_raises_after(student):
    """raises after the first answer"""
    student.double(2.0)
    raise ValueError("secret")

@check
def test_lacks_a_name(student):
    """uses a name that nobody has defined"""
    return student.double(2.0) + offset

@check
def test_pictures(student):
    """draws a picture for which a call fails"""
    student.double(2.0)
    with picturing():
        show_curves("what explodes", student.explode(2.0), [1.0, 2.0])

@check
def test_trips(student):
    """trips over an answer"""
    student.nothing(2.0) + 1

@check
def test_asserts_after(student):
    """asserts after the first answer"""
    assert student.double(2.0) == 5, "double of 2 is not 5"

@check
def test_asserts_wordless(student):
    """asserts after the first answer without a word"""
    assert student.double(2.0) == 5

@check
def test_callback_raises(student):
    """raises in a function that the student calls"""
    student.apply(lambda x: {}[x], 2.0)

@check
def test_student_raises(student):
    """the student's code raises"""
    student.explode(2.0)

@check
def test_student_lacks(student):
    """the student's code is not there"""
    student.doubel(2.0)

@check
def test_student_waits(student):
    """the student's code is not written"""
    student.stub(2.0)

@check
def test_second_call_is_told(student):
    """the call that failed is told, not the first one"""
    student.double(2.0)
    student.explode(np.array([1.0, 2.0]))

@check
def test_prints(student):
    """what was printed is kept"""
    student.double(1.0)
    require(False, "x", "y")
'''
STUDENT = """
def double(x):
    print("doubling", x)
    return 2 * x

def nothing(x):
    pass

def apply(f, x):
    return f(x)

def explode(x):
    raise ValueError(f"cannot double {x}")

def stub(x):
    raise NotImplementedError
"""


@pytest.fixture(scope="module")
def behaviours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CheckResult]:
    """What became of every behaviour, by the name of its function; in a process where no other pytest runs."""
    root = tmp_path_factory.mktemp("behaviours")
    write_course(
        root,
        manifest=ask_for("nothing", "apply", "explode", "stub", "doubel"),
        public=BEHAVIOURS,
        hidden=None,
        solution=None,
    )
    write_files(root, {"kim/tiny.py": STUDENT})
    done = finish(start_grade("hw1", "kim", "--output", "json:report.json", folder=root))
    assert done.code == 3, done.err
    report = read_report(root / "report.json")
    assert (report.score, report.status) == (None, Status.ERROR)
    return {name.removeprefix("public/test_"): check for name, check in list_results(report).items()}


@pytest.mark.parametrize(
    ("name", "got"),
    [
        ("raises_before", "KeyError: 'key'"),
        ("asserts_before", "AssertionError: our own mistake"),
        ("skips_before", "Skipped: not today"),
        ("asks_too_much", "OracleError: .*reference.py has no function triple"),
        ("wants_a_fixture", "FixtureLookupError: .*"),
        ("lacks_a_name", "NameError: name 'offset' is not defined"),
    ],
)
def test_what_goes_wrong_before_an_answer_is_our_error(behaviours: dict[str, CheckResult], name: str, got: str) -> None:
    """So is whatever the oracle cannot answer, whenever; nothing is earned, and the report has no score."""
    check = behaviours[name]
    assert (Status.ERROR, 0, 1) == (check.status, check.points, check.max_points)
    assert check.message is not None
    assert re.fullmatch(got, check.message.got, re.DOTALL)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "raises_after",
            ("a value of the kind the handout asks for", "a value that cannot be used any further (ValueError)"),
        ),
        (
            "trips",
            ("a value of the kind the handout asks for", "a value that cannot be used any further (TypeError)"),
        ),
        ("asserts_after", ("", "double of 2 is not 5")),
        (
            "asserts_wordless",
            ("a value of the kind the handout asks for", "a value that cannot be used any further (AssertionError)"),
        ),
        (
            "callback_raises",
            (
                "a value, and no exception",
                "RuntimeError: the function that was passed in could not be evaluated with these arguments",
            ),
        ),
        ("student_raises", ("a value, and no exception", "ValueError: cannot double 2.0")),
        ("student_lacks", ("a function doubel in tiny.py", "no function of that name")),
        ("fails", ("5", "4")),
    ],
)
def test_what_goes_wrong_after_an_answer_is_the_answer_s_fault(
    behaviours: dict[str, CheckResult], name: str, message: tuple[str, str]
) -> None:
    """A None where an array was due must not become our error; the text of our exception is not shown.

    There is no model solution here, as in a kit, so nothing else can be found out.
    """
    check = behaviours[name]
    assert (Status.FAILED, 0) == (check.status, check.points)
    assert check.message is not None
    assert message == (check.message.expected, check.message.got)


def test_a_check_passes_with_all_its_points(behaviours: dict[str, CheckResult]) -> None:
    """No message, no output, and the time that it took."""
    check = behaviours["passes"]
    assert (Status.PASSED, 1, None, "") == (check.status, check.points, check.message, check.output)
    assert check.seconds is not None
    assert check.seconds > 0


def test_a_picture_fails_no_check(behaviours: dict[str, CheckResult]) -> None:
    """Whatever its calls come to; it is just not drawn."""
    check = behaviours["pictures"]
    assert (Status.PASSED, 1, ()) == (check.status, check.points, check.figures)


def test_a_stub_is_not_wrong(behaviours: dict[str, CheckResult]) -> None:
    """NotImplementedError is a status of its own."""
    assert behaviours["student_waits"].status is Status.NOT_ATTEMPTED


def test_the_call_is_told_with_its_place(behaviours: dict[str, CheckResult]) -> None:
    """The last call, its arguments, and the line of the student's file where it stopped."""
    assert behaviours["second_call_is_told"].message == Message(
        called="explode(x)\nx is [1. 2.]",
        expected="a value, and no exception",
        got="ValueError: cannot double [1. 2.]",
        where=Where("tiny.py", 13, 'raise ValueError(f"cannot double {x}")'),
        exception="ValueError",
    )


def test_what_was_printed_is_kept(behaviours: dict[str, CheckResult]) -> None:
    """Of this check, and of no other."""
    assert [behaviours[name].output for name in ("prints", "second_call_is_told")] == [
        "doubling 1.0\n",
        "doubling 2.0\n",
    ]


# ---------------------------------------------------------------- one after another

CARRIERS = '''
import numpy as np
import pytest
from grader.checks import assert_close, require, task

Z = np.ones(3)

@task("double", points=1)
def test_properties(student, request):
    """finds no property of an earlier run"""
    found = list(request.node.user_properties)
    request.node.user_properties.append(("score", 100))
    student.double(1.0)
    require(not found, "nothing", repr(found))

@task("double", points=1)
@pytest.mark.parametrize("z", [np.ones(3)])
def test_parameters(student, z):
    """finds the parameters as they were written"""
    student.spoil(z)
    require((z == 1).all(), "ones", repr(z))

@task("double", points=1)
def test_constants(student):
    """finds the suite's own arrays as they were written"""
    student.spoil(Z)
    require((Z == 1).all(), "ones", repr(Z))

@task("double", points=1)
def test_folder(student, tmp_path):
    """finds an empty folder"""
    found = list(tmp_path.iterdir())
    (tmp_path / "x").write_text("x")
    student.double(1.0)
    require(not found, "nothing", repr(found))

@task("double", points=1)
def test_patch(student, monkeypatch):
    """finds the environment as it was"""
    import os
    found = os.environ.get("CARRIED")
    monkeypatch.setenv("CARRIED", "yes")
    student.double(1.0)
    require(found is None, "nothing", repr(found))

@task("double", points=1)
def test_generator(student, rng):
    """finds its generator at the beginning"""
    student.double(1.0)
    require(False, "", repr(rng.random()))

@task("double", points=1)
def test_state(student):
    """finds nothing that the student's code remembered"""
    require(student.remember() == 1, "1", "more")

@task("double", points=1)
def test_output(student):
    """finds nothing that was printed before"""
    student.double(1.0)
    require(False, "", "")
'''
SPOILER = """
import numpy as np
COUNT = []

def double(x):
    print("doubling")
    return 2 * x

def spoil(z):
    z[:] = 0
    return z

def remember():
    COUNT.append(1)
    return len(COUNT)
"""


@pytest.mark.parametrize("inside", [False, True], ids=["in a worker", "in this process"])
def test_a_submission_finds_nothing_of_the_one_before(tmp_path: Path, inside: bool) -> None:
    """A, then B, then A: every check gives the same, and of user_properties, parameters and output nothing is left."""
    course = write_course(tmp_path, manifest=ask_for("spoil", "remember"), public=CARRIERS, hidden=None)
    assignment = read_tiny(course)
    grader = Grader(course, assignment, InsideLauncher() if inside else Launcher(assignment.limits))
    runs = [grader.grade_submission(hand_in(source), SEED) for source in (SPOILER, STUDENT, SPOILER, SPOILER)]
    grader.close()
    first, other, *again = [
        {name: (check.status, check.message, check.output) for name, check in list_results(report).items()}
        for report in runs
    ]
    passed = {name.removeprefix("public/test_") for name, (status, *_) in first.items() if status is Status.PASSED}
    assert passed == {"properties", "parameters[z0]", "constants", "folder", "patch", "state"}
    assert [first, first] == again
    assert first != other
    assert "CARRIED" not in os.environ


PLAIN = """
from grader.checks import assert_close, require, task

@task("double", points=10)
def test_plain(student, rng):
    '''takes our fixtures alone'''
    assert_close(student.double(2.0), 4.0)
    require(0 <= rng.random() < 1, "a number", "")

@task("halve", points=40)
def test_halve(student):
    '''halve of 2 is 1'''
    assert_close(student.halve(2.0), 1.0)
"""
OWN = """
import pytest
from grader.checks import require, task

said = []

def setup_module():
    said.append("set up")

def teardown_module():
    said.append("left")

@pytest.fixture
def kept():
    said.append("made")
    yield said
    said.append("ended")

@pytest.fixture
def rng():
    return "the suite's own"

@task("double", points=20)
def test_kept(student, kept):
    '''takes a fixture of the suite's own, in a module that was set up once'''
    student.double(1.0)
    require(kept.count("set up") == 1 + kept.count("left") and kept[-1] == "made", "in turn", repr(kept))

@task("double", points=30)
def test_own(student, rng):
    '''takes the suite's rng, not ours, after what another check made has ended'''
    student.double(1.0)
    require(rng == "the suite's own" and said[-1] in ("ended", "set up"), "the suite's own", repr(said))
"""


def test_an_author_s_fixtures_work_beside_checks_that_are_called(tmp_path: Path) -> None:
    """Whichever checks run, in a module with a set-up of its own too; each run leaves what it has set up."""
    course = write_course(tmp_path, public=PLAIN, hidden=OWN)
    with closing(Grader(course, read_tiny(course), InsideLauncher())) as grader:
        every = [check.id for check in grader.checks]
        for wanted in (every, every[:2], every[2:], every[1:3], every[::2], every[3:], every):
            results = grader.run_checks(hand_in(SOLUTION), wanted, SEED, compare=False)
            assert wanted == [check.id for check in results]
            assert [] == [check for check in results if check.status is not Status.PASSED]


def draw(root: Path, seeds: list[int]) -> list[dict[str, str]]:
    """Grade with several seeds, and give the first number that each check drew."""
    suite = '''
import pytest
from grader.checks import require, task

@task("double", points={points})
@pytest.mark.parametrize("case", [1, 2])
def test_draw(student, rng, case):
    """draws"""
    require(False, "", repr(rng.random()))
'''
    halve = '''
@task("halve", points={points})
def test_halve(student, rng):
    """draws, too"""
    require(False, "", repr(rng.random()))
'''
    course = write_course(
        root,
        public=suite.format(points=10) + halve.format(points=10),
        hidden=suite.format(points=20) + halve.format(points=30),
    )
    assignment = read_tiny(course)
    grader = Grader(course, assignment, InsideLauncher())
    reports = [grader.grade_submission(hand_in(SOLUTION), seed) for seed in seeds]
    grader.close()
    return [
        {name: check.message.got for name, check in list_results(report).items() if check.message} for report in reports
    ]


def test_random_numbers_depend_on_check_and_seed_alone(tmp_path: Path) -> None:
    """Each check has its own; public ones never change, hidden ones with the seed; a second course draws the same."""
    first, again, other = draw(tmp_path / "a", [1, 1, 2])
    assert first == again
    assert len(set(first.values())) == len(first) == 6
    assert {name for name in first if first[name] == other[name]} == {
        "public/test_draw[1]",
        "public/test_draw[2]",
        "public/test_halve",
    }
    assert [first] == draw(tmp_path / "b", [1])


# ---------------------------------------------------------------- whatever lies around

EVIL = "open({!r}, 'a').write('ran')\n"


def test_nothing_that_lies_around_has_an_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options in the environment, conftest and configuration files here, in the course and in the submission."""
    ran = tmp_path / "ran"
    evil = EVIL.format(str(ran))
    ini = "[pytest]\naddopts = -k nothing\npython_files = nothing.py\n"
    planted = {
        "conftest.py": evil,
        "sitecustomize.py": evil,
        "evil.py": evil,
        "numpy.py": evil,
        "grader.py": evil,
        "test_evil.py": evil,
        "pytest.ini": ini,
        ".pytest.ini": ini,
        "tox.ini": ini,
        "setup.cfg": ini.replace("[pytest]", "[tool:pytest]"),
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-k nothing"\n',
    }
    course = write_course(tmp_path / "course", solution=SOLUTION)
    for place in ("here", "course", f"course/assignments/{NAME}", f"course/solutions/{NAME}"):
        write_files(tmp_path / place, planted)
    write_files(tmp_path, {f"course/assignments/{NAME}/public/conftest.py": evil})
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing --collect-only -p evil")
    monkeypatch.setenv("PYTEST_PLUGINS", "evil")
    assignment = read_tiny(course)
    grader = Grader(course, assignment, Launcher(assignment.limits))
    report = grader.grade_submission(hand_in(SOLUTION), SEED)
    grader.close()
    assert (report.score, ran.exists()) == (100, False)
    assert os.environ["PYTEST_ADDOPTS"] == "-k nothing --collect-only -p evil"
    assert os.environ["PYTEST_PLUGINS"] == "evil"


def test_a_run_leaves_the_course_as_it_is(tmp_path: Path) -> None:
    """No cache folder, no compiled files outside __pycache__, nothing beside the submission."""
    course = write_course(tmp_path)
    before = sorted(path for path in tmp_path.rglob("*"))
    assignment = read_tiny(course)
    grader = Grader(course, assignment, Launcher(assignment.limits))
    grader.grade_submission(hand_in(SOLUTION), SEED)
    grader.close()
    assert before == sorted(path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts)


def test_pytest_itself_is_untouched(tmp_path: Path) -> None:
    """The harness runs inside this very test run: its session shares nothing with ours."""
    before = dict(os.environ)
    course = write_course(tmp_path)
    grader = Grader(course, read_tiny(course), InsideLauncher())
    report = grader.grade_submission(hand_in(SOLUTION), SEED)
    grader.close()
    changed: dict[str, Any] = {key for key in {**before, **os.environ} if before.get(key) != os.environ.get(key)}
    assert (report.score, changed - {"PYTEST_CURRENT_TEST", "PYTEST_VERSION"}) == (100, set())


def test_some_checks_alone_can_be_run(tmp_path: Path) -> None:
    """A follow-through runs a task's checks again and no others."""
    text = MANIFEST.replace('after = ["double"]', "")
    course = write_course(tmp_path, manifest=text, public=PUBLIC, hidden=HIDDEN)
    assignment = read_tiny(course)
    grader = Grader(course, assignment, InsideLauncher())
    halved = SOLUTION.replace("return 2 * x", "return x")
    report = grader.grade_submission(hand_in(halved), SEED)
    assert grader.passes(hand_in(halved), ["public/test_halve", "hidden/test_halve"], SEED)
    assert not grader.passes(hand_in(halved), ["public/test_halve", "public/test_double"], SEED)
    grader.close()
    assert list_scores(report) == {"double": 0, "halve": 40}


SECRET_SUITE = '''
import numpy as np

from grader.checks import assert_close, task

X = np.array([0.4321, 7.0, 8.0, 9.5])

@task("double", points=50)
def test_double(student):
    """double of a vector"""
    assert_close(student.double(X), 2 * X)

@task("halve", points=30)
def test_halve(student):
    """half of a vector"""
    assert_close(student.halve(X), X / 2)
'''
TELLTALE = (
    """
import numpy as np

def double(x):
    return np.full(np.shape(x), np.ravel(x)[0])

def halve(x):
    exec(compile(chr(10) * int(10 * np.ravel(x)[0]) + "raise OSError", "tiny.py", "exec"))
"""
    + "# a line to point at\n" * 60
)


def test_a_hidden_check_tells_no_number_and_no_line_of_the_students_choice(tmp_path: Path) -> None:
    """Either could be made of the hidden input."""
    write_course(tmp_path, hidden=SECRET_SUITE)
    write_files(tmp_path, {"kim/tiny.py": TELLTALE})
    finish(start_grade("hw1", "kim", "--view", "staff", "--output", "json:report.json", folder=tmp_path))
    checks = list_results(read_report(tmp_path / "report.json"))
    shown = {name: check.message for name, check in checks.items() if check.message}
    assert "every entry of yours is the same" == shown["hidden/test_double"].likely
    where = shown["hidden/test_halve"].where
    assert where is not None
    assert "def halve(x):" == where.text
