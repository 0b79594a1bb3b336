"""A stdout for student code that keeps what is printed, up to a limit.

Nothing that scripts do to a stdout does harm to it.
"""

from __future__ import annotations

import codecs
import io
from typing import Any

MAX_OUTPUT = 8_000


class BoundedOutput(io.TextIOBase):
    """A stdout that keeps the first MAX_OUTPUT characters and counts the rest."""

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
        """Tell `print` that this stream can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep as much of the text as there is room for, and return its length."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.room > 0:
            self.kept.append(text[: self.room])
        self.lost += max(0, len(text) - max(0, self.room))
        self.room -= len(text)
        return len(text)

    def reconfigure(self, **_: Any) -> None:
        """Do nothing, because every text can be written already.

        Scripts call this method because the consoles of some countries need it.
        """

    def detach(self) -> Any:
        """Return the stream of bytes below this one, for another wrapper.

        The bytes that are written to it come back here.
        """
        return self.buffer

    def close(self) -> None:
        """Stay open, because the next call prints, too."""

    def take(self) -> str:
        """Return the text that was written since the last time, and forget it.

        If there was more text than is kept, the last line says how many characters are missing.
        """
        text = "".join(self.kept)
        if self.lost:
            text += f"\n… ({self.lost} more characters)"
        self.kept, self.room, self.lost = [], MAX_OUTPUT, 0
        return text


class _Bytes(io.BufferedIOBase):
    """The bytes of a text stream, which scripts know as `sys.stdout.buffer`.

    They are UTF-8 and may come in pieces that end inside a character.
    """

    def __init__(self, text: BoundedOutput) -> None:
        self._text = text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        """Tell a wrapper that this stream can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Pass the bytes on as text, and return their number."""
        size = memoryview(data).nbytes
        self._text.write(self._decoder.decode(data))
        return size

    def close(self) -> None:
        """Stay open.

        A wrapper that is thrown away closes the stream below it, and the next call prints, too.
        """
