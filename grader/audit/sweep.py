"""The verdicts on a homework's versions under many seeds: one that changes between seeds hangs on luck.

Only hidden checks depend on the seed, and a version is judged by those of its own functions' tasks. Seeds are the
outer loop, so that the reference's answers under one seed serve all versions and are then forgotten. The verdicts of
each seed are kept as one line of a file: an interrupted sweep goes on from there, and a finished one of the same files
is not repeated.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import grader
from grader.assignment import hash_folder
from grader.checks.oracle import find_torch
from grader.model import Assignment, Status
from grader.report import write_atomically

By = Mapping[str, Mapping[str, str]]  # by version and check
Judge = Callable[[str, Sequence[str], int], Mapping[str, "Verdict"]]  # from source, checks and seed

NUMBER = re.compile(r"\d+(\.\d+)?(e[-+]?\d+)?")
EVERY = 10  # seeds to a line of progress
UNJUDGED = {".md", ".svg", ".png", ".po", ".mo"}  # files of a homework that no verdict depends on


@dataclass(frozen=True, slots=True)
class Version:
    """One way to solve the homework, and the hidden checks that it is judged by."""

    name: str
    source: str
    checks: tuple[str, ...]


class Verdict(NamedTuple):
    """What became of a hidden check, and the likely cause, the one text about it that students read."""

    status: Status
    likely: str = ""


UNJUDGED_CHECK = Verdict(Status.SKIPPED)


@dataclass(frozen=True, slots=True)
class Seed:
    """What one seed came to: of the checks that did not pass the status, and a likely cause that has numbers in it."""

    number: int
    lost: By
    said: By


class Sweep:
    """The versions of one homework, judged under one seed after another."""

    def __init__(self, versions: Sequence[Version], key: str, path: Path) -> None:
        """`key` names all that the verdicts depend on; seeds in the file at `path` under another key are forgotten."""
        self._versions = versions
        self._key = key
        self._path = path
        self._seeds = _read_seeds(path, key)
        self._begun = False  # whether the file is ours by now

    def run(self, numbers: Iterable[int], judge: Judge, begin: Callable[[int], None]) -> Iterator[Seed]:
        """Judge every version under each seed that is not known yet; `begin` is told of each before it starts."""
        known = {seed.number for seed in self._seeds}
        for number in numbers:
            if number not in known:
                begin(number)
                seed = self._judge_all(number, judge)
                self._seeds.append(seed)
                self._keep(seed)
                yield seed

    def list_changes(self, numbers: Iterable[int]) -> list[str]:
        """A sentence for each check that passes a version under some of these seeds and not under others."""
        wanted = set(numbers)
        seeds = [seed for seed in self._seeds if seed.number in wanted]
        return [sentence for version in self._versions for sentence in _list_changes(version, seeds)]

    def list_tellings(self, numbers: Iterable[int]) -> list[str]:
        """A sentence for each check whose likely cause has other numbers under another seed: it tells of inputs."""
        wanted = set(numbers)
        said: dict[str, dict[tuple[str, str], str]] = {}
        tellings: dict[str, str] = {}
        for seed in self._seeds:
            for version, texts in seed.said.items() if seed.number in wanted else ():
                for check, text in texts.items():
                    form = NUMBER.sub("#", text)
                    first = said.setdefault(check, {}).setdefault((version, form), text)
                    if first != text:
                        tellings.setdefault(check, f"{check} says {first!r}, and under another seed {text!r}")
        return list(tellings.values())

    def _judge_all(self, number: int, judge: Judge) -> Seed:
        lost, said = {}, {}
        for version in self._versions:
            hung = _list_hung(version, self._seeds)
            checks = [check for check in version.checks if check not in hung]
            found = dict(judge(version.source, checks, number)) if checks else {}
            late = [check for check in checks if check in found and found[check].status is Status.TIMEOUT]
            if late and self._seeds:  # it was in time under other seeds: a loaded machine can do that once
                found |= judge(version.source, late, number)
            verdicts = {check: found.get(check, UNJUDGED_CHECK) for check in checks}
            failed = {check: verdict for check, verdict in verdicts.items() if verdict.status is not Status.PASSED}
            lost[version.name] = {check: str(verdict.status) for check, verdict in failed.items()}
            said[version.name] = {check: v.likely for check, v in failed.items() if NUMBER.search(v.likely)}
        return Seed(number, lost, said)

    def _keep(self, seed: Seed) -> None:
        """Append one line; the first line of the file is the key."""
        if self._begun:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(_write_row(seed))
        else:  # the first time all anew, without a line that was cut off
            write_atomically(self._path, json.dumps({"key": self._key}) + "\n" + "".join(map(_write_row, self._seeds)))
        self._begun = True


def make_key(assignment: Assignment, versions: Sequence[Version]) -> str:
    """One hash over all that the verdicts depend on: suites, reference, versions, grader, numpy and torch."""
    package = Path(grader.__file__).parent
    files = [path for path in sorted(assignment.folder.rglob("*")) if path.is_file() and path.suffix not in UNJUDGED]
    contents = [path.read_bytes() for path in files if "__pycache__" not in path.parts]
    parts = [repr(version).encode() for version in versions]
    judges = [hash_folder(package / folder) for folder in ("checks", "worker")]
    tools = repr((grader.__version__, *judges, np.__version__, find_torch())).encode()
    total = hashlib.sha256()
    for part in (tools, *parts, *contents):
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


class Progress:
    """A line for every ten seeds: how far, how fast, and how many verdicts have changed."""

    def __init__(self, name: str, count: int, log: Callable[[str], None]) -> None:
        self._name = name
        self._count = count
        self._log = log
        self._done = 0
        self._started = time.monotonic()

    def note(self, seed: Seed, changes: int) -> None:
        """One more seed is done."""
        self._done += 1
        if self._done % EVERY == 0 or seed.number == self._count:
            pace = (time.monotonic() - self._started) / self._done
            self._log(
                f"{self._name}: seed {seed.number} of {self._count}, {pace:.2f} s for each, {changes} verdicts changed"
            )


def _read_seeds(path: Path, key: str) -> list[Seed]:
    """The seeds in the file; a last line that was cut off is none."""
    try:
        rows: list[dict[str, Any]] = list(_read_rows(path.read_text("utf-8")))
    except OSError:
        return []
    if not rows or rows[0].get("key") != key:
        return []
    seeds = {row["seed"]: Seed(row["seed"], row["lost"], row["said"]) for row in rows[1:]}
    return list(seeds.values())  # each once, though two sweeps may have written at the same time


def _write_row(seed: Seed) -> str:
    return json.dumps({"seed": seed.number, "lost": seed.lost, "said": seed.said}) + "\n"


def _read_rows(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)


def _list_hung(version: Version, seeds: Iterable[Seed]) -> set[str]:
    """The checks that ran into a deadline under any of these seeds: each further time would take as long."""
    lost = [seed.lost.get(version.name, {}) for seed in seeds]
    return {check for row in lost for check, status in row.items() if status == Status.TIMEOUT}


def _list_changes(version: Version, seeds: Sequence[Seed]) -> Iterator[str]:
    for check in version.checks:
        passed: list[int] = []
        failed: list[int] = []
        for seed in seeds:
            status = seed.lost.get(version.name, {}).get(check)
            if status == Status.ERROR:
                yield f"{version.name}: {check} cannot be judged under seed {seed.number}"
            (failed if status else passed).append(seed.number)
            if status == Status.TIMEOUT:
                break
        if passed and failed:
            few, verb = (failed, "fails") if len(failed) <= len(passed) else (passed, "passes")
            yield f"{version.name}: {check} {verb} under {len(few)} of {len(passed) + len(failed)} seeds: {_say(few)}"


def _say(seeds: Sequence[int]) -> str:
    shown = ", ".join(map(str, seeds[:8]))
    return f"{shown} and {len(seeds) - 8} more" if len(seeds) > 8 else shown
