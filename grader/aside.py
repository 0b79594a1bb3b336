"""Keep the output of a homework's own Python off stdout and reports.

The output of a suite is for its author: it goes to stderr, line by line.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO


class Aside:
    """A stream that replaces stdout while one thread runs a suite.

    The lines of that thread go to stderr, each with the suite's name (`label`). Other threads, which may draw a
    progress bar, print to `stream` as before.
    """

    def __init__(self, stream: TextIO, label: str) -> None:
        self.stream = stream
        self._label = label
        self._thread: int | None = threading.get_ident()
        self._begun = ""

    def write(self, text: str) -> int:
        """Pass on whole lines, and keep the rest until its line ends."""
        if self._thread != threading.get_ident():
            return self.stream.write(text)
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            sys.stderr.write(f"{self._label}: {_escape(line)}\n")
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write the lines one after the other."""
        for line in lines:
            self.write(line)

    def finish(self) -> None:
        """End the last line.

        Code that has kept this stream writes to stdout from now on.
        """
        if self._begun:
            self.write("\n")
        self._thread = None

    def __getattr__(self, name: str) -> Any:
        if name == "buffer" and self._thread == threading.get_ident():
            raise AttributeError(name)  # bytes that are written to the buffer would bypass `write`
        return getattr(self.stream, name)


def _escape(line: str) -> str:
    """Escape the characters that a terminal could obey.

    A suite may print an answer of the student's code.
    """
    return "".join(each if each.isprintable() or each == "\t" else ascii(each)[1:-1] for each in line)


@contextmanager
def set_aside(label: str) -> Iterator[None]:
    """Send this thread's output to stderr during the block."""
    before = sys.stdout
    aside = Aside(before, label)
    sys.stdout = aside
    try:
        yield
    finally:
        aside.finish()
        if sys.stdout is aside:  # else other code has put its own stream there, and will take it away
            sys.stdout = before


@contextmanager
def speak_up() -> Iterator[None]:
    """Give stdout back during the block.

    To be debugged, a student's code runs in this process; it must be able to print.
    """
    aside: Any = sys.stdout
    if not isinstance(aside, Aside):
        yield
        return
    sys.stdout = aside.stream
    try:
        yield
    finally:
        sys.stdout = aside
