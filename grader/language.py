"""The language students read. Every sentence they may see goes through `say`, which looks it up in the catalogues.

Catalogues are gettext's, one for each place that sentences come from: `grader/locale` for ours, and for a homework
`public` and `hidden`, so that nothing said of a hidden check travels with a kit. English is the language that the
sentences are written in and needs none. `grade translate` keeps the catalogues.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gettext import GNUTranslations

SOURCE = "en"
LANGUAGES = (SOURCE, "ko")
VARIABLES = ("GRADE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

_chosen = SOURCE
_catalogues: dict[Path, GNUTranslations] = {}
_damaged: list[Path] = []


def choose(language: str) -> None:
    """From now on, speak this one of `LANGUAGES`, to begin with from our own catalogue."""
    global _chosen
    _chosen = language
    _catalogues.clear()
    _damaged.clear()
    add_catalogue(Path(__file__).parent / "locale")


def chosen() -> str:
    """The code of the language that is spoken (`ko`)."""
    return _chosen


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


def add_catalogue(folder: Path) -> None:
    """Speak of what this folder's sentences speak of, too; where it has no catalogue, they stay English."""
    path = folder / f"{_chosen}.mo"
    if _chosen != SOURCE and path not in (*_catalogues, *_damaged) and path.is_file():
        import gettext  # only who is not spoken to in English needs it

        try:
            with path.open("rb") as file:
                _catalogues[path] = gettext.GNUTranslations(file)
        except Exception:  # damaged bytes make gettext raise almost anything
            _damaged.append(path)


def list_damaged() -> tuple[Path, ...]:
    """The catalogues that were found and could not be read: what they have is said in English."""
    return tuple(_damaged)


def say(sentence: str, **values: Any) -> str:
    """The sentence in the language of its reader, with its {places} filled by `values`.

    What no catalogue has comes back as it is, so a sentence may pass here twice.
    """
    said = sentence
    for catalogue in _catalogues.values():
        if sentence and (said := catalogue.gettext(sentence)) != sentence:
            break
    return said.format(**values) if values else said


def say_number(one: str, many: str, number: int, **values: Any) -> str:
    """`say` where the words depend on a number, which fills the place {number}: `1 check`, `2 checks`."""
    return say(one if number == 1 else many, number=number, **values)
