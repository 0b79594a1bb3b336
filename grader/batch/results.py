"""Keep the folder of a batch's results: seed, reports and gradebook.

The folder has one homework's secret seed, each student's reports, and the gradebook. Several batches may share it, as
for late submissions and for regrades: they draw the same hidden inputs, and the gradebook has a row for every student
who was graded into the folder.
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch import ledger
from grader.batch.ledger import Holder, Ledger
from grader.course.intake import name_person
from grader.errors import ReportError, refuse_write
from grader.gradebook import VERSIONS, Row, make_row, write_csv
from grader.harness.proof import BrokenCheck, Proof
from grader.language import say
from grader.model.course import Assignment
from grader.model.report import Report, View
from grader.report import NAMES, parse_report, redact, write_atomically, write_reports
from grader.reporters.text import clean

if TYPE_CHECKING:
    from grader.batch.entries import Entry

SEED, GRADEBOOK, PROOF = "seed.json", "gradebook.csv", "proof.json"
MAX_NAME = 300  # characters; no file system has longer names


def settle_seed(out: Path, assignment: Assignment, given: int | None) -> int:
    """Return the secret seed of the whole class; draw it if there is none.

    The seed is drawn once and kept with the results, so regrades use it too. `given` is the seed that the command
    names, or None.

    Raises `ReportError` if the folder holds results of another homework or of another seed, or results that this user's
    batches did not write: a person who prepared them would know the seed.
    """
    path = out / SEED
    kept = _read_seeds(path) if os.path.lexists(path) else {}
    if kept and assignment.id not in kept:
        raise ReportError(f"{out} holds the results of {', '.join(sorted(kept))}", "choose another --out")
    if kept and not os.path.lexists(out / ledger.FILE):  # every batch writes the ledger before the seed
        raise _refuse_results(out)
    seed = _open_ledger(out, assignment, given).seed
    if not kept:
        with writing(out):
            ledger.write_once(path, json.dumps({assignment.id: seed}) + "\n")
    if given not in (None, seed):
        raise ReportError(f"{out} was graded with another seed", "leave --seed out, or choose another --out")
    return seed


def _open_ledger(out: Path, assignment: Assignment, given: int | None) -> Ledger:
    """Open the ledger; `seed.json` must have the same seed."""
    drawn = secrets.randbits(63) if given is None else given
    try:
        with writing(out):
            found = ledger.open_ledger(out, assignment.id, drawn)
    except ValueError:
        raise _refuse_results(out) from None
    if found.assignment != assignment.id:
        raise ReportError(f"{out} holds the results of {found.assignment}", "choose another --out")
    if os.path.lexists(out / SEED) and _read_seeds(out / SEED)[assignment.id] != found.seed:
        raise _refuse_results(out)
    return found


def _refuse_results(out: Path) -> ReportError:
    return ReportError(
        f"{out} holds results that your batches on this machine did not write",
        "choose another --out; if you know where these come from, --seed with the number in their seed.json "
        "draws the same hidden inputs there",
    )


def _read_seeds(path: Path) -> dict[str, int]:
    try:
        kept: dict[str, int] = json.loads(path.read_text("utf-8"))
        wrong = not kept or any(type(seed) is not int or seed < 0 for seed in kept.values())
    except (OSError, ValueError, AttributeError):
        wrong = True
    if wrong:
        raise ReportError(f"{path} cannot be read", "restore it, or choose another --out")
    return kept


def read_proof(out: Path) -> Proof | None:
    """Read the proof that an earlier batch kept.

    Returns None if there is none or it cannot be read; then the proof is made again.
    """
    try:
        data = json.loads((out / PROOF).read_text("utf-8"))
        return Proof(str(data["key"]), tuple(BrokenCheck(**check) for check in data["broken"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_proof(proof: Proof, out: Path) -> None:
    """Write the proof beside the seed, for its owner's eyes only.

    The proof names hidden checks.
    """
    with writing(out):
        write_atomically(out / PROOF, json.dumps(dataclasses.asdict(proof), indent=1) + "\n", 0o600)


def claim_ids(entries: Sequence[Entry], out: Path) -> list[str]:
    """Enter the holder of each id; return remarks that a person must read.

    Call it before anything is graded. Raises `ReportError` if a student's folder of results is a link or no folder, or
    if another batch has just taken one of the ids.
    """
    for entry in entries:
        place = out / entry.id
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise ReportError(f"{place} is not a folder that a batch made", "move it away, or choose another --out")
    wanted = {entry.id: Holder(entry.path.name, name_person(entry.path)) for entry in entries}
    with writing(out):
        lost = ledger.claim_ids(out, _read_ledger(out), wanted)
    if lost:
        raise ReportError(f"another batch has just taken the ids {', '.join(lost)}", "run the command again")
    remarks = _describe_rivals(_read_ledger(out))
    told = [remarks[entry.id] for entry in entries if entry.id in remarks]
    if not ledger.find_key().is_file():
        told.append(f"{ledger.find_key()} cannot be kept, so no later batch can add to {out}")
    return told


def _describe_rivals(found: Ledger) -> dict[str, str]:
    """Make a sentence for each id that another student asked for as well.

    It names all of these students.
    """
    names = {each: f"{clean(holder.name, MAX_NAME)} ({each})" for each, holder in found.holders.items()}
    return {
        each: f"the same id was asked for by {', '.join(names[one] for one in (each, *others))}; compare the names"
        for each, others in found.find_rivals().items()
    }


def _read_ledger(out: Path) -> Ledger:
    found = ledger.read_ledger(out)
    if found is None:
        raise _refuse_results(out)
    return found


def keep_report(report: Report, out: Path) -> Report:
    """Write both views of a report, or neither, into the results.

    Call it as soon as the report is there. Returns the report as written: with its run, and with a warning if another
    student asked for the same id.
    """
    found = _read_ledger(out)
    report = replace(report, run=found.run)
    if report.submission.id in found.find_rivals():
        warning = say("another submission asked for the same id; the two have different ids, and a report each")
        report = replace(report, warnings=(*report.warnings, warning))
    who = report.submission.id

    def enter(contents: dict[str, bytes]) -> None:
        ledger.enter_reports(out, found.run, who, contents)

    with writing(out):
        write_reports((report, redact(report)), out / who, enter)
    return report


def read_earlier(known: Collection[str], out: Path) -> tuple[list[Row], list[str]]:
    """Read the rows of the reports that earlier batches wrote into the folder.

    Students in `known`, by id, are left out. Returns the rows, and a sentence for each file that is not a report of a
    batch.
    """
    found = _read_ledger(out)
    earlier, complaints = [], []
    for path in sorted(path for path in out.glob(f"*/{NAMES[View.STAFF]}") if path.parent.name not in known):
        try:
            earlier.append(make_row(_read_written(path, found)))
        except ReportError as error:
            complaints.append(error.message)
    return earlier, complaints


def _read_written(path: Path, found: Ledger) -> Report:
    """Read the report that a batch wrote last for the folder's student.

    Raises `ReportError` if the file is any other report.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}") from None
    report = parse_report(content, path)
    written = found.written.get((path.parent.name, path.name), [])
    if path.parent.is_symlink() or ledger.hash_content(content) not in written[-1:]:
        raise ReportError(f"{path} is not the report that a batch wrote there")
    return report


