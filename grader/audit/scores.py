"""The scores of the model solution, of the stub and of variants.

The solution and every variant, an unusual right answer, have to earn everything, and the stub nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.audit.findings import Told
from grader.audit.homework import Homework
from grader.course.layout import VARIANTS
from grader.model.report import Report, Status
from grader.reporters.wording import list_checks

MIN_VARIANTS = 4


def audit_solution(homework: Homework) -> Iterator[Told]:
    """Judge whether the model solution earns every point, and tell how long it takes."""
    homework.grade(homework.solution, "solution")  # the oracle's first answers are slow, and must not be timed below
    report = homework.grade(homework.solution, "solution")
    sentence = f"the solution earns {report.score} of {report.max_score}"
    yield "solution", report.score == report.max_score, "; ".join([sentence, *_list_lost(report)])
    homework.note_right()
    seconds = {check.id: check.seconds or 0.0 for check in list_checks(report)}
    for check, taken in seconds.items():
        homework.find_margin(check).seconds = taken
    slowest = max(seconds, key=seconds.__getitem__)
    yield "time", True, f"{report.seconds:.2f} s for all checks; slowest {slowest} {seconds[slowest]:.3f} s"


def _list_lost(report: Report) -> list[str]:
    """Describe the checks that a submission lost, and the first failure.

    These are two texts, or none if no check was lost.
    """
    lost = [check for check in list_checks(report) if check.status is not Status.PASSED]
    if not lost:
        return []
    message = lost[0].message
    said = [f"expected {message.expected}" * bool(message.expected), message.got] if message else []
    first = ", ".join(filter(None, said)) or str(lost[0].status)
    return [f"it loses {', '.join(check.id for check in lost)}", f"{lost[0].id}: {first}"]


def audit_stub(homework: Homework) -> Iterator[Told]:
    """Judge whether the stub earns nothing, and counts as not attempted."""
    report = homework.grade(homework.stub, "stub")
    untouched = report.status is Status.NOT_ATTEMPTED and report.score == 0
    yield "stub", untouched, f"the stub earns {report.score} and is {report.status}"


def audit_variants(homework: Homework) -> Iterator[Told]:
    """Judge whether there are enough variants, and whether each keeps every point."""
    patches = homework.list_patches(VARIANTS)
    yield "variants", len(patches) >= MIN_VARIANTS, f"{len(patches)} variants, at least {MIN_VARIANTS}"
    kept = 0
    for patch in homework.try_each("variant", patches):
        report = homework.grade_patch(patch, "variant")
        homework.note_right()
        if report.score == report.max_score:
            kept += 1
            continue
        lost = ", ".join(check.id for check in list_checks(report) if not check.points)
        yield "variants", False, f"{patch.slug} earns {report.score}; it loses {lost}"
    yield "variants", 0 < kept == len(patches), f"{kept} of {len(patches)} keep every point"
