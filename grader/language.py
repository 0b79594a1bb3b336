"""Sentences that remember what they are made of, and the language that their reader reads.

`say` builds a sentence: English text that keeps its template and its values, through a report and back. `tell` and
`render` give the text in the reader's language; only what prints for people calls them. Translations are gettext's
catalogues, one for each place that sentences come from: `grader/locale` for the grader's own, and for a homework
`public` and `hidden`, so that nothing said of a hidden check travels with a kit. `grade translate` keeps them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gettext import GNUTranslations

SOURCE = "en"
LANGUAGES = (SOURCE, "ko")
VARIABLES = ("GRADE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
NUMBER = "number"  # the place that the words of a sentence with a plural depend on
MAX_DEPTH = 8  # of sentences as values of sentences

Translate = Callable[[str, str, int], str]  # of a template, given its form for one and the number, if it has two forms


class Sentence(str):
    """English text that can be said in another language, as it keeps its template and its values.

    `template` has places such as `{count}`, and `values` what fills them: texts, formatted already, or sentences.
    `one` is the template for a single thing, where the words depend on `values["number"]`. `translations` are whole
    texts by language, from somebody who had the catalogues.
    """

    __slots__ = ("one", "template", "translations", "values")
    one: str
    template: str
    translations: Mapping[str, str]
    values: Mapping[str, str]

    def __new__(
        cls,
        text: str,
        template: str = "",
        values: Mapping[str, str] | None = None,
        one: str = "",
        translations: Mapping[str, str] | None = None,
    ) -> Sentence:
        """Keep the text as it is; `build` is what makes it of the others."""
        sentence = super().__new__(cls, text)
        sentence.template, sentence.values, sentence.one = template or text, values or {}, one
        sentence.translations = translations or {}
        return sentence

    @classmethod
    def build(cls, template: str, values: Mapping[str, str], one: str = "") -> Sentence:
        """Fill the places of a template. Raises `KeyError` for one without a value, `ValueError` for a stray brace."""
        return cls(_fill(_choose_form(template, one, values), values), template, values, one)

    def render(self, translate: Translate, depth: int = MAX_DEPTH) -> str:
        """Give the text in another language: the template is translated, and so is every value that is a sentence."""
        if depth == 0:
            return str(self)
        values = {
            name: value.render(translate, depth - 1) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        number = int(count) if self.one and (count := values.get(NUMBER, "")).isdecimal() else 0
        try:
            return _fill(translate(self.template, self.one, number), values)
        except (KeyError, ValueError):  # a translation with other places, or a report from elsewhere
            return str(self)


def say(sentence: str, **values: Any) -> Sentence:
    """Build a sentence from an English template and the values of its {places}.

    Values are formatted here, so a report keeps texts alone: `say("{share:.0%} differ", share=0.5)`. Without values
    the template is the text, and its braces are braces.
    """
    if isinstance(sentence, Sentence) and not values:
        return sentence
    return Sentence.build(sentence, dict(_format_values(sentence, values)))


def say_number(one: str, many: str, number: int, **values: Any) -> Sentence:
    """Build a sentence whose words depend on a number, which fills the place {number}: `1 check`, `2 checks`."""
    return Sentence.build(many, dict(_format_values(many, {**values, NUMBER: number})), one)


def join(between: str, parts: Iterable[str]) -> Sentence:
    """Build one sentence of several texts: what is a sentence among them stays one."""
    values = {f"part{number}": part for number, part in enumerate(parts, 1)}
    return Sentence.build(between.join(f"{{{name}}}" for name in values), values)


def _format_values(template: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The text of each value that has a place in the template, by its name."""
    if not values:
        return
    formatter = Formatter()
    for _, name, form, conversion in formatter.parse(template):
        if name is not None:
            value = values[name]
            if not isinstance(value, Sentence) or form or conversion:
                value = format(formatter.convert_field(value, conversion), form or "")
            yield name, value
    if NUMBER in values:
        yield NUMBER, str(values[NUMBER])


