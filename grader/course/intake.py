"""Take in a submission: read a folder, a single file or a zip as bytes.

Nothing of a submission is imported or extracted, and no link in it is followed. Only the file that the assignment names
is read, by its exact name, as a regular file, up to a size. If something is wrong with a submission, that becomes its
`Problem`, in words for the student: a bad submission is graded, never refused.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NoReturn

from grader.course.layout import locate_solution
from grader.course.neighbours import explain_others, name_place, read_others
from grader.errors import SubmissionError
from grader.language import say
from grader.model.course import Assignment, Course
from grader.model.submission import Problem, Submission, SubmittedFile

MAX_FILE = 200 << 10  # bytes of the student's file
MAX_ENTRIES = 2_000  # of a zip
MAX_DIRECTORY = 512 << 10  # bytes of a zip that are read in one piece, such as its list of entries
MAX_LISTED = 8  # names in a message
HIDDEN = (".", "__MACOSX")  # names that begin so belong to a system or a tool, not to a submission
UNREADABLE = "unreadable"  # the kind of a problem that is the machine's failure: a disk, a permission
_SAFE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
# On Windows these names are devices, with any ending.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class _Refused(Exception):
    """The exception that carries a problem up to `take_in`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


def take_in(path: Path, assignment: Assignment, identifier: str) -> Submission:
    """Read one student's submission as bytes.

    `path` is a folder, a Python file or a zip. It may itself be a link, since a person typed it; nothing below it may
    be one. `identifier` becomes the submission's id. If something is wrong, the submission has a `problem`.

    Raises `SubmissionError` only if `path` does not exist.
    """
    if not os.path.lexists(path):
        raise SubmissionError(say("{path} does not exist", path=path), say("name the folder, file or zip to grade"))
    try:
        content = _read(path, assignment)
    except _Refused as refusal:
        return Submission(identifier, problem=refusal.problem)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        summary = say("{path} cannot be read: {reason}", path=_show(path.name), reason=reason)
        return Submission(identifier, problem=Problem(UNREADABLE, summary))
    file = SubmittedFile(assignment.file, hashlib.sha256(content).hexdigest(), content)
    return Submission(identifier, (file,), _find_text_problem(file, assignment))


def refuse_link(identifier: str, name: str) -> Submission:
    """Return the submission for a link among the submissions of a batch.

    Its problem says so, and the link is not followed: it could lead to another student's submission.
    """
    summary, next_step = say("{name} is a link.", name=_show(name)), say("Hand in the file or folder itself.")
    return Submission(identifier, problem=Problem("link", summary, next_step))


def find_solution(course: Course, assignment: Assignment) -> Submission | None:
    """Find the model solution as a submission.

    Returns None where there is none, as in a student's kit.
    """
    path = locate_solution(course, assignment)
    return take_in(path, assignment, "solution") if path.is_file() else None


def make_id(name: str) -> str:
    """Make a student's id that is safe as a folder name and in every report.

    A safe name is its own id. The id of any other name has the safe characters and a hash of the whole name.
    """
    if _SAFE_ID.fullmatch(name) and not _RESERVED.fullmatch(name) and not name.endswith("."):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    legible = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_-")[:40]
    return f"{legible or 'student'}-{digest}"


def name_person(path: Path) -> str:
    """Name the person who handed `path` in.

    The name is `kim` for the folder kim, for kim.py and for kim.zip. The student's id is made from it.
    """
    return path.name if path.is_dir() else path.stem


def _read(path: Path, assignment: Assignment) -> bytes:
    if path.is_dir():
        return _read_from_folder(path, assignment)
    if path.suffix.lower() == ".zip":
        return _read_from_zip(path, assignment)
    if path.suffix.lower() == ".py":
        _refuse_other(path.name, assignment)
        return _read_regular(path, ())
    _refuse(
        "wrong_kind",
        say("{name} is no folder, Python file or zip.", name=_show(path.name)),
        say("Hand in {file}, or a folder or zip with it inside.", file=assignment.file),
    )


# ---------------------------------------------------------------- folders


def _read_from_folder(folder: Path, assignment: Assignment) -> bytes:
    for parts in list_places(folder, assignment):
        if os.path.lexists(folder.joinpath(*parts)):
            return _read_regular(folder, parts)
    _refuse_missing(assignment, _list_folder(folder, assignment), folder.absolute().name)


