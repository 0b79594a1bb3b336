"""What is said beside the results."""

from __future__ import annotations

import pytest

from grader.cli.screen import list_names


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["notes.txt"], "notes.txt"),
        (["a", "b"], "a, b"),
        (["\x1b[2Jkim.txt", "a\nb", "\u202egpj.exe"], "\\x1b[2Jkim.txt, a\\nb, \\u202egpj.exe"),
        (["\udcb1\udce8.hwp"], "\\udcb1\\udce8.hwp"),
        ([f"{n}.txt" for n in range(12)], ", ".join(f"{n}.txt" for n in range(10)) + " and 2 more"),
        (["x" * 70], "x" * 60 + "… (10 more characters)"),
    ],
    ids=["one", "two", "hostile", "no text", "many", "long"],
)
def test_names_of_files_are_safe_to_show(names: list[str], said: str) -> None:
    """Students choose them: a terminal obeys nothing in them, and they are not endless."""
    assert said == list_names(names)