def write_gradebook(
    rows: Sequence[Row], assignment: Assignment, out: Path, versions: Mapping[str, str] | None = None
) -> None:
    """Write the gradebook, for its owner's eyes only.

    `versions` has, by student id, a note for each row that was judged by other versions than the rest. Invisible
    characters in a name are written out, because such a name could be taken for another one.
    """
    rivals, versions = _describe_rivals(_read_ledger(out)), versions or {}
    notes = {who: "; ".join(found[who] for found in (rivals, versions) if who in found) for who in {*rivals, *versions}}
    shown = [replace(row, name=clean(row.name, MAX_NAME)) for row in rows]
    with writing(out):
        write_atomically(out / GRADEBOOK, write_csv(shown, assignment, notes), 0o600)


def find_other_versions(rows: Sequence[Row], current: Row) -> dict[str, str]:
    """Describe, by student id, the rows that other versions judged.

    A row is described if its versions differ from those of `current`. A suite that was fixed, another reference or
    another numpy may judge the same file differently: such rows stand in one gradebook, but never unmarked.
    """
    notes = {}
    for row in rows:
        versions = zip(VERSIONS, row.versions, current.versions, strict=True)
        differing = [f"{name} {then} (now {now})" for name, then, now in versions if then != now]
        if differing:
            notes[row.student] = f"judged by other versions: {', '.join(differing)}"
    return notes


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Raise `ReportError` for an `OSError` in the block.

    The person who chose OUT can choose another folder. A full disk is the machine's failure (`DiskError`).
    """
    try:
        yield
    except OSError as error:
        raise refuse_write(out, error, "choose another --out") from None
