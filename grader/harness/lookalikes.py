"""Lookalikes: mutants that give the same wrong answer as a student.

A lookalike is the best hint there is. The homework's mutants are loaded into a worker of their own, on the staff's
machine only. When a check fails on a value, the same call is made on every mutant of that function. A mutant that
returns the same value is taken for the student's mistake, if it also returns the same value wherever else the function
was called, in checks that passed too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from grader.arrays import iter_leaves, to_array
from grader.course.patches import SEPARATOR, Patch, join_patches, read_patches
from grader.errors import GraderError
from grader.language import say
from grader.model.course import Limits
from grader.model.report import CheckResult, Status
from grader.model.submission import SubmittedFile
from grader.worker.client import Client
from grader.worker.inside.tags import Handle
from grader.worker.process import Launcher
from grader.worker.trace import NOTHING, Trace

TOLERANCE = 1e-9


class Lookalikes:
    """The mutants of one homework, read and loaded into one worker on first use.

    `solution` is the file of the model solution, into which the mutants of the file `mutants` are joined.
    """

    def __init__(self, launcher: Launcher, solution: SubmittedFile, mutants: Path, limits: Limits) -> None:
        self._launcher = launcher
        self._solution = solution
        self._mutants = mutants
        self._limits = limits
        self._patches: tuple[Patch, ...] = ()
        self._client: Client | None = None
        self._known: dict[tuple[str, int], bool] = {}

    def explain(self, results: Sequence[CheckResult], traces: Sequence[Trace]) -> tuple[CheckResult, ...]:
        """Add the description of a lookalike to each failed result that has one.

        `results` are those of one submission, and `traces` those of the same checks, in the same order. Returns the
        results.
        """
        self._known.clear()
        return tuple(map(partial(self._explain_one, traces), results, traces))

    def _explain_one(self, traces: Sequence[Trace], result: CheckResult, trace: Trace) -> CheckResult:
        if result.status is not Status.FAILED or result.message is None:
            return result
        elsewhere = [other for other in traces if other.function == trace.function]
        known = self.find(trace, elsewhere)
        return replace(result, message=replace(result.message, likely=known, quoted="", cause="")) if known else result

    def find(self, trace: Trace, elsewhere: Sequence[Trace] = ()) -> str:
        """Find the description of the mutant that gives the same answer.

        `trace` has a call and the answer of the student's function. A mutant that gives another answer to one of the
        function's calls in `elsewhere` is left out.

        Returns "" if no mutant is left. Returns "" too if several mutants give the same answer, or if the answer is a
        single 0 or 1: the description could be the wrong one. And returns "" if the model solution gives the same
        answer, because then the value is not the mistake.
        """
        if trace.value is NOTHING or _is_bit(trace.value):
            return ""
        client = self._load()
        if client is None or self._agrees(client, trace.function, trace):
            return ""
        found = {
            patch.summary
            for patch in self._patches
            if trace.function in patch.functions
            and self._agrees(client, name := f"{trace.function}{SEPARATOR}{patch.slug}", trace)
            and all(self._agrees(client, name, other) for other in elsewhere if _can_be_repeated(other))
        }
        return say(found.pop()) if len(found) == 1 else ""

    def close(self) -> None:
        """Kill the worker."""
        if self._client is not None:
            self._client.close()
        self._launcher.close()

    def _load(self) -> Client | None:
        """Return a client that has loaded the mutants.

        Return None if that fails: grading goes on without an explanation.
        """
        if self._client is None:
            try:
                self._patches = read_patches(self._mutants)
                content = join_patches(self._solution.content.decode("utf-8-sig"), self._patches).encode()
                file = SubmittedFile("mutants.py", hashlib.sha256(content).hexdigest(), content)
                client = Client(self._launcher, file, self._limits)
                if client.load() is not None:
                    return None
            except GraderError:
                return None
            self._client = client
        return self._client

    def _agrees(self, client: Client, name: str, trace: Trace) -> bool:
        """Tell whether the function of this name gives the call the same answer.

        Each function is asked only once for each call.
        """
        if (name, id(trace)) not in self._known:
            self._known[name, id(trace)] = _ask(client, name, trace)
        return self._known[name, id(trace)]


def _ask(client: Client, name: str, trace: Trace) -> bool:
    client.refresh()
    client.begin_check()  # else an exception of a callback for an earlier mutant would end this call, too
    try:
        value, _ = client.call(name, trace.args, trace.kwargs)
    except Exception:  # a mutant that raises, or a handle that another worker made
        return False
    return _is_same(value, trace.value)


def _is_same(a: Any, b: Any) -> bool:
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_is_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_is_same(a[key], b[key]) for key in a)
    x, y = to_array(a), to_array(b)
    if x is None or y is None:
        return a is b is None
    return x.shape == y.shape and np.allclose(x, y, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)


def _can_be_repeated(trace: Trace) -> bool:
    """Tell whether a call can be made again on another worker.

    The call must have had an answer, and none of its arguments may be a handle, which only the student's own worker
    knows.
    """
    given = iter_leaves((trace.args, trace.kwargs))
    return trace.value is not NOTHING and not any(isinstance(part, Handle) for part in given)


def _is_bit(value: Any) -> bool:
    """Tell whether a value is a single 0 or 1."""
    array = to_array(value)
    return array is not None and array.size == 1 and array.item() in (0, 1)
