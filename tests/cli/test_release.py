"""`grade release`: a kit with nothing of the staff's in it, which works where there is no torch."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import grader
from grader.course.manifest import read_assignment
from grader.schemas import find_fault
from tests.cli.commands import Done, clean_environment, run_grade
from tests.conftest import ROOT
from tests.courses import HIDDEN, MANIFEST, NAME, PUBLIC, REFERENCE, SOLUTION, STUB, write_course, write_files

HOMEWORKS = ["hw1_perceptron", "hw4_softmax"]
CANARY = "canary-5e1f"
PLANTED = (
    *("mutants.py", "variants.py", "figures.py", "notes.md", ".env", "public/conftest.py", "public/key.csv"),
    *("README.staff.md", "README.md~", "hidden_loss.svg"),
)
LONG = 30
STUBBED = "\n\ndef softmax(z):\n    raise NotImplementedError\n"


# ---------------------------------------------------------------- a kit of the real course


class Kit:
    """A kit of two real homeworks whose folders hold more than they should, with a wheel of this repository in it."""

    def __init__(self, root: Path) -> None:
        self.course, self.out = root / "course", root / "kit"
        for name in HOMEWORKS:
            for tree in ("assignments", "solutions", "student_template"):
                shutil.copytree(ROOT / tree / name, self.course / tree / name)
            plant(self.course / "assignments" / name)
        names = ", ".join(f'"{name}"' for name in HOMEWORKS)
        course = f'# {CANARY}\nname = "Course"\nassignments = [{names}]\n'
        (self.course / "assignments/course.toml").write_text(course)
        build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(root), str(ROOT)]
        subprocess.run(build, check=True)
        (self.wheel,) = root.glob("nn_grader-*.whl")
        self.done = run_grade("release", self.out, "--wheel", self.wheel, folder=self.course)

    def list_files(self) -> set[str]:
        """Every file of the kit, by its path."""
        return {path.relative_to(self.out).as_posix() for path in self.out.rglob("*") if path.is_file()}

    def read_all(self) -> dict[str, str]:
        """The text of every file of the kit, and of every file packed into one of them."""
        return {name: text for path in sorted(self.list_files()) for name, text in unpack(self.out / path, path)}

    def read_sources(self, pattern: str) -> str:
        """The text of all files of the course, as it lies in the repository, whose paths fit."""
        paths = [path for name in HOMEWORKS for path in ROOT.glob(pattern.format(name)) if path.is_file()]
        assert paths
        return "\n".join(path.read_text("utf-8") for path in paths)

    def list_public_lines(self) -> set[str]:
        """The lines that students may have: handouts, hints, public suites, stubs."""
        patterns = ("README*.md", "assignment.toml", "public/*.py")
        texts = [self.read_sources(f"assignments/{{}}/{pattern}") for pattern in patterns]
        return set(list_long("\n".join([*texts, self.read_sources("student_template/{}/*.py")])))


def plant(folder: Path) -> None:
    """Put what must not travel into an assignment's folder, and one picture that must."""
    for name in PLANTED:
        with (folder / name).open("a") as file:
            file.write(f"# {CANARY}\n")
    for name in ("assignment.toml", "hidden/plan.txt"):
        with (folder / name).open("a") as file:
            file.write(f"# {CANARY}\n")
    (folder / "curve.svg").write_text("<svg/>")
    with (folder / "README.md").open("a") as file:
        file.write("\n![A curve.](curve.svg)\n")


