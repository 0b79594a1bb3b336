"""Pages of likely causes: meaning, wrong and right code, and handouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.explain.causes import read_table
from grader.language import Sentence, join, say


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one cause.

    `meaning` says what the cause means. `wrong` is code that has it and `right` is code that does not. `homeworks` are
    the folders of the homeworks whose handouts treat it.
    """

    code: str
    title: Sentence
    meaning: Sentence
    wrong: str
    right: str
    homeworks: tuple[str, ...]


def read_pages() -> Mapping[str, Page]:
    """Load the pages of all causes, by code, in the order of the rules."""
    return {code: _make_page(code, entry) for code, entry in read_table().items()}


def _make_page(code: str, entry: Mapping[str, Any]) -> Page:
    wrong, right = (entry[key].strip("\n") for key in ("wrong", "right"))
    return Page(code, say(entry["title"]), say(entry["meaning"].strip()), wrong, right, tuple(entry["sections"]))


def format_page(page: Page, handouts: Mapping[str, str]) -> Sentence:
    """Format a page as Markdown.

    `handouts` has the place of each handout, by the folder of its homework. A homework that is not in it is left out.
    """
    places = [f"- {handouts[name]}" for name in page.homeworks if name in handouts]
    parts = [
        *(join("", ("# ", page.title)), page.meaning),
        *(say("Wrong:"), _fence(page.wrong), say("Right:"), _fence(page.right)),
        *([say("In the handouts:"), "\n".join(places)] if places else []),
    ]
    return join("\n\n", parts)


def _fence(code: str) -> str:
    return f"```python\n{code}\n```"
