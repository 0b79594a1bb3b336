"""Schedule a batch: decide which process grades which submission.

Before the first submission, the model solution is graded (`harness/proof.py`). If a process dies, its submission is
graded once more by another process; if that one dies too, the submission's report says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from grader.batch.process import GradingProcess, ProcessEnded, Settings, report_unjudged
from grader.errors import CouldNotGrade
from grader.harness.proof import Proof
from grader.model import Report

if TYPE_CHECKING:
    from grader.batch.entries import Entry

# Takes the proof and returns the ids of the checks that must not judge any submission. An exception ends the batch.
Judge = Callable[[Proof], Collection[str]]


def grade_entries(settings: Settings, entries: Sequence[Entry], jobs: int, judge: Judge) -> Generator[Report]:
    """Grade the entries and yield one report for each, as they are done.

    Raises `GraderError`, before anything is graded, if something is wrong with the course, the sandbox or the proof.
    """
    with _open_crew(settings) as crew:
        proof = crew.prove()
        unsound = frozenset(judge(proof) if proof is not None else ())
        yield from crew.grade(entries, jobs, unsound)


@contextmanager
def _open_crew(settings: Settings) -> Iterator[_Crew]:
    """Open the processes of a batch, and end them with the block.

    After an exception, such as Ctrl-C, the processes are killed, and the caller does not wait for their work.
    """
    crew = _Crew(settings)
    try:
        yield crew
    except BaseException:
        crew.kill()
        raise
    crew.close()


class _Crew:
    """The processes of a batch: the busy ones, and those that wait for work."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[GradingProcess] = []
        self._busy: dict[object, tuple[GradingProcess, Entry]] = {}  # by the process's pipe

    def prove(self) -> Proof | None:
        """Prove the homework; None if nothing can and no proof is required.

        If the process ends during the proof, another process tries once more: the machine may have failed. Raises
        `CouldNotGrade` if that one ends too.
        """
        for _ in range(2):
            process = self._find_idle()
            process.prove()
            try:
                proof: Proof | None = process.take()
            except ProcessEnded:
                process.kill()
                self._idle.remove(process)
            else:
                return proof
        raise CouldNotGrade("the process that graded the model solution ended twice")

    def grade(self, entries: Sequence[Entry], jobs: int, unsound: frozenset[str]) -> Iterator[Report]:
        """Yield a report for each entry, with `jobs` processes at work."""
        waiting, died = deque(entries), set[str]()
        while waiting or self._busy:
            while waiting and len(self._busy) < jobs:
                self._start(waiting.popleft(), unsound)
            for pipe in wait([process.pipe for process, _ in self._busy.values()]):
                process, entry = self._busy.pop(pipe)
                self._idle.append(process)
                try:
                    yield process.take()
                except ProcessEnded:
                    process.kill()
                    self._idle.remove(process)
                    if entry.id in died:
                        yield report_unjudged(
                            self._settings, entry, "the process that graded this submission ended twice"
                        )
                    else:
                        died.add(entry.id)
                        waiting.appendleft(entry)

    def close(self) -> None:
        """Let the processes end, all at the same time."""
        # A process ends when its pipe closes. All pipes are closed first, so that no process waits for another's end.
        for process in self._idle:
            process.pipe.close()
        for process in self._idle:
            process.close()

    def kill(self) -> None:
        """End the processes now, whether they are busy or idle."""
        for process in [*self._idle, *(process for process, _ in self._busy.values())]:
            process.kill()

    def _start(self, entry: Entry, unsound: frozenset[str]) -> None:
        process = self._find_idle()
        self._idle.remove(process)
        self._busy[process.pipe] = process, entry
        process.grade(entry, unsound)

    def _find_idle(self) -> GradingProcess:
        """Find a process that waits for work, or start one. It stays idle."""
        while self._idle:
            if self._idle[-1].is_alive():
                return self._idle[-1]
            self._idle.pop().kill()  # the process died while it waited: no submission is to blame
        self._idle.append(GradingProcess(self._settings))
        return self._idle[-1]
