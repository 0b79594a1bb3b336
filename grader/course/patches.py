"""Mutants and variants: functions named `<function>__<slug>` that take the place of a model solution's.

The files are read as syntax and never run by us; what runs, in the sandbox like any submission, is the solution with
one patch behind it. All functions with the same slug form one patch; its first docstring line says what is wrong with
a mutant, or unusual about a variant, and a line `Likely: <regex>` says which likely cause names it rightly. A line
`Costs: <reason>` says why a mutant costs more than one check of its own.
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
    """Some functions of the solution written differently."""

    slug: str
    functions: tuple[str, ...]
    summary: str
    likely: str
    source: str
    costs: str = ""


def read_patches(path: Path) -> tuple[Patch, ...]:
    """Read mutants.py or variants.py; where there is none yet, there are no patches.

    Raises `CourseError` for a file that is not of the form.
    """
    tree, text = _parse(path)
    shared = [node for node in tree.body if not _is_patch(node) and not _is_note(node)]
    slugs: dict[str, list[ast.FunctionDef]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _is_patch(node):
            slugs.setdefault(node.name.partition(SEPARATOR)[2], []).append(node)
    head = "\n".join(ast.get_source_segment(text, node) or "" for node in shared)
    return tuple(_make_patch(path, slug, nodes, head, text) for slug, nodes in slugs.items())


def read_equivalents(path: Path) -> dict[str, str]:
    """The automatic mutants that are no mistakes, each with the reason: the dict EQUIVALENT of mutants.py."""
    for node in _parse(path)[0].body:
        if isinstance(node, ast.Assign) and _is_note(node):
            known: dict[str, str] = ast.literal_eval(node.value)
            return known
    return {}


def list_strangers(patch: Patch, known: Collection[str]) -> list[str]:
    """The functions of a patch that are none of the homework's, nor helpers that its other functions use."""
    used = {node.id for node in ast.walk(ast.parse(patch.source)) if isinstance(node, ast.Name)}
    has_known = not set(known).isdisjoint(patch.functions)
    return [
        name
        for name in patch.functions
        if name not in known and not (has_known and f"{name}{SEPARATOR}{patch.slug}" in used)
    ]


def apply_patch(solution: str, patch: Patch) -> str:
    """The solution's source with the patch behind it."""
    binds = "\n".join(f"{name} = {name}{SEPARATOR}{patch.slug}" for name in patch.functions)
    return f"{solution}\n\n{patch.source}\n\n{binds}\n"


def join_patches(solution: str, patches: tuple[Patch, ...]) -> str:
    """The solution's source with all patches behind it, each under its own name and none in a function's place."""
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
    """The module's docstring, or the dict of equivalents."""
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == [EQUIVALENT]
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _make_patch(path: Path, slug: str, nodes: list[ast.FunctionDef], head: str, text: str) -> Patch:
    documentation = ast.get_docstring(nodes[0])
    if not documentation:
        raise CourseError(f"{path}: {nodes[0].name} needs a docstring that says what is different about it")
    source = "\n\n".join([head, *(ast.get_source_segment(text, node) or "" for node in nodes)])
    functions = tuple(node.name.partition(SEPARATOR)[0] for node in nodes)
    likely, costs = (_find_line(documentation, word) for word in ("Likely", "Costs"))
    return Patch(slug, functions, documentation.splitlines()[0], likely, source, costs)


def _find_line(documentation: str, word: str) -> str:
    """What a docstring says behind this word and a colon, in a line of their own."""
    found = re.search(rf"^{word}: (.+)$", documentation, re.MULTILINE)
    return found[1] if found else ""
