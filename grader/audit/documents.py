"""The comparison of a homework's files with one another.

Manifest, handouts, suites, stub and solution have to agree.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from grader.course.layout import (
    HANDOUT,
    MANIFEST,
    TRANSLATED_HANDOUT,
    iter_handouts,
    locate_solution,
    locate_stub,
    locate_suites,
)
from grader.language import LANGUAGES, SOURCE
from grader.model import Assignment, Course, Visibility

HANDOUTS = tuple(HANDOUT if each == SOURCE else TRANSLATED_HANDOUT.format(language=each) for each in LANGUAGES)
TELLING = 40  # characters; shorter lines, such as "return x" or "@task(...)", are common to all suites
COMMON = ("from ", "import ", "@")


def compare_documents(course: Course, assignment: Assignment) -> Iterator[tuple[bool, str]]:
    """Yield sentences about one homework's files, as (holds, sentence)."""
    functions = [name for task in assignment.tasks for name in task.functions]
    solution = locate_solution(course, assignment)
    stub = locate_stub(course, assignment)
    yield _compare_functions(functions, solution, stub)
    for name in HANDOUTS:
        yield _compare_handout(assignment.folder / name, functions)
    unhinted = [task.id for task in assignment.tasks if len(task.hints) != 3]
    yield not unhinted, f"every task has three hints{_list(unhinted)}"
    yield _compare_suites(assignment)


def _compare_functions(functions: list[str], solution: Path, stub: Path) -> tuple[bool, str]:
    solved, stubbed = (_list_functions(path.read_text("utf-8")) for path in (solution, stub))
    differing = [name for name in functions if _signature(solved.get(name)) != _signature(stubbed.get(name))]
    missing = [name for name in functions if name not in solved]
    wrong = sorted({*differing, *missing})
    return not wrong, f"solution and stub have the manifest's functions with the same signatures{_list(wrong)}"


def _list_functions(source: str) -> dict[str, ast.FunctionDef]:
    """List the public functions of a module by name."""
    nodes = ast.parse(source).body
    return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


def _signature(function: ast.FunctionDef | None) -> str | None:
    if function is None:
        return None
    return f"{ast.unparse(function.args)} {ast.get_docstring(function)}"


def _compare_handout(path: Path, functions: list[str]) -> tuple[bool, str]:
    if not path.is_file():
        return False, f"{path.name} is missing"
    text = path.read_text("utf-8")
    missing = [name for name in functions if name not in text]
    return not missing, f"{path.name} names every function{_list(missing)}"


def _compare_suites(assignment: Assignment) -> tuple[bool, str]:
    """Judge whether handouts and manifest are free of lines of hidden suites.

    Only lines that say something of their own count.
    """
    public = "\n".join(path.read_text("utf-8") for path in _list_told(assignment))
    leaked = sorted(
        line for line in _list_telling(locate_suites(assignment.folder, Visibility.HIDDEN)) if line in public
    )
    return not leaked, f"no line of a hidden check stands in a handout or manifest{_list(leaked)}"


def _list_telling(folder: Path) -> set[str]:
    """List the lines of suites that say something of their own.

    These are docstrings of checks and statements that are not short.
    """
    lines = {line.strip() for path in folder.glob("*.py") for line in path.read_text("utf-8").splitlines()}
    return {line for line in lines if len(line) >= TELLING and not line.startswith(COMMON)}


def _list_told(assignment: Assignment) -> Iterator[Path]:
    """Yield the files that tell students about the homework.

    Public suites are not among them: a public suite may say the same about a property as the hidden one.
    """
    yield from iter_handouts(assignment.folder)
    yield assignment.folder / MANIFEST


def _list(names: list[str]) -> str:
    return f": not {', '.join(names[:5])}" if names else ""
