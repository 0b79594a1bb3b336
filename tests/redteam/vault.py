"""A homework worth cheating at, on a machine worth breaking into: secrets everywhere, and what became of them.

Attacks are submissions in `attacks/<kind>/<name>.py`; the docstring says what each one does, and what it deserves if
that is anything. `#--- path` begins another file of the same submission. What an attacker would have to find out is
told: `@FILE@`, `@HOME@`, `@COURSE@`, `@OUT@`, `@SIBLING@`, `@PORT@`, `@SOCKET@`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.model.report import BEST_LEVEL
from tests.cli.commands import GRADE, Done, finish, start_grade
from tests.courses import write_files
from tests.nobody import NOBODY, ROOT, write_command

ATTACKS = Path(__file__).parent / "attacks"
MARK = "canary-"  # every secret begins with it, and so does what an attack prints when it got somewhere
ENVIRONMENT = "GRADER_TEST_SECRET"
STAFF, STUDENT = "report.json", "report.student.json"

MANIFEST = """
id = "hw1"
title = "Vault"
file = "vault.py"

[limits]
load_seconds = 5
call_seconds = 2
submission_seconds = 20
memory_mib = 1024

[[tasks]]
id = "double"
functions = ["double", "ask"]
points = 100
"""
PUBLIC = '''
import numpy as np
from grader.checks import assert_close, task

@task("double", points=20)
def test_double(student):
    """doubles 1, 2 and 3"""
    assert_close(student.double(np.array([1.0, 2.0, 3.0])), np.array([2.0, 4.0, 6.0]))

@task("double", points=0)
def test_questions(student):
    """asks the function that is passed in, which keeps every question"""
    asked = []
    student.ask(lambda x: asked.append(np.asarray(x)))
'''
HIDDEN = '''
import pytest
from grader.checks import assert_close, task

SECRET = "{secret}"

@task("double", points=40)
@pytest.mark.parametrize("n", [3, 7])
def test_fresh(student, oracle, rng, n):
    """doubles what nobody has seen before"""
    x = rng.normal(size=n)
    assert_close(student.double(x), oracle.double(x))
'''
REFERENCE = '"""{secret}"""\n\n\ndef double(x):\n    """The answer."""\n    return 2 * x\n'
SOLUTION = '''"""A model solution."""


def double(x):
    """Twice x."""
    return 2 * x


def ask(f):
    """Ask one question."""
    f(1.0)
'''


@dataclass(frozen=True)
class Attack:
    """One submission, and the points that it deserves."""

    kind: str
    name: str
    deserves: int
    files: dict[str, str]

    @property
    def id(self) -> str:
        """As in the batch's folder."""
        return f"{self.kind}-{self.name}"


def read_attacks() -> dict[str, Attack]:
    """All of them, by id."""
    attacks = (read_attack(path) for path in sorted(ATTACKS.glob("*/*.py")))
    return {attack.id: attack for attack in attacks}