def unpack(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """A file's bytes as text, and those of its members where it is an archive."""
    data = path.read_bytes()
    yield name, data.decode("latin-1") + data.decode("utf-8", "replace")
    if path.suffix == ".whl":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield f"{name}/{member}", archive.read(member).decode("utf-8", "replace")


def list_long(text: str) -> list[str]:
    """The lines that are long enough to be telling."""
    return [line.strip() for line in text.splitlines() if len(line.strip()) >= LONG]


def list_functions(text: str) -> set[str]:
    """The names of the functions that a text defines."""
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """The kit that these tests look into."""
    return Kit(tmp_path_factory.mktemp("release"))


def test_a_release_says_what_it_wrote(kit: Kit) -> None:
    """The number of files and where they are."""
    assert Done(0, f"Wrote {len(kit.list_files())} files to {kit.out}\n", "") == kit.done


def test_a_kit_holds_these_files_and_no_other(kit: Kit) -> None:
    """Handout, pictures, public suite and its translations, manifest, records and stub; what makes it a repository."""
    frame = {"README.md", ".gitignore", "requirements.txt", ".github/workflows/grade.yml", "assignments/course.toml"}
    expected = frame | {f"wheels/{kit.wheel.name}"}
    for name in HOMEWORKS:
        source = kit.course / "assignments" / name
        patterns = ("README.md", "README.ko.md", "*.svg", "public/test_*.py", "public/??.mo")
        own = [path for pattern in patterns for path in source.glob(pattern) if path.name not in PLANTED]
        expected |= {f"assignments/{name}/{path.relative_to(source).as_posix()}" for path in own}
        expected |= {f"assignments/{name}/{file}" for file in ("assignment.toml", "recorded.json", "curve.svg")}
        expected |= {path.relative_to(ROOT / "student_template").as_posix() for path in stubs(name)}
    assert expected == kit.list_files()


def stubs(name: str) -> list[Path]:
    """The files of a homework in student_template."""
    return list((ROOT / "student_template" / name).glob("*.py"))


def test_nothing_that_was_planted_travels(kit: Kit) -> None:
    """No mutant, variant, note, comment of a manifest or data file, by name or by content."""
    texts = kit.read_all()
    names = {Path(name).name for name in texts if not name.endswith("/grader/checks/figures.py")}
    assert [] == [name for name, text in texts.items() if CANARY in text]
    assert set() == names & {Path(name).name for name in (*PLANTED, "reference.py", "plan.txt")}


def test_no_function_of_a_hidden_suite_is_named(kit: Kit) -> None:
    """Neither in a suite nor in the records, and not in the wheel."""
    hidden, public = (kit.read_sources(f"assignments/{{}}/{part}/*.py") for part in ("hidden", "public"))
    names = {name for name in list_functions(hidden) - list_functions(public) if name.startswith("test_")}
    assert len(names) > 20
    texts = {file: set(re.findall(r"\w+", text)) for file, text in kit.read_all().items()}
    assert [] == [(name, file) for file, words in texts.items() for name in names & words]


@pytest.mark.parametrize("pattern", ["assignments/{}/hidden/*.py", "assignments/{}/reference.py", "solutions/{}/*.py"])
def test_no_line_of_the_staff_s_files_travels(kit: Kit, pattern: str) -> None:
    """No line that is long enough to be telling, and that students do not have from elsewhere, is in any file."""
    secret = set(list_long(kit.read_sources(pattern))) - kit.list_public_lines()
    assert secret
    assert [] == [(line, file) for file, text in kit.read_all().items() for line in secret if line in text]


@pytest.mark.parametrize("name", HOMEWORKS)
def test_a_manifest_says_the_same_in_the_kit(kit: Kit, name: str) -> None:
    """Tasks, points, hints, limits and the date are what they were; only the comments are gone."""
    ours, theirs = (read_assignment(root / "assignments" / name) for root in (kit.course, kit.out))
    assert replace(ours, folder=theirs.folder, sha256=theirs.sha256) == theirs


# ---------------------------------------------------------------- a repository made from it


class Repository:
    """A student's repository, made from the kit, with an environment of its own that has no torch."""

    def __init__(self, kit: Kit, root: Path) -> None:
        self.root, self.environment = root / "repository", root / "venv"
        shutil.copytree(kit.out, self.root)
        subprocess.run([sys.executable, "-m", "venv", str(self.environment)], check=True)
        workflow = yaml.safe_load((self.root / ".github/workflows/grade.yml").read_text("utf-8"))
        self.workflow = workflow
        self.steps = {step["name"]: step["run"] for step in workflow["jobs"]["grade"]["steps"] if "run" in step}
        self.summary = root / "summary.md"
        self.installed = self.run_step("Install")

    def run(self, *command: str) -> Done:
        """Run a command as a CI job does."""
        variables = {
            **clean_environment(),
            "PATH": f"{self.environment / 'bin'}{os.pathsep}/usr/bin:/bin",
            "ASSIGNMENT": "hw4",
            "CI": "true",
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        done = subprocess.run(command, cwd=self.root, env=variables, capture_output=True, text=True, check=False)
        return Done(done.returncode, done.stdout, done.stderr)

    def run_step(self, name: str) -> Done:
        """Run a step of the workflow as GitHub does."""
        return self.run("bash", "-e", "-c", self.steps[name])

    def push(self, source: str) -> tuple[Done, dict[str, Any]]:
        """Grade another version of softmax.py; give what the step came to, and the report it wrote."""
        (self.root / "hw4_softmax/softmax.py").write_text(source, "utf-8")
        self.summary.unlink(missing_ok=True)
        done = self.run_step("Grade")
        report: dict[str, Any] = json.loads((self.root / "report-hw4.json").read_text("utf-8"))
        assert find_fault(report, "report") is None
        return done, report


@pytest.fixture(scope="module")
def repository(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository that these tests push to."""
    return Repository(kit, tmp_path_factory.mktemp("student"))


def read_stub() -> str:
    """The untouched stub of hw4."""
    return (ROOT / "student_template/hw4_softmax/softmax.py").read_text("utf-8")


def read_solution() -> str:
    """The model solution of hw4."""
    return (ROOT / "solutions/hw4_softmax/softmax.py").read_text("utf-8")


def test_the_kit_installs_without_torch(repository: Repository) -> None:
    """The workflow's own step, with the wheel in the kit: quiet, and nothing large with it."""
    assert 0 == repository.installed.code
    assert 0 != repository.run("python", "-c", "import torch").code
    assert f"grade, version {grader.__version__}\n" == repository.run("grade", "--version").out


def test_the_workflow_grades_every_homework(repository: Repository) -> None:
    """One job for each, and the report is kept whatever it says."""
    job = repository.workflow["jobs"]["grade"]
    assert ["hw1", "hw4"] == job["strategy"]["matrix"]["assignment"]
    assert ["always()"] == [step["if"] for step in job["steps"] if "upload-artifact" in step.get("uses", "")]


def test_a_push_of_stubs_fails_below_all_public_points(repository: Repository) -> None:
    """The job is red, and its summary says that nothing was attempted yet."""
    done, report = repository.push(read_stub())
    assert (1, 0, 25) == (done.code, report["score"], report["judged"])
    summary = repository.summary.read_text("utf-8")
    assert "**Score 0 of 25 public points; 75 more are judged at hand-in**" in summary
    assert "| 1 | softmax | ○ todo | 0 / 8 | not attempted yet |" in summary
    assert (repository.root / "report-hw4.xml").read_text("utf-8").startswith("<?xml")


def test_a_push_of_the_solution_passes(repository: Repository) -> None:
    """The job is green with all public points, judged by records alone."""
    done, report = repository.push(read_solution())
    assert (0, "", 25, 25) == (done.code, done.err, report["score"], report["judged"])
    assert report["environment"]["torch"] is None
    assert "| 1 | softmax | ✓ ok | 8 / 8 | 4 checks passed |" in repository.summary.read_text("utf-8")


def test_what_builds_on_a_stub_is_judged_from_records(repository: Repository) -> None:
    """The recorded softmax stands in for the missing one, and the task that needs it keeps its points."""
    done, report = repository.push(read_solution() + STUBBED)
    tasks = {task["id"]: task for task in report["tasks"]}
    assert (1, 25 - 8) == (done.code, report["score"])
    assert ["softmax"] == tasks["sigmoid_via_softmax"]["follow_through"]
    assert "with the course's softmax in place of yours" in repository.summary.read_text("utf-8")


def test_a_stale_record_is_our_error_and_says_what_to_do(repository: Repository) -> None:
    """An answer to another question is never used: no score, and where to get the newest kit."""
    path = repository.root / "assignments/hw4_softmax/recorded.json"
    kept = path.read_text("utf-8")
    records = json.loads(kept)
    [call] = records["public/test_softmax_large"]
    call["asked"][2][0]["array"][0] += 1e-6
    path.write_text(json.dumps(records), "utf-8")
    done, report = repository.push(read_solution())
    path.write_text(kept, "utf-8")
    assert (3, None) == (done.code, report["score"])
    assert "the recorded values of public/test_softmax_large in" in done.out
    assert "download the course's newest kit" in done.out


def test_the_installed_wheel_makes_kits_itself(repository: Repository, tmp_path: Path) -> None:
    """Schemas, suite.ini and the kit's frame are in the wheel; a course that asks no oracle needs no torch."""
    write_course(tmp_path)
    done = repository.run("grade", "release", str(tmp_path / "kit"), "--course", str(tmp_path))
    assert (0, 1) == (done.code, done.err.count("\n"))
    assert (tmp_path / "kit/.github/workflows/grade.yml").is_file()


# ---------------------------------------------------------------- kits of a tiny course


def release(root: Path, *words: object) -> Done:
    """Make a kit of the course in `root`."""
    return run_grade("release", "kit", *words, folder=root)


def read_pieces(root: Path) -> dict[str, str]:
    """The texts that name what is installed and graded."""
    paths = ("requirements.txt", "README.md", ".github/workflows/grade.yml")
    return {path: (root / "kit" / path).read_text("utf-8") for path in paths}


def test_a_kit_says_what_to_install(tiny: Path) -> None:
    """This very version, unless the course names another source; no place in the texts is left unfilled."""
    done = release(tiny)
    assert (0, True) == (
        done.code,
        done.err.startswith("Without --wheel the kit's requirements.txt asks a package index"),
    )
    pieces = read_pieces(tiny)
    assert f"nn-grader=={grader.__version__}\n" == pieces["requirements.txt"]
    commands = ("grade hw1 ", "grade watch hw1 ", "grade hint hw1 ", "grade hw1 --open", "--lang ko", "grade list")
    assert [] == [command for command in (*commands, "bin/activate") if pieces["README.md"].count(command) < 2]
    assert "assignment: [hw1]" in pieces[".github/workflows/grade.yml"]
    assert [] == [name for name, text in pieces.items() if "{{" in text.replace("${{", "")]


def test_a_course_may_say_where_to_install_from(tmp_path: Path) -> None:
    """`install` in course.toml is the line of requirements.txt."""
    source = "nn-grader @ git+https://git.example/grader@v1"
    write_course(tmp_path, course=f'name = "Tiny"\nassignments = ["{NAME}"]\ninstall = "{source}"\n')
    (tmp_path / "kit").mkdir()  # an empty folder is as good as none
    done = release(tmp_path)
    assert (0, "") == (done.code, done.err)
    assert f"{source}\n" == read_pieces(tmp_path)["requirements.txt"]


def test_a_kit_grades_and_can_be_released_anew(tiny: Path) -> None:
    """In it `grade hw1` finds the stub; it is a course without hidden suites."""
    release(tiny)
    done = run_grade("hw1", folder=tiny / "kit")
    assert (1, True) == (done.code, "Score 0 of 20 public points; 80 more are judged at hand-in" in done.out)
    assert 2 == run_grade("batch", "hw1", ".", "--out", "out", folder=tiny / "kit").code


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"kit/mine.txt": "work"}, "kit is not empty\n       name a new folder"),
        ({"kit": "work"}, "kit cannot be made: Not a directory\n"),
    ],
    ids=["folder", "file"],
)
def test_what_lies_there_is_never_overwritten(tiny: Path, files: dict[str, str], complaint: str) -> None:
    """A kit is made whole in a new folder, or not at all."""
    write_files(tiny, files)
    done = release(tiny)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith(f"grade: {complaint}")
    assert files == {name: (tiny / name).read_text() for name in files}


