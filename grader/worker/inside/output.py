"""A stdout for student code: what is printed is kept and bounded, and whatever scripts do to a stdout does no harm."""

from __future__ import annotations

import codecs
import io
from typing import Any

MAX_OUTPUT = 8_000


class BoundedOutput(io.TextIOBase):
    """Keeps the first MAX_OUTPUT characters and counts the rest."""

    encoding = "utf-8"
    errors = "replace"
    name = "<stdout>"
    mode = "w"
    line_buffering = True

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.room = MAX_OUTPUT
        self.lost = 0
        self.buffer = _Bytes(self)

    def writable(self) -> bool:
        """Tell `print` that writing is fine."""
        return True

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.room > 0:
            self.kept.append(text[: self.room])
        self.lost += max(0, len(text) - max(0, self.room))
        self.room -= len(text)
        return len(text)

    def reconfigure(self, **_: Any) -> None:
        """Nothing to do: every text can be written. Consoles of some countries need it."""

    def detach(self) -> Any:
        """The bytes below, which lead here, for another wrapper."""
        return self.buffer

    def close(self) -> None:
        """Stay open: the next call prints, too."""

    def take(self) -> str:
        """Give what was written since the last time, and start anew."""
        text = "".join(self.kept)
        if self.lost:
            text += f"\n… ({self.lost} more characters)"
        self.kept, self.room, self.lost = [], MAX_OUTPUT, 0
        return text


class _Bytes(io.BufferedIOBase):
    """`sys.stdout.buffer`: bytes of UTF-8, in whatever pieces they come."""

    def __init__(self, text: BoundedOutput) -> None:
        self._text = text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        """Tell a wrapper that writing is fine."""
        return True

    def write(self, data: Any) -> int:
        """Pass it on as text."""
        size = memoryview(data).nbytes
        self._text.write(self._decoder.decode(data))
        return size

    def close(self) -> None:
        """Stay open, though a wrapper that is thrown away closes what is below it."""