def list_places(folder: Path, assignment: Assignment) -> Iterator[tuple[str, ...]]:
    """Yield the places below a folder where the student's file may lie.

    The first one that exists counts. They are: in the assignment's folder, or directly in `folder`, and then both again
    inside the one folder that a packer may put around a submission, with nothing else beside it. Each place is given as
    the parts of a path below `folder`.
    """
    places = ((assignment.name, assignment.file), (assignment.file,))
    yield from places
    entries = [entry for entry in os.scandir(folder) if not entry.name.startswith(HIDDEN)]
    if len(entries) == 1 and entries[0].is_dir(follow_symlinks=False):
        yield from ((entries[0].name, *parts) for parts in places)


def _list_folder(folder: Path, assignment: Assignment) -> list[str]:
    found = []
    for parent in (folder / assignment.name, folder):
        if parent.is_dir() and not parent.is_symlink():
            shown = (path for path in parent.iterdir() if not path.name.startswith("."))
            found += sorted(path.relative_to(folder).as_posix() for path in shown)
    return found


def _read_regular(root: Path, parts: tuple[str, ...]) -> bytes:
    """Read root/parts, if it is a regular file.

    No link below `root` is followed, no pipe is waited for, and no more than the size limit is read.
    """
    path = root
    for part in parts:
        path = path / part
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            summary = say("{name} is a link, not a file.", name=_show(path.name))
            _refuse("link", summary, say("Hand in the file itself."))
    with io.BufferedReader(_open_regular(path, follow=not parts)) as file:
        return _cap(file.read(MAX_FILE + 1), path.name)


def _open_regular(path: Path, follow: bool) -> io.FileIO:
    """Open a file for reading, if it is a regular file.

    `follow` is True for the path that a person typed, which may be a link.
    """
    # Without O_NONBLOCK, opening a pipe would wait for a process that writes to it.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:  # a link may have replaced the file since `_read_regular` looked at it
        flags |= getattr(os, "O_NOFOLLOW", 0)
    if path.is_dir():
        summary = say("{name} is a folder, not a file.", name=_show(path.name))
        _refuse("wrong_kind", summary, say("Hand in the file itself."))
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        summary = say("{name} is no regular file.", name=_show(path.name))
        _refuse("wrong_kind", summary, say("Hand in the file itself."))
    return io.FileIO(descriptor)


# ---------------------------------------------------------------- archives


class _Archive(io.BufferedReader):
    """A file that is never read in large pieces.

    `zipfile` would read a zip's list of entries at once, however long it is.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as a file does; refuse the zip if the piece is too large."""
        wanted = MAX_DIRECTORY + 1 if size is None or not 0 <= size <= MAX_DIRECTORY else size
        data = super().read(wanted)
        if len(data) > MAX_DIRECTORY:
            summary = say("The zip's list of entries is too long.")
            _refuse("bad_archive", summary, say("Pack only the file that is asked for."))
        return data


def _read_from_zip(path: Path, assignment: Assignment) -> bytes:
    try:
        with _Archive(_open_regular(path, follow=True)) as file, zipfile.ZipFile(file) as archive:
            member = _choose_member(archive.infolist(), assignment)
            with archive.open(member) as stream:
                content = _cap(stream.read(MAX_FILE + 1), assignment.file)
        if len(content) != member.file_size:  # zipfile does not complain if the data end early
            raise zipfile.BadZipFile("shorter than it says")
        return content
    except (_Refused, MemoryError):
        raise
    except Exception as error:  # damaged bytes make zipfile raise almost anything
        # A damaged zip can make `seek` fail with EINVAL. Any other error of the system is the machine's failure.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        summary = say("{name} cannot be opened as a zip.", name=_show(path.name))
        _refuse("bad_archive", summary, say("Pack it anew, without a password."))


