"""Keep the catalogues up to date with the sentences that students see.

This module finds every such sentence and tells which ones are not translated. The grader's own sentences stand in calls
of `SPEAKERS`, and in the table of likely causes. In a suite, every text with a space in it is a sentence, and so are
the texts given to `require`. A manifest has titles and hints, and each mutant a summary.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from grader.course.layout import MANIFEST, MUTANTS, locate_suites
from grader.course.patches import read_patches
from grader.explain.causes import TABLE, read_table
from grader.language import LANGUAGES, SOURCE
from grader.model.course import Visibility

COUNTERS = ("say_number", "tell_number")  # functions whose sentences have one form for 1 and one for other numbers
SPEAKERS = ("say", "tell", "require", *COUNTERS)
SAID_OF_CAUSES = ("expected", "got", "says", "quoted", "title", "meaning")  # the keys of each cause that hold sentences
WIDTH = 120  # columns of a catalogue's text
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date, since the date of a run would change the file on every run


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the file that it stands in.

    `one` is its form for a single thing, if the words depend on a number, or else "".
    """

    text: str
    place: str
    one: str = ""

    @property
    def key(self) -> str | tuple[str, str]:
        """The id that a catalogue keeps this sentence under."""
        return (self.one, self.text) if self.one else self.text


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with a catalogue for each language, and its sentences."""

    path: Path
    sentences: tuple[Sentence, ...]


def find_own_folder() -> Folder:
    """Find the folder with the grader's own catalogues."""
    package = Path(str(files("grader")))
    return Folder(package / "locale", tuple(_read_package(package)))


def list_folders(assignment: Path) -> Iterator[Folder]:
    """Yield the folders of a homework that have catalogues.

    `public` travels to students; `hidden`, if it is here, does not. `assignment` is the homework's folder.
    """
    public, hidden = (locate_suites(assignment, visibility) for visibility in Visibility)
    yield Folder(public, (*_read_manifest(assignment / MANIFEST), *_read_suites(public)))
    if hidden.is_dir():
        mutants = [Sentence(patch.summary, MUTANTS) for patch in read_patches(assignment / MUTANTS)]
        yield Folder(hidden, (*_read_suites(hidden), *mutants))


def update(folder: Folder, language: str) -> list[str]:
    """Bring a folder's catalogue up to date with its sentences.

    The catalogue is written in both its forms, .po and .mo. Returns its faults, one sentence each.
    """
    catalogue = _merge(folder, language)
    with _find(folder, language, "po").open("wb") as file:
        write_po(file, catalogue, width=WIDTH, ignore_obsolete=True, include_lineno=False)
    with _find(folder, language, "mo").open("wb") as file:
        write_mo(file, catalogue)
    return list(_list_faults(folder, catalogue))


def check(folder: Folder, language: str) -> list[str]:
    """List the faults of a folder's catalogue, and write nothing.

    Faults are sentences that are not translated or not used any more, translations whose places in braces differ from
    the sentence's, and a .mo file that is not made of the .po file.
    """
    merged = _merge(folder, language)
    unused = [" / ".join(_list_forms(key)) for key in merged.obsolete if key]
    faults = [*_list_faults(folder, merged), *(f"{_name(folder)}: nobody says any more: {text}" for text in unused)]
    if _read_compiled(folder, language) != _list_translated(merged):
        faults.append(f"{_name(folder)}: {language}.mo is not made of {language}.po")
    return faults


def list_translations() -> tuple[str, ...]:
    """List the languages that need catalogues."""
    return tuple(language for language in LANGUAGES if language != SOURCE)


def _find(folder: Folder, language: str, suffix: str) -> Path:
    return folder.path / f"{language}.{suffix}"


def _name(folder: Folder) -> str:
    return "/".join(folder.path.parts[-2:])


def _merge(folder: Folder, language: str) -> Catalog:
    """Read the catalogue (.po) and merge it with the sentences of today.

    Sentences that are not used any more become `obsolete` in it.
    """
    template = Catalog(creation_date=_NEVER)
    for sentence in folder.sentences:
        template.add(sentence.key, locations=[(sentence.place, 1)])
    catalogue = Catalog(locale=language)
    if (path := _find(folder, language, "po")).is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.fuzzy = False
    catalogue.header_comment = f"# {_name(folder)}: what students read, in {language}"
    catalogue.project, catalogue.last_translator, catalogue.language_team = "nn-grader", "the course", language
    catalogue.creation_date = catalogue.revision_date = _NEVER
    return catalogue


