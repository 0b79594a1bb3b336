"""Schedule a batch: decide which harness grades which submission.

Before the first submission, the model solution is graded (`harness/proof.py`). If a harness dies, its submission is
graded once more by another one; if that one dies too, the submission's report says so.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.batch.work import BatchSettings, grade_entry, list_answers, prove_homework, report_unjudged
from grader.errors import CouldNotGrade
from grader.harness.process import Answer, Answers, Harness, HarnessEnded, Settings, Work, wait_for
from grader.harness.proof import Proof
from grader.model.report import Mode, Report

if TYPE_CHECKING:
    from grader.batch.entries import Entry

# Takes the proof and returns the ids of the checks that must not judge any submission. An exception ends the batch.
Judge = Callable[[Proof], Collection[str]]


def grade_entries(settings: BatchSettings, entries: Sequence[Entry], jobs: int, judge: Judge) -> Generator[Report]:
    """Grade the entries and yield one report for each, as they are done.

    Raises `GraderError`, before anything is graded, if something is wrong with the course, the sandbox or the proof.
    """
    with _open_crew(settings) as crew:
        proof = crew.prove()
        unsound = frozenset(judge(proof) if proof is not None else ())
        if jobs > 1:
            crew.share_answers()
        yield from crew.grade(entries, jobs, unsound)


@contextmanager
def _open_crew(settings: BatchSettings) -> Iterator[_Crew]:
    """Open the harnesses of a batch, and end them with the block.

    After an exception, such as Ctrl-C, they are killed, and the caller does not wait for their work.
    """
    crew = _Crew(settings)
    try:
        yield crew
    except BaseException:
        crew.kill()
        raise
    crew.close()


class _Crew:
    """The harnesses of a batch: those that grade an entry, and those that wait for work."""

    def __init__(self, settings: BatchSettings) -> None:
        self._settings = settings
        self._start_with = Settings(settings.course, settings.assignment, Mode.BATCH, settings.least, spares=1)
        self._answers: Answers = queue.SimpleQueue()
        self._all: set[Harness] = set()
        self._idle: list[Harness] = []
        self._busy: dict[Harness, Entry] = {}

    def prove(self) -> Proof | None:
        """Prove the homework; None if nothing can and no proof is required.

        If the harness ends during the proof, another one tries once more: the machine may have failed. Raises
        `CouldNotGrade` if that one ends too.
        """
        for _ in range(2):
            answer = self._do(prove_homework, self._settings)
            if not isinstance(answer.error, HarnessEnded):
                proof: Proof | None = answer.read()
                return proof
        raise CouldNotGrade("the process that graded the model solution ended twice")

    def share_answers(self) -> None:
        """Give the oracle's answers in the proof to all harnesses that start from now on."""
        answer = self._do(list_answers)
        if answer.error is None:
            self._start_with = replace(self._start_with, answers=answer.value)

    def _do(self, work: Work, *arguments: object) -> Answer:
        """Let one harness do a piece of work while all others are idle, and return its answer."""
        harness = self._find_idle()
        self._idle.remove(harness)
        harness.ask(work, *arguments)
        while (answer := wait_for(self._answers)).harness is not harness:
            pass  # the end of one that is gone already
        self._take_back(answer)
        return answer

    def grade(self, entries: Sequence[Entry], jobs: int, unsound: frozenset[str]) -> Iterator[Report]:
        """Yield a report for each entry, with `jobs` harnesses at work."""
        waiting, died = deque(entries), set[str]()
        while waiting or self._busy:
            while waiting and len(self._busy) < jobs:
                self._start(waiting.popleft(), unsound)
            answer = wait_for(self._answers)
            entry = self._busy.pop(answer.harness, None)
            if entry is None:
                continue  # it ended while it was idle
            self._take_back(answer)  # before anything is yielded: whoever takes the report may end the batch
            if isinstance(answer.error, HarnessEnded) and entry.id not in died:
                died.add(entry.id)
                waiting.appendleft(entry)
            else:
                yield self._read_report(entry, answer)

    def _read_report(self, entry: Entry, answer: Answer) -> Report:
        if isinstance(answer.error, HarnessEnded):
            return report_unjudged(self._settings, entry, "the process that graded this submission ended twice")
        if answer.error is not None:  # the proof run had a grader, so the machine failed here, perhaps only for now
            return report_unjudged(self._settings, entry, f"{type(answer.error).__name__}: {answer.error}")
        report: Report = answer.value
        return report

    def _take_back(self, answer: Answer) -> None:
        if isinstance(answer.error, HarnessEnded):
            self._dismiss(answer.harness)
        else:
            self._idle.append(answer.harness)

    def _dismiss(self, harness: Harness) -> None:
        harness.kill()
        self._all.remove(harness)

    def close(self) -> None:
        """Let the harnesses end, all at the same time."""
        for harness in self._all:
            harness.release()
        for harness in self._all:
            harness.close()

    def kill(self) -> None:
        """End the harnesses now, whatever they do."""
        for harness in self._all:
            harness.release()
        for harness in self._all:
            harness.kill()

    def _start(self, entry: Entry, unsound: frozenset[str]) -> None:
        harness = self._find_idle()
        self._idle.remove(harness)
        self._busy[harness] = entry
        harness.ask(grade_entry, entry, self._settings.seed, unsound)

    def _find_idle(self) -> Harness:
        """Find a harness that waits for work, or start one. It stays idle."""
        while self._idle:
            if self._idle[-1].is_alive():
                return self._idle[-1]
            self._dismiss(self._idle.pop())  # it died while it waited: no submission is to blame
        self._idle.append(Harness(self._start_with, self._answers))
        self._all.add(self._idle[-1])
        return self._idle[-1]
