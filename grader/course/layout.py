"""Locate the files and folders of a course.

Every path below the course's root is asked for here.

    assignments/course.toml
    assignments/hw4_softmax/        the manifest, the handouts, public/ and hidden/ suites, what only the staff have
    solutions/hw4_softmax/softmax.py
    student_template/hw4_softmax/softmax.py
    .grade/                         files that grading leaves behind: one student's runs, the state of a sweep

The three trees have a folder of the same name for each homework. In solutions/ and student_template/ this folder has
the file that students hand in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.model.course import Assignment, Course, Visibility

ASSIGNMENTS, SOLUTIONS, TEMPLATE = "assignments", "solutions", "student_template"
COURSE, MANIFEST = "course.toml", "assignment.toml"
REFERENCE, MUTANTS, VARIANTS, ALMOST = "reference.py", "mutants.py", "variants.py", "almost.py"
RECORDED = "recorded.json"
PATCHES = (MUTANTS, VARIANTS, ALMOST)
STAFF_FILES = (REFERENCE, *PATCHES)
HANDOUT, TRANSLATED_HANDOUT = "README.md", "README.{language}.md"
TRACES = ".grade"


def locate_course(root: Path) -> Path:
    """Return the path of course.toml, which makes a folder a course."""
    return root / ASSIGNMENTS / COURSE


def locate_assignment(root: Path, name: str) -> Path:
    """Return the folder of a homework, by the folder's name."""
    return root / ASSIGNMENTS / name


def locate_solution(course: Course, assignment: Assignment) -> Path:
    """Return the path of the model solution. A student's kit has none."""
    return course.root / SOLUTIONS / assignment.name / assignment.file


def locate_stub(course: Course, assignment: Assignment) -> Path:
    """Return the path of the stub that students fill in."""
    return course.root / TEMPLATE / assignment.name / assignment.file


def locate_suites(folder: Path, visibility: Visibility) -> Path:
    """Return the folder of a homework's public or hidden suites.

    Their translations lie there, too. A kit has no hidden folder.
    """
    return folder / visibility


def find_handout(folder: Path, language: str) -> Path | None:
    """Find a homework's handout in a language, or else in English.

    Returns None if there is neither.
    """
    names = (TRANSLATED_HANDOUT.format(language=language), HANDOUT)
    return next((path for name in names if (path := folder / name).is_file()), None)


def iter_handouts(folder: Path) -> Iterator[Path]:
    """Yield a homework's handouts, in all languages that there are.

    No other file of the folder is yielded: it may be the staff's.
    """
    for pattern in (HANDOUT, TRANSLATED_HANDOUT.format(language="??")):
        yield from sorted(folder.glob(pattern))


def locate_traces(root: Path) -> Path:
    """Return the folder for the files that grading leaves behind."""
    return root / TRACES
