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

from grader.errors import ReportError
from grader.gradebook import write_csv
from grader.model import Assignment, Report, SubmissionRef, View
from grader.proof import BrokenCheck, Proof
from grader.report import NAMES, read_report, redact, write_atomically, write_report
from grader.reporters.text import clean

SEED, GRADEBOOK, PROOF = "seed.json", "gradebook.csv", "proof.json"
MAX_NAME = 300  # no file system has longer ones


def settle_seed(out: Path, assignment: Assignment, given: int | None) -> int:
    """One secret seed for the whole class, regrades included: drawn once, kept with the results.

    Raises `ReportError` where the folder holds another homework's results, or those of another seed.
    """
    path = out / SEED
    if not os.path.lexists(path):
        _write_once(path, {assignment.id: secrets.randbits(63) if given is None else given})
    kept = _read_seeds(path)
    if assignment.id not in kept:
        raise ReportError(f"{out} holds the results of {', '.join(sorted(kept))}", "choose another --out")
    if given not in (None, kept[assignment.id]):
        raise ReportError(f"{out} was graded with another seed", "leave --seed out, or choose another --out")
    return kept[assignment.id]


def _write_once(path: Path, seeds: dict[str, int]) -> None:
    """Of two batches that begin at once, one writes the seed and both read it, whole."""
    with writing(path.parent):
        whole = path.with_name(f".{secrets.token_hex(8)}.{path.name}")
        write_atomically(whole, json.dumps(seeds) + "\n", 0o600)
        try:
            os.link(whole, path)
        except FileExistsError:
            pass
        except OSError:  # a drive without links: then the later one wins
            os.replace(whole, path)
        finally:
            whole.unlink(missing_ok=True)


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


def keep_report(report: Report, out: Path) -> Report:
    """Write both views of a report as soon as it is there."""
    folder = out / report.submission.id
    with writing(out):
        for view in (report, redact(report)):
            write_report(view, folder / NAMES[view.view])
    return report


def read_earlier(reports: Sequence[Report], out: Path) -> tuple[list[Report], list[str]]:
    """The reports that earlier batches left in the folder, and what is wrong with those that cannot be read."""
    known = {report.submission.id for report in reports}
    earlier, complaints = [], []
    for path in sorted(path for path in out.glob(f"*/{NAMES[View.STAFF]}") if path.parent.name not in known):
        try:
            earlier.append(read_report(path))
        except ReportError as error:
            complaints.append(error.message)
    return earlier, complaints


def write_gradebook(
    reports: Sequence[Report], assignment: Assignment, out: Path, notes: Mapping[str, str] | None = None
) -> None:
    """Write the gradebook; `notes` are what is to be known of a student's row, by the student's id.

    Of names that could be taken for other ones, invisible characters are written out.
    """
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
    """Raises `ReportError` for what cannot be written: whoever chose OUT can mend it."""
    try:
        yield
    except OSError as error:
        raise ReportError(f"{out} cannot be written: {error.strerror}", "choose another --out") from None
