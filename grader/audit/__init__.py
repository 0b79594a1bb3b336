"""Prove a homework sound: the solution earns everything, nothing else does, and every known mistake is found.

Strong by mutants, fair by variants. Each finding is one sentence that holds or does not; the command line draws them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.audit.documents import compare_documents
from grader.audit.mutation import mutate
from grader.audit.nulls import write_nulls
from grader.grading import Grader
from grader.model import Assignment, CheckResult, Course, Report, Status, Submission, SubmittedFile, Task
from grader.patches import Patch, apply_patch, read_equivalents, read_patches
from grader.worker.process import Launcher

SEED = 1
MIN_MUTANTS = 12
MIN_VARIANTS = 4
MIN_KILLED = 0.95


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a homework, and whether it holds."""

    assignment: str
    subject: str
    holds: bool
    sentence: str


class Audit:
    """One homework under audit, with a grader that is warm."""

    def __init__(self, course: Course, assignment: Assignment, grader: Grader, comparing: Grader) -> None:
        self.course = course
        self.assignment = assignment
        self._grader = grader
        self._comparing = comparing
        self._solution = (course.root / "solutions" / assignment.name / assignment.file).read_text("utf-8")

    def run(self, automatic: bool) -> Iterator[Finding]:
        """Yield the findings as they are made; automatic mutants only where asked for, as they take longest."""
        for holds, sentence in compare_documents(self.course, self.assignment):
            yield self._find("documents", holds, sentence)
        yield from self._audit_solution()
        yield from self._audit_stub()
        yield from self._audit_nulls()
        yield from self._audit_mutants()
        yield from self._audit_variants()
        if automatic:
            yield from self._audit_automatic()

    def _find(self, subject: str, holds: bool, sentence: str) -> Finding:
        return Finding(self.assignment.id, subject, holds, sentence)

    def _grade(self, source: str, name: str) -> Report:
        return self._grader.grade_submission(self._submit(source, name), SEED)

    def _compare(self, source: str) -> Report:
        return self._comparing.grade_submission(self._submit(source, "mutant"), SEED)

    def _submit(self, source: str, name: str) -> Submission:
        content = source.encode()
        file = SubmittedFile(self.assignment.file, hashlib.sha256(content).hexdigest(), content)
        return Submission(name, (file,))

    # ---------------------------------------------------------------- what earns everything, and what nothing

    def _audit_solution(self) -> Iterator[Finding]:
        report = self._grade(self._solution, "solution")
        yield self._find("solution", report.score == 100, f"the solution earns {report.score} of 100")
        slowest = max(_list_checks(report), key=lambda check: check.seconds or 0.0)
        yield self._find("time", True, f"{report.seconds:.2f} s in all; slowest {slowest.id} {slowest.seconds:.3f} s")

    def _audit_stub(self) -> Iterator[Finding]:
        path = self.course.root / "student_template" / self.assignment.name / self.assignment.file
        report = self._grade(path.read_text("utf-8"), "stub")
        untouched = report.status is Status.NOT_ATTEMPTED and report.score == 0
        yield self._find("stub", untouched, f"the stub earns {report.score} and is {report.status}")

    def _audit_nulls(self) -> Iterator[Finding]:
        functions = [name for task in self.assignment.tasks for name in task.functions]
        for name, source in write_nulls(functions).items():
            report = self._grade(source, "null")
            passed = [check.id for check in _list_checks(report) if check.status is Status.PASSED]
            if passed or report.score != 0:
                yield self._find("null", False, f"a submission returning {name} passes {', '.join(passed)}")
        yield self._find("null", True, "submissions that solve nothing were tried")

    # ---------------------------------------------------------------- mistakes, and unusual right answers

    def _audit_mutants(self) -> Iterator[Finding]:
        patches = read_patches(self.assignment.folder / "mutants.py")
        yield self._find("mutants", len(patches) >= MIN_MUTANTS, f"{len(patches)} mutants, at least {MIN_MUTANTS}")
        by_rule = by_likeness = 0
        for patch in patches:
            source = apply_patch(self._solution, patch)
            lost = self._list_lost(self._grade(source, "mutant"), patch)
            by_rule += _is_named(patch, lost)
            by_likeness += _is_recognised(patch, self._list_lost(self._compare(source), patch))
            yield self._find(
                "mutants", bool(lost), f"{patch.slug} of {patch.functions[0]} loses points on its own task"
            )
        for number, how in ((by_rule, "the rules alone name"), (by_likeness, "comparison with mutants names")):
            yield self._find(
                "diagnosis", True, f"{how} the cause of {number / max(1, len(patches)):.0%} of the mutants"
            )

    def _list_lost(self, report: Report, patch: Patch) -> list[CheckResult]:
        """The checks of the patched functions' own tasks that earned nothing."""
        tasks = {task.id for task in self._own_tasks(patch.functions)}
        return [check for task in report.tasks if task.id in tasks for check in task.checks if not check.points]

    def _audit_variants(self) -> Iterator[Finding]:
        patches = read_patches(self.assignment.folder / "variants.py")
        yield self._find("variants", len(patches) >= MIN_VARIANTS, f"{len(patches)} variants, at least {MIN_VARIANTS}")
        for patch in patches:
            report = self._grade(apply_patch(self._solution, patch), "variant")
            lost = ", ".join(check.id for check in _list_checks(report) if not check.points)
            yield self._find("variants", report.score == 100, f"{patch.slug} earns {report.score} {lost}".rstrip())

    def _audit_automatic(self) -> Iterator[Finding]:
        known = read_equivalents(self.assignment.folder / "mutants.py")
        mutants = [mutant for mutant in mutate(self._solution) if mutant.name not in known]
        survivors = []
        for mutant in mutants:
            if self._survives(mutant.source, mutant.function):
                survivors.append(mutant.name)
                yield self._find("automatic", False, f"survives unexplained: {mutant.name}")
        killed = 1 - len(survivors) / max(1, len(mutants))
        sentence = (
            f"{killed:.1%} of {len(mutants)} automatic mutants die; {len(known)} more are explained as equivalent"
        )
        yield self._find("automatic", killed >= MIN_KILLED, sentence)

    def _survives(self, source: str, function: str) -> bool:
        tasks = {task.id for task in self._own_tasks((function,))}
        checks = [check.id for check in self._grader.checks if check.task in tasks]
        return bool(checks) and self._grader.passes(self._submit(source, "automatic"), checks, SEED)

    def _own_tasks(self, functions: tuple[str, ...]) -> list[Task]:
        return [task for task in self.assignment.tasks if set(functions) & set(task.functions)]


def _list_checks(report: Report) -> list[CheckResult]:
    return [check for task in report.tasks for check in task.checks]


def _is_named(patch: Patch, lost: list[CheckResult]) -> bool:
    """Whether a likely cause that a student would be shown names what is wrong."""
    shown = [check.message.likely for check in lost if check.message and check.message.likely]
    return bool(patch.likely) and any(re.search(patch.likely, text) for text in shown)


def _is_recognised(patch: Patch, lost: list[CheckResult]) -> bool:
    return any(check.message is not None and check.message.likely == patch.summary for check in lost)


def audit_assignment(course: Course, assignment: Assignment, automatic: bool) -> Iterator[Finding]:
    """Audit one homework: with the rules alone, and for its mutants with the comparison, too."""
    plain, comparing = (
        Grader(course, assignment, Launcher(assignment.limits, spares=1), lookalikes=lookalikes)
        for lookalikes in (False, True)
    )
    try:
        yield from Audit(course, assignment, plain, comparing).run(automatic)
    finally:
        plain.close()
        comparing.close()
