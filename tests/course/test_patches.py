"""mutants.py and variants.py are read as syntax, never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.patches import apply_patch, join_patches, list_strangers, read_equivalents, read_patches
from grader.errors import CourseError

SOURCE = '''"""Wrong solutions."""

import numpy as np

raise SystemExit("never run")


def helper(x):
    return x


def f__off(x):
    """One too many.

    Likely: 1 too
    """
    return helper(x) + 1


def f__both(x):
    """Both are wrong."""
    return 0


def g__both(x):
    return 0


EQUIVALENT = {"f: a -> b": "the same"}
'''


def write(path: Path, text: str) -> Path:
    """Write a file of patches."""
    file = path / "mutants.py"
    file.write_text(text, "utf-8")
    return file


def test_functions_of_one_slug_are_one_patch(tmp_path: Path) -> None:
    """With the summary and the likely cause of its docstring."""
    off, both = read_patches(write(tmp_path, SOURCE))
    assert ("off", ("f",), "One too many.", "1 too") == (off.slug, off.functions, off.summary, off.likely)
    assert ("both", ("f", "g"), "Both are wrong.", "") == (both.slug, both.functions, both.summary, both.likely)


def test_a_patch_takes_the_place_of_the_solution_s_function(tmp_path: Path) -> None:
    """The helper comes with it; the note of equivalents and the docstring of the file do not."""
    off, _ = read_patches(write(tmp_path, SOURCE.replace('raise SystemExit("never run")', "")))
    source = apply_patch("def f(x):\n    return x\n", off)
    names: dict[str, object] = {}
    exec(source, names)
    assert names["f"](3) == 4  # type: ignore[operator]
    assert "EQUIVALENT" not in source
    assert "Wrong solutions" not in source


def test_joined_patches_leave_the_solution_as_it_is(tmp_path: Path) -> None:
    """Each waits under its own name."""
    patches = read_patches(write(tmp_path, SOURCE.replace('raise SystemExit("never run")', "")))
    names: dict[str, object] = {}
    exec(join_patches("def f(x):\n    return x\n", patches), names)
    assert names["f"](3) == 3  # type: ignore[operator]
    assert names["f__off"](3) == 4  # type: ignore[operator]


def test_equivalents_are_read_with_their_reasons(tmp_path: Path) -> None:
    """And a file without any has none."""
    assert {"f: a -> b": "the same"} == read_equivalents(write(tmp_path, SOURCE))
    assert {} == read_equivalents(write(tmp_path, '"""None."""\n'))


@pytest.mark.parametrize(
    ("text", "reason"),
    [("def f__x(:\n", "cannot be read"), ("def f__x(x):\n    return 1\n", "f__x needs a docstring")],
)
def test_a_file_that_is_not_of_the_form_is_named(tmp_path: Path, text: str, reason: str) -> None:
    """The author reads which file and what is missing."""
    with pytest.raises(CourseError, match=reason):
        read_patches(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        ('def double__x(x):\n    """A."""\n    return 2 * x\n', []),
        ('def doubel__x(x):\n    """A."""\n    return 2 * x\n', ["doubel"]),
        ('def help__x(x):\n    """A."""\n    return x\n\n\ndef double__x(x):\n    return help__x(x)\n', []),
        ('def help__x(x):\n    """A."""\n    return x\n\n\ndef double__x(x):\n    return x\n', ["help"]),
        ('def doubel__x(x):\n    """A."""\n    return doubel__x(x - 1)\n', ["doubel"]),
    ],
)
def test_a_function_that_the_homework_lacks_is_a_stranger(tmp_path: Path, text: str, strangers: list[str]) -> None:
    """Unless it helps another function of the same patch."""
    path = tmp_path / "mutants.py"
    path.write_text(text)
    [patch] = read_patches(path)
    assert strangers == list_strangers(patch, ["double", "halve"])
