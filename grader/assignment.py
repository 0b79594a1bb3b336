"""The course and its manifests: find them, read them, and say what is wrong with them in a sentence.

The course is the nearest parent folder with assignments/course.toml. `hw4` is an assignment's id, `hw4_softmax` its
folder, and assignment.toml in that folder its manifest.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.language import add_catalogue, say
from grader.model import Assignment, Course, Limits, Task, Visibility
from grader.schemas import find_fault
from grader.typos import find_nearest

STAFF_FILES = ("reference.py", "mutants.py", "variants.py", "almost.py")
MANIFEST = "assignment.toml"
COURSE = Path("assignments") / "course.toml"


def find_course(start: Path, override: Path | None = None) -> Course:
    """The course that `start` lies in, or the one at `override`. Raises `CourseError`."""
    folders = [Path(os.path.abspath(override))] if override else [start.absolute(), *start.absolute().parents]
    for folder in folders:
        if (folder / COURSE).is_file():
            return read_course(folder)
    place = {"file": COURSE.as_posix(), "folder": folders[0]}
    raise CourseError(
        say("there is no course here: no {file} in {folder}", **place)
        if override
        else say("there is no course here: no {file} in {folder} or above it", **place),
        say("change into the course's folder, or name it with --course DIR"),
    )


def read_course(root: Path) -> Course:
    """Read course.toml. Raises `CourseError`."""
    data = _read_toml(root / COURSE, "course")
    return Course(data["name"], root, tuple(data["assignments"]), data.get("install", ""))


def find_assignment(course: Course, wanted: str, other_words: Sequence[str] = ()) -> Assignment:
    """The assignment with the id or folder name `wanted`.

    Raises `CourseError` with the nearest id, or the nearest of `other_words` that could have been meant.
    """
    ids = {name.split("_")[0]: name for name in course.assignments}
    name = ids.get(wanted, wanted)
    if name in course.assignments:
        return read_assignment(course.root / "assignments" / name)
    nearest = find_nearest(wanted.lower(), [*ids, *course.assignments, *other_words])
    if nearest:
        next_step = say("did you mean {name}?", name=nearest)
    else:
        next_step = say("this course has: {names}", names=", ".join(ids))
    raise CourseError(say("there is no assignment {name}", name=wanted), next_step)


def find_task(assignment: Assignment, name: str) -> Task:
    """The task with this id or function. Raises `CourseError` with the nearest."""
    for task in assignment.tasks:
        if name == task.id or name in task.functions:
            return task
    ids = [task.id for task in assignment.tasks]
    nearest = find_nearest(name, [*ids, *(function for task in assignment.tasks for function in task.functions)])
    if nearest:
        next_step = say("did you mean {name}?", name=nearest)
    else:
        next_step = say("its tasks are: {names}", names=", ".join(ids))
    raise CourseError(say("{assignment} has no task {task}", assignment=assignment.id, task=name), next_step)


def read_assignment(folder: Path) -> Assignment:
    """Read a manifest. Raises `CourseError` with the file, the key and the nearest right key."""
    folder = folder.absolute()
    path = folder / MANIFEST
    data = _read_toml(path, "assignment")
    add_catalogue(folder / Visibility.PUBLIC)
    tasks = tuple(_make_task(row) for row in data["tasks"])
    _check_manifest(path, data["id"], tasks)
    _check_extras(path, data.get("extras", []))
    return Assignment(
        id=data["id"],
        title=say(data["title"]),
        folder=folder,
        file=data["file"],
        tasks=tasks,
        limits=Limits(**data.get("limits", {})),
        sha256=hash_folder(folder),
        due=_read_due(path, data.get("due")),
        extras=tuple(data.get("extras", ())),
    )


def hash_folder(folder: Path) -> str:
    """One hash over the names and contents of all files below `folder`, compiled ones aside."""
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
    if not path.parent.name.startswith(f"{identifier}_"):
        raise CourseError(f"{path}: the id {identifier!r} does not begin the folder's name {path.parent.name!r}")
    for task in tasks:
        if ids.count(task.id) > 1:
            raise CourseError(f"{path}: two tasks have the id {task.id!r}")
        for name in task.after:
            if name not in ids:
                nearest = find_nearest(name, ids)
                meant = f"; did you mean {nearest!r}?" if nearest else ""
                raise CourseError(f"{path}: task {task.id!r} comes after {name!r}, which is no task{meant}")
    total = sum(task.points for task in tasks)
    if total != 100:
        raise CourseError(f"{path}: the tasks' points add up to {total}, not to 100")


def _check_extras(path: Path, names: list[str]) -> None:
    """Files that travel to students beside their stub."""
    for name in names:
        if name in STAFF_FILES:
            raise CourseError(f"{path}: extras travel to students, and {name} is the staff's")
        if not (path.parent / name).is_file():
            raise CourseError(f"{path}: extras names {name}, which is not there")


def _read_due(path: Path, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        due = datetime.fromisoformat(text)
    except ValueError:
        raise CourseError(f"{path}: due = {text!r} is no date and time") from None
    if due.tzinfo is None:
        raise CourseError(f"{path}: due needs a time zone, such as {due.isoformat()}+09:00")
    return due
