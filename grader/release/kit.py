"""Make the student's kit, with nothing of the staff's.

The kit has stubs, handouts, and public suites with their recorded answers. Each piece that goes in is named here; no
file is copied merely because no rule excludes it.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import tempfile
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import tomli_w

import grader
from grader.course import layout
from grader.course.intake import take_in
from grader.course.manifest import read_assignment
from grader.errors import ReleaseError
from grader.harness.grading import Grader
from grader.model.course import Assignment, Course, Visibility
from grader.model.report import Report, Status
from grader.oracle.recording import RecordingSource
from grader.oracle.source import TorchSource
from grader.worker.process import Launcher

PICTURE = re.compile(r"\]\(([\w-]+\.(?:svg|png))\)")  # a handout's link to a picture beside it
PUBLIC = ("test_*.py", "??.mo")  # suites and their translations
FRAME = {  # the files of `frame`, and their places in the kit
    "README.md": "README.md",
    "grade.yml": ".github/workflows/grade.yml",
    "gitignore": ".gitignore",
    "requirements.txt": "requirements.txt",
}


def release_kit(course: Course, out: Path, wheel: Path | None = None) -> tuple[Path, ...]:
    """Make the kit of the whole course in the new folder `out`.

    `wheel` is a wheel of the grader that travels in the kit, if there is one. Returns the paths of all files of the
    kit, sorted.

    Raises `ReleaseError` if `out` is not empty or cannot be made, if a file cannot be copied, if a model solution does
    not pass its public suite, or if a task of a stub is not still to do.
    """
    try:
        if out.exists() and any(out.iterdir()):
            raise ReleaseError(f"{out} is not empty", "name a new folder; a kit is made whole or not at all")
        whole = out.resolve()  # pytest cannot run suites in a folder whose path has .. in it
        _make_whole(course, whole, wheel)
    except OSError as error:
        raise ReleaseError(f"{out} cannot be made: {error.strerror}", "name a new folder elsewhere") from None
    return tuple(sorted(path for path in whole.rglob("*") if path.is_file()))


def _make_whole(course: Course, out: Path, wheel: Path | None) -> None:
    """Make the kit beside its place, then rename it: never half a kit."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kit-", dir=out.parent) as folder:
        kit = Path(folder) / "kit"
        _make_kit(course, kit, wheel)
        if out.exists():
            out.rmdir()
        kit.rename(out)


def _make_kit(course: Course, kit: Path, wheel: Path | None) -> None:
    assignments = [read_assignment(layout.locate_assignment(course.root, name)) for name in course.assignments]
    for assignment in assignments:
        _copy_assignment(course, assignment, kit)
        _record_answers(course, assignment, kit)
    _write_course(course, kit)
    _write_frame(assignments, kit, wheel, course.install)
    for compiled in kit.rglob("__pycache__"):
        shutil.rmtree(compiled)


def _copy_assignment(course: Course, assignment: Assignment, out: Path) -> None:
    """Copy a homework's public files into the kit.

    They are the handouts with their pictures, the public suite in every language, the manifest's public part, the extra
    files that the manifest names, and the stub.
    """
    target = layout.locate_assignment(out, assignment.name)
    target.mkdir(parents=True)
    for pattern in PUBLIC:
        for path in sorted(layout.locate_suites(assignment.folder, Visibility.PUBLIC).glob(pattern)):
            _copy(path, layout.locate_suites(target, Visibility.PUBLIC) / path.name)
    for handout in layout.iter_handouts(assignment.folder):
        for name in {handout.name, *PICTURE.findall(handout.read_text("utf-8"))}:
            _copy(assignment.folder / name, target / name)
    for name in assignment.extras:
        _copy(assignment.folder / name, out / assignment.name / name)
    (target / layout.MANIFEST).write_text(write_manifest(assignment), encoding="utf-8")
    _copy(layout.locate_stub(course, assignment), out / assignment.name / assignment.file)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise ReleaseError(f"{source} cannot be copied: {error.strerror}") from None


def write_manifest(assignment: Assignment) -> str:
    """Format the manifest from its values, without the staff's comments."""
    tasks = []
    for task in assignment.tasks:
        row = {"id": task.id, "title": task.title, "points": task.points, "functions": list(task.functions)}
        tasks.append({**row, "hints": list(task.hints), "after": list(task.after)})
    data = {
        "id": assignment.id,
        "title": assignment.title,
        **({"due": assignment.due} if assignment.due else {}),
        "file": assignment.file,
        "limits": dataclasses.asdict(assignment.limits),
        "tasks": tasks,
    }
    return tomli_w.dumps(data)


def _record_answers(course: Course, assignment: Assignment, out: Path) -> None:
    """Record the reference's answers to the public suite.

    The kit's own suite runs against the model solution while the answers are recorded. Raises `ReleaseError` if the
    solution does not pass it, or if a task of the stub is not still to do.
    """
    target = layout.locate_assignment(out, assignment.name)
    source = RecordingSource(TorchSource(assignment.folder / layout.REFERENCE))
    kit = read_assignment(target)
    solution = take_in(course.root / layout.SOLUTIONS, kit, "solution")
    stub = take_in(out, kit, "stub")
    with closing(Grader(course, kit, Launcher(kit.limits), source=source)) as grader:
        if grader.grade_submission(solution, seed=0).status is not Status.PASSED:
            raise ReleaseError(
                f"the model solution of {assignment.id} does not pass its public suite",
                f"see what fails: grade {assignment.id} solutions",
            )
        grader.rehearse(solution)
        source.write(target / layout.RECORDED)
        _refuse_stub(assignment, grader.grade_submission(stub, seed=0))


def _refuse_stub(assignment: Assignment, report: Report) -> None:
    """Raise `ReleaseError` unless every task of the stub is still to do."""
    place = f"the stub student_template/{assignment.name}/{assignment.file}"
    if report.problem is not None:
        raise ReleaseError(f"{place} cannot be run: {report.problem.summary}", "students would begin with this error")
    begun = [task.id for task in report.tasks if task.checks and task.status is not Status.NOT_ATTEMPTED]
    if begun:
        raise ReleaseError(
            f"{place} is not to do everywhere: {', '.join(begun)}",
            f"let each function raise NotImplementedError; see: grade {assignment.id} student_template",
        )


def _write_course(course: Course, out: Path) -> None:
    data = {"name": course.name, "assignments": list(course.assignments)}
    layout.locate_course(out).write_text(tomli_w.dumps(data), encoding="utf-8")


def _write_frame(assignments: list[Assignment], out: Path, wheel: Path | None, install: str) -> None:
    """Write the files that make the kit a repository.

    They are the README, the requirements, .gitignore, and the workflow that grades on every push.
    """
    requirement = install or f"nn-grader=={grader.__version__}"
    if wheel is not None:
        _copy(wheel, out / "wheels" / wheel.name)
        requirement = f"./wheels/{wheel.name}"
    ids = [assignment.id for assignment in assignments]
    frame = files("grader.release.frame")
    for name, place in FRAME.items():
        text = (frame / name).read_text("utf-8")
        text = text.replace("{{requirement}}", requirement).replace("{{assignments}}", ", ".join(ids))
        target = out / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("{{first}}", ids[0]), encoding="utf-8")
