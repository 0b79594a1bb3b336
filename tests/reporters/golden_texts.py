"""The texts kept in golden/; `python -m tests.reporters.golden_texts` writes them anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from grader.language import choose
from grader.model.report import Changes, Report
from grader.reporters import github, html, junit, terminal
from tests.reporters import reports

FOLDER = Path(__file__).parent / "golden"


def draw(make: Callable[[], Report], width: int = 80, encoding: str = "utf-8", color: bool = False) -> str:
    """Draw a report on a terminal, two and a half days before it is due."""
    return terminal.render(make(), width=width, encoding=encoding, color=color, now=reports.NOW)


def draw_page(make: Callable[[], Report], source: str = "def log_softmax(z):\n    return z\n") -> str:
    """Draw the body of a report's page: its styles are the same in all."""
    changes = Changes(fixed=("rows sum to 1",), broken=(reports.EVIL,))
    return html.render(make(), source, changes).partition("</head>")[2]


def draw_korean(render: Callable[[], str]) -> str:
    """Draw something for a Korean student."""
    choose("ko")
    try:
        return render()
    finally:
        choose("en")


def annotate(make: Callable[[], Report]) -> str:
    """List the annotations of a report, one per line."""
    return "".join(f"{command}\n" for command in github.annotations(make(), "hw4_softmax/"))


TEXTS: dict[str, Callable[[], str]] = {
    "terminal_partly_right_60.txt": partial(draw, reports.make_partly_right, 60),
    "terminal_partly_right_80.txt": partial(draw, reports.make_partly_right),
    "terminal_partly_right_120.txt": partial(draw, reports.make_partly_right, 120),
    "terminal_partly_right_ascii.txt": partial(draw, reports.make_partly_right, encoding="ascii"),
    "terminal_partly_right_color.txt": partial(draw, reports.make_partly_right, color=True),
    "terminal_all_right.txt": partial(draw, reports.make_all_right),
    "terminal_untouched.txt": partial(draw, reports.make_untouched),
    "terminal_syntax_error.txt": partial(draw, reports.make_syntax_error),
    "terminal_missing_file.txt": partial(draw, reports.make_missing_file),
    "terminal_our_error.txt": partial(draw, reports.make_our_error),
    "terminal_slow_and_crashed.txt": partial(draw, reports.make_slow_and_crashed),
    "terminal_korean.txt": partial(draw, reports.make_korean),
    "terminal_in_korean_partly_right.txt": partial(draw_korean, partial(draw, reports.make_partly_right)),
    "terminal_in_korean_slow_and_crashed.txt": partial(draw_korean, partial(draw, reports.make_slow_and_crashed)),
    "terminal_hostile.txt": partial(draw, reports.make_hostile),
    "html_partly_right.txt": partial(draw_page, reports.make_partly_right),
    "html_hostile.txt": partial(draw_page, reports.make_hostile, reports.EVIL_LINES),
    "junit_partly_right.txt": lambda: junit.render(reports.make_partly_right()),
    "junit_syntax_error.txt": lambda: junit.render(reports.make_syntax_error()),
    "junit_our_error.txt": lambda: junit.render(reports.make_our_error()),
    "junit_hostile.txt": lambda: junit.render(reports.make_hostile()),
    "github_partly_right.txt": lambda: github.summary(reports.make_partly_right()),
    "github_syntax_error.txt": lambda: github.summary(reports.make_syntax_error()),
    "github_our_error.txt": lambda: github.summary(reports.make_our_error()),
    "github_korean.txt": lambda: github.summary(reports.make_korean()),
    "github_in_korean_our_error.txt": partial(draw_korean, lambda: github.summary(reports.make_our_error())),
    "github_hostile.txt": lambda: github.summary(reports.make_hostile()),
    "github_annotations_slow_and_crashed.txt": partial(annotate, reports.make_slow_and_crashed),
    "github_annotations_partly_right.txt": partial(annotate, reports.make_partly_right),
    "github_annotations_our_error.txt": partial(annotate, reports.make_our_error),
    "github_annotations_hostile.txt": partial(annotate, reports.make_hostile),
}


def list_texts(reporter: str) -> list[str]:
    """List the golden texts of one reporter."""
    return [name for name in TEXTS if name.startswith(reporter)]


def read_golden(name: str) -> str:
    """Read a golden text, with its line ends as they are."""
    return (FOLDER / name).read_bytes().decode()


if __name__ == "__main__":
    for name, render in TEXTS.items():
        (FOLDER / name).write_bytes(render().encode())
