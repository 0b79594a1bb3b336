"""Many submissions: every one gets a report, whatever becomes of the others.

`grade_batch` yields reports as they are done; the command line draws them.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.batch.executor import Judge, grade_entries
from grader.batch.ledger import FILE as LEDGER
from grader.batch.ledger import Holder, read_ledger
from grader.batch.process import Settings
from grader.batch.results import GRADEBOOK, PROOF, SEED
from grader.course.intake import HIDDEN, make_id, name_person
from grader.course.layout import locate_suites
from grader.errors import CourseError, SubmissionError
from grader.model import Assignment, Course, Report, Visibility

SUFFIXES = {".zip", ".py"}
# What else is somebody's homework and cannot be read: its student has to be told, and it must not be lost.
OTHER_KINDS = {".ipynb", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz"}
TAKEN = {SEED, GRADEBOOK, PROOF, LEDGER}  # what lies beside the students' folders


@dataclass(frozen=True, slots=True)
class Entry:
    """One student's submission in the folder: its id in reports, and where it lies."""

    id: str
    path: Path


def list_entries(folder: Path, out: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The submissions in a folder, and the names of what else lies there. Raises `SubmissionError` for none.

    A folder, a .py file and a .zip is a submission each, and so is an archive of another kind or a notebook, although
    nothing in it can run; the id is its name without the ending, or another where that is somebody else's. `out` is
    where reports go; who had an id there keeps it.
    """
    if not folder.is_dir():
        raise SubmissionError(f"{folder} is no folder", "name the folder that holds one submission per student")
    _keep_apart(folder, out)
    found = sorted(path for path in folder.iterdir() if not _is_litter(path))
    submissions = [path for path in found if _is_submission(path) and not path.name.startswith(HIDDEN)]
    if not submissions:
        raise SubmissionError(f"{folder} holds no submissions", "it needs one folder, .zip or .py file per student")
    others = tuple(path.name for path in found if path not in submissions)
    known = read_ledger(out)
    return tuple(_name_entries(submissions, known.holders if known else {})), others


def _keep_apart(folder: Path, out: Path) -> None:
    """Raises `SubmissionError` where results would lie among submissions, or those among results: a student's folder
    would be taken for what a batch wrote, or be written over."""
    if _lies_in(out, folder):
        raise SubmissionError(f"the reports cannot go among the submissions in {folder}", "choose another --out")
    if _lies_in(folder, out):
        raise SubmissionError(f"the submissions in {folder} lie among the reports in {out}", "choose another --out")


def refuse_handed_in(course: Course, folder: Path) -> Course:
    """Give the course. Raises `SubmissionError` where it was handed in: a student's suites would run here, as ours."""
    if _lies_in(course.root, folder):
        raise SubmissionError(
            f"the course that was found in {course.root} lies among the submissions in {folder}",
            "change into the staff's course, or name it with --course DIR",
        )
    return course


def _lies_in(path: Path, folder: Path) -> bool:
    """Whether one is the other or somewhere in it, whatever the names and links that lead there."""
    whole = path.resolve()
    if not os.path.exists(folder):
        return False
    return any(os.path.exists(place) and os.path.samefile(place, folder) for place in (whole, *whole.parents))


def _is_litter(path: Path) -> bool:
    """What systems leave in folders, such as .DS_Store. A hidden folder may be a student's, who then has to be told."""
    return path.name.startswith(".") and not _is_submission(path)


def _is_submission(path: Path) -> bool:
    return path.is_dir() or path.is_symlink() or path.suffix.lower() in SUFFIXES | OTHER_KINDS


def _name_entries(paths: Sequence[Path], holders: Mapping[str, Holder]) -> Iterator[Entry]:
    """An id belongs to who had it first. Of new ones who ask for the same, nobody has it, and each gets another that
    nobody has, whatever somebody calls himself."""
    kept = _find_kept_ids(paths, holders)
    plain = [make_id(name_person(path)) for path in paths]
    asked = [name.casefold() for name in plain]
    had = {identifier.casefold() for identifier in holders} | TAKEN
    own = {name for name in asked if asked.count(name) == 1} - had
    taken = own | had
    for path, name in zip(paths, plain, strict=True):
        fresh = name if name.casefold() in own else ""
        yield Entry(kept.get(path) or fresh or _find_free_id(path.name, taken), path)


def _find_kept_ids(paths: Sequence[Path], holders: Mapping[str, Holder]) -> dict[Path, str]:
    """The ids of those who had one in an earlier batch: under the same name, or packed in another way."""
    by_name = {holder.name: identifier for identifier, holder in holders.items()}
    kept = {path: by_name[path.name] for path in paths if path.name in by_name}
    by_person: dict[str, list[str]] = {}
    for identifier, holder in holders.items():
        by_person.setdefault(_spell(holder.person), []).append(identifier)
    persons = [_spell(name_person(path)) for path in paths]
    for path, person in zip(paths, persons, strict=True):
        ids = by_person.get(person, [])
        if path not in kept and len(ids) == persons.count(person) == 1:
            kept[path] = ids[0]
    return kept


def _spell(name: str) -> str:
    """The name as every system spells it: macOS takes Korean syllables apart."""
    return unicodedata.normalize("NFC", name)


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
    if not public_only and not locate_suites(assignment.folder, Visibility.HIDDEN).is_dir():
        raise CourseError(
            f"{assignment.name} has no hidden suite here, so its scores would not count",
            "grade where the staff's course lies, or say --public-only",
        )


def grade_batch(settings: Settings, entries: Sequence[Entry], jobs: int, judge: Judge) -> Generator[Report]:
    """Grade every entry, `jobs` at a time, and yield each report as it is done.

    Close the generator when leaving it early: its processes would be waited for at the end of the program.

    Before anything is graded, `judge` is given the proof and gives the ids of the checks that judge nobody. Raises
    `SandboxError` where the sandbox is weaker than the settings ask for, and `CouldNotGrade` where nothing is proved.
    """
    return grade_entries(settings, entries, max(1, min(jobs, len(entries), 4 * (os.cpu_count() or 1))), judge)
