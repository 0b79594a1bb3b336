"""What the source of a suite gives away: chance that no seed governs, and hidden values in what students read.

Of a hidden check a student reads its name and the likely cause; what was expected and what came is left out of their
view. So a likely cause is written down as it is or is a template of `say` whose values are names and counts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "RandomState"}  # random only without an argument
CHANCE = {"random", "secrets", "uuid", "time", "datetime"}  # modules of which no result is the same twice
LIKELY = 3  # its place among the arguments of `require`


def list_chance(paths: Iterable[Path]) -> list[str]:
    """The places, as file:line and source, where a suite or reference draws what no seed governs."""
    return [place for path in paths for place in _list_places(path, _is_chance)]


def list_quoting(paths: Iterable[Path]) -> list[str]:
    """The places where a hidden suite writes a value into the likely cause that students read."""
    return [place for path in paths for place in _list_places(path, _quotes)]


def _list_places(path: Path, find: Callable[[ast.AST], Iterator[ast.expr]]) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except SyntaxError:  # whoever imports it says so
        return
    for node in ast.walk(tree):
        for found in find(node):
            yield f"{path.parent.name}/{path.name}:{found.lineno} {ast.unparse(found)[:80]}"


def _is_chance(node: ast.AST) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Call):
        return
    name = ast.unparse(node.func)
    *modules, last = name.split(".")
    given = bool(node.args or node.keywords)
    by_numpy = modules[:1] in (["np"], ["numpy"]) and modules[-1] == "random"
    if last in SEEDED:
        is_chance = not given
    else:
        is_chance = (
            by_numpy
            or name in {"hash", "id", "os.urandom"}
            or bool(modules and modules[0] in CHANCE and last != "sleep")
        )
    if is_chance:
        yield node


def _quotes(node: ast.AST) -> Iterator[ast.expr]:
    """The likely causes in a call of `require`, and the mistakes in a dict, that have a value written into them."""
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
    if name == "say":  # a number written with decimals is a value; a name or a count is none
        template = node.args[0] if node.args else None
        return isinstance(template, ast.Constant) and ":" in "".join(_list_fields(str(template.value)))
    return name in {"format", "str", "repr", "describe_value"}


def _list_fields(template: str) -> list[str]:
    """What stands in the braces of a template."""
    return [part.partition("}")[0] for part in template.split("{")[1:]]
