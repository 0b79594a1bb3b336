"""The rules that no linter knows, read from the syntax trees: what may be imported and called where, and sizes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.manifest import read_assignment, read_course
from grader.model.course import Assignment
from tests.conftest import ROOT

MODULES = sorted((ROOT / "grader").rglob("*.py"))
SUITES = sorted((ROOT / "assignments").glob("*/*/test_*.py"))
REFERENCES = sorted((ROOT / "assignments").glob("*/reference.py"))
COURSE = read_course(ROOT)
ASSIGNMENTS = [read_assignment(ROOT / "assignments" / name) for name in COURSE.assignments]
TREES = ("solutions", "student_template")

UNPACKERS = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
RUNNERS = {"eval", "exec", "compile", "__import__"}
LOADERS = {"np.load", "numpy.load", "torch.load", "numpy.loadtxt", "np.loadtxt", "yaml.load"}
MAX_FUNCTION = 40
WRITERS = {"append", "add", "update", "pop", "popitem", "clear", "setdefault", "extend", "remove", "discard", "insert"}
# What a module keeps of a process, and why it may: all else belongs to one run, one harness or one command.
KEPT = {
    "grader/worker/allowance.py": {"_memory", "_watchdog"},  # the kernel has one limit of memory for a process
}
# Functions that remember what they gave: constants of the installation, of this machine or of our own files.
CACHED = {
    "grader/batch/ledger.py": {"_read_key"},
    "grader/explain/causes.py": {"read_table"},
    "grader/plain.py": {"list_fields"},
    "grader/reporters/html.py": {"_read_template"},
    "grader/schemas/__init__.py": {"_read_schema", "_validator"},
    "grader/worker/reading.py": {"_list_own_folders"},
    "grader/worker/walls/bubblewrap.py": {"find_tools", "read_version"},
    "grader/worker/walls/cgroup.py": {"find_place"},
    "grader/worker/walls/interpreter.py": {"find_libraries"},
    "grader/worker/walls/seccomp.py": {"write_filter"},
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parse(path: Path) -> ast.Module:
    """Read a file as a syntax tree."""
    return ast.parse(path.read_text("utf-8"), str(path))


def say(path: Path) -> str:
    """Name a file as people type it."""
    return path.relative_to(ROOT).as_posix()


def list_imports(tree: ast.AST) -> Iterator[str]:
    """List the modules that a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what is imported"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def list_roots(path: Path) -> set[str]:
    """List the top-level packages that a file imports."""
    return {name.partition(".")[0] for name in list_imports(parse(path))}


def list_functions(tree: ast.AST) -> list[Function]:
    """List the functions of a file, nested ones and methods too."""
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def test_the_lists_are_not_empty() -> None:
    """Were a folder renamed, the rules below would hold for nothing at all."""
    assert [True] * 4 == [len(MODULES) > 40, len(SUITES) >= 4, len(REFERENCES) >= 2, len(ASSIGNMENTS) >= 2]


@pytest.mark.parametrize("path", MODULES, ids=say)
def test_nothing_unpacks_or_runs_what_others_wrote(path: Path) -> None:
    """No pickle, no eval, no np.load: only what is inside the sandbox compiles source, and one module runs it."""
    tree = parse(path)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    dotted = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    inside = {"grader/worker/inside/guest.py": {"exec", "compile"}, "grader/worker/inside/survey.py": {"compile"}}
    allowed = inside.get(say(path), set())
    # A harness and who holds it are two processes of ours, and student code can write into neither's pipe.
    ours = {"grader/harness/process.py": {"pickle"}}
    assert set() == (list_roots(path) & UNPACKERS) - ours.get(say(path), set())
    assert set() == (names & RUNNERS) - allowed
    assert set() == dotted & LOADERS
    assert "allow_pickle" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", SUITES, ids=say)
def test_suites_import_little(path: Path) -> None:
    """A suite asks the student and the oracle; it never has a solution, a reference or torch of its own."""
    wanted = {"pytest", "numpy", "grader", "itertools"}
    assert set() == list_roots(path) - wanted
    assert [] == [
        name for name in list_imports(parse(path)) if name.startswith("grader") and not name.startswith("grader.checks")
    ]


@pytest.mark.parametrize("path", SUITES, ids=say)
def test_suites_ask_for_three_fixtures_only(path: Path) -> None:
    """A fixture of a suite's own would carry something from one submission to the next."""
    tree = parse(path)
    decorators = {ast.unparse(each) for function in list_functions(tree) for each in function.decorator_list}
    assert [] == [text for text in decorators if "fixture" in text]
    assert [] == [node for node in ast.walk(tree) if isinstance(node, (ast.Global, ast.Nonlocal))]


@pytest.mark.parametrize(
    "path", [ROOT / tree / each.name / each.file for tree in TREES for each in ASSIGNMENTS], ids=say
)
def test_homework_needs_numpy_alone(path: Path) -> None:
    """What students write, and what they compare it with, runs where only numpy is installed."""
    assert set() == list_roots(path) - {"numpy", *sys.stdlib_module_names}


def test_torch_is_the_oracle_s() -> None:
    """Whoever else imported torch would make students wait for it, or need it."""
    everywhere = [*MODULES, *SUITES, *REFERENCES]
    users = {say(path) for path in everywhere if "torch" in list_roots(path)}
    assert users - {say(path) for path in REFERENCES} == {"grader/oracle/source.py"}


