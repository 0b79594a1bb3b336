"""What is said beside the results."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli.screen import find_encoding
from grader.reporters.text import list_names
from tests.cli.commands import GRADE, clean_environment
from tests.cli.terminal import open_terminal
from tests.conftest import ROOT
from tests.courses import MANIFEST, write_course


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
        ("cp437", ["--lang", "ko"], "due Fri 12 Mar 2027"),
        ("utf-8", ["--lang", "en"], "due Fri 12 Mar 2027"),
    ],
)
def test_korean_is_spoken_where_it_can_be_shown(stdout: str, options: list[str], said: str) -> None:
    """To a machine that is set to Korean; else in English, and who asked for Korean is told why."""
    environment = {**clean_environment(), "LANG": "ko_KR.UTF-8", "PYTHONIOENCODING": stdout}
    done = subprocess.run([GRADE, "list", *options], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert said in done.stdout.decode(stdout)
    told = b"This output is encoded as cp437, which has no Korean letters: it will be English. "
    assert done.stderr.startswith(told) if options == ["--lang", "ko"] else done.stderr == b""


def test_long_lines_are_broken_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes on is indented; every file and date of the list is whole."""
    monkeypatch.setenv("TZ", "UTC")
    hint = "word " * 30 + "end"
    manifest = MANIFEST.replace('title = "Tiny"', 'title = "A tiny homework with a long name"')
    manifest = f"due = 2027-03-12T23:59:00+00:00\n{manifest}".replace(
        "points = 60\n", f'points = 60\nhints = ["{hint}"]\n'
    )
    write_course(tmp_path, manifest=manifest)
    with open_terminal("hint", "hw1", "double", folder=tmp_path, columns=60) as terminal:
        assert terminal.shows("1. word", "   word", " end", "the last one"), terminal.lines
        assert [line for line in terminal.lines if line.startswith("wo")] == []
    with open_terminal("list", folder=tmp_path, columns=60) as terminal:
        assert terminal.shows("due Fri"), terminal.lines
        rows = [line for line in terminal.lines if line]
        start = "  hw1  A tiny homework with a long name"
        assert ["Tiny course", start, "       hw1_tiny/tiny.py", "       due Fri 12 Mar 2027 23:59"] == rows
