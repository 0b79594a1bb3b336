"""What a student hands in, as a string, and a harness for it."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from grader.errors import CheckFailed
from grader.model.course import Limits
from grader.model.submission import SubmittedFile
from grader.worker.client import Client
from grader.worker.process import AnyLauncher
from grader.worker.student import Student
from tests.worker.processes import GENEROUS

FILE = "student_under_test.py"


def make_client(launcher: AnyLauncher, source: str | bytes, limits: Limits = GENEROUS) -> Client:
    """A client for this source; nothing runs yet."""
    data = source if isinstance(source, bytes) else textwrap.dedent(source).encode()
    return Client(launcher, SubmittedFile(FILE, "", data), limits)


@contextlib.contextmanager
def open_student(
    launcher: AnyLauncher, source: str | bytes, limits: Limits = GENEROUS
) -> Iterator[tuple[Student, Client]]:
    """A loaded submission: what a suite sees of it, and what the harness does."""
    client = make_client(launcher, source, limits)
    try:
        assert client.load() is None
        client.begin_check()
        yield Student(client), client
    finally:
        client.close()


def fail(call: Any, *args: Any, **kwargs: Any) -> CheckFailed:
    """How a call failed."""
    with pytest.raises(CheckFailed) as caught:
        call(*args, **kwargs)
    return caught.value
