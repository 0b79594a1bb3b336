"""The inputs that a suite sends to a student's functions.

They have to be the same twice under one seed, and different under another seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.worker.inside import wire
from grader.worker.inside.tags import Unsupported
from grader.worker.inside.wire import Kind

Heard = Mapping[str, str]  # by the check's id, one digest over all its calls


class Ear:
    """A listener that keeps one digest of all calls that reach a worker."""

    def __init__(self) -> None:
        self._total = hashlib.sha256()
        self.calls = 0

    def hear(self, kind: Kind, value: Any) -> None:
        """Add one request to the digest, if it is a call with a number in it.

        A call without a number, such as gate_weights("AND"), has nothing that could be drawn.
        """
        if kind is not Kind.CALL or not _has_number(value):
            return
        try:
            content = wire.encode(Kind.CALL, 0, value)
        except Unsupported:  # the value cannot travel, so the call itself will fail, too
            content = repr(type(value)).encode()
        self._total.update(hashlib.sha256(content).digest())
        self.calls += 1

    def tell(self) -> str:
        """Return the digest of the calls since the last time, and begin a new one.

        Empty if there was no call.
        """
        told = self._total.hexdigest() if self.calls else ""
        self._total, self.calls = hashlib.sha256(), 0
        return told


def _has_number(value: Any) -> bool:
    """Tell whether the arguments of a CALL request have a number among them.

    The function's name, the positions of opaque parts and the echo do not count.
    """
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
    """Run each check under this seed, and give the digests of its calls.

    `run` runs one check, by its id, under a seed. The digests are by the check's id.
    """
    heard = {}
    for check in checks:
        ear.tell()
        run(check, seed)
        heard[check] = ear.tell()
    return heard


def list_equal(one: Heard, other: Heard) -> list[str]:
    """List the checks that sent the same calls both times.

    Checks that sent none are not among them.
    """
    return [check for check in one if one[check] and one[check] == other[check]]


def list_different(one: Heard, other: Heard) -> list[str]:
    """List the checks that did not send the same calls both times."""
    return [check for check in one if one[check] != other[check]]