def _list_faults(folder: Folder, catalogue: Catalog) -> Iterator[str]:
    for message in filter(lambda each: each.id, catalogue):
        *_, text = _list_forms(message.id)
        translations = _list_forms(message.string)
        if not all(translations):
            yield f"{_name(folder)}: not translated: {text}"
        for translation in filter(None, translations):
            if _list_fields(text) != _list_fields(translation):
                yield f"{_name(folder)}: other places in braces: {translation}"


def _list_forms(text: object) -> list[str]:
    """List the texts of a message or of its translation.

    There is one text, or one for each plural form.
    """
    return [str(form or "") for form in text] if isinstance(text, (tuple, list)) else [str(text or "")]


def _list_fields(text: str) -> set[str] | None:
    """List the names in braces; None if the braces are no places.

    Braces are no places in a text such as a Python set.
    """
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def _read_compiled(folder: Folder, language: str) -> dict[str, list[str]]:
    path = _find(folder, language, "mo")
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return _list_translated(read_mo(file))


def _list_translated(catalogue: Catalog) -> dict[str, list[str]]:
    forms = {_list_forms(message.id)[0]: _list_forms(message.string) for message in catalogue if message.id}
    return {text: translations for text, translations in forms.items() if all(translations)}


# ---------------------------------------------------------------- sources of sentences


def _read_package(package: Path) -> Iterator[Sentence]:
    for path in sorted(package.rglob("*")):
        place = path.relative_to(package.parent).as_posix()
        if path.suffix == ".py":
            for called, said in _list_calls(ast.parse(path.read_text("utf-8"))):
                yield from _read_texts(called, [str(part.value) for part in said], place)
        elif path.suffix == ".jinja":
            with path.open("rb") as file:
                for _, called, found, _ in babel_extract(file, list(SPEAKERS), [], {}):
                    # `babel_extract` gives None for each argument of a call that is no text.
                    texts = [text for text in ((found,) if isinstance(found, str) else (found or ())) if text]
                    yield from _read_texts(called, texts, place)
    for entry in read_table().values():
        yield from (Sentence(entry[key].strip(), TABLE) for key in SAID_OF_CAUSES if key in entry)


def _list_calls(tree: ast.Module) -> Iterator[tuple[str, list[ast.Constant]]]:
    """Yield each call of one of `SPEAKERS`, with the texts that it is given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKERS:
            named = [keyword.value for keyword in node.keywords if keyword.arg in ("expected", "got", "likely")]
            constants = [part for part in (*node.args, *named) if isinstance(part, ast.Constant)]
            yield node.func.id, [part for part in constants if isinstance(part.value, str)]


def _read_texts(called: str | None, texts: list[str], place: str) -> Iterator[Sentence]:
    if called in COUNTERS and len(texts) == 2:
        yield Sentence(texts[1], place, one=texts[0])
    else:
        yield from (Sentence(text, place) for text in texts)


def _read_manifest(path: Path) -> Iterator[Sentence]:
    data = tomllib.loads(path.read_text("utf-8"))
    yield Sentence(data["title"], path.name)
    for task in data["tasks"]:
        yield from (Sentence(text, path.name) for text in (task.get("title", ""), *task.get("hints", ())) if text)


def _read_suites(folder: Path) -> Iterator[Sentence]:
    for path in sorted(folder.glob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        yield from (Sentence(text, path.name) for text in (*_list_names(tree), *_list_texts(tree)))


def _list_names(tree: ast.Module) -> Iterator[str]:
    """Yield the names of the checks, as `read_check` reads them.

    They are the first lines of the docstrings.
    """
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and (name := ast.get_docstring(node)):
            yield name.splitlines()[0].rstrip(".")


def _list_texts(tree: ast.Module) -> Iterator[str]:
    """Yield the texts that have a space in them or are given to a speaker."""
    skipped = {id(part) for node in ast.walk(tree) for part in _list_unsaid(node)}
    said = {id(part) for _, parts in _list_calls(tree) for part in parts}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in skipped:
            text = node.value if isinstance(node.value, str) else ""
            if " " in text.strip() or (text and id(node) in said):
                yield text


def _list_unsaid(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the texts that are no sentences: docstrings, parts of f-strings.

    A sentence is never made of pieces.
    """
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from ast.walk(node)
