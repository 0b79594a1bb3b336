"""Tiny courses, each written to a folder of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.course.manifest import read_assignment, read_course
from grader.model.course import Assignment, Course

NAME = "hw1_tiny"
MANIFEST = """
id = "hw1"
title = "Tiny"
file = "tiny.py"

[[tasks]]
id = "double"
points = 60

[[tasks]]
id = "halve"
points = 40
after = ["double"]
"""
SUITE = '''
from grader.checks import assert_close, task

@task("double", points={double})
def test_double(student):
    """double of 2 is 4"""
    assert_close(student.double(2.0), 4.0)

@task("halve", points={halve})
def test_halve(student):
    """half of 2 is 1"""
    assert_close(student.halve(2.0), 1.0)
'''
PUBLIC = SUITE.format(double=10, halve=10)
HIDDEN = SUITE.format(double=50, halve=30)
REFERENCE = "def double(x):\n    return 2 * x\n\ndef halve(x):\n    return x / 2\n"
SOLUTION = '''"""Tiny."""


def double(x):
    """Give 2 x."""
    return 2 * x


def halve(x):
    """Give x / 2."""
    return x / 2
'''
STUB = SOLUTION.replace("return 2 * x", "raise NotImplementedError").replace(
    "return x / 2", "raise NotImplementedError"
)


def write_files(root: Path, files: Mapping[str, str | bytes | None]) -> Path:
    """Write files below `root` by their paths; None leaves a file out."""
    for name, content in files.items():
        if content is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def write_course(root: Path, **changes: str | None) -> Course:
    """Write a course of one homework with two tasks, and read it.

    `changes` replace its pieces by name (course, manifest, public, hidden, reference, solution, stub); None leaves
    one out.
    """
    pieces: dict[str, str | None] = {
        "course": f'name = "Tiny course"\nassignments = ["{NAME}"]\n',
        "manifest": MANIFEST,
        "public": PUBLIC,
        "hidden": HIDDEN,
        "reference": REFERENCE,
        "solution": SOLUTION,
        "stub": STUB,
    }
    assert set(changes) <= set(pieces)
    pieces |= changes
    places = {
        "course": "assignments/course.toml",
        "manifest": f"assignments/{NAME}/assignment.toml",
        "public": f"assignments/{NAME}/public/test_tiny.py",
        "hidden": f"assignments/{NAME}/hidden/test_tiny.py",
        "reference": f"assignments/{NAME}/reference.py",
        "solution": f"solutions/{NAME}/tiny.py",
        "stub": f"student_template/{NAME}/tiny.py",
    }
    write_files(root, {places[piece]: text for piece, text in pieces.items()})
    return read_course(root)


def read_tiny(course: Course) -> Assignment:
    """Read the homework of a tiny course."""
    return read_assignment(course.root / "assignments" / NAME)
