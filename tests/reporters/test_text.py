"""Text of a student's, made safe to show."""

from __future__ import annotations

import unicodedata

import pytest

from grader.reporters.text import clean, clean_block, spell


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("softmax(z)", "softmax(z)"),
        ("합은 1이다, déjà vu ✓ 🙂", "합은 1이다, déjà vu ✓ 🙂"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x1b]8;;http://evil.example\x07link", "\\x1b]8;;http://evil.example\\x07link"),
        ("\x9b2J", "\\x9b2J"),
        ("a\x00b\x7f", "a\\x00b\\x7f"),
        ("over\rwritten", "over\\rwritten"),
        ("two\nlines\tand a tab", "two\\nlines\\tand a tab"),
        ("\u202egnp.exe\u202c", "\\u202egnp.exe\\u202c"),
        ("\u2066isolate\u2069\u200f", "\\u2066isolate\\u2069\\u200f"),
        ("so\u200bft\u200dmax\ufeff\u2060\u00ad", "so\\u200bft\\u200dmax\\ufeff\\u2060\\xad"),
        ("\u3164\u115f\u2800\ufe0f", "\\u3164\\u115f\\u2800\\ufe0f"),
        ("\udc80\ud800", "\\udc80\\ud800"),
        ("line\u2028paragraph\u2029next\x85", "line\\u2028paragraph\\u2029next\\x85"),
        ("\ufffe\U000e0041\ue000", "\\ufffe\\U000e0041\\ue000"),
        ("e\u0301", "e\u0301"),
        ("a" + "\u0301" * 5, "a" + "\u0301" * 3 + "\\u0301" * 2),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown_as_an_escape(text: str, shown: str) -> None:
    """Letters of any script stay; what is control, bidi, zero-width, surrogate or stacked is spelt out."""
    assert shown == clean(text, 100)


def test_no_character_gets_through_that_is_invisible() -> None:
    """Of all the characters there are, what is shown is printable or a plain or wide space."""
    every = "".join(map(chr, range(0x110000)))
    shown = set(clean(every, len(every)))
    assert set() == {unicodedata.category(character) for character in shown} & {
        "Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12345", "12345"),
        ("123456", "12345… (1 more character)"),
        ("1234567", "12345… (2 more characters)"),
        ("\x1b\x1b\x1b\x1b\x1b\x1b\x1b", "\\x1b\\x1b\\x1b\\x1b\\x1b… (2 more characters)"),
    ],
)
def test_a_long_text_is_cut_and_the_rest_counted(text: str, shown: str) -> None:
    """The limit counts the characters of the text, not those of their escapes."""
    assert shown == clean(text, 5)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ntwo\n", "one\ntwo"),
        ("one\r\ntwo\r\n", "one\ntwo"),
        ("one\rtwo", "one\\rtwo"),
        ("a\tb\n\tc", "a   b\n    c"),
        ("1\n2\n3\n4", "1\n2\n3… (2 more characters)"),
        ("1\n2\n" + "x" * 20, "1\n2\nxxxxxx… (14 more characters)"),
        ("\x1b[2J\nsafe", "\\x1b[2J\nsafe"),
    ],
)
def test_a_block_keeps_its_lines(text: str, shown: str) -> None:
    """Newlines stay, tabs become spaces, and both the lines and the characters are capped."""
    assert shown == clean_block(text, 10, 3)


def test_a_flood_is_cut_before_it_is_looked_at() -> None:
    """A hundred million characters cost no more than the few that are shown."""
    flood = "\x1b" * 100_000_000
    assert clean(flood, 2) == "\\x1b\\x1b… (99999998 more characters)"
    assert clean_block(flood, 2, 2) == "\\x1b\\x1b… (99999998 more characters)"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", "hw4 - a -> b, x <= 2 ... 'q' \\ud569 \\u2713"),
        ("cp949", "hw4 - a -> b, x <= 2 ... 'q' 합 \\u2713"),
        ("utf-8", "hw4 · a → b, × ≤ 2 … ‘q’ 합 ✓"),
    ],
)
def test_what_an_encoding_lacks_is_spelt_or_escaped(encoding: str, shown: str) -> None:
    """Signs with an ASCII spelling get it; letters that the encoding lacks become escapes."""
    assert shown == spell("hw4 · a → b, × ≤ 2 … ‘q’ 합 ✓", encoding)