@pytest.mark.parametrize(
    ("pieces", "complaint"),
    [
        ({"solution": SOLUTION.replace("2 * x", "3 * x")}, "the model solution of hw1 does not pass its public suite"),
        ({"solution": None}, "solutions does not exist"),
        (
            {"stub": STUB.replace("def double(x):", "def double(x:")},
            "the stub student_template/hw1_tiny/tiny.py cannot be run: tiny.py has a syntax error in line 4",
        ),
        (
            {"stub": STUB.replace("raise NotImplementedError", "return 2 * x", 1)},
            "the stub student_template/hw1_tiny/tiny.py is not to do everywhere: double",
        ),
        ({"stub": None}, "student_template/hw1_tiny/tiny.py cannot be copied: No such file or directory"),
        ({"public": "import nothing_of_that_name\n"}, "No module named 'nothing_of_that_name'"),
        ({"public": None}, "hw1_tiny has no checks"),
        (
            {"manifest": MANIFEST.replace("60", "61")},
            "points = 40; they add up to 101",
        ),
    ],
    ids=[
        "wrong solution",
        "no solution",
        "stub that is no Python",
        "solved stub",
        "no stub",
        "broken suite",
        "no suite",
        "manifest",
    ],
)
def test_a_release_that_fails_leaves_nothing(tmp_path: Path, pieces: dict[str, str | None], complaint: str) -> None:
    """No half kit at the place, and none beside it."""
    write_course(tmp_path, **pieces)
    before = sorted(path.name for path in tmp_path.iterdir())
    done = release(tmp_path)
    assert (2, "", True) == (done.code, done.out, complaint in done.err)
    assert "fault of the grader" not in done.err
    assert before == sorted(path.name for path in tmp_path.iterdir())


