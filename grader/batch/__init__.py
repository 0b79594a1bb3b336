"""Many submissions: every one gets a report, whatever becomes of the others.

`grade_batch` yields reports as they are done; the command line draws them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.batch.executor import Judge, Settings, grade_entries
from grader.batch.results import GRADEBOOK, PROOF, SEED
from grader.errors import CourseError, SubmissionError
from grader.model import Assignment, Report
from grader.submission import HIDDEN, make_id

SUFFIXES = {".zip", ".py"}
# What else is somebody's homework and cannot be read: its student has to be told, and it must not be lost.
OTHER_KINDS = {".ipynb", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz"}
TAKEN = {SEED, GRADEBOOK, PROOF}  # what lies beside the students' folders


@dataclass(frozen=True, slots=True)
class Entry:
    """One student's submission in the folder: its id in reports, and where it lies."""

    id: str
    path: Path


def list_entries(folder: Path, out: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The submissions in a folder, and the names of what else lies there. Raises `SubmissionError` for none.

    A folder, a .py file and a .zip is a submission each, and so is an archive of another kind or a notebook, although
    nothing in it can run; the id is its name without the ending, or with it where two would share an id. `out`, where
    reports go, may lie in the folder and is no submission.
    """
    if not folder.is_dir():
        raise SubmissionError(f"{folder} is no folder", "name the folder that holds one submission per student")
    here, reports = folder.resolve(), out.resolve()
    if here == reports:
        raise SubmissionError(f"the reports cannot go among the submissions in {folder}", "choose another --out")
    found = sorted(path for path in folder.iterdir() if here / path.name != reports and not _is_litter(path))
    submissions = [path for path in found if _is_submission(path) and not path.name.startswith(HIDDEN)]
    if not submissions:
        raise SubmissionError(f"{folder} holds no submissions", "it needs one folder, .zip or .py file per student")
    others = tuple(path.name for path in found if path not in submissions)
    return tuple(_name_entries(submissions)), others


def _is_litter(path: Path) -> bool:
    """What systems leave in folders, such as .DS_Store. A hidden folder may be a student's, who then has to be told."""
    return path.name.startswith(".") and not _is_submission(path)


def _is_submission(path: Path) -> bool:
    return path.is_dir() or path.is_symlink() or path.suffix.lower() in SUFFIXES | OTHER_KINDS


def _name_entries(paths: Sequence[Path]) -> Iterator[Entry]:
    """Who shares an id with nobody has it; then the others get ids that nobody has, whatever somebody calls himself."""
    plain = [make_id(path.name if path.is_dir() else path.stem) for path in paths]
    folded = [name.casefold() for name in plain]
    own = {name for name in folded if folded.count(name) == 1} - TAKEN
    taken = own | TAKEN
    for path, name in zip(paths, plain, strict=True):
        yield Entry(name if name.casefold() in own else _find_free_id(path.name, taken), path)


def _find_free_id(name: str, taken: set[str]) -> str:
    """Hash the name with ever more blanks after it, until the id is nobody's; it is taken then."""
    found = ""
    while not found or found.casefold() in taken:
        name += " "
        found = make_id(name)
    taken.add(found.casefold())
    return found


def require_hidden_suite(assignment: Assignment, public_only: bool) -> None:
    """Raises `CourseError` where scores could not count: the hidden suite is absent and that was not asked for."""
    if not public_only and not (assignment.folder / "hidden").is_dir():
        raise CourseError(
            f"{assignment.name} has no hidden suite here, so its scores would not count",
            "grade where the staff's course lies, or say --public-only",
        )


def grade_batch(settings: Settings, entries: Sequence[Entry], jobs: int, judge: Judge) -> Iterator[Report]:
    """Grade every entry, `jobs` at a time, and yield each report as it is done.

    Before anything is graded, `judge` is given the proof and gives the ids of the checks that judge nobody. Raises
    `SandboxError` where the sandbox is weaker than the settings ask for, and `CouldNotGrade` where nothing is proved.
    """
    return grade_entries(settings, entries, max(1, min(jobs, len(entries), 4 * (os.cpu_count() or 1))), judge)