def test_torch_is_imported_late() -> None:
    """The oracle imports torch inside functions, never on the way in."""
    tree = parse(ROOT / "grader/oracle/source.py")
    assert "torch" not in {name for node in tree.body for name in list_imports(node) if not list_functions(node)}


@pytest.mark.parametrize("path", MODULES, ids=say)
def test_functions_fit_in_a_head(path: Path) -> None:
    """No function is longer than MAX_FUNCTION lines."""
    long = [node.name for node in list_functions(parse(path)) if count_lines(node) > MAX_FUNCTION]
    assert [] == long


def count_lines(node: Function) -> int:
    """Count a function's lines, without the decorators that describe a command's options."""
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=say)
def test_whatever_is_public_has_a_docstring(path: Path) -> None:
    """Modules, classes, functions and methods without an underscore say what they are for."""
    tree = parse(path)
    documented = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [
        node
        for parent in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
        for node in parent.body
        if isinstance(node, documented) and not node.name.startswith(("_", "pytest_"))
    ]
    assert [] == [node.name for node in public if not ast.get_docstring(node)]
    assert ast.get_docstring(tree)


def test_the_three_trees_mirror_each_other() -> None:
    """assignments/x, solutions/x/y.py and student_template/x/y.py: path by path, and nothing besides."""
    expected = {f"{each.name}/{each.file}" for each in ASSIGNMENTS}
    for tree in TREES:
        found = (ROOT / tree).rglob("*")
        files = {path.relative_to(ROOT / tree).as_posix() for path in found if path.is_file()}
        assert expected == {name for name in files if "__pycache__" not in name}
    manifests = (ROOT / "assignments").glob("*/assignment.toml")
    assert sorted(COURSE.assignments) == sorted(path.parent.name for path in manifests)


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_an_assignment_is_complete(assignment: Assignment) -> None:
    """Handout, reference, public and hidden suite lie where the framework looks for them."""
    pieces = ["README.md", "assignment.toml", "hidden", "public", "reference.py"]
    assert [name for name in pieces if (assignment.folder / name).exists()] == pieces


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_stub_and_solution_promise_the_same(assignment: Assignment) -> None:
    """Names, order, signatures and docstrings agree; so the stub is the solution with its bodies taken out."""
    solution, stub = (parse(ROOT / tree / assignment.name / assignment.file) for tree in TREES)
    assert ast.get_docstring(solution) == ast.get_docstring(stub)
    solved, promised = (
        [describe(node) for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
        for tree in (solution, stub)
    )
    assert solved == promised


def describe(node: ast.FunctionDef) -> tuple[str, str, str, str | None]:
    """Give what a caller sees of a function."""
    returns = ast.unparse(node.returns) if node.returns else ""
    return node.name, ast.unparse(node.args), returns, ast.get_docstring(node)


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_a_stub_gives_nothing_away(assignment: Assignment) -> None:
    """Below its docstring every function of a stub is the one line that says it is not written."""
    tree = parse(ROOT / "student_template" / assignment.name / assignment.file)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    bodies = {node.name: [ast.unparse(line) for line in node.body[1:]] for node in functions}
    assert {node.name: ["raise NotImplementedError"] for node in functions} == bodies
    given = {ast.unparse(node) for node in parse(ROOT / "solutions" / assignment.name / assignment.file).body}
    others = [node for node in tree.body[1:] if not isinstance(node, ast.FunctionDef)]
    assert [] == [node for node in others if not isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign))]
    assert set() == {ast.unparse(node) for node in others} - given


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_every_function_of_the_manifest_is_in_the_stub(assignment: Assignment) -> None:
    """A task names functions that the student finds in the file, each in one task."""
    tree = parse(ROOT / "student_template" / assignment.name / assignment.file)
    asked = [name for task in assignment.tasks for name in task.functions]
    assert sorted(asked) == sorted(node.name for node in list_functions(tree))


# ---------------------------------------------------------------- nothing is kept between runs


def list_globals(tree: ast.Module) -> dict[str, ast.expr]:
    """List the names that a module gives a value, with the value."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        found |= {target.id: value for target in targets if isinstance(target, ast.Name) and value is not None}
    return found


def list_written(function: Function) -> Iterator[str]:
    """List the names whose value a function changes without giving them another."""
    for node in ast.walk(function):
        written: ast.AST | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS:
            written = node.func.value
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
            written = node.value
        if isinstance(written, ast.Name):
            yield written.id


def list_own(function: Function) -> set[str]:
    """List the names that are a function's own."""
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {argument.arg for argument in arguments}


@pytest.mark.parametrize("path", MODULES, ids=say)
def test_no_module_keeps_anything_of_a_run(path: Path) -> None:
    """No name is bound again, no container written, no object of its own classes kept, but for the lists above.

    What runs beside student code is a process of its own and left out.
    """
    tree = parse(path)
    names, classes = list_globals(tree), {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    bound = [node for node in ast.walk(tree) if isinstance(node, ast.Global)]
    written = {name for function in list_functions(tree) for name in set(list_written(function)) - list_own(function)}
    objects = {
        name
        for name, value in names.items()
        if isinstance(value, ast.Call) and ast.unparse(value.func) in classes and not name.isupper()
    }
    cached = {
        function.name
        for function in list_functions(tree)
        if any("cache" in ast.unparse(each) for each in function.decorator_list)
    }
    if "inside" not in path.parts:
        assert bound == []
        assert written & set(names) == set()
        assert objects == KEPT.get(say(path), set())
        assert cached == CACHED.get(say(path), set())
