"""Faults of suites and of the reference, in their source and in their answers.

Among them are chance that no seed governs, and hidden values in texts that students read. Of a hidden check a student
reads its name and the likely cause; the expected value and the student's own are left out of their view. So a likely
cause has to be a constant text, or a template of `say` whose values are names and counts.
"""

from __future__ import annotations

import ast
import runpy
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from grader.audit.findings import Told, tell_exceptions
from grader.audit.homework import Homework
from grader.course.layout import REFERENCE, locate_suites
from grader.model.course import Visibility

MAX_IMPORT = 2.0  # seconds
SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "RandomState"}  # random only if no seed is given
CHANCE = {"random", "secrets", "uuid", "time", "datetime"}  # modules whose results are never the same twice
LIKELY = 3  # the place of the likely cause among the arguments of `require`


def audit_suites(homework: Homework) -> Iterator[Told]:
    """Judge the source of the suites and of the reference.

    Every task needs checks of both kinds. The source may neither use chance that no seed governs, nor give hidden
    values away, nor take long to import.
    """
    folder = homework.assignment.folder
    for visibility in Visibility:
        present = {check.task for check in homework.grader.checks if check.visibility is visibility}
        lacking = [task.id for task in homework.assignment.tasks if task.id not in present]
        yield tell_exceptions("suites", f"every task has a {visibility} check", lacking)
    public, hidden = (sorted(locate_suites(folder, visibility).glob("*.py")) for visibility in Visibility)
    paths = [path for path in (*public, *hidden, folder / REFERENCE) if path.is_file()]
    yield tell_exceptions("suites", "what is random is drawn from rng, or seeded", list_chance(paths))
    sentence = "no likely cause of a hidden check has a value written into it"
    yield tell_exceptions("suites", sentence, list_quoting(hidden))
    if not homework.source.answers:  # torch has not been imported, and would be timed with the reference
        paths = [path for path in paths if path.name != REFERENCE]
    yield tell_exceptions("suites", f"suites and reference are imported within {MAX_IMPORT:.0f} s", _list_slow(paths))


def _list_slow(paths: Sequence[Path]) -> list[str]:
    """List the files that take long to import, with the seconds."""
    times = {path: min(_time_import(path) for _ in range(2)) for path in paths}
    return [f"{path.parent.name}/{path.name} {taken:.1f} s" for path, taken in times.items() if taken > MAX_IMPORT]


def _time_import(path: Path) -> float:
    """Measure the seconds to run a file whose imports are loaded already."""
    started = time.perf_counter()
    runpy.run_path(str(path))
    return time.perf_counter() - started


def audit_reference(homework: Homework) -> Iterator[Told]:
    """Report the reference's answers that no check can judge by.

    These are answers that are infinite, next to nothing, or in single precision.
    """
    source = homework.source
    for sentence in sorted(source.complaints):
        yield "reference", False, sentence
    if not source.complaints:
        sentence = f"{source.answers} values are finite, none is tiny and none in single precision"
        yield "reference", source.answers > 0, sentence


def list_chance(paths: Iterable[Path]) -> list[str]:
    """List the places where a suite or reference draws what no seed governs.

    A place is file:line and source.
    """
    return [place for path in paths for place in _list_places(path, _is_chance)]


def list_quoting(paths: Iterable[Path]) -> list[str]:
    """List the places where a hidden suite writes a value into a likely cause.

    Students read the likely cause of a hidden check.
    """
    return [place for path in paths for place in _list_places(path, _quotes)]


def _list_places(path: Path, find: Callable[[ast.AST], Iterator[ast.expr]]) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except SyntaxError:  # the import of the file reports it
        return
    for node in ast.walk(tree):
        for found in find(node):
            yield f"{path.parent.name}/{path.name}:{found.lineno} {ast.unparse(found)[:80]}"


def _is_chance(node: ast.AST) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Call):
        return
    name = ast.unparse(node.func)
    *modules, last = name.split(".")
    by_numpy = modules[:1] in (["np"], ["numpy"]) and modules[-1] == "random"
    by_module = bool(modules) and modules[0] in CHANCE and last != "sleep"
    if last in SEEDED:
        is_chance = not (node.args or node.keywords)
    else:
        is_chance = by_numpy or by_module or name in {"hash", "id", "os.urandom"}
    if is_chance:
        yield node


def _quotes(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the parts of likely causes that have a value written into them.

    A likely cause stands in a call of `require` or `Message`, in an assignment to `likely`, or, as a sentence about a
    mistake, in a dict.
    """
    sentences: list[ast.expr | None] = []
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"require", "Message"}:
        if ast.unparse(node.func).endswith("require"):
            sentences += node.args[LIKELY : LIKELY + 1]
        sentences += [word.value for word in node.keywords if word.arg == "likely"]
    elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["likely"]:
        sentences.append(node.value)
    elif isinstance(node, ast.Dict):
        sentences += [key for key in node.keys if isinstance(key, ast.JoinedStr) and " " in ast.unparse(key)]
    for sentence in sentences:
        parts = ast.walk(sentence) if sentence else ()
        yield from (part for part in parts if isinstance(part, ast.expr) and _holds_value(part))


def _holds_value(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).split(".")[-1]
    if name == "say":  # a place with a format (decimals) shows a value; a name or a count has none
        template = node.args[0] if node.args else None
        return isinstance(template, ast.Constant) and ":" in "".join(_list_fields(str(template.value)))
    return name in {"format", "str", "repr", "describe_value"}


def _list_fields(template: str) -> list[str]:
    """List the texts in the braces of a template."""
    return [part.partition("}")[0] for part in template.split("{")[1:]]
