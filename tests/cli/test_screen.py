"""What is said beside the results."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from grader.cli.screen import find_encoding, list_names
from tests.cli.commands import GRADE, clean_environment
from tests.conftest import ROOT


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


@pytest.mark.parametrize(
    ("stdout", "spelt"),
    [("utf-8", "utf-8"), ("cp949", "cp949"), ("cp1252", "ascii"), ("cp437", "ascii"), ("ascii", "ascii")],
)
def test_a_report_is_spelt_with_what_stdout_has(stdout: str, spelt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it, Korean with signs of ASCII, or ASCII alone."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), stdout))
    assert spelt == find_encoding()


@pytest.mark.parametrize(
    ("stdout", "options", "said"),
    [
        ("utf-8", [], "마감 2027년"),
        ("cp949", [], "마감 2027년"),
        ("cp437", [], "due Fri 12 Mar 2027"),
        ("cp437", ["--lang", "ko"], "\\ub9c8\\uac10 2027"),
        ("utf-8", ["--lang", "en"], "due Fri 12 Mar 2027"),
    ],
)
def test_korean_is_spoken_where_it_can_be_shown(stdout: str, options: list[str], said: str) -> None:
    """To a machine that is set to Korean: else in English, unless Korean was asked for."""
    environment = {**clean_environment(), "LANG": "ko_KR.UTF-8", "PYTHONIOENCODING": stdout}
    done = subprocess.run([GRADE, "list", *options], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert (b"", True) == (done.stderr, said in done.stdout.decode(stdout))
