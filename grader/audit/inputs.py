"""What a suite sends to a student's functions: the same twice under one seed, and something else under another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.worker.inside import wire
from grader.worker.inside.tags import Unsupported
from grader.worker.inside.wire import Kind

Heard = Mapping[str, str]  # by check, one digest over all calls


class Ear:
    """Hears every call that reaches a worker, and keeps one digest of them."""

    def __init__(self) -> None:
        self._total = hashlib.sha256()
        self.calls = 0

    def hear(self, kind: Kind, value: Any) -> None:
        """Note one request. A call without a number, such as gate_weights("AND"), has nothing that could be drawn."""
        if kind is not Kind.CALL or not _has_number(value):
            return
        try:
            content = wire.encode(Kind.CALL, 0, value)
        except Unsupported:  # the call will fail as well
            content = repr(type(value)).encode()
        self._total.update(hashlib.sha256(content).digest())
        self.calls += 1

    def tell(self) -> str:
        """The digest since the last time; empty where there was no call."""
        told = self._total.hexdigest() if self.calls else ""
        self._total, self.calls = hashlib.sha256(), 0
        return told


def _has_number(value: Any) -> bool:
    """Whether a CALL request sends any number: its name, positions and echo aside."""
    _, args, kwargs, *_ = value
    waiting = [*args, *kwargs.values()]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (list, tuple)):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
        elif not isinstance(part, (str, bytes, type(None))):
            return True
    return False


def listen(checks: Sequence[str], seed: int, run: Callable[[str, int], object], ear: Ear) -> Heard:
    """What each check sends under this seed."""
    heard = {}
    for check in checks:
        ear.tell()
        run(check, seed)
        heard[check] = ear.tell()
    return heard


def list_equal(one: Heard, other: Heard) -> list[str]:
    """The checks that sent the same both times."""
    return [check for check in one if one[check] and one[check] == other[check]]


def list_different(one: Heard, other: Heard) -> list[str]:
    """The checks that did not."""
    return [check for check in one if one[check] != other[check]]