def test_a_tiny_kit_holds_no_secret_either(tmp_path: Path) -> None:
    """Hidden suite, reference and solution are not in it though the pieces lie where a real course has them."""
    hidden = HIDDEN.replace("test_double", "test_secret_double")
    write_course(tmp_path, hidden=hidden, reference=f"# {CANARY}\n{REFERENCE}", solution=f"# {CANARY}\n{SOLUTION}")
    release(tmp_path)
    texts = [path.read_text("utf-8") for path in (tmp_path / "kit").rglob("*") if path.is_file()]
    assert len(texts) > 7
    assert [] == [text for text in texts if CANARY in text or "secret" in text]


def test_extras_lie_beside_the_stub(tmp_path: Path) -> None:
    """Data and scripts that a manifest names travel; other files of the assignment's folder do not."""
    extra = MANIFEST.replace('file = "tiny.py"', 'file = "tiny.py"\nextras = ["data.txt"]')
    write_files(tmp_path / "assignments" / NAME, {"data.txt": "1 2 3\n", "other.txt": "4\n"})
    write_course(tmp_path, manifest=extra)
    assert 0 == release(tmp_path).code
    assert ["data.txt", "tiny.py"] == sorted(path.name for path in (tmp_path / "kit" / NAME).iterdir())
    assert "1 2 3\n" == (tmp_path / "kit" / NAME / "data.txt").read_text("utf-8")
    assert 1 == run_grade("hw1", folder=tmp_path / "kit").code  # a kit's manifest reads as well


