"""Mutants: known mistakes, each of which has to lose points and be named.

The mutants are those that the author wrote, and the automatic ones. The module is not called `mutants`, because no file
of that name may be in a kit, whose wheel has this package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from grader.audit.findings import Told
from grader.audit.homework import SEED, Homework
from grader.audit.mutation import mutate
from grader.course.layout import MUTANTS
from grader.course.patches import SEPARATOR, Patch, apply_patch, list_strangers, read_equivalents
from grader.model.report import CheckResult, Status
from grader.reporters.wording import sort_failing
from grader.typos import find_nearest

MIN_MUTANTS = 12
MIN_KILLED = 0.95
MIN_SHOWN, MIN_NAMED = 0.9, 0.8  # the shares of mutants to be named: with lookalikes, and by the rules alone


def audit_patches(homework: Homework) -> Iterator[Told]:
    """Report the patches of functions that the homework does not have."""
    for file, patches in homework.patches.items():
        for patch in patches:
            for name in list_strangers(patch, homework.functions):
                nearest = find_nearest(name, homework.functions)
                meant = f"did you mean {nearest}?" if nearest else f"it has: {', '.join(homework.functions)}"
                sentence = f"{file}: {name}{SEPARATOR}{patch.slug} is of no function of the homework; {meant}"
                yield "patches", False, sentence


def audit_mutants(homework: Homework) -> Iterator[Told]:
    """Judge whether there are enough mutants, and whether each is found and named."""
    patches = homework.list_patches(MUTANTS)
    yield "mutants", len(patches) >= MIN_MUTANTS, f"{len(patches)} mutants, at least {MIN_MUTANTS}"
    dead = 0
    unshown, unnamed = [], []
    for patch in homework.try_each("mutant", patches):
        name = f"{patch.slug} of {patch.functions[0]}"
        lost = _list_lost(homework, patch)
        _note_wrong(homework, lost)
        dead += bool(lost)
        shown = _find_shown(lost)
        unshown += [] if shown == patch.summary or _names(patch, shown) else [name]
        by_rules = _find_shown([_forget_mutants(homework, check) for check in lost])
        unnamed += [] if _names(patch, by_rules) else [name]
        if len(homework.list_tasks(patch.functions)) > 1:
            yield "mutants", False, f"{patch.slug} is the name of mutants of two tasks"
        if not lost:
            yield "mutants", False, f"{name} loses nothing on its own task"
    yield "mutants", 0 < dead == len(patches), f"{dead} of {len(patches)} lose points on their own task"
    for missed, least, what in (
        (unshown, MIN_SHOWN, "what is shown first names the cause of"),
        (unnamed, MIN_NAMED, "without the comparison it names the cause of"),
    ):
        share = 1 - len(missed) / len(patches) if patches else 0.0
        sentence = f"{what} {share:.0%} of {len(patches)} mutants"
        yield "diagnosis", share >= least, "; not of ".join(filter(None, [sentence, ", ".join(missed)]))


def _list_lost(homework: Homework, patch: Patch) -> list[CheckResult]:
    """List the checks of the patched functions' own tasks that are not passed."""
    submission = homework.submit(apply_patch(homework.solution, patch), "mutant")
    results = homework.grader.run_checks(submission, homework.list_checks(patch.functions), SEED, compare=True)
    return [check for check in results if check.status is not Status.PASSED]


def _note_wrong(homework: Homework, lost: list[CheckResult]) -> None:
    """Note a wrong answer's errors in the margins, if beyond the tolerance."""
    for check in lost:
        facts = homework.grader.facts.get(check.id)
        if facts is not None and facts.error is not None and facts.error > 1:
            margin = homework.find_margin(check.id)
            margin.mutants = min(facts.error, margin.mutants or facts.error)


def _find_shown(lost: list[CheckResult]) -> str:
    """Find the likely cause that a report of these failing checks shows first."""
    return next((check.message.likely for check in sort_failing(lost)[:1] if check.message), "")


def _forget_mutants(homework: Homework, check: CheckResult) -> CheckResult:
    """Return the check as it is without mutants to be compared with.

    So its likely cause is the one that the rules find.
    """
    facts, message = homework.grader.facts.get(check.id), check.message
    return replace(check, message=replace(message, likely=facts.likely)) if facts and message else check


def _names(patch: Patch, likely: str) -> bool:
    return bool(patch.likely) and re.search(patch.likely, likely) is not None


def audit_automatic(homework: Homework) -> Iterator[Told]:
    """Judge whether nearly all automatic mutants are found or explained."""
    known = read_equivalents(homework.assignment.folder / MUTANTS)
    every = list(mutate(homework.solution))
    for name in known.keys() - {mutant.name for mutant in every}:
        yield "automatic", False, f"explained, but no automatic mutant: {name}"
    mutants = [mutant for mutant in every if mutant.name not in known]
    survivors = 0
    for mutant in homework.try_each("automatic mutant", mutants):
        checks = homework.list_checks([mutant.function])
        if checks and homework.grader.passes(homework.submit(mutant.source, "mutant"), checks, SEED):
            survivors += 1
            yield "automatic", False, f"survives unexplained: {mutant.name}"
    killed = 1 - survivors / len(mutants) if mutants else 0.0
    sentence = f"{killed:.1%} of {len(mutants)} automatic mutants die; {len(known)} more are explained as equivalent"
    yield "automatic", killed >= MIN_KILLED, sentence
