"""Text of unknown origin, made safe to show.

In the result nothing is invisible, nothing is obeyed by a terminal, and nothing is endless.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from grader.language import tell, tell_number

TAB_WIDTH = 4
MAX_NAMES, MAX_NAME = 10, 60  # shown in one list, and characters of each
MARKS_PER_LETTER = 3
BAR = "  | "  # stands before a line of text that is not the grader's
EVERYTHING = "utf-8"  # the encoding that has all letters and the grader's symbols

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Characters that take no room or show nothing, although Unicode puts them among letters, marks and symbols.
_BLANKS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_PLAIN = str.maketrans(
    {
        "·": "-", "–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "×": "x", "≤": "<=", "≥": ">=",
        "≈": "~", "‘": "'", "’": "'", "“": '"', "”": '"',
    }
)  # fmt: skip


def list_names(names: Sequence[str]) -> str:
    """List a few file names in a form that is safe to show.

    Anybody may have chosen the names. At most `MAX_NAMES` of them are shown; the rest is counted.
    """
    few = ", ".join(clean(name, MAX_NAME) for name in names[:MAX_NAMES])
    more = len(names) - MAX_NAMES
    return tell("{names} and {number} more", names=few, number=more) if more > 0 else few


def clean(text: str, limit: int) -> str:
    """Show `text` on one line, with visible escapes.

    A character that a terminal would obey or hide becomes an escape such as `\\x1b`. At most `limit` characters of the
    text are shown; the rest is counted.
    """
    return _escape(text[:limit]) + _count_rest(text, limit)


def clean_block(text: str, limit: int, lines: int) -> str:
    """Show at most `lines` lines and `limit` characters of `text`.

    Tabs become spaces. Everything else is as in `clean`.
    """
    text = text.replace("\r\n", "\n").rstrip("\n")
    end = len("\n".join(text[:limit].split("\n")[:lines]))
    shown = "\n".join(_escape(line.expandtabs(TAB_WIDTH)) for line in text[:end].split("\n"))
    return shown + _count_rest(text, end)


def mark_lines(text: str) -> str:
    """Put a bar before every line but the first.

    So none of these lines can pass for a line of the grader's.
    """
    return text.replace("\n", f"\n{BAR}")


def spell(text: str, encoding: str) -> str:
    """Spell `text` with the characters that `encoding` has.

    This is for a stream that can encode nothing else. Some symbols become ASCII, such as `->`; other characters that
    are missing become escapes.
    """
    if encoding == EVERYTHING:
        return text
    return text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)


def _escape(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        unsafe = category in _UNSAFE_CATEGORIES or character in _BLANKS or marks > MARKS_PER_LETTER
        shown.append(character.encode("unicode_escape").decode("ascii") if unsafe else character)
    return "".join(shown)


def _count_rest(text: str, end: int) -> str:
    rest = len(text) - end
    if rest <= 0:
        return ""
    return tell_number("… ({number} more character)", "… ({number} more characters)", rest)
