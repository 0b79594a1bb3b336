"""Find and read the course and its manifests.

If something is wrong with one of them, the error says so in one sentence. The course is the nearest parent folder with
assignments/course.toml. `hw4` is an assignment's id, `hw4_softmax` its folder, and assignment.toml in that folder its
manifest.
"""

from __future__ import annotations

import hashlib
import math
import os
import tomllib
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from grader.course.layout import MANIFEST, STAFF_FILES, locate_assignment, locate_course, locate_suites
from grader.errors import CourseError
from grader.language import add_catalogue, say
from grader.model.course import Assignment, Course, Limits, Task, Visibility
from grader.schemas import find_fault, write_toml
from grader.typos import find_nearest, suggest

EXAMPLE_DUE = "2027-06-30T23:59:00+09:00"

# `grade WORD` takes these words for a command and never for an assignment, so no assignment may have one as its id.
COMMANDS = frozenset({
    "run", "watch", "list", "hint", "explain", "report", "batch", "keygen", "sign", "verify", "doctor", "audit",
    "translate", "release", "help",
})  # fmt: skip


def find_course(start: Path, override: Path | None = None) -> Course:
    """Find the course that `start` lies in, or the one at `override`.

    Raises `CourseError` if there is none, or if its course.toml is wrong.
    """
    folders = [Path(os.path.abspath(override))] if override else [start.absolute(), *start.absolute().parents]
    for folder in folders:
        if locate_course(folder).is_file():
            return read_course(folder)
    place = {"file": locate_course(Path()).as_posix(), "folder": folders[0]}
    raise CourseError(
        say("there is no course here: no {file} in {folder}", **place)
        if override
        else say("there is no course here: no {file} in {folder} or above it", **place),
        say("change into the course's folder, or name it with --course DIR"),
    )


def read_course(root: Path) -> Course:
    """Read the course.toml of the course at `root`.

    Raises `CourseError` if the file is missing or wrong.
    """
    path = locate_course(root)
    data = _read_toml(path, "course")
    folders: dict[str, str] = {}
    for name in data["assignments"]:
        identifier = name.split("_")[0]
        if identifier in folders:
            raise CourseError(
                f"{path}: the folders that assignments names must begin with an id of their own, such as "
                f'["hw1_gates", "hw2_forward"]; {folders[identifier]} and {name} have the same id {identifier!r}'
            )
        folders[identifier] = name
    return Course(data["name"], root, tuple(data["assignments"]), data.get("install", ""))


def find_assignment(course: Course, wanted: str, other_words: Sequence[str] = ()) -> Assignment:
    """Find and read the assignment with the id or folder name `wanted`.

    Raises `CourseError` if there is none. The error suggests the nearest id, folder name or one of `other_words`: words
    that could have been meant in the same place.
    """
    ids = {name.split("_")[0]: name for name in course.assignments}
    name = ids.get(wanted, wanted)
    if name in course.assignments:
        return read_assignment(locate_assignment(course.root, name))
    there_are = say("this course has: {names}", names=", ".join(ids))
    next_step = suggest(wanted.lower(), [*ids, *course.assignments, *other_words], there_are)
    raise CourseError(say("there is no assignment {name}", name=wanted), next_step)


def find_task(assignment: Assignment, name: str) -> Task:
    """Find a task by its id or by one of its functions.

    Raises `CourseError` if there is none. The error suggests the nearest name.
    """
    for task in assignment.tasks:
        if name == task.id or name in task.functions:
            return task
    ids = [task.id for task in assignment.tasks]
    functions = [function for task in assignment.tasks for function in task.functions]
    next_step = suggest(name, [*ids, *functions], say("its tasks are: {names}", names=", ".join(ids)))
    raise CourseError(say("{assignment} has no task {task}", assignment=assignment.id, task=name), next_step)


def read_assignment(folder: Path) -> Assignment:
    """Read the manifest of the homework in `folder`.

    The homework's translations are loaded, too. Raises `CourseError` if the manifest is wrong, with the file, the key
    and the nearest right key.
    """
    folder = Path(os.path.abspath(folder))  # pytest cannot run suites in a folder whose path has .. in it
    path = folder / MANIFEST
    data = _read_toml(path, "assignment")
    for visibility in Visibility:
        add_catalogue(locate_suites(folder, visibility))
    tasks = tuple(_make_task(row) for row in data["tasks"])
    _check_manifest(path, data["id"], tasks)
    _check_extras(path, data.get("extras", []))
    return Assignment(
        id=data["id"],
        title=say(data["title"]),
        folder=folder,
        file=data["file"],
        tasks=tasks,
        limits=_read_limits(path, data.get("limits", {})),
        sha256=hash_folder(folder),
        due=_read_due(path, data.get("due")),
        extras=tuple(data.get("extras", ())),
    )


