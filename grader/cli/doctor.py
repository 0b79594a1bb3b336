"""`grade doctor`: how student code is confined on this machine.

It also shows the command that would confine student code better.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from grader.cli import screen
from grader.model.report import BEST_LEVEL, OFFICIAL_LEVEL

if TYPE_CHECKING:
    from grader.doctor import Attempt

PROBES = {
    "no_host_files": "sees no file of this machine",
    "no_writing": "can write no file",
    "no_network": "has no network",
    "no_root": "is not root",
    "own_processes": "sees no other process",
    "clean_environment": "is given no environment variable",
    "no_dangerous_calls": "is refused the system calls that it has no use for",
    "limited_together": "has one limit of memory for all of its processes",
}
LEVELS = {
    None: "no process can be started that would run student code",
    0: "student code runs with deadlines and nothing else: grade your own code only",
    1: "student code has limits, and may read the files of this machine",
    2: "student code is shut in: no files, no network, no other processes",
    3: "student code is shut in, and all that it starts has one limit together",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON and nothing else.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say how student code is confined on this machine, and what would confine it better."""
    from grader.doctor import advise, examine, find_level

    attempts = examine()
    level, advice = find_level(attempts), advise(attempts)
    if as_json:
        tried = [dataclasses.asdict(attempt) for attempt in attempts]
        click.echo(json.dumps({"level": level, "official": OFFICIAL_LEVEL, "advice": advice, "tried": tried}, indent=1))
    else:
        click.echo("\n".join(draw(attempts, level, advice)))
    ctx.exit(0 if level is not None and level >= OFFICIAL_LEVEL else 1)


def draw(attempts: tuple[Attempt, ...], level: int | None, advice: str) -> Iterator[str]:
    """Yield the lines to print: the level, the attempts, and the advice.

    The attempts end with the one that reached the level.
    """
    yield f"Sandbox level {level if level is not None else '-'}: {LEVELS[level]}"
    for attempt in attempts:
        yield ""
        yield from draw_attempt(attempt)
        if level is not None and attempt.level == level:
            break
    yield ""
    if level is not None and level >= OFFICIAL_LEVEL:
        yield "Official grading (grade batch) works here."
        if advice:
            yield f"For level {BEST_LEVEL}:"
            yield f"    {advice}"
        return
    yield f"Official grading (grade batch) needs level {OFFICIAL_LEVEL}. What would get there:"
    yield f"    {advice}"
    if level is not None:
        yield f"With --min-sandbox {level} it grades all the same, and every report says so."


def draw_attempt(attempt: Attempt) -> Iterator[str]:
    """Yield the lines on one attempt: its probes, or why it does not start."""
    yes, no = ("+", "-") if screen.use_ascii() else ("✓", "✗")
    name = f"{attempt.tool} {attempt.version}" if attempt.version else "a plain process"
    if attempt.facts is None:
        yield f"{no} {name}: does not start ({attempt.complaint})"
        return
    yield f"{yes} {name}: level {attempt.level}"
    for probe, holds in attempt.facts.probes.items():
        yield f"    {yes if holds else no} {PROBES[probe]}"
