"""Follow-through: one wrong function must not cost the tasks that build on it.

Students build on their own functions. Where a task failed whose functions call those of another failed task, its
checks run once more with the reference in place of the other's functions; if more of them pass then, that run counts,
and the report says with whose help. Examiners on paper have always done this.

The second run counts as a whole or not at all: code can tell that it runs again, and might else pass one half of the
checks now and the other half then. It counts only if it used the help, and what it was told in one check it may
remember in the next, so all the help of the run is help for each of its points.

No task is helped by one that builds on it, whose reference holds the easier answer. And nothing is earned in a circle:
a task that was helped by another's reference cannot in turn help that other task to its points, or two functions that
merely call each other would earn both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from grader.harness.session import Harness
from grader.model import CheckResult, Status, Task, TaskResult
from grader.oracle.source import STAND_IN, Question, Source
from grader.scoring import rescore_task
from grader.worker.client import Client

RunChecks = Callable[[Sequence[str]], Sequence[CheckResult]]  # gives the results of the checks with these ids


def follow_through(
    run: RunChecks, source: Source, client: Client, tasks: Sequence[Task], results: Sequence[TaskResult]
) -> tuple[TaskResult, ...]:
    """Give the results with what failed tasks earn when the reference stands in for the other failed ones.

    A task with a check that could not be judged, in either run, is an error: no run is taken for the other.
    """
    failed = {result.id for result in results if any(check.status is not Status.PASSED for check in result.checks)}
    helped: dict[str, frozenset[str]] = {}
    finished = []
    for task, result in zip(tasks, results, strict=True):
        others = [other for other in _list_helpers(task, tasks) if other.id in failed]
        lost = task.id in failed and result.status is not Status.ERROR
        if lost and (names := _find_used(client, task, others)):
            client.bind({name: _stand_in(source, name) for name in names})
            finished.append(_try_again(run, client, result, others, helped))
        else:
            finished.append(result)
    return tuple(finished)


def rehearse(harness: Harness, client: Client, tasks: Sequence[Task]) -> None:
    """Let the reference stand in for every task's functions in turn, so that a recording source hears what is asked."""
    for task in tasks:
        others = _list_helpers(task, tasks)
        client.bind({name: _stand_in(harness.source, name) for name in _find_used(client, task, others)})
        harness.run(client, 0, [check.id for check in harness.checks if check.task == task.id])


def _list_helpers(task: Task, tasks: Sequence[Task]) -> list[Task]:
    """The tasks whose reference may stand in while this one is judged: all but itself and those that build on it."""
    above = {task.id}
    for _ in tasks:
        above |= {other.id for other in tasks if above & set(other.after)}
    return [other for other in tasks if other.id not in above]


def _find_used(client: Client, task: Task, others: Iterable[Task]) -> list[str]:
    """The functions of the other tasks that this task's functions call, directly or through one another."""
    used = client.find_used(task.functions)
    return [name for other in others for name in other.functions if name in used]


def _stand_in(source: Source, name: str) -> Callable[..., Any]:
    def answer(*args: Any, **kwargs: Any) -> Any:
        return source.answer(Question(STAND_IN, 0, name, args, kwargs))

    return answer


def _try_again(
    run: RunChecks, client: Client, result: TaskResult, others: Sequence[Task], helped: dict[str, frozenset[str]]
) -> TaskResult:
    """Run the checks of one task again; note in `helped` the tasks it owes its points to."""
    checks, reached = [], set[str]()
    for check in result.checks:
        (again,) = run([check.id])
        reached |= client.trace.replaced
        failed_twice = Status.PASSED not in (check.status, again.status) and again.status is not Status.ERROR
        checks.append(check if failed_twice else again)  # a check that failed twice is told as it was the first time
    helpers = frozenset(other.id for other in others if reached & set(other.functions))
    found = rescore_task(dataclasses.replace(result, checks=tuple(checks), follow_through=tuple(sorted(reached))))
    if found.status is Status.ERROR:  # the first run may be too low by what this one would have earned
        return dataclasses.replace(found, follow_through=())
    better = found.score > result.score
    if not better or not helpers or _is_circle(result.id, helpers, helped):
        return result
    helped[result.id] = helpers
    return found


def _is_circle(task: str, helpers: Iterable[str], helped: dict[str, frozenset[str]]) -> bool:
    """Whether one of the helpers was itself helped, directly or through others, by this task."""
    return any(helper == task or _is_circle(task, helped.get(helper, ()), helped) for helper in helpers)
