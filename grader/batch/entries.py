"""List the submissions of a batch, give each one an id, and grade them.

Every submission gets a report, even if others fail. `grade_batch` yields each report as soon as it is done; the
command line shows the progress.
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
from grader.batch.results import GRADEBOOK, PROOF, SEED
from grader.batch.work import BatchSettings
from grader.course.intake import HIDDEN, make_id, name_person
from grader.course.layout import locate_suites
from grader.errors import CourseError, SubmissionError
from grader.model.course import Assignment, Course, Visibility
from grader.model.report import Report

SUFFIXES = {".zip", ".py"}
# The grader cannot read these files, but they are a student's homework too. Each counts as a submission: its student
# has to be told, and the homework must not be lost.
OTHER_KINDS = {".ipynb", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz"}
TAKEN = {SEED, GRADEBOOK, PROOF, LEDGER}  # the batch's own files; no student's folder may have such a name


@dataclass(frozen=True, slots=True)
class Entry:
    """One student's submission: its id in reports, and its path."""

    id: str
    path: Path


def list_entries(folder: Path, out: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """List the submissions in `folder`, and the names of its other files.

    Each folder, .py file and .zip file is a submission. So is a link, an archive of another kind or a notebook,
    although nothing in it can run. A submission's id is its name without the ending, or a different id if that one
    belongs to another student. `out` is the folder for the reports; a student who had an id there keeps it.

    Raises `SubmissionError` if `folder` is no folder or has no submissions, or if `folder` and `out` lie in each other.
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
    """Raise `SubmissionError` if `folder` and `out` lie in each other.

    Otherwise a student's folder could be mistaken for a batch's results, or be overwritten.
    """
    if _lies_in(out, folder):
        raise SubmissionError(f"the reports cannot go among the submissions in {folder}", "choose another --out")
    if _lies_in(folder, out):
        raise SubmissionError(f"the submissions in {folder} lie among the reports in {out}", "choose another --out")


def refuse_handed_in(course: Course, folder: Path) -> Course:
    """Return the course, unless it lies among the submissions in `folder`.

    Raises `SubmissionError` if it does: a student may have handed it in, and its suites would run here as the staff's.
    """
    if _lies_in(course.root, folder):
        raise SubmissionError(
            f"the course that was found in {course.root} lies among the submissions in {folder}",
            "change into the staff's course, or name it with --course DIR",
        )
    return course


def _lies_in(path: Path, folder: Path) -> bool:
    """Tell whether `path` is `folder` or lies somewhere in it.

    The files themselves are compared, so links and different spellings of a path make no difference.
    """
    whole = path.resolve()
    if not os.path.exists(folder):
        return False
    return any(os.path.exists(place) and os.path.samefile(place, folder) for place in (whole, *whole.parents))


def _is_litter(path: Path) -> bool:
    """Tell whether a system left this file there, such as .DS_Store.

    A hidden folder is no litter: it may be a student's, who then has to be told.
    """
    return path.name.startswith(".") and not _is_submission(path)


def _is_submission(path: Path) -> bool:
    return path.is_dir() or path.is_symlink() or path.suffix.lower() in SUFFIXES | OTHER_KINDS


def _name_entries(paths: Sequence[Path], holders: Mapping[str, Holder]) -> Iterator[Entry]:
    """Yield an entry with an id of its own for each path.

    An id belongs to the student who had it first. A new student gets the id that the name asks for if it is unique
    (ignoring case). If several new students ask for the same id, none of them gets it: each one gets a hashed id that
    no other entry uses. So no student can take another's id by choosing a name.
    """
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
    """Find the ids that these submissions had in an earlier batch.

    A submission is recognised by its file name. If it is packed in another way this time (kim.zip, not kim.py), it is
    recognised by its person, if exactly one earlier and one present submission have that person.
    """
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
    """Spell a name in one way (NFC): macOS splits Korean syllables."""
    return unicodedata.normalize("NFC", name)


def _find_free_id(name: str, taken: set[str]) -> str:
    """Make a hashed id that no other entry has, and add it to `taken`.

    `make_id` hashes every name that ends in a blank. More blanks are added until the hash is free.
    """
    found = ""
    while not found or found.casefold() in taken:
        name += " "
        found = make_id(name)
    taken.add(found.casefold())
    return found


def require_hidden_suite(assignment: Assignment, public_only: bool) -> None:
    """Raise `CourseError` if the hidden suite is absent.

    Scores would not count without it. With `public_only` the person has asked for that, and nothing is raised.
    """
    if not public_only and not locate_suites(assignment.folder, Visibility.HIDDEN).is_dir():
        raise CourseError(
            f"{assignment.name} has no hidden suite here, so its scores would not count",
            "grade where the staff's course lies, or say --public-only",
        )


def grade_batch(settings: BatchSettings, entries: Sequence[Entry], jobs: int, judge: Judge) -> Generator[Report]:
    """Grade every entry, `jobs` at a time, and yield each report when done.

    There are never more processes than entries, nor more than four for each processor. Before anything is graded,
    `judge` is called with the proof, and returns the ids of the checks that must not judge any submission. It is not
    called if nothing can prove the homework and no proof is required (see `BatchSettings.keep_going`).

    Close the generator when leaving it early. Otherwise the program would wait for the processes when it ends.

    Raises `SandboxError` if the sandbox is weaker than the settings ask for, and `CouldNotGrade` if the homework is not
    proved although it has to be.
    """
    return grade_entries(settings, entries, max(1, min(jobs, len(entries), 4 * (os.cpu_count() or 1))), judge)
