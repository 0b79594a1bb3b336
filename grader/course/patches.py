"""Read patches: functions that take the place of the model solution's.

A patch is a mutant, a variant or an almost right answer. Its functions are named `<function>__<slug>`; all functions
with the same slug form one patch. The first line of its docstring says what is wrong with a mutant, or unusual about a
variant. A line `Likely: <regex>` says which likely cause names the mistake rightly. A line `Costs: <reason>` says why a
mutant costs more than one check of its own.

The grader reads the files as syntax and never runs them. The solution with one patch behind it runs in the sandbox,
like any submission.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

SEPARATOR = "__"
EQUIVALENT = "EQUIVALENT"


@dataclass(frozen=True, slots=True)
class Patch:
    """Functions that replace some of the model solution's.

    `functions` are the names of the replaced functions, and `source` is the code of the patch. `summary`, `likely` and
    `costs` are the docstring's first line, the regex of its line `Likely:` and the text of its line `Costs:`.
    """

    slug: str
    functions: tuple[str, ...]
    summary: str
    likely: str
    source: str
    costs: str = ""


def read_patches(path: Path) -> tuple[Patch, ...]:
    """Read mutants.py, variants.py or almost.py; no file means no patches.

    Raises `CourseError` if the file cannot be read as Python, or if a patch has no docstring.
    """
    tree, text = _parse(path)
    lines = text.split("\n")
    shared = [node for node in tree.body if not _is_patch(node) and not _is_note(node)]
    slugs: dict[str, list[ast.FunctionDef]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _is_patch(node):
            slugs.setdefault(node.name.partition(SEPARATOR)[2], []).append(node)
    head = "\n".join(_cut_out(lines, node) for node in shared)
    return tuple(_make_patch(path, slug, nodes, head, lines) for slug, nodes in slugs.items())


def read_equivalents(path: Path) -> dict[str, str]:
    """Read which automatic mutants are no mistakes, each with the reason.

    They are the dict EQUIVALENT of mutants.py.
    """
    for node in _parse(path)[0].body:
        if isinstance(node, ast.Assign) and _is_note(node):
            known: dict[str, str] = ast.literal_eval(node.value)
            return known
    return {}


def list_strangers(patch: Patch, known: Collection[str]) -> list[str]:
    """List the functions of a patch that the homework does not have.

    `known` are the homework's functions. A helper that the patch's other functions use is not listed.
    """
    used = {node.id for node in ast.walk(ast.parse(patch.source)) if isinstance(node, ast.Name)}
    has_known = not set(known).isdisjoint(patch.functions)
    return [
        name
        for name in patch.functions
        if name not in known and not (has_known and f"{name}{SEPARATOR}{patch.slug}" in used)
    ]


def apply_patch(solution: str, patch: Patch) -> str:
    """Return the solution's source with the patch behind it, in force."""
    binds = "\n".join(f"{name} = {name}{SEPARATOR}{patch.slug}" for name in patch.functions)
    return f"{solution}\n\n{patch.source}\n\n{binds}\n"


def join_patches(solution: str, patches: tuple[Patch, ...]) -> str:
    """Return the solution's source with all patches behind it.

    Each function keeps its own name (`<function>__<slug>`), and none takes the place of the solution's.
    """
    return "\n\n".join([solution, *(patch.source for patch in patches)])


def _parse(path: Path) -> tuple[ast.Module, str]:
    try:
        text = path.read_text("utf-8") if path.exists() else ""
        return ast.parse(text), text
    except (OSError, SyntaxError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from None


def _is_patch(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and SEPARATOR in node.name.lstrip("_")


def _is_note(node: ast.stmt) -> bool:
    """Tell whether this is the module's docstring or the dict EQUIVALENT."""
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == [EQUIVALENT]
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _cut_out(lines: list[str], node: ast.stmt) -> str:
    """Return the lines of a statement; `ast.get_source_segment` would split the whole file for each."""
    return "\n".join(lines[node.lineno - 1 : node.end_lineno])


def _make_patch(path: Path, slug: str, nodes: list[ast.FunctionDef], head: str, lines: list[str]) -> Patch:
    documentation = ast.get_docstring(nodes[0])
    if not documentation:
        raise CourseError(f"{path}: {nodes[0].name} needs a docstring that says what is different about it")
    source = "\n\n".join([head, *(_cut_out(lines, node) for node in nodes)])
    functions = tuple(node.name.partition(SEPARATOR)[0] for node in nodes)
    likely, costs = (_find_line(documentation, word) for word in ("Likely", "Costs"))
    return Patch(slug, functions, documentation.splitlines()[0], likely, source, costs)


def _find_line(documentation: str, word: str) -> str:
    """Find the text behind `word:` in a line of its own; "" if none."""
    found = re.search(rf"^{word}: (.+)$", documentation, re.MULTILINE)
    return found[1] if found else ""
