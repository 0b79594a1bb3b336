"""Automatic mutants: small changes to the model solution's syntax.

There is one change at a time. Operators are exchanged, comparisons loosened, constants moved, axes switched, signs
dropped, keyword arguments left out, as in classical mutation testing (DeMillo, Lipton and Sayward 1978, "Hints on test
data selection").
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LEGIBLE = 16  # characters of an expression that a person recognises
Change = Callable[[ast.AST], None]
_OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}


@dataclass(frozen=True, slots=True)
class AutomaticMutant:
    """One small change to the solution.

    `function` is the function that it is in, `change` says which source became which, and `source` is the whole mutated
    module.
    """

    function: str
    change: str
    source: str

    @property
    def name(self) -> str:
        """The mutant's name in lists, and among the equivalents of mutants.py."""
        return f"{self.function}: {self.change}"


def mutate(solution: str) -> Iterator[AutomaticMutant]:
    """Yield every automatic mutant of a module's functions.

    Two mutants with the same source are one. Names are unique.
    """
    tree = _FoldSigns().visit(ast.parse(solution))
    seen, names = {ast.unparse(tree)}, set()
    for place, function in enumerate(tree.body):
        if not isinstance(function, ast.FunctionDef):
            continue
        for change, whole in _mutate_function(tree, place):
            source = ast.unparse(ast.fix_missing_locations(whole))
            if source in seen:
                continue
            name = next(name for name in _number(change) if (function.name, name) not in names)
            seen.add(source)
            names.add((function.name, name))
            yield AutomaticMutant(function.name, name, source)


def _number(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} #{count}" for count in itertools.count(2))


class _FoldSigns(ast.NodeTransformer):
    """A transformer that makes -1 one constant, not a sign before a constant."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Fold a minus into the number behind it."""
        self.generic_visit(node)
        number = node.operand.value if isinstance(node.operand, ast.Constant) else None
        if isinstance(node.op, ast.USub) and isinstance(number, (int, float)):
            return ast.copy_location(ast.Constant(-number), node)
        return node


def _mutate_function(tree: ast.Module, place: int) -> Iterator[tuple[str, ast.Module]]:
    for position, original in enumerate(_walk(tree.body[place])):
        for change in _list_changes(original):
            whole = copy.deepcopy(tree)
            node = list(_walk(whole.body[place]))[position]
            around = _find_around(whole.body[place], node)
            before = _quote(around)
            change(node)
            yield f"{before} -> {_quote(around)}", whole


def _quote(part: ast.AST) -> str:
    """Return a node's source on one line: of a loop or a branch, its head."""
    return ast.unparse(part).splitlines()[0]


def _walk(function: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body in a fixed order.

    Its docstring and annotations are not among them.
    """
    assert isinstance(function, ast.FunctionDef)
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    for statement in body:
        yield from ast.walk(statement)


def _find_around(function: ast.AST, node: ast.AST) -> ast.AST:
    """Find the smallest part around a node that a person recognises.

    It is an expression of some length, or a statement.
    """
    around = [part for part in ast.walk(function) if any(node is inner for inner in ast.walk(part))]
    return min(
        (
            part
            for part in around
            if isinstance(part, ast.stmt) or (isinstance(part, ast.expr) and len(ast.unparse(part)) >= LEGIBLE)
        ),
        key=lambda part: len(ast.unparse(part)),
    )


def _list_changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)):
        yield from (_set("op", operator()) for operator in _OPERATORS.get(type(node.op), ()))
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from (_set("ops", [operator()]) for operator in _OPERATORS.get(type(node.ops[0]), ()))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield _set("op", ast.UAdd())
    elif isinstance(node, ast.Constant):
        yield from (_set("value", value) for value in _move_constant(node.value))
    elif isinstance(node, ast.Call) and node.keywords:
        yield _set("keywords", node.keywords[:-1])
    elif isinstance(node, ast.keyword) and node.arg == "axis":
        yield from (_set("value", ast.Constant(axis)) for axis in (0, 1, -1, None))


def _move_constant(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, -value] if value else [value + 1]
    return []


def _set(name: str, value: object) -> Change:
    return lambda node: setattr(node, name, value)
