"""What a file says before it runs: functions, lines, syntax errors, in the lines that Python counts."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from grader.worker.inside.survey import MAX_FUNCTIONS, MAX_PARAMETERS, MAX_SPANS, Survey, split_lines, survey

FILE = "surveyed.py"


def look(source: str | bytes) -> Survey:
    """The survey of this source."""
    return survey(FILE, source if isinstance(source, bytes) else textwrap.dedent(source).encode())


def test_functions_are_listed_with_their_parameters_and_lines() -> None:
    """Wherever the file's top level defines them; the last of a name counts, and private ones are nobody's to call."""
    found = look(
        """\
        import numpy as np
        def softmax(z, /, axis=1, *, keep=True): return z
        if True:
            @staticmethod
            def helper(x): return softmax(x)
        try:
            async def waits(): pass
        except ImportError:
            def other(): pass
        else:
            with open("x") as file:
                double = twice = lambda x: 2 * helper(x)
        def _private(): return double(1)
        def public(y): return _private()
        named: object = lambda a, b: a
        class Layer:
            def forward(self): return softmax(self)
        def uses_a_class(): return Layer().forward()
        def softmax(x, axis): return exp(x)
        match 1:
            case 1:
                def matched(): pass
        """
    )
    rows = {name: (parameters, line, uses) for name, parameters, line, uses in found.functions}
    assert {
        "softmax": (("x", "axis"), 19, ()),
        "helper": (("x",), 5, ("softmax",)),
        "waits": ((), 7, ()),
        "other": ((), 9, ()),
        "double": (("x",), 12, ("helper", "softmax")),
        "twice": (("x",), 12, ("helper", "softmax")),
        "public": (("y",), 14, ("_private", "double", "helper", "softmax")),
        "named": (("a", "b"), 15, ()),
        "uses_a_class": ((), 18, ("Layer", "softmax")),
        "matched": ((), 22, ()),
    } == rows
    assert found.fault is None
    assert ((2, 2), (5, 5), (7, 7)) == found.spans[:3]


@pytest.mark.parametrize(
    ("source", "name", "line", "excerpt"),
    [
        ("x = 1\ndef f(:\n    pass\n", "SyntaxError", 2, "def f(:\n      ^"),
        ("def f():\nreturn 1\n", "IndentationError", 2, "return 1\n^"),
        ("if True:\n\tx = 1\n        y = 2\n", "TabError", 3, None),
        ("x = (1,\n", "SyntaxError", 1, "x = (1,\n    ^"),
        ("return 1\n", "SyntaxError", 1, "return 1\n^"),
        ("def f(x):\n    return x +\n", "SyntaxError", 2, "    return x +\n              ^"),
        ("# one\x0c\u2028 line \x1c\x85\x0b\r# two\r\n\r\nx = (\n", "SyntaxError", 4, "x = (\n    ^"),
    ],
    ids=["colon", "indentation", "tab", "open parenthesis", "return outside", "half a sum", "odd line ends"],
)
def test_a_syntax_error_is_shown_with_its_line_and_a_caret(source: str, name: str, line: int, excerpt: Any) -> None:
    """The line as it is in the file, and a mark under the place where Python gave up."""
    fault = survey(FILE, source.encode()).fault
    assert fault is not None
    assert (name, line) == (fault.name, fault.line)
    assert fault.reason
    assert excerpt is None or excerpt == fault.excerpt


@pytest.mark.parametrize(
    "data", [b"x = 1\x00\n", b"x = '\xff'\n", b"\xff\xfex\x00", b"\xef\xbb\xbf\xef\xbb\xbfx"], ids=repr
)
def test_a_file_that_is_no_text_has_a_fault(data: bytes) -> None:
    """Zero bytes, another encoding, and two byte order marks."""
    fault = look(data).fault
    assert fault is not None
    assert ("SyntaxError", True) == (fault.name, bool(fault.reason))


@pytest.mark.parametrize("cookie", ["unicode_escape", "cp949", "latin-1", "nonsense", "utf-7"])
def test_a_declared_encoding_is_not_obeyed(cookie: str) -> None:
    """The comment is a comment, and the letters are the ones that an editor shows."""
    found = look(f"# coding: {cookie}\ndef f(): return '합'\n#\\x0adef g(): return 1\n")
    assert (["f"], None) == ([row[0] for row in found.functions], found.fault)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_are_those_that_python_counts(end: str) -> None:
    """Only these three end one, in any mixture; what we show of line n is what Python runs as line n."""
    text = f"a = 1{end}b = '\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029'{end}def f(): pass{end}\x0cdef g(): pass{end}"
    assert {"f": 3, "g": 4} == {row[0]: row[2] for row in look(text.encode()).functions}
    assert "\x0cdef g(): pass\n" == split_lines(text)[3]


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "+".join("1" * 90_000),
        "x = " + "-" * 90_000 + "1",
        "x = " + "(" * 90_000,
        "x = " + "[" * 150 + "]" * 150,
        "x = a" + ".a" * 90_000,
        "x = f" + "(0)" * 60_000,
        "x = " + "9" * 100_000,
        "if 1:\n" * 5_000,
        "x = " + "lambda: " * 20_000 + "1",
        "a\n" * 20_000,
        "{" * 99 + ":" * 99,
        "def f(): pass\n" * 2_000,
        "\n".join(f"def f{n}(): f{n + 1}(); f{n + 2}()" for n in range(1_000)),
    ],
    ids=lambda source: source[:24].replace("\n", " "),
)
def test_hostile_text_ends_neither_the_worker_nor_its_time(source: str) -> None:
    """As large as a submission may be: there is an answer, and it is small."""
    found = survey(FILE, source[: 200 << 10].encode())
    assert len(found.functions) <= MAX_FUNCTIONS
    assert len(found.spans) <= MAX_SPANS


def test_few_parameters_of_many_are_told() -> None:
    """They are shown in one line."""
    many = ", ".join(f"a{j}" for j in range(100))
    assert MAX_PARAMETERS == len(look(f"def f({many}): pass").functions[0][1])
