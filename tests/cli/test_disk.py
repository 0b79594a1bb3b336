"""A disk that is full or fails: the machine's failure, with what is finished kept and nobody's reports torn apart."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import GRADE, WRONG, finish, hand_in, run_grade, start_grade
from tests.cli.test_batch import read_gradebook
from tests.courses import SOLUTION, write_course

# A file system of its own that holds 8 pages, and what lies on it in the end.
FULL = 'mount -t tmpfs -o size=32k tmpfs "$1"; shift; code=0; "$@" || code=$?; find out -name "report*"; exit $code'
FULL_MESSAGE = "grade: out cannot be written: No space left on device\n       this machine's disk is full or fails"
VIEWS = ("report.json", "report.student.json")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A course and a student's work."""
    write_course(tmp_path)
    hand_in(tmp_path / "in/ann/tiny.py", SOLUTION)
    return tmp_path


def read_folder(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, hidden files too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def fail(*_: Any, **__: Any) -> Any:
    """What a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fill_disk(patch: pytest.MonkeyPatch, when: str) -> None:
    """Let the disk be full when the student's view is begun, flushed or renamed, or when the ledger is added to."""
    make, flush, replace, link = tempfile.mkstemp, os.fsync, os.replace, os.link

    def begin(*args: Any, **options: Any) -> Any:
        return fail() if "student" in options.get("prefix", "") else make(*args, **options)

    def sync(descriptor: int) -> None:
        return fail() if "student" in os.readlink(f"/proc/self/fd/{descriptor}") else flush(descriptor)

    def rename(source: Any, target: Any) -> None:
        return fail() if os.path.basename(target) == VIEWS[1] else replace(source, target)

    def keep(source: Any, target: Any) -> None:
        return fail() if os.path.basename(source) in VIEWS else link(source, target)

    if when == "begin":
        patch.setattr(tempfile, "mkstemp", begin)
    elif when == "flush":
        patch.setattr(os, "fsync", sync)
    elif when == "ledger":
        patch.setattr("grader.batch.ledger.enter_reports", fail)
    else:
        patch.setattr(os, "replace", rename)
    if when == "rename without links":
        patch.setattr(os, "link", keep)


WHEN = ["begin", "flush", "ledger", "rename", "rename without links"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which file is flushed")
@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("graded_before", [False, True])
def test_two_reports_appear_together_or_not_at_all(
    office: Path, monkeypatch: pytest.MonkeyPatch, when: str, graded_before: bool
) -> None:
    """A pair from before stays as it was, to the byte; otherwise there is none, and no temporary file."""
    batch = ("batch", "hw1", "in", "--out", "out")
    assert 0 == run_grade(*batch, folder=office).code
    if not graded_before:
        shutil.rmtree(office / "out/ann")
    hand_in(office / "in/ann/tiny.py", WRONG)
    before = read_folder(office / "out/ann")
    with monkeypatch.context() as patch:
        fill_disk(patch, when)
        done = run_grade(*batch, folder=office)
    assert (3, "", True) == (done.code, done.out, FULL_MESSAGE in done.err), done.err
    assert before == read_folder(office / "out/ann")
    hand_in(office / "late/kim/tiny.py", SOLUTION)
    assert 0 == run_grade("batch", "hw1", "late", "--out", "out", folder=office).code
    assert (["ann"] if graded_before else []) + ["kim"] == list(read_gradebook(office / "out"))
    assert 0 == run_grade(*batch, folder=office).code
    assert set(VIEWS) == set(read_folder(office / "out/ann"))


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a file system")
def test_a_full_disk_is_no_wrong_command(office: Path) -> None:
    """A real one, after some students: 3, a sentence, and both reports of everybody who has one."""
    for number in range(8):
        hand_in(office / f"in/student{number}/tiny.py", SOLUTION)
    (office / "out").mkdir()
    own = ["--user", "--map-root-user"] if os.geteuid() else []
    command = ["unshare", *own, "--mount", "sh", "-uc", FULL, "sh", "out", GRADE]
    done = finish(start_grade("batch", "hw1", "in", "--out", "out", folder=office, command=command))
    assert (3, True) == (done.code, FULL_MESSAGE in done.err), done.err
    found = [Path(line) for line in done.out.splitlines()]
    students = {path.parent.name for path in found}
    assert {"ann"} <= students < {"ann", *(f"student{number}" for number in range(8))}
    assert sorted(found) == sorted(Path("out", name, view) for name in students for view in VIEWS)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("kind", ["json", "junit", "text", "html"])
def test_an_output_on_a_full_disk_is_no_wrong_command(office: Path, kind: str) -> None:
    """The report was made; this machine cannot keep it."""
    done = run_grade("hw1", "in/ann", "--output", f"{kind}:/dev/full", folder=office)
    assert 3 == done.code
    assert "grade: /dev/full cannot be written: No space left on device\n       this machine's disk" in done.err
