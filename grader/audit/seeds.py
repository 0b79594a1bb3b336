"""The audit under many seeds: hidden inputs of any seed give the same verdicts."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence

from grader.audit.findings import Told
from grader.audit.homework import SEED, Homework
from grader.audit.sweep import Sweep, Verdict, Version, make_key
from grader.course.layout import ALMOST, MUTANTS, VARIANTS, locate_traces
from grader.course.patches import apply_patch
from grader.harness.grading import find_source
from grader.model.course import Visibility
from grader.model.report import Mode

STATE = "sweep"  # the folder in `.grade` with the verdicts under each seed, in a file for each homework
EVERY = 10  # seeds for each line of progress
KINDS = {"variant": VARIANTS, "mutant": MUTANTS, "almost": ALMOST}


def audit_seeds(homework: Homework, count: int) -> Iterator[Told]:
    """Judge every version of the homework under so many seeds, check by check."""
    seeds = range(SEED, SEED + count)
    versions = _list_versions(homework)
    path = locate_traces(homework.course.root) / STATE / f"{homework.assignment.name}.jsonl"
    sweep = Sweep(versions, make_key(homework.assignment), path)
    _run(homework, sweep, seeds)
    changes = sweep.list_changes(seeds)
    for change in changes:
        yield "seeds", False, f"another verdict: {change}"
    yield "seeds", not changes, f"{count} seeds, {len(versions)} versions, {len(changes)} verdicts change"
    tellings = sweep.list_tellings(seeds)
    for telling in tellings:
        yield "telling", False, telling
    yield "telling", not tellings, f"{len(tellings)} hidden checks tell students a number of their inputs"


def _list_versions(homework: Homework) -> list[Version]:
    """List every way to solve the homework that its folder has.

    Each comes with the hidden checks of its functions' tasks.
    """
    hidden = {check.id for check in homework.grader.checks if check.visibility is Visibility.HIDDEN}

    def make(name: str, source: str, functions: Collection[str]) -> Version:
        return Version(name, source, tuple(check for check in homework.list_checks(functions) if check in hidden))

    return [
        make("solution", homework.solution, homework.functions),
        *(
            make(f"{kind} {patch.slug} of {patch.functions[0]}", apply_patch(homework.solution, patch), patch.functions)
            for kind, file in KINDS.items()
            for patch in homework.list_patches(file)
        ),
    ]


def _run(homework: Homework, sweep: Sweep, seeds: range) -> None:
    """Run the sweep, and log a line of progress for every ten seeds.

    The line says how far the sweep is, how fast, and how many verdicts have changed.
    """

    def begin(seed: int) -> None:
        homework.tell(f"{homework.assignment.id}: seed {seed}")
        homework.source.renew(find_source(homework.assignment, Mode.BATCH))  # it forgets the answers of other seeds

    def judge(source: str, checks: Sequence[str], seed: int) -> dict[str, Verdict]:
        results = homework.grader.run_checks(homework.submit(source, "version"), checks, seed, compare=False)
        return {check.id: Verdict(check.status, check.message.likely if check.message else "") for check in results}

    started = time.monotonic()
    for done, seed in enumerate(sweep.run(seeds, judge, begin), start=1):
        if done % EVERY == 0 or seed.number == seeds[-1]:
            pace, changes = (time.monotonic() - started) / done, len(sweep.list_changes(seeds))
            place = f"{homework.assignment.id}: seed {seed.number} of {len(seeds)}"
            homework.log(f"{place}, {pace:.2f} s for each, {changes} verdicts changed")
