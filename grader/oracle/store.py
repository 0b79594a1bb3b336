"""Answers of the reference kept on the staff's disk, so that a second `grade hw4` need not import torch.

Only for runs at one's desk: the runs that count compute every answer anew. A store that cannot be read or written, or
that another run keeps locked, is as good as none.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import weakref
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

MAX_ANSWERS = 20_000
PATIENCE = 0.2  # seconds to wait for another run's lock; computing an answer takes less


class AnswerStore:
    """Bytes by key, for one version of one reference."""

    def __init__(self, reference: Path, version: str | None, path: Path | None = None) -> None:
        self._path = path or user_cache_path("nn-grader") / "answers.sqlite"
        self._version = hashlib.sha256(reference.read_bytes() + str(version).encode()).digest()
        self._database: sqlite3.Connection | None = None
        self._given_up = False

    def get(self, key: bytes) -> bytes | None:
        """The answer stored under `key`, if there is one."""
        rows = self._execute("SELECT answer FROM answers WHERE key = ?", self._digest(key))
        return rows[0][0] if rows and isinstance(rows[0][0], bytes) else None

    def put(self, key: bytes, answer: bytes) -> None:
        """Keep an answer."""
        self._execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", self._digest(key), answer)

    def _digest(self, key: bytes) -> bytes:
        return hashlib.sha256(self._version + key).digest()

    def _execute(self, statement: str, *values: bytes) -> list[Any]:
        """Run one statement; after the first that fails, none is tried again."""
        if self._given_up:
            return []
        try:
            if self._database is None:
                self._database = self._open()
            return self._database.execute(statement, values).fetchall()
        except (sqlite3.Error, OSError):
            self._given_up = True
            return []

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))  # hidden checks' answers: nobody else's eyes
        # Without isolation_level=None the first statement would open a transaction, and keep everyone else waiting.
        database = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, database.close)
        database.execute("PRAGMA synchronous = OFF")
        database.execute("CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, answer BLOB)")
        database.execute("DELETE FROM answers WHERE rowid <= (SELECT MAX(rowid) FROM answers) - ?", (MAX_ANSWERS,))
        return database
