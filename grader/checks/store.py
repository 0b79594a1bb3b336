"""Answers of the reference kept on the staff's disk, so that a second `grade hw4` need not import torch.

Only for runs at one's desk: the runs that count compute every answer anew. A store that cannot be read or written is
as good as none.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import weakref
from pathlib import Path

from platformdirs import user_cache_path

MAX_ANSWERS = 20_000


class AnswerStore:
    """Bytes by key, for one version of one reference."""

    def __init__(self, reference: Path, version: str | None, path: Path | None = None) -> None:
        self._path = path or user_cache_path("nn-grader") / "answers.sqlite"
        self._version = hashlib.sha256(reference.read_bytes() + str(version).encode()).digest()
        self._database: sqlite3.Connection | None = None

    def get(self, key: bytes) -> bytes | None:
        """The answer stored under `key`, if there is one."""
        try:
            rows = self._open().execute("SELECT answer FROM answers WHERE key = ?", (self._digest(key),))
            row = rows.fetchone()
        except (sqlite3.Error, OSError):
            return None
        return row[0] if row and isinstance(row[0], bytes) else None

    def put(self, key: bytes, answer: bytes) -> None:
        """Keep an answer."""
        try:
            with self._open() as database:
                database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (self._digest(key), answer))
        except (sqlite3.Error, OSError):
            return

    def _digest(self, key: bytes) -> bytes:
        return hashlib.sha256(self._version + key).digest()

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))  # hidden checks' answers: nobody else's eyes
            database = sqlite3.connect(self._path, check_same_thread=False)
            weakref.finalize(self, database.close)
            database.execute("PRAGMA synchronous = OFF")
            database.execute("CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, answer BLOB)")
            database.execute("DELETE FROM answers WHERE rowid <= (SELECT MAX(rowid) FROM answers) - ?", (MAX_ANSWERS,))
            self._database = database
        return self._database
