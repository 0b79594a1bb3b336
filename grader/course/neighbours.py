"""Recognise another homework's work, given for this one by mistake."""

from __future__ import annotations

import contextlib
import tomllib

from grader.language import say
from grader.model.course import Assignment


def explain_others(assignment: Assignment, found: list[str], folder: str) -> str:
    """Advise a student who gave the work of another homework.

    Renaming the file would not help such a student. `found` are the names of the files that were found, and `folder` is
    the name of the folder. Returns "" if they do not point to another homework.
    """
    others = read_others(assignment)
    code = [name.replace("\\", "/").rpartition("/")[2] for name in found if name.lower().endswith(".py")]
    place = {"assignment": assignment.id, "place": name_place(assignment)}
    if code and all(name in others for name in code):
        return say(
            "{file} is the file of {other}. {assignment} needs {place}: change to its folder, or name it.",
            file=code[0],
            other=others[code[0]][0],
            **place,
        )
    ids = {name: identifier for identifier, name in others.values()}
    if folder in ids and not code:
        return say(
            "This is the folder of {other}. {assignment} needs {place}: change to its folder, or name it.",
            other=ids[folder],
            **place,
        )
    return ""


def read_others(assignment: Assignment) -> dict[str, tuple[str, str]]:
    """Read the file names of the course's other homeworks.

    Returns the homework's id and folder name, by the name of the file that students hand in.
    """
    others = {}
    for path in sorted(assignment.folder.parent.glob("*/assignment.toml")):
        with contextlib.suppress(OSError, ValueError):  # a wrong manifest of another homework must not stop this one
            data = tomllib.loads(path.read_text("utf-8"))
            others[str(data.get("file"))] = (str(data.get("id")), path.parent.name)
    others.pop(assignment.file, None)
    return others


def name_place(assignment: Assignment) -> str:
    """Return where a homework's file lies: `hw4_softmax/softmax.py`."""
    return f"{assignment.name}/{assignment.file}"
