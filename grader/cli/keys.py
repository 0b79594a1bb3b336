"""Single keys from the terminal, on any system, without waiting for Enter."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator

WAIT_SECONDS = 0.2
HANGUL = dict(zip("ㅗㅅㅁㅐㄱㅂ", "htaorq", strict=True))  # the same keys while a Korean keyboard writes Korean


@contextlib.contextmanager
def listen(tell: Callable[[str], None]) -> Iterator[None]:
    """Tell of every key pressed meanwhile, from a thread; the terminal is afterwards as it was.

    Ctrl-C stays what it is.
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
            msvcrt.getwch()  # an arrow, a page key: two characters, of which the second may look like a letter
        time.sleep(WAIT_SECONDS)
        return ""

else:
    import select
    import termios
    import tty

    @contextlib.contextmanager
    def _without_enter() -> Iterator[None]:
        before = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin)
        try:
            yield
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)

    def _read_keys() -> str:
        ready, _, _ = select.select([sys.stdin], [], [], WAIT_SECONDS)
        return os.read(sys.stdin.fileno(), 64).decode("utf-8", "ignore") if ready else ""
