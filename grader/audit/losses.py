"""What each mutant costs: one mistake loses the checks of its own property, and no others.

A property is a suite's function, whatever its parameters. Of a mutant's function, what any mutant of it loses counts as
its reach. Two kinds of cost are out of proportion:

- A mutant that keeps most of its reach fails a property that another mutant breaks alone: that check looks, by
  accident, at a second property.
- A mutant does not use an optional argument, and loses most of its reach: nearly every check varies that argument.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.course.patches import SEPARATOR, Patch
from grader.model import CheckResult, Report, Status, Task

MOST = 0.5  # of the points that the function's mutants lose


@dataclass(frozen=True, slots=True)
class Loss:
    """Points that one mutant loses of its own task and elsewhere, and the checks of its own task that it fails."""

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
        """What the failed checks are about."""
        return tuple(dict.fromkeys(map(_name_property, self.failed)))


def weigh(assignment: str, patch: Patch, report: Report, tasks: Iterable[Task], solution: str) -> Loss:
    """What the mutant lost in this report; `tasks` are its own."""
    ids = {task.id for task in tasks}
    own = [check for task in report.tasks if task.id in ids for check in task.checks]
    other = [check for task in report.tasks if task.id not in ids for check in task.checks]
    function = patch.functions[0]
    failed = tuple(check.id for check in own if check.status is not Status.PASSED)
    unused = find_unused(solution, patch.source, function, f"{function}{SEPARATOR}{patch.slug}")
    return Loss(
        assignment, patch.slug, function, *_count(own), *_count(other), failed, unused, patch.costs
    )  # fmt: skip


def mark_outliers(losses: Sequence[Loss], points: dict[str, int]) -> list[Loss]:
    """The losses of one homework, with the reason at each that is out of proportion and that nobody has accepted.

    `points` are those of the checks.
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
    """The optional arguments of a function that the solution uses and its mutant, of this name, does not."""
    right, wrong = _find_function(solution, function), _find_function(mutant, name)
    if right is None or wrong is None:
        return ()
    given = right.args
    pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    optional = [*given.args[len(given.args) - len(given.defaults) :], *(arg for arg, default in pairs if default)]
    used, kept = _list_names(right), _list_names(wrong)
    return tuple(arg.arg for arg in optional if arg.arg in used and arg.arg not in kept)


def _find_function(source: str, name: str) -> ast.FunctionDef | None:
    nodes = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return next((node for node in nodes if node.name == name), None)


def _list_names(function: ast.FunctionDef) -> set[str]:
    return {node.id for part in function.body for node in ast.walk(part) if isinstance(node, ast.Name)}


def _count(checks: Sequence[CheckResult]) -> tuple[int, int]:
    """Points lost, and points there are."""
    points = sum(check.max_points for check in checks)
    return points - sum(check.points for check in checks), points


def _name_property(check: str) -> str:
    return check.split("[", maxsplit=1)[0].partition("/")[2].removeprefix("test_")
