"""Follow-through: a wrong function must not cost the tasks built on it.

Students build on their own functions. When a task has failed and its functions call those of another failed task, its
checks run once more, with the reference in place of the other task's functions. If that second run earns more, it
counts, and the report says with whose help. Examiners of exams on paper have always done this.

The second run counts as a whole or not at all. Student code can tell that it runs again, and could otherwise pass one
half of the checks in the first run and the other half in the second. The second run counts only if it used the help.
Student code may remember in one check what the reference answered in an earlier one, so all the help of the run is help
for each of its points.

A task is never helped by a task that builds on it, because that task's reference holds the easier answer. And nothing
is earned in a circle: a task that was helped by another task's reference cannot in turn help that other task to its
points. Otherwise two functions that merely call each other would earn the points of both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from grader.harness.session import Suites
from grader.model.course import Task
from grader.model.report import CheckResult, Status, TaskResult
from grader.oracle.source import STAND_IN, Question, Source
from grader.scoring import rescore_task
from grader.worker.client import Client

RunChecks = Callable[[Sequence[str]], Sequence[CheckResult]]  # runs the checks with these ids and returns their results


def follow_through(
    run: RunChecks, source: Source, client: Client, tasks: Sequence[Task], results: Sequence[TaskResult]
) -> tuple[TaskResult, ...]:
    """Run failed tasks again, with the reference in place of failed others.

    `run` runs the checks with given ids on `client`. `results` has the result of the first run for each of `tasks`, in
    the same order.

    Returns one result for each task: that of the second run where it counts, and that of the first run elsewhere. A
    task with a check that could not be judged, in either run, is an error, because no run may take the place of the
    other.
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


def rehearse(suites: Suites, client: Client, tasks: Sequence[Task]) -> None:
    """Run all checks with the reference in place of each task's helpers.

    This makes a recording source hear the questions that a follow-through would ask. `client` runs the model solution.
    """
    for task in tasks:
        others = _list_helpers(task, tasks)
        client.bind({name: _stand_in(suites.source, name) for name in _find_used(client, task, others)})
        suites.run(client, 0, [check.id for check in suites.checks if check.task == task.id])


def _list_helpers(task: Task, tasks: Sequence[Task]) -> list[Task]:
    """List the tasks whose reference may stand in while one task is judged.

    These are all tasks but the task itself and those that build on it, directly or through others.
    """
    above = {task.id}
    for _ in tasks:
        above |= {other.id for other in tasks if above & set(other.after)}
    return [other for other in tasks if other.id not in above]


def _find_used(client: Client, task: Task, others: Iterable[Task]) -> list[str]:
    """Find the functions of other tasks that the task's functions call.

    A function counts if it is called directly or through other functions.
    """
    used = client.find_used(task.functions)
    return [name for other in others for name in other.functions if name in used]


def _stand_in(source: Source, name: str) -> Callable[..., Any]:
    def answer(*args: Any, **kwargs: Any) -> Any:
        return source.answer(Question(STAND_IN, 0, name, args, kwargs))

    return answer


def _try_again(
    run: RunChecks, client: Client, result: TaskResult, others: Sequence[Task], helped: dict[str, frozenset[str]]
) -> TaskResult:
    """Run the checks of one task again, and return the result that counts.

    If the second run counts, `helped` gets the ids of the tasks that the task owes its points to.
    """
    checks, reached = [], set[str]()
    for check in result.checks:
        (again,) = run([check.id])
        reached |= client.trace.replaced
        failed_twice = Status.PASSED not in (check.status, again.status) and again.status is not Status.ERROR
        checks.append(check if failed_twice else again)  # failed twice: keep the first message
    helpers = frozenset(other.id for other in others if reached & set(other.functions))
    found = rescore_task(dataclasses.replace(result, checks=tuple(checks), follow_through=tuple(sorted(reached))))
    # Without the error this run could have earned more than the first, so the first must not count either.
    if found.status is Status.ERROR:
        return dataclasses.replace(found, follow_through=())
    better = found.score > result.score
    if not better or not helpers or _is_circle(result.id, helpers, helped):
        return result
    helped[result.id] = helpers
    return found


def _is_circle(task: str, helpers: Iterable[str], helped: dict[str, frozenset[str]]) -> bool:
    """Tell whether the task has helped one of its helpers before.

    A helper may have been helped by the task directly, or through other tasks.
    """
    return any(helper == task or _is_circle(task, helped.get(helper, ()), helped) for helper in helpers)
