"""The page for authors of suites lists what suites may import."""

from __future__ import annotations

import re
from pathlib import Path

from grader import checks

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_the_page_lists_every_public_name_once() -> None:
    """A helper that nobody finds is written again."""
    firsts = [line.split("|")[1] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    names = [name for cell in firsts for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(names) == sorted(checks.__all__)
