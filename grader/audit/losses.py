"""The points that each mutant costs.

One mistake should lose the checks of its own property, and no others. A property is one function of a suite, with any
parameters. The reach of a student's function is all that any of its mutants loses. Two kinds of cost are out of
proportion:

- A mutant that keeps most of its function's reach fails a property that another mutant breaks alone: that check looks,
  by accident, at a second property.
- A mutant that does not use an optional argument loses most of its function's reach: nearly every check varies that
  argument.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.audit.findings import Told
from grader.audit.homework import Homework, list_functions
from grader.course.layout import MUTANTS
from grader.course.patches import SEPARATOR, Patch
from grader.model.report import CheckResult, Report, Status

MOST = 0.5  # the share of the reach's points above which a mutant loses most of its reach


@dataclass(frozen=True, slots=True)
class Loss:
    """The points that one mutant loses, of its own task and elsewhere.

    `failed` are the checks of its own task that it fails, and `unused` the optional arguments that it does not use.
    `accepted` is the author's reason for a high cost, and `outlier` is the reason why the loss is out of proportion;
    each may be empty.
    """

    assignment: str
    mutant: str
    function: str
    own: int
    own_points: int
    elsewhere: int
    elsewhere_points: int
    failed: tuple[str, ...]
    unused: tuple[str, ...]
    accepted: str
    outlier: str = ""

    @property
    def properties(self) -> tuple[str, ...]:
        """The properties that the failed checks are about."""
        return tuple(dict.fromkeys(map(_name_property, self.failed)))


def list_losses(homework: Homework) -> list[Loss]:
    """List the points that each mutant costs in a whole grading.

    Such a grading has follow-through: tasks elsewhere that build on the mutated function run with the reference in its
    place.
    """
    patches = homework.try_each("loss of mutant", homework.list_patches(MUTANTS))
    losses = [_weigh(homework, patch, homework.grade_patch(patch, "mutant")) for patch in patches]
    return _mark_outliers(losses, {check.id: check.points for check in homework.grader.checks})


def judge_losses(losses: Sequence[Loss]) -> Iterator[Told]:
    """Report each mutant that costs more than its own checks.

    A mutant whose author has accepted the cost is not among them. The last finding counts the others.
    """
    outliers = [loss for loss in losses if loss.outlier]
    for loss in outliers:
        sentence = f"{loss.mutant} of {loss.function} loses {loss.own} of {loss.own_points}: {loss.outlier}"
        yield "losses", False, sentence
    yield "losses", not outliers, f"{len(outliers)} of {len(losses)} mutants cost more than their own checks"


def _weigh(homework: Homework, patch: Patch, report: Report) -> Loss:
    """Compute the loss of one mutant from its report."""
    ids = {task.id for task in homework.list_tasks(patch.functions)}
    own = [check for task in report.tasks if task.id in ids for check in task.checks]
    other = [check for task in report.tasks if task.id not in ids for check in task.checks]
    function = patch.functions[0]
    failed = tuple(check.id for check in own if check.status is not Status.PASSED)
    unused = find_unused(homework.solution, patch.source, function, f"{function}{SEPARATOR}{patch.slug}")
    name = homework.assignment.id
    return Loss(name, patch.slug, function, *_count(own), *_count(other), failed, unused, patch.costs)


def _mark_outliers(losses: Sequence[Loss], points: dict[str, int]) -> list[Loss]:
    """Mark each loss that is out of proportion with the reason.

    `losses` are all those of one homework, and `points` those of the checks, by id. A loss that its author has accepted
    is not marked.
    """
    alone = {loss.properties[0]: loss for loss in losses if len(loss.properties) == 1}
    reach: dict[str, set[str]] = {}
    for loss in losses:
        reach.setdefault(loss.function, set()).update(loss.failed)
    most = {function: MOST * sum(points[check] for check in checks) for function, checks in reach.items()}
    return [replace(loss, outlier=_find_outlier(loss, most[loss.function], alone)) for loss in losses]


def _find_outlier(loss: Loss, most: float, alone: dict[str, Loss]) -> str:
    if loss.accepted:
        return ""
    foreign = [name for name in loss.properties if name in alone]
    if loss.own < most and len(loss.properties) > 1 and foreign:
        others = ", ".join(f"{name} (that {alone[name].mutant} of {alone[name].function} breaks)" for name in foreign)
        return f"it fails more than its own property: {others}"
    if loss.own > most and loss.unused:
        return f"it does not use {', '.join(loss.unused)}, which nearly every check varies"
    return ""


def find_unused(solution: str, mutant: str, function: str, name: str) -> tuple[str, ...]:
    """Find optional arguments that the solution uses and a mutant does not.

    `solution` and `mutant` are sources. The function is called `function` in the one, and `name` in the other.
    """
    right, wrong = list_functions(solution).get(function), list_functions(mutant).get(name)
    if right is None or wrong is None:
        return ()
    given = right.args
    pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    optional = [*given.args[len(given.args) - len(given.defaults) :], *(arg for arg, default in pairs if default)]
    used, kept = _list_names(right), _list_names(wrong)
    return tuple(arg.arg for arg in optional if arg.arg in used and arg.arg not in kept)


def _list_names(function: ast.FunctionDef) -> set[str]:
    return {node.id for part in function.body for node in ast.walk(part) if isinstance(node, ast.Name)}


def _count(checks: Sequence[CheckResult]) -> tuple[int, int]:
    """Count the points that were lost, and the points there are."""
    points = sum(check.max_points for check in checks)
    return points - sum(check.points for check in checks), points


def _name_property(check: str) -> str:
    return check.split("[", maxsplit=1)[0].partition("/")[2].removeprefix("test_")
