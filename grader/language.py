"""Build sentences, and translate them into the reader's language.

`say` builds a sentence: English text that keeps its template and its values, through a report and back. `tell` and
`render` return the text in the reader's language; only code that prints for people calls them. Translations are
gettext's catalogues, one for each place that sentences come from: `grader/locale` for the grader's own, and `public`
and `hidden` for a homework's, so that no sentence about a hidden check travels with a kit. `grade translate` keeps
them.
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
NUMBER = "number"  # the place in a template whose value decides between singular and plural
MAX_DEPTH = 8  # of sentences that are values of sentences

# Translates a template. Takes the template, its form for one and the number; these are "" and 0 without a plural.
Translate = Callable[[str, str, int], str]


class Sentence(str):
    """English text that keeps its template and values, for translation.

    `template` has places such as `{count}`. `values` are the texts that fill them: formatted already, or sentences.
    `one` is the template for a single thing, if the words depend on `values["number"]`, or else "". `translations` are
    whole texts by language, which the writer of a report adds for a reader who lacks the catalogues.
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
        """Keep all parts as they are; `build` makes the text of the others."""
        sentence = super().__new__(cls, text)
        sentence.template, sentence.values, sentence.one = template or text, values or {}, one
        sentence.translations = translations or {}
        return sentence

    @classmethod
    def build(cls, template: str, values: Mapping[str, str], one: str = "") -> Sentence:
        """Build a sentence: fill the places of a template.

        Raises `KeyError` for a place without a value, and `ValueError` for a stray brace.
        """
        return cls(_fill(_choose_form(template, one, values), values), template, values, one)

    def render(self, translate: Translate, depth: int = MAX_DEPTH) -> str:
        """Return the text in another language.

        The template is translated, and so is every value that is a sentence, down to `depth` sentences in each other. A
        sentence that cannot be translated stays English.
        """
        if depth == 0:
            return str(self)
        values = {
            name: value.render(translate, depth - 1) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        number = int(count) if self.one and (count := values.get(NUMBER, "")).isdecimal() else 0
        try:
            return _fill(translate(self.template, self.one, number), values)
        except (KeyError, ValueError):  # a wrong translation, or a report that another program wrote
            return str(self)


def say(sentence: str, **values: Any) -> Sentence:
    """Build a sentence from an English template and values for its places.

    A place is a name in braces. Values are formatted here, so a report keeps only texts: `say("{share:.0%} differ",
    share=0.5)`. Without values the template is the text, and its braces are braces.
    """
    if isinstance(sentence, Sentence) and not values:
        return sentence
    return Sentence.build(sentence, dict(_format_values(sentence, values)))


def say_number(one: str, many: str, number: int, **values: Any) -> Sentence:
    """Build a sentence whose words depend on a number.

    `one` is the template for the number 1, and `many` for all others; the number fills the place {number}: `1 check`,
    `2 checks`.
    """
    return Sentence.build(many, dict(_format_values(many, {**values, NUMBER: number})), one)


def join(between: str, parts: Iterable[str]) -> Sentence:
    """Join several texts into one sentence; sentences among them stay so."""
    values = {f"part{number}": part for number, part in enumerate(parts, 1)}
    return Sentence.build(between.join(f"{{{name}}}" for name in values), values)


def _format_values(template: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each value with a place in `template`."""
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
    """Put the values into their places.

    Formats in the template are ignored, because the values are texts already.
    """
    if not values:
        return template
    parts = Formatter().parse(template)
    return "".join(text if name is None else text + values[name] for text, name, _, _ in parts)


# ---------------------------------------------------------------- readers


class Reader:
    """A reader of one language, with its catalogues that were found so far.

    `damaged` are the catalogues that cannot be read; their sentences stay English.
    """

    def __init__(self, language: str = SOURCE) -> None:
        self.language = language
        self.damaged: list[Path] = []
        self._catalogues: dict[Path, GNUTranslations] = {}
        self.add_catalogue(Path(__file__).parent / "locale")

    def add_catalogue(self, folder: Path) -> None:
        """Read the catalogue of a folder's sentences.

        Without a catalogue of the reader's language, the sentences stay English.
        """
        path = folder / f"{self.language}.mo"
        if self.language != SOURCE and path not in (*self._catalogues, *self.damaged) and path.is_file():
            import gettext  # a reader of English does not need it

            try:
                with path.open("rb") as file:
                    self._catalogues[path] = gettext.GNUTranslations(file)
            except Exception:  # damaged bytes make gettext raise almost anything
                self.damaged.append(path)

    def render(self, text: str) -> str:
        """Return a sentence in this reader's language.

        Any other text is returned as it is.
        """
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
    """Set the language of this thread's reader, one of `LANGUAGES`."""
    _reader.set(Reader(language))


@contextmanager
def reading(language: str) -> Iterator[None]:
    """Set the language of this thread's reader during the block.

    `language` is one of `LANGUAGES`.
    """
    token = _reader.set(Reader(language))
    try:
        yield
    finally:
        _reader.reset(token)


def chosen() -> str:
    """Return the code of the reader's language (`ko`)."""
    reader = _reader.get()
    return reader.language if reader else SOURCE


def add_catalogue(folder: Path) -> None:
    """Read the catalogue of a folder's sentences for the reader.

    Without a reader, or without a catalogue of the reader's language, nothing is read.
    """
    if reader := _reader.get():
        reader.add_catalogue(folder)


def list_damaged() -> tuple[Path, ...]:
    """List the catalogues that were found but could not be read.

    Their sentences stay English.
    """
    reader = _reader.get()
    return tuple(reader.damaged) if reader else ()


def render(text: str) -> str:
    """Return a sentence in the reader's language.

    Any other text, such as a student's, is returned as it is.
    """
    reader = _reader.get()
    return reader.render(text) if reader else str(text)


def tell(sentence: str, **values: Any) -> str:
    """Build a sentence as `say` does; return it in the reader's language."""
    return render(say(sentence, **values))


def tell_number(one: str, many: str, number: int, **values: Any) -> str:
    """Build a sentence as `say_number` does, and translate it.

    Returns its text in the reader's language.
    """
    return render(say_number(one, many, number, **values))


def detect(environment: Mapping[str, str] = os.environ) -> str:
    """Detect the language that this machine is set to.

    Returns English if the grader has no translation into that language.
    """
    told = next((environment[name] for name in VARIABLES if environment.get(name)), "") or _ask_windows()
    code = told.replace("-", "_").split("_")[0].split(".")[0].lower()
    return code if code in LANGUAGES else SOURCE


def _ask_windows() -> str:
    """Return the language of Windows' own menus; "" on other systems.

    Windows keeps it in no environment variable.
    """
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
    return locale.windows_locale.get(number, "")
