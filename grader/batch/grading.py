"""The story of a batch: grade every entry, keep each report, try again what failed, fill the gradebook.

Of a report that is on disk only its row of the gradebook stays in memory.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from grader.batch.entries import Entry, grade_batch
from grader.batch.results import (
    find_other_versions,
    keep_proof,
    keep_report,
    read_earlier,
    read_proof,
    write_gradebook,
)
from grader.batch.work import BatchSettings
from grader.errors import CouldNotGrade, GraderError, SandboxError
from grader.gradebook import Row, make_row
from grader.harness.proof import UNSOUND, Proof, list_broken
from grader.model.report import FAILING, Report
from grader.reporters.text import list_names

PAUSES = (5, 10, 20, 40)  # seconds between tries while no student code can be confined

# Passes reports on as they are done, and shows how far the batch is; the number says how many there will be.
Watch = Callable[[Iterable[Report], int], Iterator[Report]]


class Tally:
    """The checks of a batch, and how often each one was judged and failed."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._judged: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()

    def add(self, report: Report) -> None:
        """Count the checks of one report."""
        for task in report.tasks:
            for check in task.checks:
                self._names[check.id] = f"{task.title}: {check.name}"
                self._judged[check.id] += 1
                self._failed[check.id] += check.status in FAILING

    def name_hardest(self) -> str:
        """Name the check that most submissions failed, and count its failures.

        The count is out of the submissions that the check judged. Empty if no check failed.
        """
        [(hardest, count)] = self._failed.most_common(1) or [("", 0)]
        if not count:
            return ""
        name = self._names[hardest]
        place = f" [{hardest}]" if list(self._names.values()).count(name) > 1 else ""
        return f"{name}{place} ({count} of {self._judged[hardest]} failed it)"


class Batch:
    """The submissions of one batch, graded into the folder `out`.

    With `official` the reports are to be signed. `note` is called with each remark for the person who grades, and
    `watch` with the reports on their way. `rows` has the row of each report that is on disk, by id.
    """

    def __init__(
        self,
        settings: BatchSettings,
        entries: Sequence[Entry],
        out: Path,
        official: bool,
        note: Callable[[str], None],
        watch: Watch,
    ) -> None:
        self._settings = settings
        self._entries = entries
        self._out = out
        self._official = official
        self._note = note
        self._watch = watch
        self._hopeless: set[str] = set()  # ids of reports whose score would be withheld in every other try, too
        self.rows: dict[str, Row] = {}
        self.tally = Tally()

    def grade(self, jobs: int) -> None:
        """Grade every entry, `jobs` at a time.

        A submission that could not be graded is tried again at the end, as the machine's failure may have passed by
        then; again and again, as long as that helps at least one of them. After a try that helps none, each keeps its
        last report.
        """
        self._grade_once(self._entries, jobs)
        self._settings = replace(self._settings, proof=read_proof(self._out))
        left = self._list_ungraded(self._entries)
        while left:
            self._note(f"{len(left)} could not be graded, and are tried once more")
            try:
                self._grade_patiently(left)
            except GraderError as error:
                self._note(f"this try ended early: {error.message}")
            failed = self._list_ungraded(left)
            left = failed if len(failed) < len(left) else []

    def fill_gradebook(self) -> int:
        """Write the gradebook: this batch's rows, and those of earlier batches.

        An earlier batch is one that was graded into the same folder. Rows that were judged by other versions of suite,
        grader, Python, numpy or torch than this batch are marked, and noted. Returns the number of earlier rows.
        """
        earlier, complaints = read_earlier(self.rows, self._out)
        judged = [row for row in self.rows.values() if row.score is not None]
        notes = find_other_versions(earlier, judged[0]) if judged else {}
        write_gradebook([*self.rows.values(), *earlier], self._settings.assignment, self._out, notes)
        for complaint in complaints:
            self._note(f"{complaint}; it has no row in the gradebook")
        if notes:
            self._note(
                f"{len(notes)} in the gradebook were judged by another suite, grader, Python, numpy or torch than the "
                f"rest, and are marked there: {list_names(sorted(notes))}. Grade them again, and all rows agree."
            )
        return len(earlier)

    def _list_ungraded(self, entries: Sequence[Entry]) -> list[Entry]:
        """List the entries that may get a score in another try."""
        return [entry for entry in entries if self.rows[entry.id].score is None and entry.id not in self._hopeless]

    def _grade_patiently(self, entries: Sequence[Entry]) -> None:
        """Grade these entries on a machine that failed, waiting for it to recover.

        Where the machine cannot confine student code at all now, it is given `PAUSES` seconds, one pause after another.
        Raises `SandboxError` if it still cannot after the last one.
        """
        for pause in PAUSES:
            try:
                return self._grade_once(entries, 1)
            except SandboxError as error:
                self._note(f"{error.message}; going on in {pause} s (Ctrl-C ends the batch and keeps what is graded)")
                time.sleep(pause)
        return self._grade_once(entries, 1)

    def _grade_once(self, entries: Sequence[Entry], jobs: int) -> None:
        """Grade these entries, and keep each report as soon as it is finished."""
        # If a report cannot be kept, the generator is closed at once: otherwise the batch would wait for its processes.
        with closing(grade_batch(self._settings, entries, jobs, self._judge_proof)) as graded:
            for report in self._watch(graded, len(entries)):
                kept = keep_report(replace(report, official=self._official), self._out)
                self.rows[kept.submission.id] = make_row(kept)
                if withheld := kept.score is None and _is_withheld(kept):
                    self._hopeless.add(kept.submission.id)
                if withheld or kept.score is not None:  # any other is tried again, and must not be counted twice
                    self.tally.add(kept)

    def _judge_proof(self, proof: Proof) -> list[str]:
        """Keep the proof, and return the ids of its broken checks.

        Raises `CouldNotGrade` if there are broken checks, unless the batch is told to keep going.
        """
        if proof != self._settings.proof:
            keep_proof(proof, self._out)
        broken = "\n".join(list_broken(proof))
        if broken and not self._settings.keep_going:
            who = self._settings.assignment.id
            raise CouldNotGrade(
                f"the model solution of {who} does not pass all checks, so nobody was graded:\n{broken}",
                "fix the suite, the reference or the solution; with --keep-going reports with such a check have no "
                "score",
            )
        if broken:
            self._note(f"The model solution does not pass these checks, so no report with one has a score:\n{broken}")
        return [check.id for check in proof.broken]


def _is_withheld(report: Report) -> bool:
    """Tell whether a check that the model solution does not pass keeps the score back."""
    messages = [check.message for task in report.tasks for check in task.checks]
    return any(message and message.got == UNSOUND for message in messages)
