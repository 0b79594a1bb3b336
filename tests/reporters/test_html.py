"""The page: nothing in it that a student could have smuggled in, nothing that a browser would have to fetch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from grader.model.report import Report
from grader.reporters import html
from tests.reporters import reports

MAKERS = [
    reports.make_partly_right,
    reports.make_all_right,
    reports.make_untouched,
    reports.make_syntax_error,
    reports.make_missing_file,
    reports.make_our_error,
    reports.make_slow_and_crashed,
    reports.make_korean,
    reports.make_hostile,
]
VOID = {"meta"}
ATTRIBUTES = (
    "lang charset http-equiv content name class id scope style colspan tabindex role aria-label aria-labelledby "
    "aria-hidden viewbox width height points fill-opacity cx cy r x y"
)
FIGURES = "figure figcaption svg polyline polygon circle text"
PARTS = "html head meta title style body main header section h1 h2 h3 p ul li table thead tbody tr th td"
WORDS = "div span dl dt dd details summary pre code"
SOURCE = "import numpy as np\n\ndef log_softmax(z):\n" + "    z = z\n" * 10 + "    return np.log(z)\n"


class Page(HTMLParser):
    """The elements of a page, and what a reader reads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.marked: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        assert [] == self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Every element closes in its turn."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)
        if ("class", "line marked") in attrs:
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        """The last one that was opened."""
        assert tag == self._open.pop()

    def handle_data(self, data: str) -> None:
        """Styles are not read."""
        if self._open and self._open[-1] != "style":
            self.text += data
            if self.marked and not self.marked[-1].endswith(data):
                self.marked[-1] = self.marked[-1] or data


@pytest.mark.parametrize("make", MAKERS)
def test_a_page_is_made_of_what_we_wrote(make: Callable[[], Report]) -> None:
    """Only the template's elements, closed in their turn; no link, script, handler, image or foreign style."""
    page = Page(html.render(make(), reports.EVIL_LINES * 3))
    assert set(page.tags) <= {*PARTS.split(), *WORDS.split(), *FIGURES.split()}
    assert {name for name, _ in page.attributes} <= {*ATTRIBUTES.split()}
    assert all(value.startswith("width: ") for name, value in page.attributes if name == "style")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert ("content", policy) in page.attributes


@pytest.mark.parametrize("make", MAKERS)
def test_ids_are_unique_and_labels_lead_somewhere(make: Callable[[], Report]) -> None:
    """As a screen reader needs them; and there is one title and one language."""
    page = Page(html.render(make(), SOURCE))
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value for name, value in page.attributes if name == "aria-labelledby"} <= set(ids)
    assert 1 == page.tags.count("h1") == page.tags.count("title")
    assert ("lang", "en") in page.attributes


def test_what_a_student_wrote_is_shown_and_does_nothing() -> None:
    """Neither as HTML nor as control characters, wherever it stands."""
    text = html.render(reports.make_hostile(), reports.EVIL_LINES)
    assert "<script" not in text
    assert "<b>bold" not in text
    assert not any(character in text for character in "\x1b\x07\x9b\u202e\u200b\ufeff\x00\r")
    assert "<script>alert(1)</script>" in Page(text).text


def test_a_page_says_what_the_terminal_says() -> None:
    """The score, each task, and the first failing check with all its parts."""
    page = Page(html.render(reports.make_partly_right()))
    for said in ("Score 18 of 25 public points; 75 more are judged at hand-in", "is finite when one logit dominates"):
        assert said in page.text
    for label in ("You called", "Expected", "Got", "Where", "Likely", "Your output"):
        assert label in page.text
    assert "Your code" not in page.text


@pytest.mark.parametrize(("seed", "command"), [(5, "grade hw4 --seed 5"), (0, "grade hw4"), (None, "grade hw4")])
def test_the_command_repeats_the_run(seed: int | None, command: str) -> None:
    """With the seed that it had, unless that is the usual one, or a student's eyes are on the page."""
    assert f"<code>{command}</code>" in html.render(replace(reports.make_partly_right(), seed=seed))


def test_the_lines_to_mend_are_marked() -> None:
    """By the line that the report names, in the student's own file."""
    page = Page(html.render(reports.make_partly_right(), SOURCE))
    assert "Your code" in page.text
    assert ["14"] == page.marked


def test_an_endless_file_is_cut() -> None:
    """A page that a browser can open."""
    page = html.render(reports.make_partly_right(), "x = 1  # " + "y" * 10_000 + "\n" + "x\n" * 100_000)
    assert len(page) < 600_000
