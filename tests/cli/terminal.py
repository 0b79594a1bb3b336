"""A real terminal for tests: a pseudo-terminal with `grade` in it, and an emulator that knows what is on the screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import signal
import struct
import termios
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyte

from tests.cli.commands import GRADE, clean_environment
from tests.worker.processes import wait_until

LEFT_OTHER_SCREEN, CURSOR_SHOWN = b"\x1b[?1049l", b"\x1b[?25h"


class Terminal:
    """`grade` with these arguments on a screen of its own."""

    def __init__(self, *arguments: object, folder: Path, columns: int = 80, rows: int = 30) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.written = b""
        master, slave = pty.openpty()
        self._master, self._slave = master, slave
        self._set_size(columns, rows)
        self.settings_before = termios.tcgetattr(slave)
        self.pid = os.fork()
        if self.pid == 0:
            self._become(list(map(str, arguments)), folder)
        threading.Thread(target=self._read, daemon=True).start()

    def _become(self, arguments: list[str], folder: Path) -> None:
        with contextlib.suppress(BaseException):
            os.setsid()
            fcntl.ioctl(self._slave, termios.TIOCSCTTY, 0)
            for descriptor in range(3):
                os.dup2(self._slave, descriptor)
            os.closerange(3, 256)
            os.chdir(folder)
            kept = {name: value for name, value in clean_environment().items() if "DISPLAY" not in name}
            environment = {**kept, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
            os.execve(GRADE, [GRADE, *arguments], environment)
        os._exit(127)

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 65536):
                self.written += data
                self._stream.feed(data)

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        return [line.rstrip() for line in self._screen.display]

    def shows(self, *texts: str, seconds: float = 60.0) -> bool:
        """Whether all of these texts come to be on the screen at the same time."""
        return wait_until(lambda: all(text in "\n".join(self.lines) for text in texts), seconds)

    def hides(self, *texts: str, seconds: float = 60.0) -> bool:
        """Whether all of these texts come to be gone from the screen."""
        return wait_until(lambda: not any(text in "\n".join(self.lines) for text in texts), seconds)

    def type(self, keys: str) -> None:
        """Press keys; Ctrl-C is \\x03."""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the window, as a terminal does it: the process is told."""
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGWINCH)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait(self) -> int:
        """The exit code, after the process has ended."""
        found: list[Any] = []

        def ended() -> bool:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            found.append(status)
            return pid != 0

        assert wait_until(ended, 60)
        self.pid = 0
        return os.waitstatus_to_exitcode(found[-1])

    def is_as_before(self) -> bool:
        """Whether the settings are the old ones, the cursor is there, and the main screen is."""
        shown = self.written.rfind(LEFT_OTHER_SCREEN) >= 0 and self.written.rfind(CURSOR_SHOWN) >= 0
        return shown and self.settings_before == termios.tcgetattr(self._slave)

    def close(self) -> None:
        """End it, whatever it is doing."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        for descriptor in (self._master, self._slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)


@contextlib.contextmanager
def open_terminal(*arguments: object, folder: Path, **size: int) -> Iterator[Terminal]:
    """A terminal that is closed at the end."""
    terminal = Terminal(*arguments, folder=folder, **size)
    try:
        yield terminal
    finally:
        terminal.close()