def read_attack(path: Path) -> Attack:
    """One file of attacks/."""
    main, *others = re.split(r"^#--- (.*)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    found = re.search(r"^Deserves: (\d+)$", main, re.MULTILINE)
    files = {"vault.py": main, **dict(zip(others[::2], others[1::2], strict=True))}
    return Attack(path.parent.name, path.stem, int(found[1]) if found else 0, files)


class Vault:
    """The course, the class, and the machine around them."""

    def __init__(self, root: Path) -> None:
        self.root, self.course, self.out = root, root / "course", root / "out"
        self.home, self.handed_in = root / "home", root / "in"
        self.secrets = {name: f"{MARK}{name}-{secrets.token_hex(8)}" for name in ("hidden", "file", "home", "sibling")}
        self.secrets |= {name: f"{MARK}{name}-{secrets.token_hex(8)}" for name in ("reference", "environment")}
        self.write_machine()

    def write_machine(self) -> None:
        """Everything but the submissions of the attackers, as it was."""
        here = "assignments/hw1_vault"
        write_files(
            self.course,
            {
                "assignments/course.toml": 'name = "Vault"\nassignments = ["hw1_vault"]\n',
                f"{here}/assignment.toml": MANIFEST,
                f"{here}/public/test_vault.py": PUBLIC,
                f"{here}/hidden/test_vault.py": HIDDEN.format(secret=self.secrets["hidden"]),
                f"{here}/reference.py": REFERENCE.format(secret=self.secrets["reference"]),
                "solutions/hw1_vault/vault.py": SOLUTION,
                "student_template/hw1_vault/vault.py": SOLUTION.replace("return 2 * x", "raise NotImplementedError"),
            },
        )
        write_files(self.home, {".netrc": self.secrets["home"], ".bashrc": "true\n"})
        write_files(self.root, {"file": self.secrets["file"]})
        write_files(self.handed_in, {"victim/vault.py": f"# {self.secrets['sibling']}\n{SOLUTION}"})

    def hand_in(self, attacks: dict[str, Attack], port: int, name: str) -> None:
        """Write the submissions, each knowing its way around."""
        places = {"FILE": self.root / "file", "HOME": self.home, "COURSE": self.course, "OUT": self.out}
        places |= {"SIBLING": self.handed_in / "victim/vault.py"}
        words = {**{key: str(path) for key, path in places.items()}, "PORT": str(port), "SOCKET": name}
        for attack in attacks.values():
            for file, text in attack.files.items():
                for key, value in words.items():
                    text = text.replace(f"@{key}@", value)  # noqa: PLW2901 - one after the other
                write_files(self.handed_in / attack.id, {file: text})

    def grade(self, level: int, *options: str) -> Done:
        """Grade the class, as a TA would, with a secret in the environment, on a machine that has this level."""
        words = ["batch", "hw1", self.handed_in, "--out", self.out, "--course", self.course, *options]
        command, variables = self._find_machine(level)
        variables |= {"HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / ".cache")}
        variables |= {ENVIRONMENT: self.secrets["environment"]}
        return finish(start_grade(*words, folder=self.root, command=command, **variables), seconds=3000)

    def _find_machine(self, level: int) -> tuple[list[str], dict[str, str]]:
        """Level 3 is whoever runs the tests; 2 and 1 are an ordinary user, who has no bubblewrap at level 1."""
        if level == BEST_LEVEL:
            return [GRADE], {}
        command, variables = write_command(self.home)
        if os.geteuid() == 0:
            for path in (self.root, *self.root.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        poorer = ["-m", "tests.machines", "without_bubblewrap", command[-1]] if level == 1 else []
        return [*command, *poorer, "-c", "from grader.cli import main; main()"], variables

    def read_report(self, name: str, view: str = STAFF) -> dict[str, Any]:
        """One student's."""
        data: dict[str, Any] = json.loads((self.out / name / view).read_text("utf-8"))
        return data

    def list_state(self) -> dict[str, tuple[int, str]]:
        """Mode and content of every file that nobody may touch."""
        folders = (self.course, self.home, self.handed_in, ROOT / "grader")
        paths = [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]
        kept = [path for path in [*paths, self.root / "file"] if path.is_file() and ".cache" not in path.parts]
        return {str(path): (stat.S_IMODE(path.stat().st_mode), _hash(path)) for path in kept}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find_leaks(report: dict[str, Any], seed: int | None = None) -> list[str]:
    """What a report says that nobody should have been able to say, wherever it says it; its seed, for one."""
    return [text for text in _list_texts(report) if MARK in text or (seed and str(seed) in text)]


def _list_texts(data: Any) -> Iterator[str]:
    """Every text of a report, but for lines of the student's own file."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in ("where", "excerpt"):
                yield from _list_texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _list_texts(value)
    elif isinstance(data, str):
        yield data


def list_orphans() -> set[int]:
    """Processes of workers whose harness is gone; somebody else may be grading on this machine."""
    commands, parents = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                commands[int(folder.name)] = (folder / "cmdline").read_bytes()
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    workers = {pid for pid, command in commands.items() if b"grader.worker.inside.child" in command}

    def find_harness(pid: int) -> int:
        while pid in workers:
            pid = parents.get(pid, 1)
        return pid

    return {
        pid for pid in workers if (harness := find_harness(pid)) <= 1 or b"python" not in commands.get(harness, b"")
    }
