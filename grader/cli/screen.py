"""What kind of screen there is, and how to speak on it: results to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, TextIO, cast

import click

from grader.language import render, tell

MAX_NAMES, MAX_NAME = 10, 60


def complain(message: str, next_step: str = "") -> None:
    """Say what went wrong and what to do next, on stderr; nothing where that is gone."""
    with suppress(OSError):
        click.echo(f"grade: {render(message)}", err=True)
        if next_step:
            click.echo(f"       {render(next_step)}", err=True)


def note(message: str) -> None:
    """Say something on stderr that is no result."""
    click.echo(render(message), err=True)


@contextmanager
def outliving_readers() -> Iterator[None]:
    """Go on when the screen or the reader of a pipe goes away, with nothing shown from then on.

    The kernel tells a writer that its reader is gone; work that is worth keeping must not end by that.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = cast("TextIO", _Patient(sys.stdout)), cast("TextIO", _Patient(sys.stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


class _Patient:
    """A stream that drops what cannot be written any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or drop it."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, or drop what is left, of which the interpreter would complain at its end."""
        try:
            self._stream.flush()
        except OSError:
            with open(os.devnull, "wb") as nothing:
                os.dup2(nothing.fileno(), self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def list_names(names: Sequence[str]) -> str:
    """A few file names, whoever chose them, safe to show."""
    from grader.reporters.text import clean

    few = ", ".join(clean(name, MAX_NAME) for name in names[:MAX_NAMES])
    more = len(names) - MAX_NAMES
    return tell("{names} and {number} more", names=few, number=more) if more > 0 else few


def use_color(no_color: bool) -> bool:
    """Colour only on a terminal that wants it (https://no-color.org)."""
    unwanted = no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not unwanted and sys.stdout.isatty()


def can_show(text: str) -> bool:
    """Whether stdout can encode this."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def use_ascii() -> bool:
    """Whether stdout cannot encode the symbols."""
    return not can_show("✓✗○⏱☠·…")


def find_encoding() -> str:
    """What to spell a report in: where stdout cannot encode the symbols, in ASCII, or in a code page with Korean."""
    if not use_ascii():
        return "utf-8"
    return sys.stdout.encoding if can_show("가") else "ascii"


def measure_width() -> int:
    """Columns to draw for, at least 60 and at most 200; 100 without a terminal."""
    import shutil  # it brings compression along

    return max(60, min(200, shutil.get_terminal_size((100, 24)).columns))


def wrap(text: str, indent: int) -> str:
    """Break lines that are too long for the terminal, what goes on after `indent` blanks; elsewhere leave them."""
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
    """As one would type it here, which may be the course's folder or a homework's in it."""
    here = Path.cwd()
    if path.is_relative_to(here):
        return str(path.relative_to(here))
    return str(Path("..", path.relative_to(here.parent))) if path.is_relative_to(here.parent) else str(path)


def open_in_browser(address: str) -> bool:
    """Show a page where there is a desktop; a browser for terminals would take over this one."""
    import webbrowser

    desktop = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return desktop and webbrowser.open(address)


class _Here(tzinfo):
    """The zone that this machine's clock is set to, which knows of summer time on other days than today, too."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """How far it is ahead of UTC."""
        return moment.replace(tzinfo=None).astimezone().utcoffset() if moment else None

    def dst(self, moment: datetime | None) -> timedelta | None:
        """How much of that is summer time: nobody asks."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """What the zone is called."""
        return moment.replace(tzinfo=None).astimezone().tzname() if moment else None

    def fromutc(self, moment: datetime) -> datetime:
        """A moment of UTC on this clock."""
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)


def read_clock() -> datetime:
    """What time it is here; its zone makes other times those of this clock."""
    return datetime.now(_Here())


def is_live(stream: TextIO) -> bool:
    """Whether a progress bar has a place: on a real terminal, never in CI."""
    return stream.isatty() and "CI" not in os.environ and os.environ.get("TERM") != "dumb"