def _choose_member(members: list[zipfile.ZipInfo], assignment: Assignment) -> zipfile.ZipInfo:
    """Choose the zip's entry that is the student's file.

    It lies at the top or in the assignment's folder, or in one of these two places inside the one folder that a packer
    put around them.
    """
    if len(members) > MAX_ENTRIES:
        summary = say("The zip has more than {most} entries.", most=MAX_ENTRIES)
        _refuse("bad_archive", summary, say("Pack only {file}.", file=assignment.file))
    for member in members:
        _refuse_escape(member)
    files = [member for member in members if not member.is_dir()]
    wanted = (f"{assignment.name}/{assignment.file}", assignment.file)
    for depth in (0, 1):
        for name in wanted:
            found = [member for member in files if _strip(member.filename, depth) == name]
            if len(found) > 1:
                summary = say("The zip has {name} more than once.", name=name)
                _refuse("bad_archive", summary, say("Pack it anew with one of them."))
            if found:
                return _require_file(found[0])
    _refuse_missing(assignment, [member.filename for member in files])


def _strip(name: str, depth: int) -> str:
    return "/".join(PurePosixPath(name.replace("\\", "/")).parts[depth:])


def _refuse_escape(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", member.filename):
        _refuse(
            "bad_archive",
            say("The zip has an entry that leads outside of it: {name}", name=_show(member.filename)),
            say("Pack it anew from inside its folder."),
        )


def _require_file(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        summary = say("{name} is a link in the zip, not a file.", name=_show(member.filename))
        _refuse("link", summary, say("Pack the file itself."))
    if member.flag_bits & 0x1:
        _refuse("bad_archive", say("The zip has a password."), say("Pack it anew, without a password."))
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        summary = say("The zip is compressed in an unusual way.")
        _refuse("bad_archive", summary, say("Pack it anew with deflate, the usual method."))
    return member


# ---------------------------------------------------------------- problems


def _cap(content: bytes, name: str) -> bytes:
    if len(content) > MAX_FILE:
        _refuse(
            "too_large",
            say("{name} is larger than {size} KiB.", name=_show(name), size=MAX_FILE >> 10),
            say("Hand in the code only; data and results belong elsewhere."),
        )
    return content


def _find_text_problem(file: SubmittedFile, assignment: Assignment) -> Problem | None:
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.content[: error.start].count(b"\n") + 1
        return Problem(
            "not_utf8",
            say("{file} is not UTF-8 text: line {line} has bytes that cannot be read.", file=file.path, line=line),
            say("Save it with the encoding UTF-8 in your editor."),
        )
    if "\0" in text:
        summary = say("{file} has zero bytes in it.", file=file.path)
        return Problem("not_utf8", summary, say("Save it as plain text, encoding UTF-8."))
    if not text.strip():
        next_step = say(
            "Did you save it? Start from the stub, {file} of the course's kit.", file=name_place(assignment)
        )
        return Problem("empty_file", say("{file} is empty.", file=file.path), next_step)
    return None


def _refuse_missing(assignment: Assignment, names: list[str], folder: str = "") -> NoReturn:
    shown = ", ".join(map(_show, names[:MAX_LISTED])) or say("nothing")
    if more := len(names[MAX_LISTED:]):
        shown = say("{names} and {number} more", names=shown, number=more)
    file = assignment.file
    summary = say(
        "There is no {file}, and no {folder}/{file}. Found: {found}.", file=file, folder=assignment.name, found=shown
    )
    advice = explain_others(assignment, names, folder) or say("The file must be named exactly {file}.", file=file)
    _refuse("missing_file", summary, advice)


def _refuse_other(name: str, assignment: Assignment) -> None:
    """Refuse a file that has the name of another homework's file.

    It may have any other name, because upload sites rename files.
    """
    others = read_others(assignment) if name != assignment.file else {}
    meant = re.sub(r" ?\(\d+\)(?=\.py$)", "", name)
    if meant in others:
        other, file = others[meant][0], assignment.file
        summary = say("This is {name}, the file of {other}.", name=meant, other=other)
        next_step = say(
            "{assignment} needs {file}: name that file, or its folder.", assignment=assignment.id, file=file
        )
        _refuse("wrong_file", summary, next_step)


def _show(name: str) -> str:
    """Format a file's name as printable text.

    The name may hold line ends, or bytes that are no text at all.
    """
    return repr(name)[1:-1][:60]


def _refuse(kind: str, summary: str, next_step: str) -> NoReturn:
    raise _Refused(Problem(kind, summary, next_step))
