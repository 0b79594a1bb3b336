"""Read a student's file before any of it runs.

A survey has the file's functions, their lines, and the place where its syntax breaks. The worker is asked for it before
it runs the file, so that the answer is the grader's own and no student code can forge it. The text is read as UTF-8
whatever encoding the file declares (PEP 263), and the same text is run.
"""

from __future__ import annotations

import ast
import io
import warnings
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAX_FUNCTIONS = 600
MAX_PARAMETERS = 20
MAX_USES = 200
MAX_SPANS = 5_000
MAX_TEXT = 200
MAX_NAME = 100
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Function = tuple[str, tuple[str, ...], int, tuple[str, ...]]  # name, parameters, line, the file's functions it uses
Span = tuple[int, int]


class Fault(NamedTuple):
    """The reason why a text is not Python.

    It has the exception's class and text, the line's number, and the line with a caret below it.
    """

    name: str
    reason: str
    line: int | None
    excerpt: str


class Survey(NamedTuple):
    """The functions in a text, or its fault.

    `spans` are the first and the last lines of functions, whose code may raise an exception.
    """

    functions: tuple[Function, ...]
    spans: tuple[Span, ...]
    fault: Fault | None


def read_text(source: bytes) -> str:
    """Return the text of a file, as it is shown and run.

    Raises `SyntaxError` for bytes that are not UTF-8 text or that have zero bytes among them.
    """
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SyntaxError(f"the file is not UTF-8 text: {error.reason}") from None
    if "\0" in text:
        raise SyntaxError("the file has zero bytes in it")
    return text


def split_lines(text: str) -> list[str]:
    """Split a text into the lines that Python counts, and no others.

    A form feed or a U+2028 does not end a line.
    """
    return io.StringIO(text, newline=None).readlines()


def survey(file: str, source: bytes) -> Survey:
    """Read the source of a file without running it.

    `file` is its name in messages. A fault of the source is returned, not raised.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python gives the warnings again when the file runs
            text = read_text(source)
            compile(text, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError) as error:
        return Survey((), (), _describe_fault(error, source))
    try:
        tree = ast.parse(text)
        return Survey(tuple(_list_functions(tree)), tuple(_list_spans(tree)), None)
    except (MemoryError, RecursionError):  # the file can be run but not described, so nothing is known of it
        return Survey((), (), None)


def _describe_fault(error: BaseException, source: bytes) -> Fault:
    if not isinstance(error, SyntaxError):
        return Fault(type(error).__name__, str(error)[:MAX_TEXT], None, "")
    reason, line = str(error.msg)[:MAX_TEXT], error.lineno or None
    lines = split_lines(source.decode("utf-8-sig", "replace"))
    if line is None or not 0 < line <= len(lines):
        return Fault(type(error).__name__, reason, line, "")
    caret = " " * max(0, (error.offset or 1) - 1) + "^"
    return Fault(type(error).__name__, reason, line, f"{lines[line - 1].rstrip()[:MAX_TEXT]}\n{caret[:MAX_TEXT]}")


def _list_functions(tree: ast.Module) -> Iterator[Function]:
    """List the functions that a file defines for others to call.

    Of several functions of one name, the last one counts.
    """
    defined = dict(_list_definitions(tree.body))
    mentioned = {name: _list_names(node) & defined.keys() for name, node in defined.items()}
    public = [name for name in defined if not name.startswith("_") and isinstance(defined[name], _FUNCTIONS)]
    for name in public[:MAX_FUNCTIONS]:
        node = defined[name]
        assert isinstance(node, _FUNCTIONS)
        given = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        parameters = tuple(parameter for parameter in given[:MAX_PARAMETERS] if len(parameter) <= MAX_NAME)
        uses = sorted(use for use in _follow(name, mentioned) if len(use) <= MAX_NAME)
        yield name, parameters, node.lineno, tuple(uses[:MAX_USES])


def _list_definitions(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    """List the functions, classes and named lambdas at the top of a file.

    Those inside `if`, `try` and the like are listed, too.
    """
    for statement in statements:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name, statement
            case ast.Assign(value=ast.Lambda() as value):
                yield from ((target.id, value) for target in statement.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name() as target, value=ast.Lambda() as value):
                yield target.id, value
            case _:
                yield from _list_definitions(child for child in _list_inner(statement))


def _list_inner(statement: ast.stmt) -> Iterator[ast.stmt]:
    """List the statements inside another statement of any kind."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            yield from child.body


def _list_names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _follow(name: str, mentioned: dict[str, set[str]]) -> set[str]:
    """Return the names that a function reaches, directly or through others."""
    found: set[str] = set()
    left = [name]
    while left:
        new = mentioned[left.pop()] - found
        found |= new
        left += new
    return found


def _list_spans(tree: ast.Module) -> Iterator[Span]:
    """List the lines where functions stand, from the top, each line once."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS))
    spans = sorted((node.lineno, node.end_lineno or node.lineno) for node in nodes)
    last = number = 0
    for begin, end in spans:
        if end > last and number < MAX_SPANS:
            yield max(begin, last + 1), end
            last, number = end, number + 1
