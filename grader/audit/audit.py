"""The whole audit, part by part.

A part is a function in a module of its subject. It yields its findings as it makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from grader.audit.documents import audit_documents
from grader.audit.findings import Finding, Margin, Told
from grader.audit.homework import Homework
from grader.audit.inputs import audit_inputs
from grader.audit.losses import Loss, judge_losses, list_losses
from grader.audit.mistakes import audit_automatic, audit_mutants, audit_patches
from grader.audit.nulls import audit_nulls
from grader.audit.scores import audit_solution, audit_stub, audit_variants
from grader.audit.seeds import audit_seeds
from grader.audit.suites import audit_reference, audit_suites
from grader.model.course import Assignment, Course

Part = Callable[[Homework], Iterable[Told]]

PARTS: tuple[Part, ...] = (
    audit_documents,
    audit_patches,
    audit_solution,
    audit_suites,
    audit_inputs,
    audit_stub,
    audit_nulls,
    audit_variants,
    audit_mutants,
    audit_reference,  # it judges the answers to all parts above
)


class Audit:
    """The audit of one homework."""

    def __init__(self, homework: Homework) -> None:
        self._homework = homework

    def run(self, automatic: bool, seeds: int) -> Iterator[Finding]:
        """Yield the findings as they are made.

        `automatic` is for automatic mutants, which take longest. If `seeds` is more than 1, every version is also
        judged under so many seeds.
        """
        for part in PARTS:
            yield from self.run_part(part)
        if seeds > 1:
            yield from self.run_part(partial(audit_seeds, count=seeds))
        if automatic:
            yield from self.run_part(audit_automatic)

    def run_part(self, part: Part) -> Iterator[Finding]:
        """Yield the findings of one part of the audit."""
        for told in part(self._homework):
            yield Finding(self._homework.assignment.id, *told)

    def list_losses(self) -> list[Loss]:
        """List the points that each mutant costs."""
        return list_losses(self._homework)

    def judge_losses(self, losses: Sequence[Loss]) -> Iterator[Finding]:
        """Yield the findings about these losses."""
        return self.run_part(lambda homework: judge_losses(losses))

    def list_margins(self) -> list[Margin]:
        """List each check's margins, as far as the run has measured them."""
        return [self._homework.find_margin(check.id) for check in self._homework.grader.checks]


@contextmanager
def open_audit(
    course: Course,
    assignment: Assignment,
    tell: Callable[[str], None] = lambda text: None,
    log: Callable[[str], None] = lambda text: None,
) -> Iterator[Audit]:
    """Make one homework ready for audit, and close it at the end.

    `tell` is called with a text on what is being tried, and `log` with a line of progress in a long sweep. Raises
    `CourseError` if the solution or the stub is missing, or if a file is not valid Python.
    """
    homework = Homework(course, assignment, tell, log)
    with closing(homework.grader):
        yield Audit(homework)
