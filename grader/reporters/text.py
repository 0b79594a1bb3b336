"""Text of unknown origin, made safe to show: nothing invisible, nothing a terminal obeys, nothing endless."""

from __future__ import annotations

import unicodedata

from grader.language import tell_number

TAB_WIDTH = 4
MARKS_PER_LETTER = 3
BAR = "  | "  # before a line of somebody else's text
EVERYTHING = "utf-8"  # the encoding of a stream that our signs and all letters can be written to

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Letters, marks and symbols that take no room or show nothing, though their category says otherwise.
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


def clean(text: str, limit: int) -> str:
    """Show `text` on one line: what a terminal would obey or hide becomes a visible escape such as `\\x1b`.

    At most `limit` characters of it are shown; the rest is counted.
    """
    return _escape(text[:limit]) + _count_rest(text, limit)


def clean_block(text: str, limit: int, lines: int) -> str:
    """Show at most `lines` lines and `limit` characters of `text`; tabs become spaces, else as `clean`."""
    text = text.replace("\r\n", "\n").rstrip("\n")
    end = len("\n".join(text[:limit].split("\n")[:lines]))
    shown = "\n".join(_escape(line.expandtabs(TAB_WIDTH)) for line in text[:end].split("\n"))
    return shown + _count_rest(text, end)


def mark_lines(text: str) -> str:
    """Put a bar before every line but the first: none of them can pass for a line of the grader's."""
    return text.replace("\n", f"\n{BAR}")


def spell(text: str, encoding: str) -> str:
    """Spell `text` with what this encoding has, for a stream that can encode nothing else."""
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
