"""The verdicts on a homework's versions under many seeds: one that changes between seeds hangs on luck.

Only hidden checks depend on the seed, and a version is judged by those of its own functions' tasks. Seeds are the
outer loop, so that the reference's answers under one seed serve all versions and are then forgotten. The verdicts of
each seed are kept as one line of a file: an interrupted sweep goes on from there, a finished one of the same files is
not repeated, and of a version that was changed or added it judges that version alone.
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
from grader.course.layout import ALMOST, MUTANTS, VARIANTS
from grader.course.manifest import hash_folder
from grader.model import Assignment, Status
from grader.oracle.source import find_torch
from grader.report import write_atomically

By = Mapping[str, Mapping[str, str]]  # by version and check
Judge = Callable[[str, Sequence[str], int], Mapping[str, "Verdict"]]  # from source, checks and seed

NUMBER = re.compile(r"\d+(\.\d+)?(e[-+]?\d+)?")
EVERY = 10  # seeds to a line of progress
UNJUDGED = {".md", ".svg", ".png", ".po", ".mo"}  # files of a homework that no verdict depends on
JUDGES = ("checks", "harness", "oracle", "worker", "arrays.py", "tolerance.py")  # what of the grader verdicts depend on
PATCHES = (MUTANTS, VARIANTS, ALMOST)  # each version that they make has a mark of its own


@dataclass(frozen=True, slots=True)
class Version:
    """One way to solve the homework, and the hidden checks that it is judged by."""

    name: str
    source: str
    checks: tuple[str, ...]

    @property
    def mark(self) -> str:
        """What it is known by under its name: another source, or other checks, make another one."""
        return hashlib.sha256(repr((self.source, self.checks)).encode()).hexdigest()[:12]


class Verdict(NamedTuple):
    """What became of a hidden check, and the likely cause, the one text about it that students read."""

    status: Status
    likely: str = ""


UNJUDGED_CHECK = Verdict(Status.SKIPPED)


@dataclass(frozen=True, slots=True)
class Seed:
    """What one seed came to: of the checks that did not pass the status, and a likely cause that has numbers in it.

    Both have every version that was judged under it.
    """

    number: int
    lost: By
    said: By


class Sweep:
    """The versions of one homework, judged under one seed after another."""

    def __init__(self, versions: Sequence[Version], key: str, path: Path) -> None:
        """`key` names all that every verdict depends on; what the file at `path` has under another is forgotten."""
        self._versions = versions
        self._marks = {version.name: version.mark for version in versions}
        self._key = key
        self._path = path
        self._seeds = _read_seeds(path, key, self._marks)
        self._begun = False  # whether the file is ours by now

    def run(self, numbers: Iterable[int], judge: Judge, begin: Callable[[int], None]) -> Iterator[Seed]:
        """Judge every version under each seed where it was not yet; `begin` is told of each before it starts."""
        for number in numbers:
            known = self._seeds.get(number, Seed(number, {}, {}))
            if left := [version for version in self._versions if version.name not in known.lost]:
                begin(number)
                found = self._judge_all(left, number, judge)
                self._seeds[number] = _merge(known, found)
                self._keep(found)
                yield found

    def list_changes(self, numbers: Iterable[int]) -> list[str]:
        """A sentence for each check that passes a version under some of these seeds and not under others."""
        seeds = self._pick(numbers)
        return [sentence for version in self._versions for sentence in _list_changes(version, seeds)]

    def list_tellings(self, numbers: Iterable[int]) -> list[str]:
        """A sentence for each check whose likely cause has other numbers under another seed: it tells of inputs."""
        said: dict[str, dict[tuple[str, str], str]] = {}
        tellings: dict[str, str] = {}
        for seed in self._pick(numbers):
            for version, texts in seed.said.items():
                for check, text in texts.items():
                    form = NUMBER.sub("#", text)
                    first = said.setdefault(check, {}).setdefault((version, form), text)
                    if first != text:
                        tellings.setdefault(check, f"{check} says {first!r}, and under another seed {text!r}")
        return list(tellings.values())

    def _pick(self, numbers: Iterable[int]) -> list[Seed]:
        return [self._seeds[number] for number in numbers if number in self._seeds]

    def _judge_all(self, versions: Sequence[Version], number: int, judge: Judge) -> Seed:
        lost, said = {}, {}
        for version in versions:
            others = [seed.lost[version.name] for seed in self._seeds.values() if version.name in seed.lost]
            hung = {check for row in others for check, status in row.items() if status == Status.TIMEOUT}
            checks = [check for check in version.checks if check not in hung]
            found = dict(judge(version.source, checks, number)) if checks else {}
            late = [check for check in checks if check in found and found[check].status is Status.TIMEOUT]
            if late and others:  # it was in time under other seeds: a loaded machine can do that once
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
                file.write(self._write_row(seed))
        else:  # the first time all anew, without a line that was cut off
            rows = "".join(map(self._write_row, self._seeds.values()))
            write_atomically(self._path, json.dumps({"key": self._key}) + "\n" + rows)
        self._begun = True

    def _write_row(self, seed: Seed) -> str:
        marks = {name: self._marks[name] for name in seed.lost}
        return json.dumps({"seed": seed.number, "marks": marks, "lost": seed.lost, "said": seed.said}) + "\n"


def make_key(assignment: Assignment) -> str:
    """One hash over all that every verdict depends on: suites, reference, grader, numpy and torch."""
    package = Path(grader.__file__).parent
    files = [path for path in sorted(assignment.folder.rglob("*")) if path.is_file() and path.suffix not in UNJUDGED]
    judging = [path for path in files if "__pycache__" not in path.parts and path.name not in PATCHES]
    rooms = [hash_folder(package / room) for room in JUDGES if (package / room).is_dir()]
    modules = [(package / module).read_bytes() for module in JUDGES if (package / module).is_file()]
    tools = repr((grader.__version__, *rooms, *modules, np.__version__, find_torch())).encode()
    total = hashlib.sha256()
    for part in (tools, *(path.read_bytes() for path in judging)):
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


def _read_seeds(path: Path, key: str, marks: Mapping[str, str]) -> dict[int, Seed]:
    """By number, what the file has of the versions that are marked so; a last line that was cut off is none."""
    try:
        rows: list[dict[str, Any]] = list(_read_rows(path.read_text("utf-8")))
    except OSError:
        return {}
    if not rows or rows[0].get("key") != key:
        return {}
    seeds: dict[int, Seed] = {}
    for row in rows[1:]:
        same = [name for name, mark in row["marks"].items() if marks.get(name) == mark]
        found = Seed(row["seed"], *({name: row[what][name] for name in same} for what in ("lost", "said")))
        seeds[found.number] = _merge(seeds.get(found.number, found), found)
    return seeds


def _merge(one: Seed, other: Seed) -> Seed:
    return Seed(one.number, {**one.lost, **other.lost}, {**one.said, **other.said})


def _read_rows(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)


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
