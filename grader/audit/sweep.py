"""The verdicts on a homework's versions under many seeds.

A verdict that changes between seeds depends on luck. Only hidden checks depend on the seed, and a version is judged by
those of its own functions' tasks. Seeds are the outer loop, so that the reference's answers under one seed serve all
versions and are then forgotten.

The verdicts of each seed are kept as one line of a file. So an interrupted sweep goes on where it ended, a finished one
of the same files is not repeated, and after a version was changed or added, that version alone is judged.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import grader
from grader.course.layout import PATCHES
from grader.course.manifest import hash_folder
from grader.model.course import Assignment
from grader.model.report import Status
from grader.oracle.source import find_torch
from grader.report import write_atomically

By = Mapping[str, Mapping[str, str]]  # by the version's name and the check's id
Judge = Callable[[str, Sequence[str], int], Mapping[str, "Verdict"]]  # verdicts by check, from source, checks, seed

NUMBER = re.compile(r"\d+(\.\d+)?(e[-+]?\d+)?")
UNJUDGED = {".md", ".svg", ".png", ".po", ".mo"}  # files of a homework that no verdict depends on
# The rooms and modules of the grader that verdicts depend on.
JUDGES = ("checks", "explain", "harness", "oracle", "worker", "arrays.py", "tolerance.py")


@dataclass(frozen=True, slots=True)
class Version:
    """One way to solve the homework, and the hidden checks that judge it."""

    name: str
    source: str
    checks: tuple[str, ...]

    @property
    def mark(self) -> str:
        """The hash that tells this version from others of the same name.

        A version with another source, or with other checks, has another mark.
        """
        return hashlib.sha256(repr((self.source, self.checks)).encode()).hexdigest()[:12]


class Verdict(NamedTuple):
    """The status of a hidden check, and the likely cause.

    The likely cause is the one text about a hidden check that students read.
    """

    status: Status
    likely: str = ""


UNJUDGED_CHECK = Verdict(Status.SKIPPED)


@dataclass(frozen=True, slots=True)
class Seed:
    """The results under one seed.

    `lost` has the status of the checks that did not pass, and `said` the likely causes that have numbers in them. Both
    have an entry for every version that was judged under the seed.
    """

    number: int
    lost: By
    said: By


class Sweep:
    """The versions of one homework, judged under one seed after another."""

    def __init__(self, versions: Sequence[Version], key: str, path: Path) -> None:
        """Read the results that the file at `path` has of these versions.

        `key` is a hash of all that every verdict depends on. Results under another key are forgotten.
        """
        self._versions = versions
        self._marks = {version.name: version.mark for version in versions}
        self._key = key
        self._path = path
        self._seeds = _read_seeds(path, key, self._marks)
        self._begun = False  # true when this sweep has written the file

    def run(self, numbers: Iterable[int], judge: Judge, begin: Callable[[int], None]) -> Iterator[Seed]:
        """Judge every version under each seed where it was not judged yet.

        `begin` is called with a seed before it starts. Yields the new results of each seed that had something left to
        judge.
        """
        for number in numbers:
            known = self._seeds.get(number, Seed(number, {}, {}))
            if left := [version for version in self._versions if version.name not in known.lost]:
                begin(number)
                found = self._judge_all(left, number, judge)
                self._seeds[number] = _merge(known, found)
                self._keep(found)
                yield found

    def list_changes(self, numbers: Iterable[int]) -> list[str]:
        """List the checks whose verdict on a version changes with the seed.

        There is a sentence for each check that passes a version under some of these seeds and not under others, and for
        each that cannot be judged.
        """
        seeds = self._pick(numbers)
        return [sentence for version in self._versions for sentence in _list_changes(version, seeds)]

    def list_tellings(self, numbers: Iterable[int]) -> list[str]:
        """List the checks whose likely cause has other numbers under another seed.

        Such a cause tells students of the hidden inputs. There is a sentence for each check.
        """
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
            # A check that ran out of time under another seed is not run again: it could take all of its time once more.
            checks = [check for check in version.checks if check not in hung]
            found = dict(judge(version.source, checks, number)) if checks else {}
            late = [check for check in checks if check in found and found[check].status is Status.TIMEOUT]
            if late and others:  # in time under other seeds, so a loaded machine may be the reason: once more
                found |= judge(version.source, late, number)
            verdicts = {check: found.get(check, UNJUDGED_CHECK) for check in checks}
            failed = {check: verdict for check, verdict in verdicts.items() if verdict.status is not Status.PASSED}
            lost[version.name] = {check: str(verdict.status) for check, verdict in failed.items()}
            said[version.name] = {check: v.likely for check, v in failed.items() if NUMBER.search(v.likely)}
        return Seed(number, lost, said)

    def _keep(self, seed: Seed) -> None:
        """Append the results as one line; the first line of the file is the key."""
        if self._begun:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(self._write_row(seed))
        else:  # the first time the whole file is written again, without a line that was cut off
            rows = "".join(map(self._write_row, self._seeds.values()))
            write_atomically(self._path, json.dumps({"key": self._key}) + "\n" + rows)
        self._begun = True

    def _write_row(self, seed: Seed) -> str:
        marks = {name: self._marks[name] for name in seed.lost}
        return json.dumps({"seed": seed.number, "marks": marks, "lost": seed.lost, "said": seed.said}) + "\n"


def make_key(assignment: Assignment) -> str:
    """Hash all that every verdict depends on.

    This is the homework with its suites and reference, the grader, numpy and torch. Files of patches are not in it, as
    each version that they make has a mark of its own.
    """
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


def _read_seeds(path: Path, key: str, marks: Mapping[str, str]) -> dict[int, Seed]:
    """Read the results, by seed, of the versions that have these marks.

    A last line that was cut off is left out.
    """
    try:
        lines = path.read_text("utf-8").splitlines(keepends=True)
    except OSError:
        return {}
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.endswith("\n")]
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
