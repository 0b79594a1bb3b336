"""The comparison of a homework's files with one another.

Manifest, handouts, suites, stub and solution have to agree.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from grader.audit.findings import Told, tell_exceptions
from grader.audit.homework import Homework, list_functions
from grader.course.layout import HANDOUT, MANIFEST, TRANSLATED_HANDOUT, iter_handouts, locate_suites
from grader.language import LANGUAGES, SOURCE
from grader.model.course import Assignment, Visibility

HANDOUTS = tuple(HANDOUT if each == SOURCE else TRANSLATED_HANDOUT.format(language=each) for each in LANGUAGES)
TELLING = 40  # characters; shorter lines, such as "return x" or "@task(...)", are common to all suites
COMMON = ("from ", "import ", "@")


def audit_documents(homework: Homework) -> Iterator[Told]:
    """Compare manifest, handouts, suites, stub and solution with one another."""
    functions, folder = homework.functions, homework.assignment.folder
    solved, stubbed = list_functions(homework.solution), list_functions(homework.stub)
    wrong = {name for name in functions if _signature(solved.get(name)) != _signature(stubbed.get(name))}
    wrong |= {name for name in functions if name not in solved or name.startswith("_")}
    sentence = "solution and stub have the manifest's functions with the same signatures"
    yield tell_exceptions("documents", sentence, sorted(wrong))
    for path in (folder / name for name in HANDOUTS):
        if path.is_file():
            text = path.read_text("utf-8")
            missing = [name for name in functions if name not in text]
            yield tell_exceptions("documents", f"{path.name} names every function", missing)
        else:
            yield "documents", False, f"{path.name} is missing"
    unhinted = [task.id for task in homework.assignment.tasks if len(task.hints) != 3]
    yield tell_exceptions("documents", "every task has three hints", unhinted)
    yield tell_exceptions(
        "documents", "no line of a hidden check stands in a handout or manifest", _list_leaked(homework.assignment)
    )


def _signature(function: ast.FunctionDef | None) -> str | None:
    if function is None:
        return None
    return f"{ast.unparse(function.args)} {ast.get_docstring(function)}"


def _list_leaked(assignment: Assignment) -> list[str]:
    """List the lines of hidden suites that stand in a handout or the manifest.

    Only lines that say something of their own count.
    """
    public = "\n".join(path.read_text("utf-8") for path in _list_told(assignment))
    return sorted(line for line in _list_telling(locate_suites(assignment.folder, Visibility.HIDDEN)) if line in public)


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