def _choose_form(template: str, one: str, values: Mapping[str, str]) -> str:
    return one if one and values.get(NUMBER) == "1" else template


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Put the values into their places. Their formats are not heeded: the values are texts."""
    if not values:
        return template
    parts = Formatter().parse(template)
    return "".join(text if name is None else text + values[name] for text, name, _, _ in parts)


# ---------------------------------------------------------------- who reads


class Reader:
    """Somebody who reads one language, with the catalogues of it that were found so far.

    `damaged` are the catalogues that cannot be read: what they translate is said in English.
    """

    def __init__(self, language: str = SOURCE) -> None:
        self.language = language
        self.damaged: list[Path] = []
        self._catalogues: dict[Path, GNUTranslations] = {}
        self.add_catalogue(Path(__file__).parent / "locale")

    def add_catalogue(self, folder: Path) -> None:
        """Read what translates this folder's sentences; without a catalogue of the language they stay English."""
        path = folder / f"{self.language}.mo"
        if self.language != SOURCE and path not in (*self._catalogues, *self.damaged) and path.is_file():
            import gettext  # who reads English does without

            try:
                with path.open("rb") as file:
                    self._catalogues[path] = gettext.GNUTranslations(file)
            except Exception:  # damaged bytes make gettext raise almost anything
                self.damaged.append(path)

    def render(self, text: str) -> str:
        """Give a sentence in this reader's language; any other text as it is."""
        if self.language == SOURCE or not isinstance(text, Sentence):
            return str(text)
        said = text.render(self._translate)
        return said if said != text else text.translations.get(self.language, said)

    def _translate(self, template: str, one: str, number: int) -> str:
        for catalogue in self._catalogues.values() if template else ():
            said = catalogue.ngettext(one, template, number) if one else catalogue.gettext(template)
            if said not in (one, template):
                return said
        return one if one and number == 1 else template


_reader: ContextVar[Reader | None] = ContextVar("reader", default=None)


def choose(language: str) -> None:
    """From now on, this thread's reader reads this one of `LANGUAGES`."""
    _reader.set(Reader(language))


@contextmanager
def reading(language: str) -> Iterator[None]:
    """Meanwhile, this thread's reader reads this one of `LANGUAGES`."""
    token = _reader.set(Reader(language))
    try:
        yield
    finally:
        _reader.reset(token)


def chosen() -> str:
    """The code of the language that the reader reads (`ko`)."""
    reader = _reader.get()
    return reader.language if reader else SOURCE


def add_catalogue(folder: Path) -> None:
    """Read what translates this folder's sentences for the reader, if there is a catalogue of the language."""
    if reader := _reader.get():
        reader.add_catalogue(folder)


def list_damaged() -> tuple[Path, ...]:
    """The catalogues that were found and could not be read: what they translate is said in English."""
    reader = _reader.get()
    return tuple(reader.damaged) if reader else ()


def render(text: str) -> str:
    """Give a sentence in the reader's language; any other text, such as a student's, as it is."""
    reader = _reader.get()
    return reader.render(text) if reader else str(text)


def tell(sentence: str, **values: Any) -> str:
    """Build a sentence as `say` does, and give it in the reader's language."""
    return render(say(sentence, **values))


def tell_number(one: str, many: str, number: int, **values: Any) -> str:
    """Build a sentence as `say_number` does, and give it in the reader's language."""
    return render(say_number(one, many, number, **values))


def detect(environment: Mapping[str, str] = os.environ) -> str:
    """The language somebody's machine is set to, or English where we do not speak it."""
    told = next((environment[name] for name in VARIABLES if environment.get(name)), "") or _ask_windows()
    code = told.replace("-", "_").split("_")[0].split(".")[0].lower()
    return code if code in LANGUAGES else SOURCE


def _ask_windows() -> str:
    """Windows keeps the language of its own menus in no variable."""
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
    return locale.windows_locale.get(number, "")
