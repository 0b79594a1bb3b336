"""Single keys from the terminal, on any system, without waiting for Enter."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator

WAIT_SECONDS = 0.2
HANGUL = dict(zip("ㅗㅅㅁㅐㄱㅂ", "htaorq", strict=True))  # these keys while a Korean keyboard writes Korean


@contextlib.contextmanager
def listen(tell: Callable[[str], None]) -> Iterator[None]:
    """Call `tell` with every key that is pressed, from a thread.

    This lasts as long as the context. Afterwards the terminal is as it was before. Ctrl-C still interrupts the program.
    """
    stop = threading.Event()
    listener = threading.Thread(target=_listen, args=(stop, tell), daemon=True, name="keys")
    with _without_enter():
        listener.start()
        try:
            yield
        finally:
            stop.set()
            listener.join(timeout=2)


def _listen(stop: threading.Event, tell: Callable[[str], None]) -> None:
    while not stop.is_set():
        for key in _read_keys():
            tell(HANGUL.get(key, key))


if sys.platform == "win32":
    import msvcrt
    import time

    def _without_enter() -> contextlib.AbstractContextManager[object]:
        return contextlib.nullcontext()

    def _read_keys() -> str:
        if msvcrt.kbhit():
            key = msvcrt.getwch()
            if key not in ("\x00", "\xe0"):
                return key
            # Windows sends an arrow or a page key as two characters. Drop the second: it may look like a letter.
            msvcrt.getwch()
        time.sleep(WAIT_SECONDS)
        return ""

else:
    import select
    import termios
    import tty

    @contextlib.contextmanager
    def _without_enter() -> Iterator[None]:
        before = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin)  # not setraw: with it, Ctrl-C would be a key like any other
        try:
            yield
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)

    def _read_keys() -> str:
        ready, _, _ = select.select([sys.stdin], [], [], WAIT_SECONDS)
        return os.read(sys.stdin.fileno(), 64).decode("utf-8", "ignore") if ready else ""
