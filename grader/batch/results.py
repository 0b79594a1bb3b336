"""The folder of a batch's results: one homework's secret seed, each student's reports, the gradebook.

Several batches may share it, as latecomers and regrades do: they draw the same hidden inputs, and the gradebook has a
row for everybody who was graded into the folder.
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch import ledger
from grader.batch.ledger import Holder, Ledger
from grader.course.intake import name_person
from grader.errors import ReportError, refuse_write
from grader.gradebook import write_csv
from grader.harness.proof import BrokenCheck, Proof
from grader.language import say
from grader.model import Assignment, Report, SubmissionRef, View
from grader.report import NAMES, parse_report, redact, write_atomically, write_reports
from grader.reporters.text import clean

if TYPE_CHECKING:
    from grader.batch.entries import Entry

SEED, GRADEBOOK, PROOF = "seed.json", "gradebook.csv", "proof.json"
MAX_NAME = 300  # no file system has longer ones


def settle_seed(out: Path, assignment: Assignment, given: int | None) -> int:
    """One secret seed for the whole class, regrades included: drawn once, kept with the results.

    Raises `ReportError` where the folder holds another homework's results, those of another seed, or results that this
    user's batches did not write: somebody who prepared them would know the seed.
    """
    path = out / SEED
    kept = _read_seeds(path) if os.path.lexists(path) else {}
    if kept and assignment.id not in kept:
        raise ReportError(f"{out} holds the results of {', '.join(sorted(kept))}", "choose another --out")
    if kept and not os.path.lexists(out / ledger.FILE):  # a batch of ours writes it before the seed
        raise _refuse_results(out)
    seed = _open_ledger(out, assignment, given).seed
    if not kept:
        with writing(out):
            ledger.write_once(path, json.dumps({assignment.id: seed}) + "\n")
    if given not in (None, seed):
        raise ReportError(f"{out} was graded with another seed", "leave --seed out, or choose another --out")
    return seed


def _open_ledger(out: Path, assignment: Assignment, given: int | None) -> Ledger:
    """The ledger, whose seed `seed.json` has to agree with."""
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
    """The proof that an earlier batch kept; None where there is none, or none that can be read: it is made again."""
    try:
        data = json.loads((out / PROOF).read_text("utf-8"))
        return Proof(str(data["key"]), tuple(BrokenCheck(**check) for check in data["broken"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_proof(proof: Proof, out: Path) -> None:
    """Write the proof beside the seed. It names hidden checks: it is for its owner's eyes only."""
    with writing(out):
        write_atomically(out / PROOF, json.dumps(dataclasses.asdict(proof), indent=1) + "\n", 0o600)


def claim_ids(entries: Sequence[Entry], out: Path) -> list[str]:
    """Enter whose ids these are, before anything is graded, and say what a person has to know of it.

    Raises `ReportError` where a student's folder of results is a link or no folder, or another batch was faster.
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
    """For each id that somebody else asked for as well, a sentence that names them."""
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
    """Write both views of a report, or neither, as soon as it is there. Gives it with the run it belongs to."""
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


def read_earlier(reports: Sequence[Report], out: Path) -> tuple[list[Report], list[str]]:
    """The reports that earlier batches wrote into the folder, and what is wrong with others that lie there."""
    known = {report.submission.id for report in reports}
    found = _read_ledger(out)
    earlier, complaints = [], []
    for path in sorted(path for path in out.glob(f"*/{NAMES[View.STAFF]}") if path.parent.name not in known):
        try:
            earlier.append(_read_written(path, found))
        except ReportError as error:
            complaints.append(error.message)
    return earlier, complaints


def _read_written(path: Path, found: Ledger) -> Report:
    """The report that a batch wrote last for the student whose folder this is. Raises `ReportError` for another one."""
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
    reports: Sequence[Report], assignment: Assignment, out: Path, versions: Mapping[str, str] | None = None
) -> None:
    """Write the gradebook; `versions` says by id whose row was judged by other versions than the rest.

    Of names that could be taken for other ones, invisible characters are written out.
    """
    rivals, versions = _describe_rivals(_read_ledger(out)), versions or {}
    notes = {who: "; ".join(found[who] for found in (rivals, versions) if who in found) for who in {*rivals, *versions}}
    rows = [replace(report, submission=_show_name(report.submission)) for report in reports]
    with writing(out):
        write_atomically(out / GRADEBOOK, write_csv(rows, assignment, notes), 0o600)


def find_other_versions(reports: Sequence[Report], current: Report) -> dict[str, str]:
    """Say of each report that was judged by other versions than `current` by which, by the student's id.

    A suite that was mended, another reference or another numpy may judge the same file otherwise: such rows stand in
    one gradebook, and never unmarked.
    """
    now = _list_versions(current)
    notes = {}
    for report in reports:
        then = _list_versions(report)
        differing = [f"{name} {then[name]} (now {now[name]})" for name in now if then[name] != now[name]]
        if differing:
            notes[report.submission.id] = f"judged by other versions: {', '.join(differing)}"
    return notes


def _list_versions(report: Report) -> dict[str, str]:
    environment = report.environment
    return {
        "suite": report.assignment.sha256[:8],
        "grader": report.grader.version,
        "Python": environment.python,
        "numpy": environment.numpy,
        "torch": environment.torch or "none",
    }


def _show_name(submission: SubmissionRef) -> SubmissionRef:
    return replace(submission, name=clean(submission.name, MAX_NAME))


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Raises `ReportError` for what cannot be written: who chose OUT can choose another; a full disk is ours."""
    try:
        yield
    except OSError as error:
        raise refuse_write(out, error, "choose another --out") from None
