"""The pages of likely causes: all there, true, and the same in the docs."""

from __future__ import annotations

import ast
import math
import os
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import grader
from grader.errors import CheckFailed
from grader.explain.causes import read_table
from grader.explain.diagnose import diagnose
from grader.explain.pages import Page, format_page, read_pages
from grader.model.course import Course, Limits
from grader.worker.process import Launcher
from tests.cli.commands import Done, run_grade
from tests.explain.write_pages import FOLDER, write_pages
from tests.worker.processes import GENEROUS, make_launcher
from tests.worker.students import open_student

PAGES = read_pages()
MAKERS = ("Cause", "find_cause", "explain_cause")
CODES = list(PAGES)
ROOT = Path(grader.__file__).parent
# The harness alone hands functions out: what a wrong call of one says is in tests/worker/test_client.py.
RAISED = [code for code in CODES[: CODES.index("function-inside")] if code != "callback-arguments"]
COMPARED = CODES[CODES.index("transposed") :]
# What makes the code of a page run where it is a function alone.
CALLS = {
    "unbound-variable": "first([])",
    "ends-program": "middle([])",
    "process-ended": "largest(np.ones(3))",
}
QUICK = Limits(call_seconds=1.0, memory_mib=GENEROUS.memory_mib)


def list_codes() -> set[str]:
    """The codes that the package's own calls name, and those of the exceptions that the table tells apart."""
    found = {code for code, entry in read_table().items() if {"classes", "pattern"} & set(entry)}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                found |= {part.value for part in node.args[:1] if isinstance(part, ast.Constant)}
    return found


def test_every_cause_has_a_page_and_every_page_a_cause() -> None:
    """No report names a page that is not there."""
    assert list_codes() == set(CODES)


@pytest.fixture(scope="module")
def launcher() -> Any:
    """Workers as strong as this machine allows."""
    made = make_launcher(GENEROUS)
    yield made
    made.close()


def run_in_worker(launcher: Launcher, code: str, page: Page) -> str:
    """Run a page's code as a student's function, and give the code of the cause that the failure names."""
    lines = [*code.splitlines(), CALLS.get(page.code, "")]
    source = "import math, os\nimport numpy as np\ndef f():\n" + textwrap.indent("\n".join(lines), "    ")
    name, arguments = "f", ()
    if page.code == "parameters":  # it is about the call that the grader makes
        source, name, arguments = code.partition("\ny =")[0], "scale", (1.5, 3)
    with open_student(launcher, source, QUICK) as (_, client):
        try:
            client.call(name, arguments, {})
        except CheckFailed as failed:
            return failed.message.cause
    return ""


@pytest.mark.parametrize("code", [*RAISED, "endless", "process-ended"])
def test_what_a_page_calls_wrong_has_its_cause(launcher: Launcher, code: str) -> None:
    """Of exceptions, in a real worker: the wrong lines name this cause, and the right ones fail with none."""
    page = PAGES[code]
    assert run_in_worker(launcher, page.wrong, page) == code
    assert run_in_worker(launcher, page.right, page) == ""


def compute(code: str) -> Any:
    """Run a page's code and give the value of the name that it gives a value last."""
    names: dict[str, Any] = {"np": np, "math": math, "os": os}
    with np.errstate(all="ignore"):
        exec(code, names)
    *_, target = sorted(_list_targets(code), key=lambda target: target.lineno)
    while isinstance(target, ast.Subscript):
        target = target.value
    assert isinstance(target, ast.Name)
    return names[target.id]


def _list_targets(code: str) -> list[ast.expr]:
    return [node.targets[0] for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assign)]


@pytest.mark.parametrize("code", COMPARED)
def test_a_wrong_value_of_a_page_has_its_cause(code: str) -> None:
    """The wrong lines' value is explained by this cause where the right lines' value was expected."""
    yours, right = compute(PAGES[code].wrong), np.asarray(compute(PAGES[code].right), dtype=float)
    cause = diagnose(yours, right)
    assert cause is not None
    assert cause.code == code
    assert diagnose(right, right) is None


@pytest.mark.parametrize("page", PAGES.values(), ids=CODES)
def test_a_page_is_whole(page: Page, course: Course) -> None:
    """It has a title for a list, a meaning, two different pieces of Python, and homeworks that there are."""
    assert 0 < len(page.title) <= 60
    assert page.meaning.endswith(".")
    assert page.wrong != page.right
    ast.parse(page.wrong)
    ast.parse(page.right)
    assert set(page.homeworks) <= set(course.assignments)


def test_the_pages_in_the_docs_are_made_of_the_table(course: Course, tmp_path: Path) -> None:
    """Written again (`python -m tests.explain.write_pages`) they are the same."""
    write_pages(course, tmp_path)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {
        path.name: path.read_text("utf-8") for path in FOLDER.iterdir()
    }


# ---------------------------------------------------------------- the command


def test_a_page_is_shown_by_its_code(course: Course, tmp_path: Path) -> None:
    """With the handouts of the course that is at hand, and without a course as well."""
    here, nowhere = (run_grade("explain", "transposed", folder=folder) for folder in (course.root, tmp_path))
    whole = format_page(PAGES["transposed"], {})
    assert Done(0, f"{whole}\n", "") == nowhere
    assert here.out.startswith(whole)
    assert "- assignments/hw2_forward/README.md" in here.out


def test_a_page_is_shown_in_korean(course: Course) -> None:
    """Its handouts are the Korean ones."""
    done = run_grade("explain", "transposed", "--lang", "ko", folder=course.root)
    assert done.out.startswith("# 서로 바뀐 행과 열")
    assert "README.ko.md" in done.out


def test_codes_are_listed_and_guessed(tmp_path: Path) -> None:
    """Without a code there is a list; a typing error gets the nearest."""
    listed = run_grade("explain", folder=tmp_path).out.splitlines()
    assert [line.split()[0] for line in listed] == CODES
    assert run_grade("explain", "transpose", folder=tmp_path) == Done(
        2, "", "grade: there is no cause transpose\n       did you mean transposed?\n"
    )