def hash_folder(folder: Path) -> str:
    """Hash the names and contents of all files below `folder` (SHA-256).

    Compiled files (`__pycache__`) are left out.
    """
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(folder).as_posix().encode()
            total.update(hashlib.sha256(name).digest() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _read_toml(path: Path, schema: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise CourseError(say("{path} is missing", path=path)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(say("{path} cannot be read: {reason}", path=path, reason=error)) from None
    # The schemas describe JSON, which has no dates.
    plain = {key: value.isoformat() if isinstance(value, (date, time)) else value for key, value in data.items()}
    fault = find_fault(plain, schema)
    if fault:
        raise CourseError(f"{path}: {fault}")
    return plain


def _make_task(row: dict[str, Any]) -> Task:
    functions = tuple(row.get("functions", [row["id"]]))
    return Task(
        id=row["id"],
        title=say(row.get("title", ", ".join(functions))),
        points=int(row["points"]),
        functions=functions,
        hints=tuple(map(say, row.get("hints", ()))),
        after=tuple(row.get("after", ())),
    )


def _check_manifest(path: Path, identifier: str, tasks: tuple[Task, ...]) -> None:
    ids = [task.id for task in tasks]
    folder = path.parent.name
    if not folder.startswith(f"{identifier}_"):
        right = folder.split("_")[0]
        rule = f"id must be how the folder's name {folder!r} begins, such as id = {write_toml(right)}"
        raise CourseError(f"{path}: {rule}; it is {write_toml(identifier)}")
    if identifier in COMMANDS:
        rule = f"id must not be the name of a command; choose another, such as id = {write_toml('hw4')}"
        raise CourseError(f"{path}: {rule}; `grade {identifier}` is one, so nobody could grade this homework")
    for number, task in enumerate(tasks):
        if ids.index(task.id) < number:
            rule = f"tasks[{number}].id must be another than that of tasks[{ids.index(task.id)}]"
            raise CourseError(f"{path}: {rule}, such as id = {write_toml(f'{task.id}_2')}; it is {write_toml(task.id)}")
        for name in task.after:
            if name not in ids:
                nearest = find_nearest(name, ids)
                rule = f"tasks[{number}].after must name tasks of this file, such as after = {write_toml(ids[:1])}"
                meant = f"; did you mean {nearest!r}?" if nearest else ""
                raise CourseError(f"{path}: {rule}; it names {name!r}{meant}")
    total = sum(task.points for task in tasks)
    if total != 100:
        rule = "the points of all tasks must add up to 100, such as points = 60 and points = 40"
        raise CourseError(f"{path}: {rule}; they add up to {total}")


def _check_extras(path: Path, names: list[str]) -> None:
    """Check the names of files that travel to students beside their stub."""
    for name in names:
        rule = f'{path}: extras must name files of this folder that students may have, such as extras = ["digits.txt"]'
        if name in STAFF_FILES:
            raise CourseError(f"{rule}; {name} is the staff's")
        if not (path.parent / name).is_file():
            raise CourseError(f"{rule}; {name} is not there")


def _read_limits(path: Path, row: dict[str, Any]) -> Limits:
    """Read the limits.

    TOML has nan, which a schema's smallest and largest numbers do not exclude.
    """
    for name, value in row.items():
        if math.isnan(value):
            raise CourseError(f"{path}: limits.{name} must be a number, such as {name} = 5.0; it is nan")
    return Limits(**row)


def _read_due(path: Path, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        due = datetime.fromisoformat(text)
    except ValueError:
        rule = f"due must be a date and a time with a time zone, such as due = {EXAMPLE_DUE}"
        raise CourseError(f"{path}: {rule}; it is {text!r}") from None
    if due.tzinfo is None:
        rule = f"due must have a time zone, such as due = {due.isoformat()}+09:00"
        raise CourseError(f"{path}: {rule}; it is {text}")
    return due
