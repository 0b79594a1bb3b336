"""What a homework's own Python prints: for its author, on stderr line by line, and never on stdout or in a report."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO


class Aside:
    """Stands in for stdout while one thread runs a suite: its lines go to stderr, each with the suite's name.

    Other threads, which may draw a progress bar, print as before.
    """

    def __init__(self, stream: TextIO, label: str) -> None:
        self.stream = stream
        self._label = label
        self._thread: int | None = threading.get_ident()
        self._begun = ""

    def write(self, text: str) -> int:
        """Pass on whole lines; the rest waits for its end."""
        if self._thread != threading.get_ident():
            return self.stream.write(text)
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            sys.stderr.write(f"{self._label}: {_escape(line)}\n")
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write one after the other."""
        for line in lines:
            self.write(line)

    def finish(self) -> None:
        """End the last line. Whoever has kept this stream writes to stdout from now on."""
        if self._begun:
            self.write("\n")
        self._thread = None

    def __getattr__(self, name: str) -> Any:
        if name == "buffer" and self._thread == threading.get_ident():
            raise AttributeError(name)  # its bytes would pass by
        return getattr(self.stream, name)


def _escape(line: str) -> str:
    """A suite may print what a student's code answered: nothing that a terminal obeys."""
    return "".join(each if each.isprintable() or each == "\t" else ascii(each)[1:-1] for each in line)


@contextmanager
def set_aside(label: str) -> Iterator[None]:
    """Meanwhile, what this thread prints goes to stderr."""
    before = sys.stdout
    aside = Aside(before, label)
    sys.stdout = aside
    try:
        yield
    finally:
        aside.finish()
        if sys.stdout is aside:  # else somebody has put another in its place, and will take it away
            sys.stdout = before


@contextmanager
def speak_up() -> Iterator[None]:
    """Meanwhile, stdout is itself again: for a student's code that runs in this process to be debugged."""
    aside: Any = sys.stdout
    if not isinstance(aside, Aside):
        yield
        return
    sys.stdout = aside.stream
    try:
        yield
    finally:
        sys.stdout = aside
