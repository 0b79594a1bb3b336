"""The screen: what it can show, and how to print on it.

Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, TextIO, cast

import click

from grader.language import render


def complain(message: str, next_step: str = "") -> None:
    """Print an error and the next step on stderr.

    Nothing is printed where stderr is gone.
    """
    with suppress(OSError):
        click.echo(f"grade: {render(message)}", err=True)
        if next_step:
            click.echo(f"       {render(next_step)}", err=True)


def note(message: str) -> None:
    """Print a remark, which is not a result, on stderr."""
    with suppress(OSError):
        click.echo(render(message), err=True)


@contextmanager
def outliving_readers() -> Iterator[None]:
    """Keep running when the screen or the reader of a pipe goes away.

    The kernel reports to a writer, as an error, that its reader is gone. That error must not end work that is worth
    keeping, so it is ignored; nothing is shown from then on.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = cast("TextIO", _Patient(sys.stdout)), cast("TextIO", _Patient(sys.stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


class _Patient:
    """A stream that drops text that cannot be written any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text, or drop it."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush the stream, or send its remaining text to the null device.

        Otherwise the interpreter would complain about that text at its end.
        """
        try:
            self._stream.flush()
        except OSError:
            with open(os.devnull, "wb") as nothing:
                os.dup2(nothing.fileno(), self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def use_color(no_color: bool) -> bool:
    """Tell whether to use colour: only on a terminal that wants it.

    The environment variable NO_COLOR (https://no-color.org), TERM=dumb and `no_color` forbid it.
    """
    unwanted = no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not unwanted and sys.stdout.isatty()


def can_show(text: str) -> bool:
    """Tell whether stdout can encode this text."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def use_ascii() -> bool:
    """Tell whether stdout cannot encode the grader's symbols."""
    return not can_show("✓✗○⏱☠·…")


def find_encoding() -> str:
    """Find the encoding that a report has to be spelled in.

    It is UTF-8 where stdout can encode the symbols. Otherwise it is stdout's own encoding where that has Korean
    letters, as a Korean code page does, and ASCII elsewhere.
    """
    if not use_ascii():
        return "utf-8"
    return sys.stdout.encoding if can_show("가") else "ascii"


def measure_width() -> int:
    """Measure the columns to draw for: at least 60 and at most 200.

    Without a terminal it is 100.
    """
    import shutil  # imported only here, because it also imports the modules for compression

    return max(60, min(200, shutil.get_terminal_size((100, 24)).columns))


def wrap(text: str, indent: int) -> str:
    """Break lines that are too long for the terminal.

    The parts of a line after the first begin with `indent` blanks. Text that does not go to a terminal is left as it
    is.
    """
    if not sys.stdout.isatty():
        return text
    from rich.console import Console
    from rich.text import Text

    lines: list[str] = []
    for line in text.split("\n"):
        first, *rest = Text(line).wrap(Console(), measure_width() - indent) or [Text()]
        lines += [first.plain.rstrip(), *(" " * indent + more.plain.rstrip() for more in rest)]
    return "\n".join(lines)


def shorten(path: Path) -> str:
    """Shorten a path to the form in which one would type it here.

    The current folder may be the course's folder or a homework's folder in it, so a path beside the current folder
    begins with `..`. Any other path stays as it is.
    """
    here = Path.cwd()
    if path.is_relative_to(here):
        return str(path.relative_to(here))
    return str(Path("..", path.relative_to(here.parent))) if path.is_relative_to(here.parent) else str(path)


def open_in_browser(address: str) -> bool:
    """Open a page in the browser, and tell whether that worked.

    Without a desktop no browser is opened: one for terminals would take over this terminal.
    """
    import webbrowser

    desktop = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return desktop and webbrowser.open(address)


class _Here(tzinfo):
    """The time zone that this machine's clock is set to.

    Unlike a fixed offset from UTC, it also knows of summer time on other days than today.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return how far the zone is ahead of UTC at this moment."""
        return moment.replace(tzinfo=None).astimezone().utcoffset() if moment else None

    def dst(self, moment: datetime | None) -> timedelta | None:
        """Return None: no caller asks for the share of summer time."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """Return the name of the zone at this moment."""
        return moment.replace(tzinfo=None).astimezone().tzname() if moment else None

    def fromutc(self, moment: datetime) -> datetime:
        """Convert a moment in UTC to this clock."""
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)


def read_clock() -> datetime:
    """Read the time on this machine's clock, with its zone.

    Other times can be converted to the same zone, so that they are those of this clock.
    """
    return datetime.now(_Here())


def is_live(stream: TextIO) -> bool:
    """Tell whether a stream can show a progress bar.

    A stream can on a real terminal, but never in CI.
    """
    return stream.isatty() and "CI" not in os.environ and os.environ.get("TERM") != "dumb"
