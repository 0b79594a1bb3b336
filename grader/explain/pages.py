"""The pages of likely causes: what each means, a wrong and a right piece of code, the handouts that treat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.explain.causes import read_table
from grader.language import Sentence, join, say


@dataclass(frozen=True, slots=True)
class Page:
    """What a cause means, code that has it and code that does not, and the homeworks whose handouts treat it."""

    code: str
    title: Sentence
    meaning: Sentence
    wrong: str
    right: str
    homeworks: tuple[str, ...]


def read_pages() -> Mapping[str, Page]:
    """The pages of all causes by their codes, in the order of the rules."""
    return {code: _make_page(code, entry) for code, entry in read_table().items()}


def _make_page(code: str, entry: Mapping[str, Any]) -> Page:
    wrong, right = (entry[key].strip("\n") for key in ("wrong", "right"))
    return Page(code, say(entry["title"]), say(entry["meaning"].strip()), wrong, right, tuple(entry["sections"]))


def format_page(page: Page, handouts: Mapping[str, str]) -> Sentence:
    """The page as Markdown; `handouts` are the places of handouts, by the folders of their homeworks."""
    places = [f"- {handouts[name]}" for name in page.homeworks if name in handouts]
    parts = [
        *(join("", ("# ", page.title)), page.meaning),
        *(say("Wrong:"), _fence(page.wrong), say("Right:"), _fence(page.right)),
        *([say("In the handouts:"), "\n".join(places)] if places else []),
    ]
    return join("\n\n", parts)


def _fence(code: str) -> str:
    return f"```python\n{code}\n```"