def test_translations_of_public_sentences_travel(tmp_path: Path) -> None:
    """What hidden checks and mutants say in another language stays, as what they say in English does."""
    write_course(tmp_path)
    assert run_grade("translate", "hw1", folder=tmp_path).code == 1
    assert 0 == release(tmp_path).code
    told = [path.relative_to(tmp_path / "kit") for path in (tmp_path / "kit").rglob("ko.*")]
    assert told == [Path("assignments", NAME, "public", "ko.mo")]


@pytest.mark.parametrize("out", ["../kit", "assignments/../kit", "new/../kit", "link/../kit"])
def test_a_kit_may_be_named_by_any_path(tmp_path: Path, out: str) -> None:
    """`..` means the folder above, beside a link to elsewhere too; the kit is there, and it grades."""
    root = write_course(tmp_path / "course").root
    (tmp_path / "elsewhere/inner").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path / "elsewhere/inner")
    done = run_grade("release", out, folder=root)
    assert (0, f"Wrote 9 files to {out}\n") == (done.code, done.out)
    [kit] = [path.parent for path in tmp_path.rglob("requirements.txt")]
    places = {"../kit": tmp_path / "kit", "link/../kit": tmp_path / "elsewhere/kit"}
    assert kit == places.get(out, root / "kit")
    assert "Score 0 of 20 public points" in run_grade("hw1", folder=kit).out


def test_a_task_with_hidden_checks_only_is_released(tmp_path: Path) -> None:
    """Its stub travels, and its points are judged at hand-in."""
    public = PUBLIC[: PUBLIC.index('@task("halve"')]
    write_course(tmp_path, public=public, hidden=HIDDEN.replace("points=30", "points=40"))
    done = release(tmp_path)
    assert (0, True) == (done.code, (tmp_path / "kit" / NAME / "tiny.py").is_file())
    assert "Score 0 of 10 public points; 90 more are judged at hand-in" in run_grade("hw1", folder=tmp_path / "kit").out


def test_every_homework_can_be_released(tmp_path: Path) -> None:
    """The whole course: generators, callbacks, caches and trainings are recorded, and no kit is of megabytes."""
    done = run_grade("release", tmp_path / "kit", folder=ROOT)
    assert (0, 1) == (done.code, done.err.count("\n"))
    sizes = {path.parent.name: path.stat().st_size for path in tmp_path.rglob("recorded.json")}
    assert len(sizes) == 9
    assert max(sizes.values()) < 3_000_000
    assert (tmp_path / "kit/hw9_digits/mnist.py").is_file()
