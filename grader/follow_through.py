"""Follow-through: one wrong function must not cost the tasks that build on it.

Students build on their own functions. Where a task failed whose functions call those of another failed task, its
failing checks run once more with the reference in place of the other's functions; what passes then earns its points,
and the report says with whose help. Examiners on paper have always done this.

Nothing is earned in a circle: a task that was helped by another's reference cannot in turn help that other task to its
points, or two functions that merely call each other would earn both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from grader.checks.oracle import STAND_IN, Question, Source
from grader.checks.plugin import Harness
from grader.model import Status, Task, TaskResult
from grader.scoring import rescore_task
from grader.worker.client import Client


def follow_through(
    harness: Harness, client: Client, tasks: Sequence[Task], results: Sequence[TaskResult], seed: int
) -> tuple[TaskResult, ...]:
    """Give the results with what failed tasks earn when the reference stands in for the other failed ones."""
    failed = {result.id for result in results if any(check.status is not Status.PASSED for check in result.checks)}
    helped: dict[str, frozenset[str]] = {}
    finished = []
    for task, result in zip(tasks, results, strict=True):
        others = [other for other in tasks if other.id in failed and other is not task]
        if task.id in failed and (names := _find_used(client, task, others)):
            client.bind({name: _stand_in(harness.source, name) for name in names})
            finished.append(_try_again(harness, client, result, others, helped, seed))
        else:
            finished.append(result)
    return tuple(finished)


def rehearse(harness: Harness, client: Client, tasks: Sequence[Task]) -> None:
    """Let the reference stand in for every task's functions in turn, so that a recording source hears what is asked."""
    for task in tasks:
        others = [other for other in tasks if other is not task]
        client.bind({name: _stand_in(harness.source, name) for name in _find_used(client, task, others)})
        harness.run(client, 0, [check.id for check in harness.checks if check.task == task.id])


def _find_used(client: Client, task: Task, others: Iterable[Task]) -> list[str]:
    """The functions of the other tasks that this task's functions call, directly or through one another."""
    used = client.find_used(task.functions)
    return [name for other in others for name in other.functions if name in used]


def _stand_in(source: Source, name: str) -> Callable[..., Any]:
    def answer(*args: Any, **kwargs: Any) -> Any:
        return source.answer(Question(STAND_IN, 0, name, args, kwargs))

    return answer


def _try_again(
    harness: Harness,
    client: Client,
    result: TaskResult,
    others: Sequence[Task],
    helped: dict[str, frozenset[str]],
    seed: int,
) -> TaskResult:
    """Run what failed of one task again; note in `helped` the tasks it owes its points to."""
    checks, names = [], set()
    for check in result.checks:
        again = check
        if check.status is not Status.PASSED:
            (again,) = harness.run(client, seed, [check.id])
            reached = client.trace.replaced
            helpers = frozenset(other.id for other in others if reached & set(other.functions))
            if again.status is not Status.PASSED or _is_circle(result.id, helpers, helped):
                again = check
            elif helpers:
                names |= reached
                helped[result.id] = helped.get(result.id, frozenset()) | helpers
        checks.append(again)
    found = dataclasses.replace(result, checks=tuple(checks), follow_through=tuple(sorted(names)))
    return rescore_task(found)


def _is_circle(task: str, helpers: Iterable[str], helped: dict[str, frozenset[str]]) -> bool:
    """Whether one of the helpers was itself helped, directly or through others, by this task."""
    return any(helper == task or _is_circle(task, helped.get(helper, ()), helped) for helper in helpers)
