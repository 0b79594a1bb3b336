"""What kind of screen there is, and how to speak on it: results to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

MAX_NAMES, MAX_NAME = 10, 60


def complain(message: str, next_step: str = "") -> None:
    """Say what went wrong and what to do next, on stderr."""
    click.echo(f"grade: {message}", err=True)
    if next_step:
        click.echo(f"       {next_step}", err=True)


def note(message: str) -> None:
    """Say something on stderr that is no result."""
    click.echo(message, err=True)


def list_names(names: Sequence[str]) -> str:
    """A few file names, whoever chose them, safe to show."""
    from grader.reporters.text import clean

    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(clean(name, MAX_NAME) for name in names[:MAX_NAMES]) + more


def use_color(no_color: bool) -> bool:
    """Colour only on a terminal that wants it (https://no-color.org)."""
    unwanted = no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not unwanted and sys.stdout.isatty()


def use_ascii() -> bool:
    """Whether stdout cannot encode the symbols."""
    try:
        "✓✗○⏱☠·…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def measure_width() -> int:
    """Columns to draw for, at least 60 and at most 200; 100 without a terminal."""
    import shutil  # it brings compression along

    return max(60, min(200, shutil.get_terminal_size((100, 24)).columns))


def open_in_browser(address: str) -> bool:
    """Show a page where there is a desktop; a browser for terminals would take over this one."""
    import webbrowser

    desktop = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return desktop and webbrowser.open(address)


def is_live(stream: TextIO) -> bool:
    """Whether a progress bar has a place: on a real terminal, never in CI."""
    return stream.isatty() and "CI" not in os.environ and os.environ.get("TERM") != "dumb"
